# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the Python commands of this project have in common: arguments, errors, colours, compile databases."""
import argparse
import difflib
import json
import os
import re
import shlex
import sys

CLEAN, FINDINGS, USAGE, NOT_ANALYSED, INTERRUPTED = range(5)

# What g++ understands and clang does not, for databases written by g++; none of it changes what the code means.
GCC_ONLY = ("-fconcepts", "-fno-canonical-system-headers", "-fcoroutines", "-fmodules-ts", "-fanalyzer",
            "-fno-ipa-cp-clone", "-fno-var-tracking-assignments", "-fno-tree-vectorize", "-fno-reorder-blocks",
            "-fno-aggressive-loop-optimizations", "-fno-devirtualize", "-fno-ipa-sra")


TOOL = "dev"  # The command that people called.


def die(problem, cure):
    print(f"{TOOL}: {problem}\n{' ' * len(TOOL)}  {cure}", file=sys.stderr)
    sys.exit(USAGE)


def use_color(choice):
    """What --color=auto, always or never means for what goes to stdout."""
    return choice == "always" or (choice == "auto" and sys.stdout.isatty() and "NO_COLOR" not in os.environ)


def split_arguments():
    """The arguments of this process before and after --; None for those after it when it is not there."""
    arguments = sys.argv[1:]
    if "--" not in arguments:
        return arguments, None
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1:]


class Parser(argparse.ArgumentParser):
    """Tells of an option that there is not what may have been meant."""

    def error(self, message):
        unknown = re.search(r"unrecognized arguments: (--[\w-]+)", message)
        like = unknown and difflib.get_close_matches(unknown[1], self._option_string_actions, 1)
        die(message, f"did you mean {like[0]}?" if like else f"{self.prog} --help lists the options")


def find_database(args):
    """The directory whose compile_commands.json describes the files."""
    cure = ("let the build write one: cmake -S . -B build -DCMAKE_EXPORT_COMPILE_COMMANDS=ON (other builds: bear -- make),\n"
            f"      then ./dev {TOOL} -p build")
    if args.database:
        directory = args.database
        if os.path.isfile(directory) and os.path.basename(directory) == "compile_commands.json":
            directory = os.path.dirname(directory)
        if not os.path.isfile(os.path.join(directory, "compile_commands.json")):
            die(f"there is no compile_commands.json in {args.database}", cure)
        return os.path.abspath(directory)
    at = os.path.abspath(args.files[0]) if args.files else os.getcwd()
    at = at if os.path.isdir(at) else os.path.dirname(at)
    while True:
        for directory in (at, os.path.join(at, "build")):
            if os.path.isfile(os.path.join(directory, "compile_commands.json")):
                return directory
        if os.path.dirname(at) == at:
            die("no compile_commands.json here, in build/, or above", cure)
        at = os.path.dirname(at)


def read_database(directory):
    """The files of the database in its order, each once with its directory, and whether it was written for g++."""
    path = os.path.join(directory, "compile_commands.json")
    try:
        with open(path, encoding="utf-8") as file:
            entries = json.load(file)
        files, compilers = {}, set()
        if not isinstance(entries, list):
            raise TypeError
        for entry in entries:
            base = os.path.join(directory, entry["directory"])
            files.setdefault(os.path.normpath(os.path.join(base, entry["file"])), base)
            compilers.add(os.path.basename((entry.get("arguments") or shlex.split(entry["command"] + ""))[0]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as problem:
        # What Python says of a wrong shape is about Python.
        shape = "expected a list of entries with directory, file and command"
        why = problem.strerror if isinstance(problem, OSError) else str(problem) if isinstance(problem, ValueError) else shape
        die(f"{path} is no compile database: {why}",
            "have it written again; the format: https://clang.llvm.org/docs/JSONCompilationDatabase.html")
    if not files:
        die(f"{path} lists no files", "configure the project with the targets you want to lint")
    return files, any("clang" not in compiler for compiler in compilers)
