#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes DIR/compile_commands.json for all sources below DIR: compile_database.py DIR [compiler argument...]"""
import json
import os
import sys

top, extra = os.path.abspath(sys.argv[1]), sys.argv[2:]
entries = []
for folder, folders, names in os.walk(top):
    folders.sort()
    for name in sorted(names):
        compiler = {".cpp": ["clang++", "-std=c++20"], ".c": ["clang"]}.get(os.path.splitext(name)[1])
        if compiler:
            file = os.path.relpath(os.path.join(folder, name), top)
            entries.append({"directory": top, "file": file, "arguments": [*compiler, *extra, "-c", file, "-o", file + ".o"]})
with open(os.path.join(top, "compile_commands.json"), "w", encoding="utf-8") as out:
    json.dump(entries, out, indent=1)
