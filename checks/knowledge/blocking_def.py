#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes runtime/src/debug/blocking.def: what posix.yaml says about blocking, for the traps of the runtime.

usage: blocking_def.py [--check]
With --check nothing is written; the exit code says whether the file is up to date. Needs PyYAML.
"""
import argparse
import os
import sys

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
OUTPUT = os.path.join(HERE, "..", "..", "runtime", "src", "debug", "blocking.def")

# Locks are held for moments and taken everywhere; the check does not report them by default either.
NOT_TRAPPED = {"lock"}

# How a macro that a condition mentions is told from an argument: a bit of it, or all of it.
BITS = {"MSG_DONTWAIT", "LOCK_NB", "LOCK_UN", "O_NONBLOCK", "MS_ASYNC", "WNOHANG", "IPC_NOWAIT"}
CHOICES = {"F_SETLKW", "F_TLOCK", "F_ULOCK", "F_TEST", "LIO_WAIT", "SYS_futex", "FUTEX_WAKE", "FUTEX_WAKE_PRIVATE",
           "FUTEX_REQUEUE", "FUTEX_REQUEUE_PRIVATE", "FUTEX_CMP_REQUEUE", "FUTEX_CMP_REQUEUE_PRIVATE", "FUTEX_WAKE_OP",
           "FUTEX_WAKE_OP_PRIVATE", "FUTEX_UNLOCK_PI", "FUTEX_UNLOCK_PI_PRIVATE"}
STATES = {"zero": "zero", None: "null", "maybe-nonblocking-descriptor": "nonblocking",
          "standard-output": "standard_output"}

HEAD = """\
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Written by checks/knowledge/blocking_def.py from posix.yaml and terms.yaml. Do not edit.
//
// ASYNCRT_BLOCKING(Name, Kind, When)
//   Name  a function of libc that blocks the thread
//   Kind  what it waits for
//   When  an expression about its arguments, the call `c`: whether it blocks
// ASYNCRT_MEMORY_PATH(Beginning)
//   the beginning of paths behind which there is no disk

#ifndef ASYNCRT_BLOCKING
#define ASYNCRT_BLOCKING(Name, Kind, When)
#endif
#ifndef ASYNCRT_MEMORY_PATH
#define ASYNCRT_MEMORY_PATH(Beginning)
#endif

"""
TAIL = "\n#undef ASYNCRT_BLOCKING\n#undef ASYNCRT_MEMORY_PATH\n"


def test_of(condition):
    """The C++ expression of one condition."""
    position = condition["argument"]
    if "is" in condition:
        return f"{STATES[condition['is']]}<{position}>(c)"
    macro = condition["mentions"]
    if macro in BITS:
        return f"has_bits<{position}>(c, {macro})"
    if macro in CHOICES:
        return f"equals<{position}>(c, {macro})"
    sys.exit(f"posix.yaml mentions {macro}: say in {__file__} whether it is one of the BITS or of the CHOICES")


def when(entry):
    tests = [test_of(c) for c in entry.get("only_if", [])] + ["!" + test_of(c) for c in entry.get("unless", [])]
    return " && ".join(tests) or "true"


def text():
    with open(os.path.join(HERE, "posix.yaml"), encoding="utf-8") as file:
        functions = yaml.safe_load(file)["functions"]
    with open(os.path.join(HERE, "terms.yaml"), encoding="utf-8") as file:
        paths = yaml.safe_load(file)["terms"]["memory_paths"]
    lines = [f'ASYNCRT_MEMORY_PATH("{path}")' for path in paths]
    for entry in functions:
        if entry.get("blocks", "lock") in NOT_TRAPPED:
            continue
        for name in entry.get("names") or [entry["name"]]:
            lines.append(f'ASYNCRT_BLOCKING({name}, "{entry["blocks"]}", {when(entry)})')
    return HEAD + "\n".join(lines) + "\n" + TAIL


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--check", action="store_true")
args = parser.parse_args()
wanted = text()
if args.check:
    with open(OUTPUT, encoding="utf-8") as file:
        up_to_date = file.read() == wanted
    print("blocking.def is up to date" if up_to_date else "blocking.def is out of date: run checks/knowledge/blocking_def.py")
    sys.exit(not up_to_date)
os.makedirs(os.path.dirname(OUTPUT), exist_ok=True)
with open(OUTPUT, "w", encoding="utf-8") as file:
    file.write(wanted)
