#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Holds the keys in docs/knowledge.md against those the loader takes, and loads the page's example.

usage: documented.py PAGE KNOWLEDGE-EXISTS TEMPORARY-FILE
"""
import re
import subprocess
import sys

page, program, temporary = sys.argv[1:]
text = open(page, encoding="utf-8").read()

documented = set()
for section in re.split(r"^### ", text.split("\n## Keys\n")[1].split("\n## ")[0], flags=re.M)[1:]:
    name, _, body = section.partition("\n")
    for row in re.findall(r"^\| (`[^|]*) \|", body, re.M):
        documented |= {f"{name} {key}" for key in re.findall(r"`([^`]+)`", row)}
listed = subprocess.run([program, "--keys"], stdout=subprocess.PIPE, text=True, check=True)
accepted = set(listed.stdout.splitlines())
problems = [f"documented, but no key: {key}" for key in sorted(documented - accepted)]
problems += [f"not documented: {key}" for key in sorted(accepted - documented)]
if len(accepted) < 50:
    problems.append("the loader lists hardly any keys: this test cannot read it any more")

example = re.search(r"```yaml\n(library: .*?)```", text, re.S)
if example:
    with open(temporary, "w", encoding="utf-8") as file:
        file.write(example.group(1))
    loaded = subprocess.run([program, "--validate", temporary], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if loaded.returncode:
        problems.append("the example: " + loaded.stdout.strip())
else:
    problems.append("the page has no example file")
print("\n".join(problems) or f"{len(accepted)} keys agree")
sys.exit(bool(problems))
