#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A clang-tidy whose fixes do not hold: the runner's tests make it lie in one way at a time."""
import os
import signal
import sys

arguments = sys.argv[1:]
path = arguments[0]
lie = next(a for a in arguments if a in ("cure", "idempotent", "compile", "note", "crash"))
text = open(path, encoding="utf-8").read()
fixing = any(a in ("--fix", "--fix-notes") for a in arguments)
if lie == "crash":
    sys.exit(134)

line = 7 if "\nfixed" in text and lie == "cure" else 5
finding = "\nfixed" not in text or lie in ("cure", "note")
if "fixed" in text and lie == "compile":
    print(f"{path}:5:1: error: no [clang-diagnostic-error]")
    sys.exit(1)
if finding:
    offset = len("".join(text.splitlines(keepends=True)[:line - 1]).encode())
    edit = f"""
        - FilePath:        '{path}'
          Offset:          {offset}
          Length:          0
          ReplacementText: "fixed\\n"
"""
    exported = next(a for a in arguments if a.startswith("--export-fixes=")).partition("=")[2]
    with open(exported, "w", encoding="utf-8") as out:
        out.write(f"""---
MainSourceFile:  '{path}'
Diagnostics:
  - DiagnosticName:  x
    DiagnosticMessage:
      Message:         'it''s wrong'
      FilePath:        '{path}'
      FileOffset:      {offset}
      Replacements:    {"[]" if lie == "note" else edit}
    Notes:
      - Message:         'try this'
        FilePath:        '{path}'
        FileOffset:      {offset}
        Replacements:    {edit.replace("        ", "          ") if lie == "note" else "[]"}
    Level:           Warning
    BuildDirectory:  '/'
...
""")
    print(f"{path}:{line}:15: warning: use nullptr\n{path}:9:7: warning: use nullptr")
if fixing and (finding or lie == "idempotent") and lie != "note":
    at = text.index("int *second")
    with open(path, "w", encoding="utf-8") as out:
        out.write(text[:at] + "fixed\n" * (2 if lie == "cure" else 1) + text[at:])
