#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""listed.py JSON CHECKS_DEF: holds what `async-tidy list --json` prints against the list of checks."""
import json
import re
import sys

told = json.load(open(sys.argv[1], encoding="utf-8"))
written = []
for entry in re.findall(r"^ASYNC_CHECK\((.*)\)$", open(sys.argv[2], encoding="utf-8").read(), re.M):
    _, name, folder, severity, default, fix, since = [field.strip().strip('"') for field in entry.split(",")]
    written.append({"name": name, "folder": folder, "severity": severity, "default": default == "on", "fix": fix,
                    "since": since})
for check in told:
    description = check.pop("description")
    if not description or "\n" in description or "`" in description:
        sys.exit(f"{check['name']} is described as {description!r}")
if told != written or not told:
    sys.exit(f"told:    {told}\nwritten: {written}")
