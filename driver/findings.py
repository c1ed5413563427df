# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the linter found in the source, what asyncrt reported in a run, and which of them are about the same function."""
import collections
import dataclasses
import json
import os
import re
import shutil
import subprocess

SYMBOLIZER = "llvm-symbolizer-22"
# Reports that show what a check of another name finds: an error that nobody asked for is that of detached work.
SHOWN_BY = {"async-detached-task": "async-unretrieved-error"}


@dataclasses.dataclass(frozen=True)
class Place:
    """A line of source. The column is None where it is not known; the function is a name for people."""
    file: str
    line: int
    column: int | None = None
    function: str = ""


@dataclasses.dataclass(frozen=True)
class Found:
    """What the linter says: one finding, with its notes as (place, text)."""
    check: str
    place: Place
    message: str
    notes: tuple = ()
    fix: str = "none"  # safe, note (one that people choose), none


@dataclasses.dataclass(frozen=True)
class Reported:
    """What asyncrt says: one report. The stack has the innermost function first; frames without debug information have
    no line. The coroutine is where that begins which the report is about; `at` is a line in it, where that is known."""
    check: str
    message: str
    task: str
    stack: tuple
    coroutine: Place | None
    at: Place | None = None

    def places(self):
        """Where the program was: the functions of the user on the stack or, if there are none, the coroutine."""
        own = [frame for frame in self.stack if frame.line and os.path.isfile(frame.file) and not is_library(frame)]
        return own or [place for place in (self.at or self.coroutine,) if place]

    def has_line(self):
        """Whether the places are what it is about, and not only where a coroutine begins."""
        return self.at is not None or self.places() != [self.coroutine]

    def destroys(self):
        """Whether it is about the end of something: its line is where that was destroyed, not where it was made."""
        return any("~" in frame.function for frame in self.stack)


def is_library(frame):
    """Whether a function on a stack is the system's or the runtime's own."""
    name = frame.function.removeprefix("lambda in ")
    return name.startswith(("std::", "__gnu_cxx::", "asyncrt::")) or re.match(r"/usr/(?!local/|src/)", frame.file) is not None


def plain_name(function):
    """The name of a function as people write it: without what it returns, takes, and is a specialization of.

    `task<> shop::serve<int>(int) const (.resume)` is `shop::serve`, `trade()::$_0::operator()(int) const` is
    `lambda in trade`.
    """
    name = re.sub(r" \(\.\w+\)$| \[clone [^]]*\]", "", function).replace("(anonymous namespace)::", "").replace("operator()", "operator\0")
    name = re.sub(r"\(lambda\)|\{lambda\([^{}]*\)#\d+\}", "$_0", name)
    before = None
    while name != before:
        before, name = name, re.sub(r"<[^<>]*>|\([^()]*\)", "", name)
    name = (re.sub(r"\b(?:const|volatile|noexcept)\b|[&*]", " ", name).split() or [function])[-1]
    name = re.sub(r"^(?:(.*?)::)?(?:\$_\d+|'lambda\d*')(?:::operator\0)?$", lambda m: f"lambda in {m[1]}" if m[1] else "lambda", name)
    return name.replace("\0", "()")


def read_report(text):
    """The findings in what `async-tidy check --format=jsonl --root=/` printed."""
    found = []
    for said in filter(None, map(json.loads, text.splitlines())):
        if said["type"] != "finding" or said["suppressed"]:
            continue
        notes = tuple((Place("/" + n["file"], n["line"], n["column"]), n["message"]) for n in said["notes"] if n.get("file"))
        fix = "safe" if said["edits"] else "note" if any(n["edits"] for n in said["notes"]) else "none"
        found.append(Found(said["check"], Place("/" + said["file"], said["line"], said["column"]), said["message"], notes, fix))
    return found


# --- Reports of a run ---------------------------------------------------------------------------------------------

def symbolize(addresses):
    """{(module, offset): places, the innermost inlined function first} by the debug information of the modules."""
    addresses = [a for a in dict.fromkeys(addresses) if os.path.isfile(a[0])]
    lines = [f'"{module}" {offset:#x}' for module, offset in addresses]
    if not lines:
        return {}
    if not shutil.which(SYMBOLIZER):
        raise FileNotFoundError(f"{SYMBOLIZER} is not installed (apt-get install llvm-22)")
    done = subprocess.run([SYMBOLIZER, "--output-style=JSON", "--inlines", "--demangle"], input="\n".join(lines) + "\n",
                          stdout=subprocess.PIPE, text=True, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.strip()]
    if len(answers) != len(lines):
        raise ValueError(f"{SYMBOLIZER} gave {len(answers)} answers to {len(lines)} questions")
    # What a compiler has added to a function, such as the destruction of its variables, may have no line of its own.
    return {address: tuple(Place(s["FileName"], s["Line"] or s["StartLine"], s["Line"] and s["Column"] or None, plain_name(s["FunctionName"]))
                           for s in answer.get("Symbol", ()))
            for address, answer in zip(addresses, answers)}


def find_file(path, directories):
    """A path that may be relative to any of some directories: that of a file, if there is one."""
    return next((found for directory in directories if os.path.isfile(found := os.path.normpath(os.path.join(directory, path)))), path)


def read_reports(path, directories):
    """The reports in a file that ASYNCRT_REPORT=json:FILE has written. Relative paths, which begin where the compiler
    was run or where it was told to say they do, are looked for in `directories`.

    A line that breaks off, as in a program that was killed, is left out. Raises ValueError for what is no such file.
    """
    records = []
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = file.read().split("\n")
    for number, line in enumerate(lines, 1):
        try:
            if line:
                record = json.loads(line)
                if not isinstance(record, dict) or not isinstance(record.get("check"), str):
                    raise ValueError
                records.append(record)
        except ValueError:
            if any(lines[number:]) or not line.startswith('{"check": '):
                raise ValueError(f"{path}:{number}: not a report of asyncrt; write them with ASYNCRT_REPORT=json:FILE") from None
    names = {}
    for record in records:
        for frame in record.get("stack", ()):
            names[frame["module"], int(frame["offset"], 0)] = frame.get("function", "")
    known = {address: tuple(dataclasses.replace(place, file=find_file(place.file, directories)) for place in places)
             for address, places in symbolize(names).items()}

    def frames(record):
        for frame in record.get("stack", ()):
            key = frame["module"], int(frame["offset"], 0)
            places = known.get(key)
            yield from places if places and places[0].line else (Place(key[0], 0, None, plain_name(names[key])),)

    def place(location, function):
        return Place(find_file(location["file"], directories), int(location["line"]), None, function) if location and location.get("file") else None

    # The place that some sentences end with is the first of the stack.
    return [Reported(r["check"], re.sub(r", from .*\+0x[0-9a-f]+\)?$", "", r.get("what", "")), r.get("task", ""), tuple(frames(r)),
                     place(r, name := plain_name(r.get("coroutine", ""))), place(r.get("at"), name)) for r in records]


SANITIZER_FRAME = re.compile(r"^ +#\d+ 0x[0-9a-f]+ in (.*) (/[^:]*):(\d+)(?::(\d+))?$", re.M)


def read_sanitizer(text, check, directory):
    """The error that AddressSanitizer has written about, as one of `check`, with those functions of the stack that used
    what is gone which are in files of `directory`."""
    begin = re.search(r"^==\d+==ERROR: AddressSanitizer: (\S+)", text, re.M)
    if not begin:
        return []
    used = text[begin.end():].split("\n\n")[0]  # The first stack; what follows tells of memory and shadow bytes.
    frames = [Place(find_file(file, [directory]), int(line), int(column) if column else None, plain_name(function))
              for function, file, line, column in SANITIZER_FRAME.findall(used)]
    inside = os.path.realpath(directory) + os.sep
    stack = tuple(frame for frame in frames if os.path.realpath(frame.file).startswith(inside))
    return [Reported(check, f"AddressSanitizer: {begin[1]}", "", stack, None)]


# --- Both together ------------------------------------------------------------------------------------------------

@dataclasses.dataclass
class Joined:
    """One matter: a finding of the linter with the reports about the same function, or either of them alone."""
    check: str
    found: Found | None
    reports: list
    place: Place  # With the name of the function.

    @property
    def seen(self):
        return "both" if self.found and self.reports else "source" if self.found else "run"


def join(found, reported, functions):
    """Puts together what is of the same check and about the same function. `functions` knows the files of `found`.

    A lambda counts as a part of the function it stands in where nothing is found in just the same one; where there is
    nothing either, the functions count which the notes of a finding are in, as those of what is handed on and used there. A report is about
    those findings in a function whose statement, or that of one of whose notes, it names. Where it names none it is about
    something else; but what it tells of the end of something is about the nearest finding above its line, as a variable
    stands above the brace that destroys it, and what only names a coroutine is about a finding in it, or about one that
    leads there with a note. No finding is lost, and no report.
    """
    def named(place):
        function = functions.at(place.file, place.line, place.column)
        return dataclasses.replace(place, function=function.name if function else place.function), function

    matters = [Joined(f.check, f, [], named(f.place)[0]) for f in found]
    homes = [named(f.place)[1] for f in found]
    led = [{named(place)[1] for place, _ in f.notes} for f in found]
    alone = collections.OrderedDict()
    for report in reported:
        places = [named(place) for place in report.places()]
        homes_here = {function for _, function in places if function}
        of_check = [(m, home, to) for m, home, to in zip(matters, homes, led)
                    if report.check in (m.check, SHOWN_BY.get(m.check)) and home]
        near = ([m for m, home, _ in of_check if home in homes_here] or
                [m for m, home, _ in of_check if any(home.encloses(here) or here.encloses(home) for here in homes_here)] or
                [m for m, _, to in of_check if to & homes_here])
        about = of_lines(near, report, functions)
        for matter in about:
            matter.reports.append(report)
        if not about:
            place = places[0][0] if places else Place("", 0, None, report.task)
            key = report.check, place.file, place.line
            alone.setdefault(key, Joined(report.check, None, [], place)).reports.append(report)
    return matters + list(alone.values())


def of_lines(matters, report, functions):
    """Those of some findings in one function that a report is about."""
    lines = {(os.path.realpath(place.file), place.line) for place in report.places()} if report.has_line() else set()

    def is_named(place):
        first, last = functions.statement(place.file, place.line)
        return any((os.path.realpath(place.file), line) in lines for line in range(first, last + 1))

    exact = [m for m in matters if any(map(is_named, (m.found.place, *(place for place, _ in m.found.notes))))]
    if exact or not matters or (lines and not report.destroys()):
        return exact
    file = os.path.realpath(matters[0].found.place.file)
    line = next((number for path, number in lines if path == file), 0)
    return [min(matters, key=lambda m: (m.found.place.line > line, abs(line - m.found.place.line)))]
