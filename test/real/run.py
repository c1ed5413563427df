#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Lint Debian's Asio and Beast coroutine examples: each must parse, and every finding must have been judged true.

The judged findings are in true-findings.txt beside this script, one per line:
    <file>:<line>: <check>: <why it is true>
A finding that is not there fails the run, and so does an entry that no longer has a finding.

usage: run.py --work DIR [--driver async-tidy] [-j N] [file...]
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

import examples

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
ENTRY = re.compile(r"^(\S+?):(\d+): ([\w-]+): (\S.*)$")


def judged(path):
    """(file, line, check) of each entry with its reason."""
    entries = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = ENTRY.match(line)
        if not match:
            sys.exit(f"{path}:{number}: expected '<file>:<line>: <check>: <why it is true>'")
        key = (match[1], int(match[2]), match[3])
        if key in entries:
            sys.exit(f"{path}:{number}: this finding is already listed")
        entries[key] = match[4]
    return entries


def lint(options, unit):
    """What async-tidy says about one file: coroutines, suspension points, findings as (file, line, check, message), errors."""
    command = [options.driver, "check", "--no-cache", "--format=jsonl", "--root=" + options.work, "--config={}", "--quiet", "-j1",
               "-p", options.work, os.path.join(options.work, unit)]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace", check=False)
    if run.returncode not in (0, 1):
        return 0, 0, [], [f"{unit}: async-tidy ended with {run.returncode}: {run.stdout[-500:]}{run.stderr[-500:]}"]
    records = [json.loads(line) for line in run.stdout.splitlines()]
    summary = records[-1]
    findings = [(r["file"], r["line"], r["check"], r["message"]) for r in records if r["type"] == "finding"]
    return summary["coroutines"], summary["suspensions"], findings, []


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", help="only examples whose path ends like this")
    parser.add_argument("--work", required=True, help="folder for the copies and their compile database")
    parser.add_argument("--judged", type=pathlib.Path, default=HERE / "true-findings.txt")
    parser.add_argument("--driver", default=str(PROJECT / "build/bin/async-tidy"))
    parser.add_argument("-j", dest="jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    options.work = os.path.abspath(options.work)
    if not os.path.exists(options.driver):
        sys.exit(f"run.py: {options.driver} is missing: build it first (./dev build)")
    entries = judged(options.judged)
    units = [u for u in examples.build(options.work)
             if not options.files or any(u.endswith(f) for f in options.files)]
    if not units:
        sys.exit(f"run.py: no example ends in {' or '.join(options.files)}")
    entries = {k: reason for k, reason in entries.items() if not options.files or k[0] in units}
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(lambda u: lint(options, u), units))

    findings, errors = {}, []
    print("coroutines  suspension points  findings  file")
    for unit, (coroutines, suspensions, found, broken) in zip(units, results):
        print(f"{coroutines:10}  {suspensions:17}  {len(found):8}  {unit}")
        if not coroutines and not broken:
            errors.append(f"{unit}: no coroutine was seen")
        errors += broken
        for name, line, check, message in found:
            findings.setdefault((name, line, check), message)
    print(f"{sum(r[0] for r in results):10}  {sum(r[1] for r in results):17}  {len(findings):8}  "
          f"in {len(units)} files; {sum(k in entries for k in findings)} of the findings judged true")

    for error in errors:
        print(f"not analysed: {error}")
    new = sorted(k for k in findings if k not in entries)
    for file, line, check in new:
        print(f"not judged: {file}:{line}: {check}: {findings[file, line, check]}")
    stale = sorted(k for k in entries if k not in findings)
    for file, line, check in stale:
        print(f"no longer found: {file}:{line}: {check}")
    if new or stale:
        print(f"judge by hand, then fix the check or edit {options.judged}")
    return 1 if errors or new or stale else 0


if __name__ == "__main__":
    sys.exit(main())
