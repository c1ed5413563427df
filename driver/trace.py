#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a program that is built with asyncrt and holds what it reports against what the linter finds: `./dev trace`.

People's text and --format=json go to stdout; progress, errors, and what the program prints go to stderr.
"""
import argparse
import collections
import dataclasses
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile

import command_line
import findings
from command_line import CLEAN, FINDINGS, INTERRUPTED, NOT_ANALYSED

TITLES = {"both": "Seen in the source and in the run",
          "run": "Only seen in the run: the linter misses it, or its page says why it is silent",
          "source": "Only seen in the source: this run did not come to it, or not long enough"}


command_line.TOOL = "trace"
die = command_line.die


def parse_arguments():
    arguments, program = command_line.split_arguments()
    parser = command_line.Parser(
        prog="./dev trace", formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False,
        usage="./dev trace [-p DIR] [options] [FILE...] -- PROGRAM [ARGUMENT...]\n"
              "       ./dev trace [-p DIR] [options] --reports=REPORTS [FILE...]",
        description="Runs a program that is built with asyncrt (and -g) and shows which findings of the linter were seen\n"
                    "in the run, which were not, and what was seen that the linter does not find.",
        epilog="The program is run with ASYNCRT_DEBUG=1 (unless it is set) and ASYNCRT_REPORT. Ctrl-C goes to the program;\n"
               "what it has reported until then is shown.\n"
               "Exit code: 0 nothing found by either side, 1 findings, 2 usage or configuration, 3 some file could not be\n"
               "analysed, 4 interrupted, or the program did not come to its own end.")
    parser.add_argument("files", nargs="*", help="source files or folders to lint (default: all of the compile database)")
    parser.add_argument("-p", dest="database", metavar="DIR", help="directory with compile_commands.json")
    parser.add_argument("--checks", help="checks to compare (default: those that async-tidy runs)")
    parser.add_argument("--reports", metavar="FILE", help="what a run has written with ASYNCRT_REPORT=json:FILE, instead of running")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    parser.add_argument("--timeout", type=float, help="seconds after which the program is ended, with SIGTERM")
    parser.add_argument("--driver", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--only-check", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args(arguments)
    args.program = program
    if (args.reports is None) == (program is None or not program):
        die("either a program after --, or --reports=FILE", "./dev trace -p build -- build/server --port=8080")
    if args.timeout is not None and args.timeout <= 0:
        die("--timeout needs a number of seconds above zero", "leave it out to wait for the program's own end")
    if args.reports and not os.path.exists(args.reports):
        die(f"there is no file {args.reports}", "let the program write it: ASYNCRT_DEBUG=1 ASYNCRT_REPORT=json:FILE ./program")
    return args


def lint_project(args):
    """(the linter's findings, its exit code)"""
    command = [args.driver, "check", "--format=jsonl", "--root=/", "--quiet", *(["-p", args.database] if args.database else []),
               *(["--checks=" + args.checks] if args.checks else []), *args.files]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, errors="replace")
    if done.returncode not in (CLEAN, FINDINGS, NOT_ANALYSED):
        sys.exit(done.returncode)
    return findings.read_report(done.stdout), done.returncode


@dataclasses.dataclass
class Ended:
    """How the program ended: in words, and whether it came to its own end."""
    words: str
    complete: bool = True


def run_program(args, reports):
    """Runs the program to its end, or to the time-out."""
    environment = {"ASYNCRT_DEBUG": "1", **os.environ, "ASYNCRT_REPORT": "json:" + reports}
    print(f"trace: running {shlex.join(args.program)}", file=sys.stderr)
    try:
        process = subprocess.Popen(args.program, stdout=sys.stderr, env=environment)
    except OSError as problem:
        name = args.program[0]
        die(f"{name} cannot be run: {problem.strerror}",
            f"did you mean ./{name}?" if os.sep not in name and os.path.exists(name) else "give its path as seen from here")
    # Ctrl-C on a terminal reaches the program as well; it decides.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN), signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    try:
        process.wait(args.timeout)
    except subprocess.TimeoutExpired:
        process.terminate()
        try:
            process.wait(10)
            return Ended(f"was asked to end after {args.timeout:g} s")
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return Ended(f"was asked to end after {args.timeout:g} s, did not, and was killed", complete=False)
    finally:
        signal.signal(signal.SIGINT, before[0])
        signal.signal(signal.SIGTERM, before[1])
    if process.returncode in (-signal.SIGINT, -signal.SIGTERM):
        return Ended(f"was ended by {signal.Signals(-process.returncode).name}")
    if process.returncode < 0:
        return Ended(f"was ended by {signal.Signals(-process.returncode).name}", complete=False)
    return Ended(f"ended with exit code {process.returncode}")


def compiler_flags(arguments, source, directory):
    """What a parser needs of a command line: no compiler, launcher, source, output or dependencies."""
    path = os.path.realpath(os.path.join(directory, source))
    kept, skip = [], True  # Whatever comes before the first flag is a compiler or its launcher.
    at = iter(arguments)
    for argument in at:
        if skip and not argument.startswith("-"):
            continue
        skip = False
        if argument in ("-o", "-MF", "-MT", "-MQ", "--serialize-diagnostics"):
            next(at, None)
        elif argument not in ("-c", "-MD", "-MMD", "-MP", "-M", "-MM", "--") and argument not in command_line.GCC_ONLY and \
                (argument.startswith("-") or os.path.realpath(os.path.join(directory, argument)) != path):
            kept.append(argument)
    return kept


def functions_for(database, found):
    """The functions of all files in which something was found."""
    import functions  # Not there before ./dev has installed python3-clang-22.
    known = functions.Functions({f.place.file for f in found})
    if not found:
        return known
    with open(os.path.join(database, "compile_commands.json"), encoding="utf-8") as file:
        units = [(os.path.join(database, entry["directory"]), entry) for entry in json.load(file)]
    units.sort(key=lambda unit: os.path.realpath(os.path.join(unit[0], unit[1]["file"])) not in known.wanted)
    for directory, entry in units:
        if known.complete():
            break
        source = os.path.normpath(os.path.join(directory, entry["file"]))
        arguments = entry.get("arguments") or shlex.split(entry["command"])
        if not known.add(source, compiler_flags(arguments, entry["file"], directory), directory):
            print(f"trace: {short(source)} could not be parsed: what is found in it is not joined", file=sys.stderr)
    return known


# --- What is shown ------------------------------------------------------------------------------------------------

def as_json(joined, ended):
    return json.dumps({"program": ended and {"ended": ended.words, "complete": ended.complete}, "findings": [{
        "check": m.check, "seen": m.seen, "file": m.place.file, "line": m.place.line, "function": m.place.function,
        "source": m.found and {"message": m.found.message, "line": m.found.place.line, "column": m.found.place.column},
        "run": {"times": len(m.reports), "messages": list(dict.fromkeys(r.message for r in m.reports)),
                "places": [{"file": p.file, "line": p.line, "function": p.function} for p in m.reports[0].places()]} if m.reports else None,
    } for m in joined]}, indent=1)


def short(path):
    relative = os.path.relpath(path) if path else "?"
    return path if relative.startswith("../..") else relative


def stack_lines(report):
    """The functions that led to where it was, up to main()."""
    before = None
    for place in report.places():
        line = f"at {place.function} ({short(place.file)}:{place.line})"
        if line != before:
            yield line
        before = line
        if place.function == "main":
            return


def print_text(joined, ended, color):
    bold, dim, reset = ("\x1b[1m", "\x1b[2m", "\x1b[0m") if color else ("", "", "")
    groups = collections.defaultdict(list)
    for matter in joined:
        groups[matter.seen].append(matter)
    for seen, title in TITLES.items():
        if not groups[seen]:
            continue
        print(f"{bold}{title}{reset}")
        for m in groups[seen]:
            print(f"  {short(m.place.file)}:{m.place.line}: {m.check}" + (f" in {m.place.function}" if m.place.function else ""))
            if m.found:
                print(f"    {dim}source:{reset} {m.found.message}")
            for message, times in collections.Counter(r.message for r in m.reports).items():
                print(f"    {dim}run:{reset}    {message}" + (f" ({times} times)" if times > 1 else ""))
            stacks = list(dict.fromkeys(tuple(stack_lines(r)) for r in m.reports))
            for stack in stacks[:3]:
                for line in stack:
                    print(f"            {dim}{line}{reset}")
            if len(stacks) > 3:
                print(f"            {dim}and from {len(stacks) - 3} more places{reset}")
        print()
    counts = ", ".join(f"{len(groups[seen])} {words}" for seen, words in
                       (("both", "seen by both"), ("run", "only in the run"), ("source", "only in the source")))
    print(f"{bold}{counts}{reset}" if joined else "Nothing was found, neither in the source nor in the run.")
    if groups["source"]:
        print("A finding that was not seen in a run is as true as before: another run may come to it.")
    if ended and ended.words != "ended with exit code 0":
        print(f"The program {ended.words}.")


def main():
    args = parse_arguments()
    database = command_line.find_database(args)
    files, _ = command_line.read_database(database)  # Before the program is run.
    if args.only_check:
        return CLEAN

    def read(reports):
        try:
            return findings.read_reports(reports, list(dict.fromkeys([os.getcwd(), *files.values()])))
        except (ValueError, OSError) as why:
            die(why, "see docs/debugging.md")

    # What is wrong with what was asked for is told before the program runs.
    reported, ended = read(args.reports) if args.reports else None, None
    found, code = lint_project(args)
    if args.program:
        with tempfile.TemporaryDirectory() as directory:
            reports = os.path.join(directory, "reports.json")
            ended = run_program(args, reports)
            if not os.path.exists(reports):
                die(f"{args.program[0]} has not written any reports; it {ended.words}",
                    "is it built with asyncrt, and does it run a loop? See docs/debugging.md")
            reported = read(reports)
    joined = findings.join(found, reported, functions_for(database, found))
    if args.format == "json":
        print(as_json(joined, ended))
    else:
        print_text(joined, ended, command_line.use_color(args.color))
    stacks = [r for r in reported if r.stack]
    if stacks and all(r.places() == [r.coroutine] for r in stacks):
        print("trace: no stack has lines of yours: build the program with -g, and let the paths in it be those of the source", file=sys.stderr)
    if code == NOT_ANALYSED:
        return NOT_ANALYSED
    if ended and not ended.complete:
        return INTERRUPTED
    return FINDINGS if joined else CLEAN


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("trace: interrupted", file=sys.stderr)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(INTERRUPTED)
