#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the commands of a page: each ```sh block, in order, in the working directory, which is a project.

usage: doc_commands.py PAGE --opt DIR [--async-tidy PROGRAM] [--allow-unrun N]

A block has to exit with 0, or as an HTML comment before it says: <!-- exits with 1 -->. After <!-- prints TEXT --> it has to
print that. <!-- not run: REASON --> keeps it from being run; there may be N such blocks. A block that uses an option that the program does not have yet waits for it; that is
for options of AWAITED only. /opt/async-tidy stands for the folder of an installation, DIR here. Blocks of YAML and
JSON have to parse. Prints what was done with each block, and exits with 1 if one did not do what the page says.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import textwrap

import yaml

# Options that pages tell of before all branches have them; the list goes when they do.
AWAITED = ("--new-from", "--baseline", "--cache-dir")


def blocks(text):
    """(line, language, comment before it, text) of each fenced block."""
    found, lines, number = [], text.splitlines(), 0
    while number < len(lines):
        opened = re.match(r"( *)```(\w+)", lines[number])
        if not opened:
            number += 1
            continue
        start = number
        comment = re.match(r" *<!-- (.*) -->$", lines[start - 1]) if start else None
        number += 1
        while number < len(lines) and lines[number] != opened[1] + "```":
            number += 1
        if number == len(lines):
            sys.exit(f"line {start + 1}: the block is not closed")
        found.append((start + 1, opened[2], comment[1] if comment else "", textwrap.dedent("\n".join(lines[start + 1:number]) + "\n")))
        number += 1
    return found


def missing_option(code, program):
    used = [option for option in AWAITED if re.search(rf"{option}\b", code)]
    known = subprocess.run([program, "check", "--help"], stdout=subprocess.PIPE, text=True, check=True).stdout if used else ""
    return next((option for option in used if f"{option}=" not in known), None)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("page")
    parser.add_argument("--opt", required=True)
    parser.add_argument("--async-tidy", default="async-tidy")
    parser.add_argument("--allow-unrun", type=int, default=0)
    args = parser.parse_args()
    with open(args.page, encoding="utf-8") as file:
        text = file.read()
    wrong = unrun = run = 0
    for line, language, comment, code in blocks(text):
        where = f"{os.path.basename(args.page)}:{line}"
        if language in ("yaml", "json"):
            try:
                {"yaml": yaml.safe_load, "json": json.loads}[language](code)
            except (yaml.YAMLError, ValueError) as error:
                wrong += 1
                print(f"{where}: WRONG: does not parse: {error}")
            continue
        if language != "sh":
            continue
        if reason := re.fullmatch(r"not run: (.+)", comment):
            unrun += 1
            print(f"{where}: not run: {reason[1]}")
            continue
        if comment and not re.match(r"exits with \d$|prints ", comment):
            sys.exit(f"{where}: this test does not understand the comment before the block")
        expected = int(said[1]) if (said := re.fullmatch(r"exits with (\d)", comment)) else 0
        if option := missing_option(code, args.async_tidy):
            print(f"{where}: waits for {option}")
            continue
        run += 1
        # What one block accepts is a finding to the next.
        if os.path.exists(".async-tidy-baseline.json"):
            os.remove(".async-tidy-baseline.json")
        # Every command has to work. Findings in front of a pipe are for what stands behind it to judge.
        pipes = [] if re.search(r"async-tidy check .*\|", code) else ["-o", "pipefail"]
        ended = subprocess.run(["bash", "-e", *pipes, "-c", code.replace("/opt/async-tidy", args.opt)], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        printed = re.fullmatch(r"prints (.+)", comment)
        if printed and printed[1] not in ended.stdout:
            wrong += 1
            print(f"{where}: WRONG: does not print {printed[1]!r}:\n{code}{textwrap.indent(ended.stdout, '  | ')}")
        elif ended.returncode == expected:
            print(f"{where}: exits with {ended.returncode}")
        else:
            wrong += 1
            print(f"{where}: WRONG: exits with {ended.returncode}, wanted {expected}:\n{code}{textwrap.indent(ended.stdout, '  | ')}")
    print(f"{run} run, {unrun} not run")
    if not run:
        print("the page has no commands: this test cannot read it any more")
    if unrun > args.allow_unrun:
        print(f"{unrun} blocks are not run; {args.allow_unrun} may be")
    sys.exit(bool(wrong or not run or unrun > args.allow_unrun))


main()
