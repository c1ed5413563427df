#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Builds and runs the proofs of a check and shows both sides of each: `./dev prove`.

A proof is a folder test/proof/CHECK/CASE with bad.cpp, good.cpp and proof.yaml. The linter must find the mistake in
bad.cpp, and the run must show it in the same function; in good.cpp, and in bad.cpp after the linter's own fix, neither
may see anything. Where the program uses another library than asyncrt, witness.py watches it from outside. What is used
after its end is seen by AddressSanitizer, with either library.
"""
import argparse
import collections
import concurrent.futures
import dataclasses
import difflib
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
import threading

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "driver"))
import command_line  # noqa: E402
import compiling  # noqa: E402
import findings  # noqa: E402

PROVED, NOT_PROVED, USAGE, NOT_BUILT, INTERRUPTED = range(5)
RUNTIMES = {"asyncrt": "asyncrt", "boost.asio": "Boost.Asio"}
DETECTORS = ("asyncrt", "witness", "address-sanitizer")
FIXES = {"safe": (), "note": ("--unsafe",)}  # Options of async-tidy fix.
LEAST_PROGRAMS = 3
TIMEOUT = 120  # Seconds, for one program: far more than any of them needs.


class Problem(Exception):
    """Something about a proof itself is wrong: it cannot be read, built or run."""


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


# --- Cases --------------------------------------------------------------------------------------------------------

@dataclasses.dataclass
class Case:
    """What proof.yaml says."""
    check: str
    name: str
    folder: str
    title: str
    story: str
    runtime: str
    function: str
    fix: str
    no_fix: str = ""
    detector: str = ""  # What sees the mistake in the run; by default what fits the runtime.

    @property
    def foreign(self):
        """Whether it uses a library of somebody else."""
        return self.runtime != "asyncrt"

    @property
    def outside(self):
        """Whether it is watched from outside the process."""
        return self.detector == "witness"

    @property
    def sanitized(self):
        return self.detector == "address-sanitizer"

    @property
    def headers(self):
        """The paths of its headers."""
        return sorted(glob.glob(os.path.join(self.folder, "*.hpp")))


def read_case(check, folder):
    import yaml  # Not there before ./dev has installed it; arguments are read without.
    path = os.path.join(folder, "proof.yaml")
    try:
        with open(path, encoding="utf-8") as file:
            said = yaml.safe_load(file)
    except (OSError, yaml.YAMLError) as why:
        raise Problem(f"{path}: {why}") from None
    known = {field.name for field in dataclasses.fields(Case)} - {"check", "name", "folder"}
    optional = {"no_fix", "detector"}
    if not isinstance(said, dict) or said.keys() - known or known - optional - said.keys():
        raise Problem(f"{path}: it needs {', '.join(sorted(known - optional))}, may have {', '.join(sorted(optional))}, and nothing else")
    case = Case(check, os.path.basename(folder), folder, **{key: str(value).strip() for key, value in said.items()})
    case.detector = case.detector or ("witness" if case.foreign else "asyncrt")
    if case.runtime not in RUNTIMES or case.fix not in (*FIXES, "none") or bool(case.no_fix) != (case.fix == "none"):
        raise Problem(f"{path}: runtime is one of {', '.join(RUNTIMES)}; fix is safe, note, or none with a reason in no_fix")
    if case.detector not in DETECTORS or case.foreign and case.detector == "asyncrt":
        raise Problem(f"{path}: detector is one of {', '.join(DETECTORS)}; asyncrt sees only programs that use it")
    needed = ["bad.cpp", "good.cpp", *(["witness.py"] if case.outside else [])]
    for name in needed:
        if not os.path.isfile(os.path.join(folder, name)):
            raise Problem(f"{folder}: there is no {name}")
    return case


def read_cases(top, check):
    return [read_case(check, os.path.dirname(path)) for path in sorted(glob.glob(os.path.join(top, check, "*", "proof.yaml")))]


# --- Running one --------------------------------------------------------------------------------------------------

@dataclasses.dataclass
class Version:
    """One program of a case, seen from both sides. `harm` is what a witness says, with what it saw and measured."""
    name: str
    source: str
    matters: list = dataclasses.field(default_factory=list)
    said: list = dataclasses.field(default_factory=list)  # What the linter finds.
    harm: bool = False
    saw: str = ""
    measured: str = ""

    def found(self):
        return [m for m in self.matters if m.found]


@dataclasses.dataclass
class Verdict:
    """What became of a case. It is proved if nothing is wrong."""
    case: Case
    versions: dict
    wrong: list


def others(source):
    """The source files that belong to a program beside its main one."""
    folder = os.path.dirname(source)
    return sorted(path for path in glob.glob(os.path.join(folder, "*.cpp"))
                  if os.path.basename(path) not in ("bad.cpp", "good.cpp", "fixed.cpp"))


class Prover:
    """Builds, lints and runs programs; several threads may use it."""

    def __init__(self, args):
        self.args = args
        self.compiler = compiling.Compiler(args.clang, args.build)
        self.libclang = threading.Lock()

    def lint(self, case, source):
        """What the linter finds in a program, in all its files."""
        command = [self.args.driver, "check", "--format=jsonl", "--root=/", "--config={}", "--quiet", "--no-cache", "-j1", source,
                   *others(source), "--", *self.compiler.flags(case.runtime)]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=TIMEOUT)
        if done.returncode not in (command_line.CLEAN, command_line.FINDINGS):
            raise Problem(f"{source}: async-tidy ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return findings.read_report(done.stdout)

    def fixed(self, case, work):
        """The bad program with the linter's fix applied, in a folder of its own."""
        folder = os.path.join(work, "with-fix")
        shutil.copytree(case.folder, folder)
        source = os.path.join(folder, "fixed.cpp")
        os.rename(os.path.join(folder, "bad.cpp"), source)
        command = [self.args.driver, "fix", *FIXES[case.fix], "--root=" + folder, "--checks=" + case.check, "--config={}", "-j1", source,
                   *others(source), "--", *self.compiler.flags(case.runtime)]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=TIMEOUT,
                              env={**os.environ, "XDG_STATE_HOME": os.path.join(work, "state")})
        if done.returncode:
            raise Problem(f"{source}: async-tidy fix ended with {done.returncode}:\n{done.stdout}")
        return source

    def build(self, case, source, work, name):
        binary = os.path.join(work, name)
        try:
            self.compiler.program(case.runtime, case.sanitized, [source, *others(source)], binary)
        except compiling.CannotCompile as why:
            raise Problem(f"{source} cannot be built:\n{why}") from None
        return binary

    def run(self, case, binary):
        """What asyncrt reports in a run."""
        reports = binary + ".reports"
        environment = {**os.environ, "ASYNCRT_DEBUG": "1", "ASYNCRT_REPORT": "json:" + reports}
        try:
            done = subprocess.run([binary], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            raise Problem(f"{binary} has not ended after {TIMEOUT} s") from None
        if done.returncode:
            raise Problem(f"{binary} ended with {done.returncode}:\n{done.stdout}")
        if not os.path.exists(reports):
            raise Problem(f"{binary} was not watched: it has written no reports")
        return findings.read_reports(reports, [case.folder])

    def run_sanitized(self, case, source, binary):
        """What AddressSanitizer reports in a run; it ends the program with the first thing it sees."""
        options = "detect_leaks=0:detect_stack_use_after_return=1:exitcode=99:symbolize=1:external_symbolizer_path=" + str(shutil.which(findings.SYMBOLIZER))
        try:
            done = subprocess.run([binary], env={**os.environ, "ASAN_OPTIONS": options}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True, errors="replace", timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            raise Problem(f"{binary} has not ended after {TIMEOUT} s") from None
        reports = findings.read_sanitizer(done.stderr, case.check, os.path.dirname(source))
        if done.returncode != (99 if reports else 0):
            raise Problem(f"{binary} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return reports

    def watch(self, case, binary):
        """What the witness says, who does not know which program it is."""
        with tempfile.TemporaryDirectory() as directory:
            program = shutil.copy(binary, os.path.join(directory, "program"))
            done = subprocess.run([sys.executable, os.path.join(case.folder, "witness.py"), program], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True, timeout=TIMEOUT,
                                  env={**os.environ, "PYTHONPATH": os.path.dirname(os.path.abspath(__file__)), "PYTHONDONTWRITEBYTECODE": "1"})
        if done.returncode:
            raise Problem(f"{case.folder}/witness.py {binary} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return json.loads(done.stdout.splitlines()[-1])

    def see(self, case, name, source, work):
        """Both sides of one program."""
        version = Version(name, source)
        found = version.said = self.lint(case, source)
        binary = self.build(case, source, work, name)
        reported = []
        if case.outside:
            said = self.watch(case, binary)
            version.harm, version.saw, version.measured = said["harm"], said["saw"], said.get("measured", "")
        else:
            reported = self.run_sanitized(case, source, binary) if case.sanitized else self.run(case, binary)
        import functions  # As yaml.
        with self.libclang:
            known = functions.Functions({f.place.file for f in found})
            if found:
                arguments = self.compiler.arguments(case.runtime, case.sanitized)
                for file in [source, *others(source)]:
                    known.add(file, arguments, os.getcwd())
        version.matters = findings.join(found, reported, known)
        return version

    def prove(self, case):
        work = os.path.join(self.args.work, case.check, case.name)
        shutil.rmtree(work, ignore_errors=True)
        os.makedirs(work)
        versions = {"bad": self.see(case, "bad", os.path.join(case.folder, "bad.cpp"), work),
                    "good": self.see(case, "good", os.path.join(case.folder, "good.cpp"), work)}
        if case.fix != "none":
            versions["fixed"] = self.see(case, "fixed", self.fixed(case, work), work)
        wrong = list(what_is_wrong(case, versions))
        fixes = {found.fix for found in versions["bad"].said}
        offered = "safe" if "safe" in fixes else "note" if "note" in fixes else "none"
        if offered != case.fix:
            wrong.append(f"bad.cpp: proof.yaml says fix: {case.fix}, and the linter offers: {offered}")
        return Verdict(case, versions, wrong)


def is_function(name, spelled):
    name = name.removeprefix("lambda in ")
    return name == spelled or name.endswith("::" + spelled)


def what_is_wrong(case, versions):
    """The truth table: what it should be and is not."""
    bad = versions["bad"]
    for m in bad.matters:
        where = f"{os.path.basename(m.place.file)}:{m.place.line}"
        if m.check != case.check:
            yield f"bad.cpp: {where}: there is also {m.check} ({'the linter' if m.found else 'the run'})"
        elif m.seen == "run":
            yield f"bad.cpp: {where}: the run shows it in {m.place.function}, and the linter does not find it there"
        elif m.seen == "source" and not case.outside:
            yield f"bad.cpp: {where}: the linter finds it in {m.place.function}, and it did no harm there in the run"
    if not any(m.found and is_function(m.place.function, case.function) for m in bad.matters):
        yield f"bad.cpp: the linter does not find it in {case.function}"
    if case.outside and not bad.harm:
        yield f"bad.cpp: the witness saw no harm: {bad.saw}"
    if case.outside and len(bad.found()) > 1:
        yield f"bad.cpp: the linter finds {len(bad.found())} mistakes, and what the witness sees is that of one"
    if case.outside and bad.saw == versions["good"].saw:
        yield f"the witness saw the same in bad.cpp and good.cpp: {bad.saw}"
    if not any(re.search(rf"\b{re.escape(case.function.rpartition('::')[2])}\b", text)
               for text in map(read, [versions["good"].source, *case.headers])):
        yield f"good.cpp: it has no {case.function}, and so does not do right what bad.cpp does wrong"
    for version in (versions[name] for name in ("good", "fixed") if name in versions):
        for m in version.matters:
            yield (f"{version.name}.cpp: {os.path.basename(m.place.file)}:{m.place.line}: {m.check} "
                   f"({'the linter' if m.found else 'the run'}: {(m.found or m.reports[0]).message})")
        if version.harm:
            yield f"{version.name}.cpp: the witness saw harm: {version.saw}"


def too_few(verdicts):
    """What a check still lacks to be proved."""
    inside = sum(not v.case.foreign for v in verdicts)
    if inside < LEAST_PROGRAMS:
        yield f"{plural(inside, 'program')} on asyncrt, and {LEAST_PROGRAMS} are needed"
    if len(verdicts) == inside:
        yield "nothing on a library of somebody else"
    if not any(v.case.headers for v in verdicts):
        yield "none with the mistake a file away"


def plural(number, word):
    return f"{number} {word}" + ("" if number == 1 else "s")


# --- What is shown ------------------------------------------------------------------------------------------------

class Screen:
    """Text for people, with colours on a terminal."""

    def __init__(self, color):
        self.width = max(80, min(140, shutil.get_terminal_size((110, 0)).columns))
        self.codes = {"bold": 1, "dim": 2, "red": 31, "green": 32, "cyan": 36} if color else {}

    def paint(self, text, *styles):
        codes = [str(self.codes[style]) for style in styles if style in self.codes]
        return f"\x1b[{';'.join(codes)}m{text}\x1b[0m" if codes else text

    def wrapped(self, text, indent, style=None):
        for line in textwrap.wrap(" ".join(text.split()), self.width - len(indent)):
            print(indent + (self.paint(line, style) if style else line))

    def beside(self, label, left, right, harmful):
        """Two cells next to each other: lists of (text, style)."""
        half = (self.width - 13) // 2

        def cell(parts):
            return [(line, style) for text, style in parts
                    for line in textwrap.wrap(text, half, subsequent_indent="  " if text.startswith(" ") else "") or [""]]

        left, right = cell(left), cell(right)
        for row in range(max(len(left), len(right), 1)):
            a, a_style = left[row] if row < len(left) else ("", None)
            b, b_style = right[row] if row < len(right) else ("", None)
            head = self.paint(f"{label if row == 0 else '':<7}", "bold", "red" if harmful else "green")
            gap = " " * (half - len(a))
            print(f"  {head} {self.paint(a, a_style) if a_style else a}{gap} │ {self.paint(b, b_style) if b_style else b}".rstrip())


def said_by_linter(version):
    cells = []
    for m in version.found():
        cells.append((f"{os.path.basename(m.place.file)}:{m.place.line} in {m.place.function}", "cyan"))
        cells.append((m.found.message, None))
        cells += [(f"  {os.path.basename(place.file)}:{place.line} {text}", "dim") for place, text in m.found.notes]
    return cells or [("nothing", "dim")]


def seen_in_run(version):
    if version.saw:
        return [(version.saw, None), *([(f"measured: {version.measured}", "dim")] if version.measured else [])]
    cells = []
    for m in version.matters:
        alike = collections.OrderedDict()  # By the functions that led there, but for the innermost one.
        for report in m.reports:
            alike.setdefault(tuple(place.function for place in report.places()[1:]), []).append(report)
        for reports in alike.values():
            cells.append((reports[0].message + (f" (and {len(reports) - 1} more like it)" if len(reports) > 1 else ""), None))
            for place in reports[0].places():
                here = m.found and (os.path.realpath(place.file), place.line) == (os.path.realpath(m.found.place.file), m.found.place.line)
                cells.append((f"  {place.function} {os.path.basename(place.file)}:{place.line}", "cyan" if here else "dim"))
                if place.function == "main":
                    break
    return cells or [("nothing", "dim")]


def show_source(screen, version):
    """The lines around each finding."""
    for m in version.found():
        lines = read(m.place.file).split("\n")
        begin = max(0, m.place.line - 4)
        for number in range(begin, min(len(lines), m.place.line + 2)):
            here = number + 1 == m.place.line
            text = f"{'▶' if here else ' '} {number + 1:4} │ {lines[number]}".rstrip()
            print("  " + (screen.paint(text, "bold") if here else screen.paint(text, "dim")))
        print()


def show_fix(screen, verdict):
    bad, fixed = verdict.versions["bad"], verdict.versions["fixed"]
    for before in [bad.source, *verdict.case.headers]:
        after = fixed.source if before == bad.source else os.path.join(os.path.dirname(fixed.source), os.path.basename(before))
        for line in list(difflib.unified_diff(read(before).split("\n"), read(after).split("\n"), n=0, lineterm=""))[2:]:
            if not line.startswith("@@"):
                print("  " + screen.paint(line, "red" if line[0] == "-" else "green"))


def show(screen, verdict):
    case = verdict.case
    word = screen.paint("not proved", "bold", "red") if verdict.wrong else screen.paint("proved", "bold", "green")
    where = (f", on {RUNTIMES[case.runtime]}" if case.foreign else "") + (", watched from outside" if case.outside else "")
    print(f"{screen.paint(case.name, 'bold')}: {word}{where}")
    screen.wrapped(case.title + ".", "  ")
    screen.wrapped(case.story, "  ", "dim")
    print()
    show_source(screen, verdict.versions["bad"])
    screen.beside("", [("what the linter says", "bold")], [("what the run shows", "bold")], False)
    for name, version in verdict.versions.items():
        screen.beside(name, said_by_linter(version), seen_in_run(version), bool(version.matters or version.harm))
    print()
    if case.fix == "none":
        screen.wrapped(f"No fix is offered: {case.no_fix}.".replace("..", "."), "  ")
    else:
        screen.wrapped("The linter's own fix" + (", one that people choose:" if case.fix == "note" else ":"), "  ")
        show_fix(screen, verdict)
    for line in verdict.wrong:
        print("  " + screen.paint("wrong: " + line, "red"))
    print()


def show_line(screen, check, verdicts, lacking):
    """The verdict on a check."""
    wrong = sum(bool(v.wrong) for v in verdicts)
    foreign = sum(v.case.foreign for v in verdicts)
    programs = plural(len(verdicts), "program") + (f", {foreign} on a library of somebody else" if foreign else "")
    word = screen.paint("not proved", "bold", "red") if wrong or lacking else screen.paint("proved", "bold", "green")
    print(f"{screen.paint(check, 'bold')}: {word}, {programs}" + (f", {wrong} wrong" if wrong else "") + "".join(f"; {line}" for line in lacking),
          flush=True)


# --- Pages --------------------------------------------------------------------------------------------------------

HEADING = "\n## Proof\n"


def sentence(text):
    return text.rstrip(".")


def section(check, verdicts):
    """The section of the check's page."""
    inside = [v for v in verdicts if not v.case.foreign]
    outside = [v for v in verdicts if v.case.outside]
    sanitized = [v for v in verdicts if v.case.foreign and v.case.sanitized]
    lines = ["<!-- Written by `./dev prove --update-pages`. -->"]
    wrong = sum(bool(v.wrong) for v in verdicts)
    if not verdicts:
        return "\n".join([*lines, "Not executable: there are no programs for it yet."]) + "\n"
    if wrong or list(too_few(verdicts)):
        return "\n".join([*lines, f"Not reproduced: {wrong} of {len(verdicts)} programs are not as they should be."]) + "\n"
    lines += [f"**Proved.** {len(inside)} programs on asyncrt have the mistake. The linter finds each, and {seen_by(inside)} in the same",
              "function. Of the program as it is right, and of the one with the linter's fix, neither says anything.",
              f"`./dev prove {check}` builds and runs them, and shows both sides.", "",
              "| program | mistake in | the linter's fix |", "|---|---|---|"]

    def fix(case):
        return {"safe": "safe", "note": "one to choose"}.get(case.fix) or f"none: {sentence(case.no_fix)}"

    def link(case):
        return f"[{sentence(case.title)}](../../test/proof/{check}/{case.name}/bad.cpp)"

    def libraries(of):
        return " and ".join(sorted({RUNTIMES[v.case.runtime] for v in of}))

    lines += [f"| {link(v.case)} | `{v.case.function}` | {fix(v.case)} |" for v in inside]
    if sanitized:
        lines += ["", f"On {libraries(sanitized)}, seen by AddressSanitizer:", "", "| program | mistake in | the linter's fix |", "|---|---|---|"]
        lines += [f"| {link(v.case)} | `{v.case.function}` | {fix(v.case)} |" for v in sanitized]
    if outside:
        lines += ["", f"Watched from outside, on {libraries(outside)}:", "",
                  "| program | mistake in | with the mistake | without | the linter's fix |", "|---|---|---|---|---|"]
        lines += [f"| {link(v.case)} | `{v.case.function}` | {sentence(v.versions['bad'].saw)} | {sentence(v.versions['good'].saw)} | {fix(v.case)} |"
                  for v in outside]
    return "\n".join(lines) + "\n"


def seen_by(verdicts):
    """Who sees the mistakes of programs on asyncrt in their runs, for a page."""
    seen = {"asyncrt": "the detectors of the runtime see it", "address-sanitizer": "AddressSanitizer sees it", "witness": "a witness sees it"}
    return " or ".join(seen[name] for name in DETECTORS if any(v.case.detector == name for v in verdicts))


def page_of(check):
    return os.path.join(TOP, "docs", "checks", check + ".md")


def with_section(page, text):
    before, heading, _ = page.partition(HEADING)
    if not heading:
        raise Problem("the page has no heading Proof")
    return before + heading + text


# --- The command --------------------------------------------------------------------------------------------------

def parse_arguments():
    parser = argparse.ArgumentParser(
        prog="./dev prove", allow_abbrev=False, description="Builds and runs the proofs of checks and shows, side by side, what the linter "
        "says of the source and what the run shows.",
        epilog="Exit code: 0 proved, 1 not proved, 2 usage, 3 a program cannot be built or run, 4 interrupted.")
    parser.add_argument("check", nargs="?", help="the check (default: all, each in a line)")
    parser.add_argument("case", nargs="?", help="only this program of it")
    parser.add_argument("--update-pages", action="store_true", help="write the verdicts into docs/checks/")
    parser.add_argument("--verify-pages", action="store_true", help="only say whether the pages have these verdicts")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    parser.add_argument("-j", dest="jobs", type=int, default=len(os.sched_getaffinity(0)), help="programs at a time")
    parser.add_argument("--build", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--only-check", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--work", help=argparse.SUPPRESS)  # Runs at the same time need folders of their own.
    parser.add_argument("--driver", help=argparse.SUPPRESS)
    parser.add_argument("--clang", default="clang++-22", help=argparse.SUPPRESS)
    parser.add_argument("--proofs", default=os.path.dirname(os.path.abspath(__file__)), help=argparse.SUPPRESS)
    args = parser.parse_args()
    args.build = os.path.abspath(args.build)
    args.work = os.path.abspath(args.work or os.path.join(args.build, "proof"))
    args.driver = args.driver or os.path.join(args.build, "bin", "async-tidy")
    return args


def die(problem, cure):
    print(f"prove: {problem}\n       {cure}", file=sys.stderr)
    sys.exit(USAGE)


def choose(args):
    """{check: cases}, as far as asked for."""
    with open(os.path.join(TOP, "checks", "Checks.def"), encoding="utf-8") as file:
        checks = re.findall(r'^ASYNC_CHECK\(\w+, *"(async-[\w-]+)"', file.read(), re.M)
    checks += sorted({os.path.basename(os.path.dirname(p)) for p in glob.glob(os.path.join(args.proofs, "*", "*"))
                      if os.path.isdir(p) and os.path.basename(os.path.dirname(p)).startswith("async-")} - set(checks))
    if args.check and args.check not in checks:
        like = difflib.get_close_matches(args.check, checks, 1, 0.5)
        die(f"no check is called {args.check}", (f"did you mean {like[0]}? " if like else "") + "There are: " + ", ".join(checks))
    names = sorted(os.listdir(os.path.join(args.proofs, args.check))) if args.case else []
    if args.case and args.case not in names:
        die(f"{args.check} has no program called {args.case}", "there are: " + ", ".join(names))
    if args.case and (args.update_pages or args.verify_pages):
        die("a page is about all programs of a check", "leave the name of the program out")
    if args.only_check:
        return {}
    chosen = {check: read_cases(args.proofs, check) for check in ([args.check] if args.check else checks)}
    return {check: [case for case in cases if args.case in (None, case.name)] for check, cases in chosen.items()}


def pages_differ(args, verdicts):
    """Writes the pages, or tells which are not as they should be."""
    differ = False
    for check, of_check in verdicts.items():
        path = page_of(check)
        with open(path, encoding="utf-8") as file:
            page = file.read()
        wanted = with_section(page, section(check, of_check))
        if args.update_pages and wanted != page:
            with open(path, "w", encoding="utf-8") as file:
                file.write(wanted)
        elif wanted != page:
            differ = True
            print(f"docs/checks/{check}.md does not have the verdict of its proofs: ./dev prove --update-pages", file=sys.stderr)
    return differ


def main():
    args = parse_arguments()
    chosen = choose(args)
    if args.only_check:
        return PROVED
    screen = Screen(command_line.use_color(args.color))
    prover, verdicts, bad = Prover(args), {check: [] for check in chosen}, False
    progress = sys.stderr.isatty()
    pool = concurrent.futures.ThreadPoolExecutor(args.jobs)
    try:
        work = {check: [(case, pool.submit(prover.prove, case)) for case in cases] for check, cases in chosen.items()}
        done = 0
        for check, cases in work.items():
            for case, future in cases:
                done += 1
                if progress:
                    print(f"\r\x1b[K[{done}/{sum(map(len, work.values()))}] {case.name}", end="", file=sys.stderr, flush=True)
                verdict = future.result()
                if progress:
                    print("\r\x1b[K", end="", file=sys.stderr, flush=True)
                verdicts[check].append(verdict)
                if args.check or verdict.wrong:
                    show(screen, verdict)
            lacking = list(too_few(verdicts[check])) if not args.case else []
            show_line(screen, check, verdicts[check], lacking)
            bad = bad or bool(lacking) or any(v.wrong for v in verdicts[check])
    finally:
        pool.shutdown(cancel_futures=True)
    if args.update_pages or args.verify_pages:
        bad = pages_differ(args, verdicts) or bad
    return NOT_PROVED if bad else PROVED


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Problem as why:
        print(f"prove: {why}", file=sys.stderr)
        sys.exit(NOT_BUILT)
    except KeyboardInterrupt:
        print("prove: interrupted", file=sys.stderr)
        sys.exit(INTERRUPTED)
