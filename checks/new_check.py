#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the files of a new check: one line in Checks.def, a source, a header, a page, a test and a line in the changelog.

What only the author can write is marked TODO, and the new test fails until it is written.
"""
import argparse
import os
import re
import sys

# What each folder is for, and the words in a check's name that say it belongs there.
FOLDERS = {"blocking": ("code that stops the thread of a loop", "blocking sync sleep loop busy yield"),
           "lifetime": ("lifetime across suspension", "dangling stale lifetime capturing reference"),
           "cancellation": ("cancellation and errors", "cancellation cancelled uncancellable cleanup stop timeout unhandled"),
           "sharing": ("locks, threads, executors", "lock thread executor pool race queue affinity frame"),
           "awaiter": ("writing awaiters and task types", "awaiter suspend resume publish discardable coroutine"),
           "lost_work": ("work that is never awaited", "task await awaits spawn scope detached write")}


def folder_for(name):
    words = name.split("-")
    return next((folder for folder, (_, known) in FOLDERS.items() if set(words) & set(known.split())), None)

HEADER = """// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// TODO: one sentence on what this finds.
#pragma once

#include "AsyncCheck.h"

namespace asynctidy {{

/// TODO: the misuse, and when it is none. Page: docs/checks/{name}.md
class {cls} final : public AsyncCheck {{
public:
  using AsyncCheck::AsyncCheck;

protected:
  void checkFunction(const clang::FunctionDecl &F, TranslationUnit &Unit) override;
}};

}} // namespace asynctidy
"""

SOURCE = """// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "{folder}/{cls}.h"

namespace asynctidy {{

// TODO: ask Unit for what is known about the function, and report() what is wrong with it.
void {cls}::checkFunction(const clang::FunctionDecl &, TranslationUnit &) {{}}

}} // namespace asynctidy
"""

PAGE = """# {name}

## What it finds
TODO

## Why it hurts
TODO

## Example
```cpp bad
#include "mini.h"
// TODO
```

## Better
```cpp good
#include "mini.h"
// TODO
```

## Options
None.

## Fix safety
TODO

## Known false alarms
TODO

## Known missed alarms
TODO

## Proof
<!-- Written by `./dev prove --update-pages`. -->
Not executable: there are no programs for it yet.
"""

TEST = """// RUN: %check_async_tidy %s {name}
// RUN: %check_async_tidy %s {name} -- -- -DMINI_DISCARDABLE

// TODO: the common case first, then every syntactic position, then the traps that must stay silent.

#include "mini.h"

mini::task<> common_case() {{
  co_return;
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: TODO [{name}]
}}
"""

# Fails as long as test/proof/NAME has no programs.
PROOF = """# Every program with the mistake is found by the linter and shown by its run, at the same function; the others by neither.
# REQUIRES: llvm-22, !sanitize, boost-asio
# RUN: %prove {name} --verify-pages
"""


def main():
    parser = argparse.ArgumentParser(prog="./dev new-check", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog="folders:\n" + "\n".join(f"  {f:<14}{what}" for f, (what, _) in FOLDERS.items()))
    parser.add_argument("name", help="kebab-case, names the misuse: lock-across-await; async- is put before it if missing")
    parser.add_argument("--folder", choices=FOLDERS, help="where it belongs (default: by the words of the name)")
    parser.add_argument("--severity", choices=("error", "warning", "hint"), default="warning")
    parser.add_argument("--default", choices=("on", "off"), default="on")
    parser.add_argument("--fix", choices=("safe", "unsafe", "both", "none"), default="none")
    parser.add_argument("--project", default=os.path.dirname(os.path.dirname(os.path.abspath(__file__))), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", args.name) or args.name == "async":
        parser.error(f"{args.name} is not a kebab-case name such as async-lock-across-await")
    if not args.name.startswith("async-"):
        args.name = "async-" + args.name
    args.folder = args.folder or folder_for(args.name)
    if not args.folder:
        parser.error(f"the words of {args.name} do not tell where the check belongs; say it with --folder=FOLDER:\n"
                     + "\n".join(f"  {folder:<14}{what}" for folder, (what, _) in FOLDERS.items()))

    def path(*parts):
        return os.path.join(args.project, *parts)

    cls = "".join(word.capitalize() for word in args.name.split("-")[1:]) + "Check"
    with open(path("checks", "Checks.def"), encoding="utf-8") as file:
        lines = file.read().splitlines(keepends=True)
    entries = [(n, re.search(r'"(async-[^"]*)"', line).group(1)) for n, line in enumerate(lines) if line.startswith("ASYNC_CHECK(")]
    if args.name in (name for _, name in entries):
        parser.error(f"there is a check called {args.name} already")
    with open(path("CMakeLists.txt"), encoding="utf-8") as file:
        version = re.search(r"project\(async-tidy VERSION (\d+\.\d+)", file.read()).group(1)
    files = {f"checks/{args.folder}/{cls}.h": HEADER, f"checks/{args.folder}/{cls}.cpp": SOURCE,
             f"docs/checks/{args.name}.md": PAGE, f"test/checks/{args.name}/{args.name[len('async-'):]}.cpp": TEST,
             f"test/proof/{args.name}.test": PROOF}
    for file in files:
        if os.path.exists(path(file)):
            parser.error(f"{file} is there already; nothing was written")

    for file, template in files.items():
        os.makedirs(os.path.dirname(path(file)), exist_ok=True)
        with open(path(file), "w", encoding="utf-8") as out:
            out.write(template.format(name=args.name, cls=cls, folder=args.folder))
    at = next((n for n, name in entries if name > args.name), entries[-1][0] + 1)
    lines.insert(at, f'ASYNC_CHECK({cls}, "{args.name}", {args.folder}, {args.severity}, {args.default}, {args.fix}, "{version}")\n')
    with open(path("checks", "Checks.def"), "w", encoding="utf-8") as out:
        out.writelines(lines)
    with open(path("CHANGELOG.md"), encoding="utf-8") as file:
        changes = file.read()
    with open(path("CHANGELOG.md"), "w", encoding="utf-8") as out:
        out.write(re.sub(r"(\n## [^\n]*unreleased\n\n)", rf"\1- New check `{args.name}`: TODO.\n", changes, count=1))

    print("Written, each with TODO where it needs you:")
    for file in files:
        print("  " + file)
    print("One line was added to checks/Checks.def and to CHANGELOG.md.")
    print(f"The new test fails until the check works: ./dev test {args.name}")


if __name__ == "__main__":
    sys.exit(main())
