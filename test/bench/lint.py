#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What linting costs, in CPU time, per file and in total, side by side in one run:

  compiler   clang++-22 -fsyntax-only
  LLVM's     run-clang-tidy-22 with LLVM's four coroutine checks
  empty      clang-tidy-22 with a module of one empty check
  module     run-clang-tidy-22 with our module, all checks
  driver     async-tidy, all checks and all that a link needs, without its cache

They run in turn on each file, several rounds, so that whatever else the machine does hits all of them; the least CPU
time (user and system, with all child processes) of each is taken. Then the driver runs on all files at once, with a cache
that is empty and with one that is full. Only the ratios mean something on another machine.
Goals: the driver at most 0.6 times the compiler and half of LLVM's; the module at most 1.1 times the empty check; with a
full cache at most 2 % of what it takes with an empty one.
"""
import argparse
import json
import os
import re
import resource
import shlex
import subprocess
import sys
import tempfile

PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LLVM_CHECKS = ("misc-coroutine-hostile-raii,cppcoreguidelines-avoid-capturing-lambda-coroutines,"
               "cppcoreguidelines-avoid-reference-coroutine-parameters,cppcoreguidelines-no-suspend-with-lock")
COLUMNS = ("compiler", "LLVM's", "empty", "module", "driver")


def cpu_seconds(command, directory):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):  # 1: findings
        sys.exit(f"bench: {' '.join(command)}\nended with {done.returncode}:\n{done.stdout}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compiler_of(entry):
    """The command of a database entry as one that only checks the syntax."""
    arguments = entry.get("arguments") or shlex.split(entry["command"])
    compiler, skip = ["clang++-22", "-fsyntax-only"], False
    for argument in arguments[1:]:
        if not skip and argument not in ("-c", "-o"):
            compiler.append(argument)
        skip = argument == "-o"
    return compiler


def main():
    parser = argparse.ArgumentParser(prog="./dev bench lint", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, help=argparse.SUPPRESS)
    parser.add_argument("-p", dest="database", metavar="DIR", help="measure on another project (default: the Asio and Boost.Asio examples)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N files")
    args = parser.parse_args()
    args.build = os.path.abspath(args.build)

    subprocess.run(["ninja", "-C", args.build, "--quiet", "AsyncTidyEmpty"], check=True)
    database = args.database
    if not database:
        database = os.path.join(args.build, "examples", "asio")
        subprocess.run([sys.executable, os.path.join(PROJECT, "test", "real", "examples.py"), database], check=True, stdout=subprocess.DEVNULL)
    database = os.path.abspath(database)
    with open(os.path.join(database, "compile_commands.json"), encoding="utf-8") as file:
        entries = json.load(file)[:args.limit]
    if not entries:
        sys.exit("bench: there is nothing to measure")

    ours = os.path.join(args.build, "lib", "AsyncTidy.so")
    empty = os.path.join(args.build, "lib", "AsyncTidyEmpty.so")
    driver = os.path.join(args.build, "bin", "async-tidy")
    run_clang_tidy = ["run-clang-tidy-22", "-quiet", "-j1", "-clang-tidy-binary=clang-tidy-22", "-p=" + database, "-config={}"]
    rows, show = [], sys.stderr.isatty()
    width = max(len(os.path.basename(entry["file"])) for entry in entries)
    print(f"{'CPU seconds, least of ' + str(args.rounds) + (' rounds' if args.rounds > 1 else ' round'):<{width}}"
          + "".join(f"{name:>10}" for name in COLUMNS) + "   driver/compiler  driver/LLVM's  module/empty")

    def line(name, row):
        return (f"{name:<{width}}" + "".join(f"{time:>10.2f}" for time in row)
                + f"{row[4] / row[0]:>18.2f}{row[4] / row[1]:>15.2f}{row[3] / row[2]:>14.2f}")

    for number, entry in enumerate(entries, 1):
        file = os.path.join(entry["directory"], entry["file"])
        pattern = "^" + re.escape(file) + "$"
        commands = (compiler_of(entry),
                    [*run_clang_tidy, "-checks=-*," + LLVM_CHECKS, pattern],
                    ["clang-tidy-22", "--quiet", "-p=" + database, "--config={}", "--load=" + empty, "--checks=-*,empty-check", file],
                    [*run_clang_tidy, "-load=" + ours, "-checks=-*,async-*", pattern],
                    [driver, "check", "-p", database, "--config={}", "--quiet", "-j1", "--no-cache", file])
        rows.append([min(times) for times in zip(*([cpu_seconds(c, entry["directory"]) for c in commands] for _ in range(args.rounds)))])
        if show:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
        print(line(os.path.basename(file), rows[-1]), flush=True)
        if show:
            print(f"[{number}/{len(entries)}]", end="", file=sys.stderr, flush=True)
    if show:
        print("\r\x1b[K", end="", file=sys.stderr)

    names = [os.path.join(entry["directory"], entry["file"]) for entry in entries]
    with tempfile.TemporaryDirectory(prefix="async-tidy-bench-") as cache:
        def cached(state):
            return cpu_seconds([driver, "check", "-p", database, "--config={}", "--quiet", "--cache-dir=" + os.path.join(cache, state), *names], database)
        cold = min(cached(str(number)) for number in range(args.rounds))
        warm = min(cached("0") for _ in range(args.rounds))

    total = [sum(column) for column in zip(*rows)]
    print(line(f"{len(rows)} files in total", total))
    print(f"all of them at once: {cold:.2f} with an empty cache, {warm:.3f} with a full one")
    for what, ratio, goal in (("the driver to the compiler", total[4] / total[0], 0.6),
                              ("the driver to run-clang-tidy with LLVM's four checks", total[4] / total[1], 0.5),
                              ("the module to an empty check", total[3] / total[2], 1.1),
                              ("with a full cache to an empty one", warm / cold, 0.02)):
        print(f"{what}: {ratio:.3f}; the goal, at most {goal}, is {'met' if ratio <= goal else 'missed'}")


if __name__ == "__main__":
    main()
