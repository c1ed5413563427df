# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# suggestions.py FILE ROOT: tells what each line of an rdjsonl file says, and what its suggestions make of the source.
import json
import os
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    diagnostics = [json.loads(line) for line in file]
for diagnostic in diagnostics:
    path = diagnostic["location"]["path"]
    start = diagnostic["location"].get("range", {}).get("start", {"line": 0, "column": 0})
    print(f"{diagnostic['severity']} {path}:{start['line']}:{start['column']}: {diagnostic['message']} [{diagnostic.get('code', {}).get('value')}]",
          f"{len(diagnostic.get('related_locations', []))} related")
    if "range" in diagnostic["location"] and "end" in diagnostic["location"]["range"] and os.path.exists(os.path.join(sys.argv[2], path)):
        with open(os.path.join(sys.argv[2], path), "rb") as file:
            lines = file.read().split(b"\n")
        end = diagnostic["location"]["range"]["end"]
        assert end["line"] == start["line"]
        print("  at", lines[start["line"] - 1][start["column"] - 1:end["column"] - 1].decode("utf-8", "replace"))
    if "suggestions" not in diagnostic:
        continue
    before = list(lines)
    for suggestion in reversed(diagnostic["suggestions"]):
        start, end = suggestion["range"]["start"], suggestion["range"]["end"]
        head, tail = lines[start["line"] - 1][:start["column"] - 1], lines[end["line"] - 1][end["column"] - 1:]
        lines[start["line"] - 1:end["line"]] = (head + suggestion["text"].encode() + tail).split(b"\n")
    for line in lines:
        if line not in before:
            print("    + " + line.decode())
    for line in before:
        if line not in lines:
            print("    - " + line.decode())
