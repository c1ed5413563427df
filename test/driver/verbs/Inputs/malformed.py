#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""malformed.py COMMAND... DIR: each of these compile databases in DIR is a problem to the command."""
import os
import subprocess
import sys

ENTRY = '[{"directory": "/", "file": "/etc/hostname.cpp", %s}]'
DATABASES = ["3", "[3]", "[{}]", "[[]]", "{}", "null", "[null]", '"text"', "[", "]", "\0", '[{"directory": "/"', " \n",
             '[{"directory": "", "file": "a", "command": "c"}]', '[{"directory": "/", "file": 3, "command": "c"}]',
             '[{"file": "a", "command": "c"}]', ENTRY % '"command": " "', ENTRY % '"command": ["c"]',
             ENTRY % '"arguments": []', ENTRY % '"arguments": [1]', ENTRY % '"arguments": "c"',
             ENTRY % '"output": "a.o"']
for database in DATABASES:
    with open(os.path.join(sys.argv[-1], "compile_commands.json"), "w") as file:
        file.write(database)
    done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 2 or "  problem  " not in done.stdout or "->" not in done.stdout or done.stderr:
        sys.exit(f"{database!r}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
