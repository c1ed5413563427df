#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Holds spec.md and the tests against each other: every rule has a test that quotes it, every quoted rule exists.

usage: spec.py [--spec FILE] [--tests DIR]
A test quotes rules in a comment right above it: `// R-LOOP-1`, or several with commas. Prints every disagreement and
exits with 1 if there is one.
"""
import argparse
import collections
import os
import re
import sys

here = os.path.dirname(os.path.abspath(__file__))
parser = argparse.ArgumentParser()
parser.add_argument("--spec", default=os.path.join(here, "..", "spec.md"))
parser.add_argument("--tests", default=here)
args = parser.parse_args()

problems = []
with open(args.spec, encoding="utf-8") as file:
    listed = re.findall(r"^- \*\*(R-[A-Z]+-\d+)\*\* ", file.read(), re.M)
if not listed:
    sys.exit(f"{args.spec} lists no rules: this test cannot read it any more")
for rule, times in collections.Counter(listed).items():
    if times > 1:
        problems.append(f"spec.md has {rule} {times} times")
families = collections.defaultdict(list)
for rule in listed:
    family, _, number = rule.rpartition("-")
    families[family].append(int(number))
for family, numbers in families.items():
    if numbers != list(range(1, len(numbers) + 1)):
        problems.append(f"spec.md numbers {family} {numbers}, wanted 1 to {len(numbers)}")

quoted = set()
for name in sorted(os.listdir(args.tests)):
    if not name.endswith("_test.cpp"):
        continue
    with open(os.path.join(args.tests, name), encoding="utf-8") as file:
        lines = file.read().splitlines()
    for number, line in enumerate(lines, 1):
        rules = re.findall(r"R-[A-Z]+-\d+", line)
        if not rules:
            continue
        if not re.fullmatch(r"// R-[A-Z]+-\d+(, R-[A-Z]+-\d+)*", line) or not lines[number].startswith("TEST"):
            problems.append(f"{name}:{number}: a rule is quoted on a line of its own right above a test")
        for rule in rules:
            quoted.add(rule)
            if rule not in listed:
                problems.append(f"{name}:{number}: there is no {rule} in spec.md")
problems += [f"{rule} has no test" for rule in listed if rule not in quoted]

print("\n".join(problems) if problems else f"{len(listed)} rules, each with a test")
sys.exit(bool(problems))
