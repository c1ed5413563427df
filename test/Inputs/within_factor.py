#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs two commands and compares their CPU time, which other work on the machine does not change much.
usage: within_factor.py FACTOR yardstick ... -- command ...

Prints what the second command prints. Fails if that needs more than FACTOR times the CPU time of the first."""
import resource
import subprocess
import sys


def cpu_time(command, **options):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, **options)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done.returncode, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


cut = sys.argv.index("--")
factor, yardstick, command = float(sys.argv[1]), sys.argv[2:cut], sys.argv[cut + 1:]
failed, allowed = cpu_time(yardstick)
if failed:
    sys.exit(f"{yardstick[0]} failed")
failed, needed = cpu_time(command)
print(f"{needed:.2f} s, {needed / allowed:.1f} times the yardstick", file=sys.stderr)
sys.exit(failed or int(needed > factor * allowed))
