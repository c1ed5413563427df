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

fixed = "\nfixed" in text
if fixed and lie == "compile":
    print(f"{path}:5:1: error: no [clang-diagnostic-error]")
    sys.exit(1)
# Each finding: its line, whether it has a fix, whether the fix is on a note.
findings = []
if not fixed or lie in ("cure", "note"):
    findings.append((7 if fixed and lie == "cure" else 5, lie != "note", lie == "note"))
if lie == "idempotent":
    findings.append((10 if fixed else 9, fixed, False))


def diagnostic(line, is_fixed, is_noted):
    offset = len("".join(text.splitlines(keepends=True)[:line - 1]).encode())
    edit = f"""
        - FilePath:        '{path}'
          Offset:          {offset}
          Length:          0
          ReplacementText: "fixed\\n"
"""
    return f"""  - DiagnosticName:  x
    DiagnosticMessage:
      Message:         'it''s wrong'
      FilePath:        '{path}'
      FileOffset:      {offset}
      Replacements:    {edit if is_fixed else "[]"}
    Notes:
      - Message:         'try this'
        FilePath:        '{path}'
        FileOffset:      {offset}
        Replacements:    {edit.replace("        ", "          ") if is_noted else "[]"}
    Level:           Warning
    BuildDirectory:  '/'
"""


if findings:
    exported = next(a for a in arguments if a.startswith("--export-fixes=")).partition("=")[2]
    with open(exported, "w", encoding="utf-8") as out:
        out.write(f"---\nMainSourceFile:  '{path}'\nDiagnostics:\n" + "".join(diagnostic(*f) for f in findings) + "...\n")
    print(f"{path}:{findings[0][0]}:15: warning: use nullptr\n{path}:9:7: warning: use nullptr")
if fixing and findings and lie != "note":
    at = text.index("int *second")
    with open(path, "w", encoding="utf-8") as out:
        out.write(text[:at] + "fixed\n" * (2 if lie == "cure" else 1) + text[at:])
