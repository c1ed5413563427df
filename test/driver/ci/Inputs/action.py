#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""action.py ACTION.yml SCRIPT SCHEMA: the action is valid, and it, its script and its inputs know each other."""
import json
import re
import sys

import jsonschema
import yaml

with open(sys.argv[1], encoding="utf-8") as file:
    text = file.read()
with open(sys.argv[2], encoding="utf-8") as file:
    script = file.read()
with open(sys.argv[3], encoding="utf-8") as file:
    jsonschema.validate(yaml.safe_load(text), json.load(file))
action = yaml.safe_load(text)
wrong = []
used = set(re.findall(r"inputs\.([\w-]+)", text))
for name in used ^ action["inputs"].keys():
    wrong.append(f"the input {name} is declared and not used, or used and not declared")
passed = {key for step in action["runs"]["steps"] for key in step.get("env", {})}
read = set(re.findall(r"\b(INPUT_\w+)", script))
for name in passed ^ read:
    wrong.append(f"{name} is passed and not read by the script, or read and not passed")
ids = {step.get("id") for step in action["runs"]["steps"] if "run" in step}
others = {"cache": {"cache-hit", "cache-primary-key"}}  # What steps that are not ours write.
written = set(re.findall(r"set_output ([\w-]+)", script))
for step, name in re.findall(r"steps\.(\w+)\.outputs\.([\w-]+)", text):
    if name not in (written if step in ids else others.get(step, ())):
        wrong.append(f"no step writes steps.{step}.outputs.{name}")
for step in action["runs"]["steps"]:
    if "${{" in step.get("run", ""):
        wrong.append(f"{step['name']}: what users write becomes part of a script; pass it in env")
print("\n".join(wrong))
sys.exit(bool(wrong))
