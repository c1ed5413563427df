#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the commands of a page: each ```sh block, in order, in the working directory, which is a project. Commands in its text
are not run, but have verbs and options that there are.

usage: doc_commands.py PAGE --opt DIR [--async-tidy PROGRAM] [--allow-unrun N]

A block has to exit with 0, or as an HTML comment before it says:

  <!-- exits with 1 -->       so the block ends
  <!-- exits with 1, 0 -->    so its lines end, which are run one by one
  <!-- prints TEXT -->        it has to print that, however it ends
  <!-- after: COMMAND -->     what else has to be done before; also behind one of the first two: exits with 1, after: COMMAND
  <!-- not run: REASON -->    it is not run; there may be N such blocks

/opt/async-tidy stands for the folder of an installation, DIR here. Blocks of YAML and JSON have to parse. Prints what was
done with each block, and exits with 1 if one did not do what the page says.
"""
import argparse
import json
import os
import re
import shlex
import subprocess
import sys
import textwrap

import yaml


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


class Verbs:
    """The verbs of the program, and their options."""
    def __init__(self, program):
        self.program, self.options = program, {}
        self.names = re.findall(r"^  ([a-z]+) ", self.say("help"), re.M)

    def say(self, *arguments):
        return subprocess.run([self.program, *arguments], stdout=subprocess.PIPE, text=True, check=True).stdout

    def unknown(self, command):
        """What a command names that there is not; PLACEHOLDERS stand for anything."""
        words = shlex.split(command.split(" -- ")[0])[1:]
        verb = words[0] if words and re.fullmatch(r"[a-z]+", words[0]) else "check"
        if verb not in self.names:
            return verb if verb != "help" else None
        if verb not in self.options:
            self.options[verb] = set(re.findall(r"^ +(--?[\w-]+)", self.say(verb, "--help"), re.M)) | {"--version"}
        return next((word for word in words if word.startswith("-") and re.match(r"--?[\w-]*", word)[0] not in self.options[verb]), None)


def run(code, opt):
    # Every command has to work. Findings in front of a pipe are for what stands behind it to judge.
    pipes = [] if re.search(r"async-tidy check .*\|", code) else ["-o", "pipefail"]
    return subprocess.run(["bash", "-e", *pipes, "-c", code.replace("/opt/async-tidy", opt)], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("page")
    parser.add_argument("--opt", required=True)
    parser.add_argument("--async-tidy", default="async-tidy")
    parser.add_argument("--allow-unrun", type=int, default=0)
    args = parser.parse_args()
    with open(args.page, encoding="utf-8") as file:
        text = file.read()
    wrong = unrun = done = 0
    verbs = Verbs(args.async_tidy)
    for number, line in enumerate(re.sub(r"^( *)```.*?^\1```$", lambda block: "\n" * block[0].count("\n"), text, flags=re.M | re.S).splitlines(), 1):
        for command in re.findall(r"`(async-tidy [^`]*)`", line):
            if unknown := verbs.unknown(command):
                wrong += 1
                print(f"{os.path.basename(args.page)}:{number}: WRONG: {command}: there is no {unknown}")
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
        said = re.fullmatch(r"(?:exits with (\d(?:, \d)*)|prints (.*?))?(?:(?:^|, )after: (.+))?", comment)
        if not said:
            sys.exit(f"{where}: this test does not understand the comment before the block")
        codes, printed, before = said.groups()
        if before:
            subprocess.run(["bash", "-e", "-c", before], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
        codes = [int(each) for each in (codes or "0").split(", ")]
        parts = code.splitlines() if len(codes) > 1 else [code]
        if len(parts) != len(codes):
            sys.exit(f"{where}: {len(parts)} lines, and {len(codes)} exit codes")
        # What one block accepts is a finding to the next.
        if os.path.exists(".async-tidy-baseline.json"):
            os.remove(".async-tidy-baseline.json")
        for part, expected in zip(parts, codes):
            done += 1
            ended = run(part, args.opt)
            if printed and printed not in ended.stdout:
                wrong += 1
                print(f"{where}: WRONG: does not print {printed!r}:\n{part}{textwrap.indent(ended.stdout, '  | ')}")
            elif ended.returncode == expected or printed:
                print(f"{where}: exits with {ended.returncode}")
            else:
                wrong += 1
                print(f"{where}: WRONG: exits with {ended.returncode}, wanted {expected}:\n{part}\n{textwrap.indent(ended.stdout, '  | ')}")
    print(f"{done} run, {unrun} not run")
    if not done:
        print("the page has no commands: this test cannot read it any more")
    if unrun > args.allow_unrun:
        print(f"{unrun} blocks are not run; {args.allow_unrun} may be")
    sys.exit(bool(wrong or not done or unrun > args.allow_unrun))


main()
