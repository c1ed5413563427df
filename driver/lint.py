#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Lints a project with stock clang-tidy and the module: the engine behind `./dev lint`.

Findings go to stdout in clang-tidy's own words, in the order of the compile database, each once even when several
files include the header it is in, and a summary closes them; progress and errors of the tool go to stderr.
"""
import argparse
import collections
import concurrent.futures
import difflib
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import fixes

CLEAN, FINDINGS, USAGE, NOT_ANALYSED, INTERRUPTED = range(5)

ANSI = re.compile(r"\x1b\[[0-9;]*m")
START = re.compile(r"^(?:.+?:\d+:\d+: )?(?P<level>warning|error): (?P<text>.*?)(?: \[(?P<names>[\w.,*-]+)\])?$")

# What g++ understands and clang does not, for databases written by g++; none of it changes what the code means.
GCC_ONLY = ("-fconcepts", "-fno-canonical-system-headers", "-fcoroutines", "-fmodules-ts", "-fanalyzer",
            "-fno-ipa-cp-clone", "-fno-var-tracking-assignments", "-fno-tree-vectorize", "-fno-reorder-blocks",
            "-fno-aggressive-loop-optimizations", "-fno-devirtualize", "-fno-ipa-sra")


TOOL = "lint"  # The command that people called, which may be another one that uses this.


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


def parse_arguments():
    global TOOL
    arguments, compiler = split_arguments()
    parser = Parser(
        prog="./dev lint", formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False,
        description="Finds async misuse in C++20 coroutine code.",
        epilog="After --: compiler arguments, to be used instead of a compile database.\n"
               "Exit code: 0 clean (or all fixed), 1 findings, 2 usage or configuration, 3 some file could not be analysed,\n"
               "4 interrupted.")
    parser.add_argument("files", nargs="*", help="source files, or folders of files of the database (default: all of it)")
    parser.add_argument("-p", dest="database", metavar="DIR", help="directory with compile_commands.json")
    parser.add_argument("--checks", help="checks to run (default: async-*, as far as .clang-tidy files do not choose among them)")
    parser.add_argument("--config-file", metavar="FILE", help="a .clang-tidy file to use instead of those beside the sources")
    parser.add_argument("--fix", action="store_true", help="when all files are analysed, apply the safe fixes; a file that does not compile is not fixed, the others are")
    parser.add_argument("--skip-unlisted", action="store_true", help="pass over files that the database does not list, with one warning")
    parser.add_argument("--quiet", action="store_true", help="no closing summary")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    parser.add_argument("-j", dest="jobs", type=int, default=len(os.sched_getaffinity(0)), help="files at a time")
    parser.add_argument("--timeout", type=float, default=900, help="seconds one file may take (default: 900)")
    parser.add_argument("--clang-tidy", default="clang-tidy-22", help=argparse.SUPPRESS)
    parser.add_argument("--plugin", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--only-check", choices=("arguments", "database"), help=argparse.SUPPRESS)
    parser.add_argument("--called", default=TOOL, help=argparse.SUPPRESS)
    parser.add_argument("--relative-to", default=os.getcwd(), help=argparse.SUPPRESS)
    args = parser.parse_args(arguments)
    args.compiler, TOOL = compiler, args.called
    if args.jobs < 1:
        die("-j needs a number above zero", "leave it out to use every processor")
    if args.timeout <= 0:
        die("--timeout needs a number of seconds above zero", "leave it out for 900")
    if compiler is not None and not args.files:
        die("compiler arguments after --, but no file", "name the files: ./dev lint a.cpp b.cpp -- -std=c++20")
    if compiler is not None and args.database:
        die("-p and compiler arguments after -- exclude each other", "leave one of them out")
    for file in args.files:
        if not os.path.exists(file) or (compiler is not None and not os.path.isfile(file)):
            die(f"there is no file {file}", "give paths as seen from here")
    if args.config_file and not os.path.isfile(args.config_file):
        die(f"there is no file {args.config_file}", "give the path of a .clang-tidy file")
    return args


def find_database(args):
    """The directory whose compile_commands.json describes the files."""
    cure = ("let the build write one: cmake -S . -B build -DCMAKE_EXPORT_COMPILE_COMMANDS=ON (other builds: bear -- make),\n"
            f"      then ./dev {TOOL} -p build" + ("; or give compiler arguments: ./dev lint a.cpp -- -std=c++20" if TOOL == "lint" else ""))
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


class ClangTidy:
    """Stock clang-tidy with the module; runs several files at a time and can be stopped."""

    def __init__(self, args):
        self.args = args
        self.base = [args.clang_tidy, "--load=" + args.plugin]
        self.options = []
        self.chosen = {}
        self.running = set()
        self.lock = threading.Lock()
        self.stopped = False

    def ask(self, *arguments):
        done = subprocess.run([*self.base, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        return done.returncode, done.stdout, done.stderr

    def list_checks(self, checks):
        code, out, err = self.ask("--checks=-*," + checks, "--list-checks")
        if code not in (0, 1):
            die(err.strip() or f"{self.args.clang_tidy} ended with {code}", "./dev build builds the module for the installed LLVM 22")
        return [line.strip() for line in out.splitlines()[1:] if line.strip()], err

    def checks(self):
        """The checks that will run. A module that did not load would otherwise look like clean code."""
        if not shutil.which(self.args.clang_tidy):
            die(f"{self.args.clang_tidy} is not installed", "apt-get install clang-tidy-22")
        everything, complaint = self.list_checks("async-*")
        if not everything:
            die(f"{self.args.plugin} was not loaded: {complaint.strip()}", "build it again: ./dev build")
        for pattern in filter(None, map(str.strip, (self.args.checks or "").split(","))):
            if not pattern.lstrip("-").startswith("async-") and pattern != "-*":
                die(f"--checks={pattern}: ./dev lint runs only async-* checks",
                    f"for others use clang-tidy itself: clang-tidy-22 --load={self.args.plugin} --checks='{pattern}' -p DIR FILE")
            like = re.compile(re.escape(pattern.lstrip("-")).replace(r"\*", ".*") + "$")
            if pattern != "-*" and not any(like.match(name) for name in everything):
                die(f"no check is called {pattern.lstrip('-')}", "there are: " + ", ".join(everything))
        if self.args.checks and all(pattern.strip().startswith("-") for pattern in self.args.checks.split(",")):
            self.args.checks = "async-*," + self.args.checks
        chosen, _ = self.list_checks(self.args.checks or "async-*")
        if not chosen:
            die(f"--checks={self.args.checks} leaves no check", "there are: " + ", ".join(everything))
        return chosen

    def configuration_of(self, file):
        """The file with the options for a source file, or what there is instead."""
        if self.args.config_file:
            return self.args.config_file
        directory = os.path.dirname(file)
        while not os.path.isfile(os.path.join(directory, ".clang-tidy")):
            if os.path.dirname(directory) == directory:
                return "no .clang-tidy file"
            directory = os.path.dirname(directory)
        return os.path.join(directory, ".clang-tidy")

    def verify_configuration(self, files):
        """Unknown checks and options in the .clang-tidy files that apply: clang-tidy alone would ignore them."""
        own = ["--config-file=" + self.args.config_file] if self.args.config_file else []
        for file in {self.configuration_of(file): file for file in reversed(files)}.values():
            _, out, err = self.ask("--verify-config", *own, file)
            problems = [line for line in (out + err).splitlines()
                        if re.search(r"\berror: ", line) or (re.search(r"\bwarning: .*'async[-.]", line))]
            if problems:
                die("\n      ".join(dict.fromkeys(problems)), "correct the .clang-tidy file; docs/checks/ lists every check and its options")

    def checks_for(self, file):
        """The checks for one file: those asked for, or all as far as its .clang-tidy does not choose among them."""
        if self.args.checks:
            return "-*," + self.args.checks
        directory = os.path.dirname(file)
        with self.lock:
            if directory in self.chosen:
                return self.chosen[directory]
        import yaml  # Not there before ./dev has installed it; arguments are read without.
        own = ["--config-file=" + self.args.config_file] if self.args.config_file else []
        _, out, _ = self.ask("--dump-config", *own, file)
        written = re.search(r"^Checks:.*$", out, re.M)
        patterns = re.split(r"[,\s]+", yaml.safe_load(written[0])["Checks"]) if written else []
        patterns = [p for p in patterns if p.lstrip("-").startswith("async-")]
        if not any(not p.startswith("-") for p in patterns):
            patterns.insert(0, "async-*")
        checks = "-*," + ",".join(patterns)
        with self.lock:
            self.chosen[directory] = checks
        return checks

    def analyse(self, file, exported=None):
        """(exit code or None, stdout, stderr); what --fix would change goes to the file `exported`."""
        if not os.path.isfile(file):
            return None, "", "the database lists it, but there is no such file"
        command = [*self.base, *self.options, "--checks=" + self.checks_for(file), file]
        if exported:
            command.insert(1, "--export-fixes=" + exported)
        if self.args.compiler is not None:
            command += ["--", *self.args.compiler]
        with self.lock:
            if self.stopped:
                return None, "", "interrupted"
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                       errors="replace", start_new_session=True)
            self.running.add(process)
        try:
            out, err = process.communicate(timeout=self.args.timeout)
            return process.returncode, out, err
        except subprocess.TimeoutExpired:
            process.kill()
            out, _ = process.communicate()
            return None, out, f"not done after {self.args.timeout:g} s"
        finally:
            with self.lock:
                self.running.discard(process)

    def stop(self):
        with self.lock:
            self.stopped = True
            for process in self.running:
                process.kill()


def diagnostics(output):
    """clang-tidy's output cut into diagnostics, each with its notes and source lines: (first line's match, text)."""
    lines, match = [], None
    for line in output.splitlines(keepends=True):
        start = START.match(ANSI.sub("", line.rstrip("\n")))
        if start:
            if match:
                yield match, "".join(lines)
            lines, match = [], start
        lines.append(line)
    if match:
        yield match, "".join(lines)


class Report:
    """Prints findings as they come and remembers what the summary needs."""

    PLACE = re.compile(r"^((?:\x1b\[[0-9;]*m)*)([^\s:][^:\n]*)(?=:\d+:\d+: )", re.M)

    def __init__(self, top, bases):
        self.top = os.path.join(os.path.abspath(top), "")
        self.bases = bases
        self.seen = set()
        self.counts = collections.Counter()
        self.failed = []
        self.misconfigured = None

    def short(self, path):
        return path[len(self.top):] if path.startswith(self.top) and self.top != os.sep else path

    def placed(self, text, base):
        """The text with its paths, which may be relative to a directory of the database, as seen from the top."""
        return self.PLACE.sub(lambda m: m[1] + self.short(os.path.normpath(os.path.join(base, m[2]))), text)

    def add(self, file, code, out, err):
        broken, found = None, list(diagnostics(out))
        self.misconfigured = next((match["text"] for match, _ in found if "clang-tidy-config" in (match["names"] or "")), None)
        if self.misconfigured:
            return False
        for match, text in found:
            names = [name for name in (match["names"] or "").split(",") if name.startswith("async-")]
            if match["level"] == "error" and not names:
                broken = "it does not compile"
            text = self.placed(text, self.bases.get(file, os.getcwd()))
            # The way to a finding, told in its notes, may differ between files that include the same header.
            finding = ANSI.sub("", text.partition("\n")[0])
            if finding not in self.seen:
                self.seen.add(finding)
                self.counts.update(names[:1])
                sys.stdout.write(text)
        if code is None:
            broken = err
        elif code not in (0, 1):
            broken = "clang-tidy " + (f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}")
            sys.stderr.write(err)
        elif not broken and re.search(r"\b(error|Error|LLVM ERROR)\b", err):
            broken = "clang-tidy reported an error"
            sys.stderr.write(err)
        if broken:
            self.failed.append((file, broken))
        sys.stdout.flush()
        return not broken


def plural(count, noun):
    return f"{count} {noun}" + ("" if count == 1 else "s")


class Fixing:
    """Collects what --fix may change, and changes it at the end."""

    def __init__(self):
        self.started = time.time_ns()
        self.folder = tempfile.TemporaryDirectory(prefix="async-tidy-")
        self.fixes, self.choices = [], set()
        self.fixed, self.changed, self.alone = set(), [], {}

    def exported(self, number):
        return os.path.join(self.folder.name, f"{number}.yaml")

    def collect(self, number, file):
        found, choices = fixes.read(self.exported(number), file)
        self.fixes += found
        self.choices |= choices

    def apply(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # All files are written, or none.
        self.fixed, self.changed, self.alone = fixes.apply(self.fixes, self.started)
        self.choices -= {fix.finding for fix in self.fixes}


def summarise(report, fixing, names, done, left, seconds, color, plugin):
    bold, red, green, reset = ("\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[0m") if color else ("",) * 4
    total = sum(report.counts.values())
    if report.seen:
        print()
    print(f"{bold}{plural(done, 'file')}, {red if total else green}{plural(total, 'finding')}{reset}{bold} in {seconds:.1f} s{reset}")
    width = max(map(len, names))
    for name in names:
        print(f"  {name:<{width}}  {report.counts[name]:>4}")
    if fixing and not left:
        print(f"  {green}fixed{reset}: {len(fixing.fixed)} of {plural(total, 'finding')}"
              + (f"; {total - len(fixing.fixed)} left" if total > len(fixing.fixed) else "")
              + (f", {len(fixing.choices)} of them with fixes in notes, which need your decision" if fixing.choices else ""))
        if fixing.choices:
            print(f"  make them by hand, or take all of a file, with the safe ones: "
                  f"clang-tidy-22 --load={shlex.quote(plugin)} --checks='-*,async-*' -p DIR --fix-notes FILE")
        for file in fixing.changed:
            print(f"  {green}changed{reset}: {report.short(file)}")
        for file, reason in sorted(fixing.alone.items()):
            print(f"  {red}left alone{reset}: {report.short(file)}: {reason}")
    for file, reason in report.failed:
        print(f"  {red}not fully analysed{reset}: {report.short(file)}: {reason}")
    if left:
        print(f"  {red}interrupted{reset}: {plural(left, 'file')} not analysed" + (", nothing was fixed" if fixing else ""))


def choose_files(args, tidy):
    """The files to lint, and the directory each is compiled in; tells clang-tidy how they are compiled."""
    files = [os.path.abspath(file) for file in args.files]
    if args.compiler is not None:
        return list(dict.fromkeys(files)), {}
    directory = find_database(args)
    database = os.path.join(directory, "compile_commands.json")
    known, for_gcc = read_database(directory)
    tidy.options.append("-p=" + directory)
    if for_gcc:
        tidy.options += ["--removed-arg=" + flag for flag in GCC_ONLY] + ["--extra-arg=-Wno-unknown-warning-option"]
    if not files:
        return list(known), known
    real = {os.path.realpath(file): file for file in known}
    chosen, unlisted = [], []
    for file in files:
        if os.path.isdir(file):
            inside = [name for path, name in real.items() if path.startswith(os.path.join(os.path.realpath(file), ""))]
            if not inside:
                die(f"{database} has no file in {file}", "name another folder, or source files")
            chosen += inside
        elif os.path.realpath(file) in real:
            chosen.append(real[os.path.realpath(file)])
        else:
            unlisted.append(file)
    if unlisted and not args.skip_unlisted:
        die(f"{', '.join(unlisted)}: not in {database}",
            "headers are linted with the files that include them; for a new source file configure the project again")
    if unlisted:
        print(f"lint: passed over, not in {database}: {', '.join(map(os.path.relpath, unlisted))}", file=sys.stderr)
    return list(dict.fromkeys(chosen)), known


def main():
    started = time.monotonic()
    args = parse_arguments()
    if args.only_check:
        if args.only_check == "database" and args.compiler is None:
            read_database(find_database(args))
        return CLEAN
    fixing = Fixing() if args.fix else None
    tidy = ClangTidy(args)
    names = tidy.checks()
    color = use_color(args.color)
    tidy.options = ["--quiet", "--allow-no-checks", f"--use-color={'true' if color else 'false'}"]
    tidy.options += ["--config-file=" + args.config_file] if args.config_file else []
    files, bases = choose_files(args, tidy)
    tidy.verify_configuration(files)

    report, done = Report(args.relative_to, bases), 0
    progress = sys.stderr.isatty()
    pool = concurrent.futures.ThreadPoolExecutor(args.jobs)
    try:
        futures = [pool.submit(tidy.analyse, file, fixing and fixing.exported(n)) for n, file in enumerate(files)]
        for number, (file, future) in enumerate(zip(files, futures)):
            if progress:
                print(f"\r\x1b[K[{done + 1}/{len(files)}] {os.path.basename(file)}", end="", file=sys.stderr, flush=True)
            while not future.done():  # A wait without end may miss a signal that comes as it begins.
                concurrent.futures.wait([future], timeout=0.2)
            if progress:
                print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            complete = report.add(file, *future.result())
            if fixing and complete:
                fixing.collect(number, file)
            if report.misconfigured:
                die(f"{report.misconfigured}\n      (while reading {os.path.relpath(file)}, which is configured by {tidy.configuration_of(file)})",
                    "correct the .clang-tidy or knowledge file")
            done += 1
    except KeyboardInterrupt:
        pass
    finally:
        if done < len(files):
            tidy.stop()
        pool.shutdown(cancel_futures=True)

    if fixing and done == len(files):
        fixing.apply()
    if not args.quiet:
        summarise(report, fixing, names, done, len(files) - done, time.monotonic() - started, color, args.plugin)
    if done < len(files):
        return INTERRUPTED
    if report.failed:
        return NOT_ANALYSED
    return FINDINGS if sum(report.counts.values()) > (len(fixing.fixed) if fixing else 0) else CLEAN


def interrupt(*_):
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, interrupt)  # Otherwise the processes that were started would go on.
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("lint: interrupted", file=sys.stderr)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # Whoever read the output has seen enough; what was not read is not reported.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(INTERRUPTED)
