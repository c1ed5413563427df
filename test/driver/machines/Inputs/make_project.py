#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes a project of which three shards are made: make_project.py FOLDER

Shard 1 has quick.c and slow.cpp, which takes some seconds: time to kill it between the two. The findings are in shard 3;
one is about a call that leads into shard 2.
"""
import os
import sys

SLEEPS = '#include "mini.h"\nvoid load();\n'
FILES = {
    "quick.c": "void quick(void) {}\n",
    "slow.cpp": "constexpr int spin(int n) {\n  int sum = 0;\n  for (int i = 0; i != 15000; ++i)\n    sum += i % (n + 1);\n  return sum;\n}\n"
                + "".join(f"static_assert(spin({n}) > 0 || {n} == 0);\n" for n in range(1, 17)) + "// " + "x" * 20000 + "\n",
    "load.cpp": "#include <unistd.h>\nvoid load() { sleep(1); }\n// " + "x" * 12000 + "\n",
    "serve.cpp": '#include "mini.h"\nvoid load();\nmini::task<> serve() { load(); co_return; }\n// ' + "x" * 10000 + "\n",
    "idle.cpp": "void idle() {}\n// More than in quick.c.\n",
    "other.cpp": '#include "mini.h"\nmini::task<> other() { std::this_thread::sleep_for(std::chrono::seconds(1)); co_return; }\n',
}

for name, text in FILES.items():
    path = os.path.join(sys.argv[1], "src", name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
