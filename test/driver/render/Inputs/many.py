# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# many.py COUNT: prints a report of COUNT findings in a hundred files that do not exist.
import json
import sys

checks = ["async-blocking-call", "async-unawaited-task", "async-swallowed-cancellation", "async-per-call-executor"]
findings = []
for number in range(int(sys.argv[1])):
    name, line = f"src/part{number % 100:02}/unit{number // 100 % 7}.cpp", number // 100 + 1
    text = f"  co_await step_{number}(sleep_for(1s));"
    findings.append({"check": checks[number % 4], "at": {"file": name, "line": line, "column": 12, "offset": line * 40 + 11}, "length": 10,
                     "source": text, "function": f"part{number % 100}::work", "message": f"finding number {number}",
                     "fingerprint": f"{number:032x}"})
findings.sort(key=lambda f: (f["at"]["file"], f["at"]["line"], f["at"]["column"]))
json.dump({"root": "/nowhere", "findings": findings, "files": 700, "done": 700}, sys.stdout)
