#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""validate_each.py COMMAND: each file here is valid, or has mistakes with line and column."""
import glob
import re
import subprocess
import sys

files = sorted(glob.glob("*.yaml"))
wrong = 0
for file in files:
    done = subprocess.run([sys.argv[1], "knowledge", "--validate", file], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    lines = done.stdout.splitlines()
    if done.returncode == 0 and len(lines) == 1 and lines[0].startswith(f"{file}: valid"):
        continue
    wrong += 1
    placed = re.compile(rf"{re.escape(file)}:[1-9]\d*:[1-9]\d*: .")
    if done.returncode != 2 or not lines or not all(map(placed.match, lines)):
        sys.exit(f"{file}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
if wrong < 10:
    sys.exit(f"only {wrong} of {len(files)} files are wrong: this test has lost its inputs")
