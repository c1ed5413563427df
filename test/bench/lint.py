#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the checks cost: CPU time of the compiler, of clang-tidy with one empty check, and of clang-tidy with all ours.

The three run in turn on each file, several rounds, so that whatever else the machine does hits all of them; the least
CPU time (user and system) of each is taken. Only the ratios mean something on another machine. Goal: clang-tidy with
all checks at most 1.1 times clang-tidy with an empty one.
"""
import argparse
import json
import os
import resource
import subprocess
import sys

PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GOAL = 1.1


def cpu_seconds(command, directory):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"bench: {' '.join(command)}\nended with {done.returncode}:\n{done.stdout}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    parser = argparse.ArgumentParser(prog="./dev bench lint", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, help=argparse.SUPPRESS)
    parser.add_argument("-p", dest="database", metavar="DIR", help="measure on another project (default: the Asio examples)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N files")
    args = parser.parse_args()

    subprocess.run(["ninja", "-C", args.build, "--quiet", "AsyncTidyEmpty"], check=True)
    database = args.database
    if not database:
        database = os.path.join(args.build, "examples", "asio")
        subprocess.run([sys.executable, os.path.join(PROJECT, "test", "real", "examples.py"), database], check=True, stdout=subprocess.DEVNULL)
    with open(os.path.join(database, "compile_commands.json"), encoding="utf-8") as file:
        entries = json.load(file)
    if not args.database:
        entries = [e for e in entries if os.path.relpath(e["file"], database).startswith("asio")]
    entries = entries[:args.limit]
    if not entries:
        sys.exit("bench: there is nothing to measure")

    tidy = ["clang-tidy-22", "--quiet", "-p=" + os.path.abspath(database), "--config={}"]
    ours = os.path.join(args.build, "lib", "AsyncTidy.so")
    empty = os.path.join(args.build, "lib", "AsyncTidyEmpty.so")
    names = ("clang++ -fsyntax-only", "clang-tidy, one empty check", "clang-tidy, all checks")
    totals = [0.0, 0.0, 0.0]
    show = sys.stderr.isatty()
    for number, entry in enumerate(entries, 1):
        arguments = entry.get("arguments")
        if not arguments:
            sys.exit("bench: the database has \"command\" strings; one with \"arguments\" is needed")
        compiler = ["clang++-22", "-fsyntax-only"]
        skip = False
        for argument in arguments[1:]:
            if not skip and argument not in ("-c", "-o"):
                compiler.append(argument)
            skip = argument == "-o"
        commands = (compiler, [*tidy, "--load=" + empty, "--checks=-*,empty-check", entry["file"]],
                    [*tidy, "--load=" + ours, "--checks=-*,async-*", entry["file"]])
        least = [min(times) for times in zip(*([cpu_seconds(c, entry["directory"]) for c in commands] for _ in range(args.rounds)))]
        totals = [total + time for total, time in zip(totals, least)]
        if show:
            print(f"\r\x1b[K[{number}/{len(entries)}]", end="", file=sys.stderr, flush=True)
    if show:
        print("\r\x1b[K", end="", file=sys.stderr)

    print(f"{len(entries)} files, least of {args.rounds} rounds each, CPU seconds")
    for name, total in zip(names, totals):
        print(f"  {name:<28}{total:8.2f}   {total / totals[0]:5.2f} x compiler   {total / totals[1]:5.2f} x empty check")
    ratio = totals[2] / totals[1]
    print(f"all checks cost {ratio:.3f} times one empty check; the goal, at most {GOAL}, is {'met' if ratio <= GOAL else 'missed'}")


if __name__ == "__main__":
    main()
