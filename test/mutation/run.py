#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Mutation recall: plant one misuse at a time in real coroutines and count how many clang-tidy with the module finds.

async-mutate (see AsyncMutate.cpp for the design) says what can be planted where. This script puts many independent
mutants into one text, each in its own copy of a function, lints the text in place of the original file through a
virtual file system, drops what does not compile, and says for each mutant whether the check that owes a finding
reports it in the planted lines. No file of the project is touched.

  run.py -p BUILD                      everything in the compile database, every mutant
  run.py -p BUILD --max-per-kind 60    a sample per kind, the same on every run with the same --seed
  run.py -p BUILD src/a.cpp            only these files (a path or the end of one)

Exit code: 0 if every kind reaches --bar percent; 1 if one does not, nothing could be planted, or the linter crashed;
2 for wrong usage.
"""
import argparse
import bisect
import collections
import concurrent.futures
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import threading

STATEMENT_KINDS = {"sleep-direct", "sleep-one-call", "sleep-two-calls", "read-direct", "read-one-call",
                   "read-two-calls", "local-pool", "task-over-temporary", "task-over-local", "task-over-closure", "sync-wait-direct",
                   "sync-wait-one-call", "sync-wait-two-calls", "detached-task", "unjoined-scope"}
# Misses in copies that are tried again in their place, per file, for nobody calls the copy: enough to tell a gap of the check from
# one of the measure, without linting for hours when a whole check is broken.
IN_PLACE_RETRIES = 40
PROJECT = pathlib.Path(__file__).resolve().parents[2]
DIAGNOSTIC = re.compile(r"^(?P<file>[^\n:]+):(?P<line>\d+):\d+: (?P<level>warning|error|note|fatal error): "
                        r"(?P<text>.*?)(?: \[(?P<checks>[\w.,-]+)\])?$")


class Splice:
    """Edits applied to a text, with the way from an old place to the new one and back."""

    def __init__(self, data, edits):
        """edits: (begin, end, new bytes); those at the same place are applied in the order given."""
        self.edits = sorted(edits, key=lambda e: e[0])
        parts, self.starts, at, length = [], [], 0, 0
        for begin, end, text in self.edits:
            kept = data[at:begin]
            length += len(kept)
            self.starts.append(length)
            parts += [kept, text]
            length += len(text)
            at = end
        self.data = b"".join([*parts, data[at:]])
        self.begins = [e[0] for e in self.edits]

    def _shift(self, count):
        return sum(len(text) - (end - begin) for begin, end, text in self.edits[:count])

    def before(self, offset):
        """Where `offset` is now, in front of what was inserted there."""
        return offset + self._shift(bisect.bisect_left(self.begins, offset))

    def after(self, offset):
        """Where `offset` is now, behind what was inserted there."""
        return offset + self._shift(bisect.bisect_right(self.begins, offset))

    def start(self, edit):
        """Where the text of this edit begins now."""
        return next(s for e, s in zip(self.edits, self.starts) if e is edit)

    def original(self, offset):
        """The old place of something at `offset` now; that of the edit for something inside new text."""
        index = bisect.bisect_right(self.starts, offset) - 1
        if index < 0:
            return offset
        begin, end, text = self.edits[index]
        inside = offset - self.starts[index]
        return begin if inside < len(text) else end + inside - len(text)


class Lines:
    def __init__(self, data):
        self.ends = [i for i, byte in enumerate(data) if byte == 10]

    def of(self, offset):
        return bisect.bisect_left(self.ends, offset) + 1

    def start(self, line):
        return self.ends[line - 2] + 1 if line > 1 else 0

    def span(self, data, begin, end):
        """First and last line of data[begin:end] without the blanks at its ends."""
        text = data[begin:end]
        first = begin + len(text) - len(text.lstrip())
        last = begin + len(text.rstrip()) - 1
        return self.of(first), self.of(max(first, last))


class Source:
    """One translation unit and what can be planted in it."""

    def __init__(self, listing, directory):
        self.path, self.directory = listing["file"], directory
        self.data = pathlib.Path(self.path).read_bytes()
        self.lines = Lines(self.data)
        self.coroutines, self.suspensions = listing["coroutines"], listing["suspensions"]
        self.containers = listing["containers"]
        for container in self.containers:
            begin, end = container["text"]
            container["data"] = self.data[begin:end]
        self.mutants = [Mutant(self, m) for m in listing["mutants"]]
        first = min((c["before"] for c in self.containers), default=0)
        after = listing["includes_after"]
        self.include_at = after if after <= first else 0
        self.baseline = set()


class Mutant:
    def __init__(self, source, fields):
        self.source = source
        self.__dict__.update(fields)
        container = source.containers[self.container]
        # What types decide is decided in instantiations, and nothing instantiates a copy.
        self.in_place = container["template"] and self.kind not in STATEMENT_KINDS
        self.verdict = None      # found, missed, not-compiling, already, crash
        self.others = []         # findings elsewhere in the copy that the untouched function does not have
        self.snippet = b""

    def in_copy(self):
        return bool(self.source.containers[self.container]["clone_name"]) and not self.in_place

    def already(self):
        """Whether the untouched file has the finding at the place that is to be spoilt."""
        begin, end = self.expected
        if begin == end:
            return False
        first, last = self.source.lines.span(self.source.data, begin, end)
        return any(check == self.check and first <= line <= last for check, line in self.source.baseline)


class Text:
    """A file with several mutants in it, and which lines belong to which."""

    def __init__(self, source, mutants, pure_clones=()):
        self.source, self.mutants = source, mutants
        edits, placed, clones = [], [], []
        includes = sorted({i for m in mutants for i in m.includes})
        if includes:
            edits.append((source.include_at, source.include_at,
                          b"\n" + b"".join(b"#include " + i.encode() + b"\n" for i in includes)))
        for number, mutant in enumerate(mutants):
            name = f"planted_{number}".encode()
            container = source.containers[mutant.container]
            helper = None
            if mutant.helper:
                helper = (container["before"], container["before"],
                          b"\n" + mutant.helper.encode().replace(b"PLANTED", name))
                edits.append(helper)
            own = [(*e["at"], e["text"].encode().replace(b"PLANTED", name)) for e in mutant.edits]
            if mutant.in_copy():
                edit, inner = self._clone(container, own, name)
                edits.append(edit)
                placed.append((mutant, helper, edit, inner))
            else:
                edits += own
                placed.append((mutant, helper, None, None))
        for index in pure_clones:
            edit, inner = self._clone(source.containers[index], [], f"planted_{len(clones)}".encode())
            edits.append(edit)
            clones.append((index, edit, inner))
        self.splice = Splice(source.data, edits)
        self.data = self.splice.data
        self.lines = Lines(self.data)
        self.owned = {}      # id(mutant) -> lines in which an error is the mutant's
        self.expected = {}   # id(mutant) -> lines in which its finding counts
        self.copies = {}     # id(mutant) -> (lines of the copy, map of its lines to the original's)
        for mutant, helper, edit, inner in placed:
            self._locate(mutant, helper, edit, inner)
        self.clone_lines = {}
        for index, edit, inner in clones:
            start = self.splice.start(edit) + 1
            self.clone_lines[index] = self.lines.span(self.data, start, start + len(inner.data))

    @staticmethod
    def _clone(container, edits, name):
        """An edit that puts a copy of the container, spoilt by `edits`, behind it; and how the copy differs."""
        begin, end = container["text"]
        rename = (container["clone_name"][1], container["clone_name"][1], b"_" + name)
        inner = Splice(container["data"], [(b - begin, e - begin, text) for b, e, text in [*edits, rename]])
        return (end, end, b"\n" + inner.data + b"\n"), inner

    def _locate(self, mutant, helper, edit, inner):
        key, begin, end = id(mutant), *mutant.expected
        container = self.source.containers[mutant.container]
        if edit:
            base = container["text"][0]
            start = self.splice.start(edit) + 1
            copy = (start, start + len(inner.data))
            expected = (start + inner.before(begin - base), start + inner.after(end - base))
            mutant.snippet = inner.data
            self.copies[key] = (self.lines.span(self.data, *copy), start, inner, base)
        else:
            copy = (self.splice.before(container["text"][0]), self.splice.after(container["text"][1]))
            expected = (self.splice.before(begin), self.splice.after(end))
            mutant.snippet = self.data[copy[0]:copy[1]]
        self.expected[key] = self.lines.span(self.data, *expected)
        self.owned[key] = [self.lines.span(self.data, *copy)]
        if helper:
            mutant.snippet = helper[2].strip() + b"\n\n" + mutant.snippet
            start = self.splice.start(helper)
            self.owned[key].append(self.lines.span(self.data, start, start + len(helper[2])))

    def owners(self, line):
        return [m for m in self.mutants if any(a <= line <= b for a, b in self.owned[id(m)])]

    def original_line(self, line):
        """The line of the untouched file, for something that is not in a copy."""
        return self.source.lines.of(self.splice.original(self.lines.start(line)))

    def original_line_in_copy(self, mutant, line):
        _, start, inner, base = self.copies[id(mutant)]
        return self.source.lines.of(base + inner.original(max(0, self.lines.start(line) - start)))


class Linter:
    """Runs clang-tidy over texts that stand in for files."""

    def __init__(self, options, work):
        self.options, self.work = options, work
        self.lock, self.count = threading.Lock(), 0

    def run(self, text):
        with self.lock:
            self.count += 1
            number = self.count
        stand_in, overlay = self.work / f"{number}.cpp", self.work / f"{number}.vfs"
        stand_in.write_bytes(text.data)
        overlay.write_text(json.dumps({
            "version": 0, "use-external-names": False,
            "roots": [{"name": text.source.path, "type": "file", "external-contents": str(stand_in)}]}))
        command = [self.options.clang_tidy, f"--load={self.options.plugin}", f"--checks={self.options.checks}",
                   f"--config={self.options.config}", "--quiet", "-p", self.options.build, f"--vfsoverlay={overlay}",
                   "--extra-arg=-ferror-limit=0", "--extra-arg=-w", text.source.path]
        run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, errors="replace", check=False)
        if run.returncode < 0 or "PLEASE submit a bug report" in run.stderr:
            return None
        diagnostics = []
        for line in run.stdout.splitlines():
            match = DIAGNOSTIC.match(line)
            if match:
                # A file is reported as its compile command spells it.
                reported = os.path.normpath(os.path.join(text.source.directory, match["file"]))
                diagnostics.append(match.groupdict() | {"line": int(match["line"]),
                                                        "main": reported == text.source.path})
        if not diagnostics and run.returncode != 0:
            last = "\n".join((run.stdout + run.stderr).splitlines()[-10:])
            sys.exit(f"run.py: {' '.join(command)}\nfailed with exit code {run.returncode}:\n{last}")
        stand_in.unlink()
        overlay.unlink()
        return diagnostics


def errors_of(diagnostics):
    """Each error with the lines of the main file that it or its notes point to, nearest first."""
    errors, current = [], None
    for d in diagnostics:
        if "error" in d["level"]:
            current = []
            errors.append(current)
        elif d["level"] == "warning":
            current = None
        if current is not None and d["main"]:
            current.append(d["line"])
    return errors


def warnings_of(diagnostics):
    for d in diagnostics:
        if d["level"] == "warning" and d["main"] and d["checks"]:
            for check in d["checks"].split(","):
                yield check, d["line"], d["text"]


def take_baseline(source, linter):
    """Lint the untouched text with an untouched copy of each function: what is found anyway, and whether copies work."""
    clonable = [i for i, c in enumerate(source.containers) if c["clone_name"]]
    while True:
        text = Text(source, [], clonable)
        diagnostics = linter.run(text)
        if diagnostics is None:
            return "the linter crashes on the untouched file"
        broken = set()
        for lines in errors_of(diagnostics):
            blamed = [i for i in clonable for line in lines if span_has(text.clone_lines[i], line)]
            if not blamed and not clonable:
                return "does not compile as it is"
            # An error that names no copy can come from any of them.
            broken.update(blamed[:1] or clonable)
        in_clones = collections.defaultdict(collections.Counter)
        source.baseline = set()
        for check, line, _ in warnings_of(diagnostics):
            clone = next((i for i in clonable if span_has(text.clone_lines[i], line)), None)
            if clone is None:
                source.baseline.add((check, text.original_line(line)))
            else:
                in_clones[clone][check] += 1
        if not broken:
            break
        for index in broken:
            source.containers[index]["clone_name"] = None
        clonable = [i for i in clonable if i not in broken]
    for index in clonable:
        if source.containers[index]["template"]:
            continue
        first, last = source.lines.span(source.data, *source.containers[index]["text"])
        own = collections.Counter(c for c, line in source.baseline if first <= line <= last)
        # The linter must judge the copy as it judges the original, or the copy proves nothing.
        if set(own) != set(in_clones[index]):
            source.containers[index]["clone_name"] = None
    return None


def span_has(span, line):
    return span[0] <= line <= span[1]


def chunks_of(source, mutants, size):
    """Texts of up to `size` mutants in copies, and at most one in each function that cannot be copied."""
    copied, in_place = [], collections.defaultdict(list)
    for mutant in mutants:
        if mutant.in_copy():
            copied.append(mutant)
        else:
            in_place[mutant.container].append(mutant)
    while copied or any(in_place.values()):
        chunk, copied = copied[:size], copied[size:]
        chunk += [waiting.pop(0) for waiting in in_place.values() if waiting]
        yield chunk


def judge(source, mutants, linter):
    """Lint one text and give each mutant its verdict; what does not compile is taken out and the rest linted again."""
    while mutants:
        text = Text(source, mutants)
        diagnostics = linter.run(text)
        if diagnostics is None:
            if len(mutants) == 1:
                mutants[0].verdict = "crash"
                return
            half = len(mutants) // 2
            judge(source, mutants[:half], linter)
            mutants = mutants[half:]
            continue
        broken, unclear = set(), False
        for lines in errors_of(diagnostics):
            owners = next((o for o in map(text.owners, lines) if o), [])
            broken.update(id(m) for m in owners)
            unclear = unclear or not owners
        if unclear and not broken:
            # An error in a header with no trace of who caused it: look for the mutant by halves.
            if len(mutants) == 1:
                mutants[0].verdict = "not-compiling"
                return
            half = len(mutants) // 2
            judge(source, mutants[:half], linter)
            mutants = mutants[half:]
            continue
        for mutant in mutants:
            if id(mutant) in broken:
                mutant.verdict = "not-compiling"
        if not broken:
            decide(text, list(warnings_of(diagnostics)))
            return
        mutants = [m for m in mutants if id(m) not in broken]


def decide(text, warnings):
    for mutant in text.mutants:
        expected = text.expected[id(mutant)]
        mutant.verdict, mutant.others = "missed", []
        for check, line, message in warnings:
            if check == mutant.check and span_has(expected, line):
                mutant.verdict = "found"
            elif id(mutant) in text.copies and span_has(text.copies[id(mutant)][0], line):
                original = text.original_line_in_copy(mutant, line)
                if (check, original) not in text.source.baseline and not span_has(expected, line):
                    mutant.others.append(f"{check} at line {original} of the original: {message}")


def sample(mutants, per_kind, seed):
    """Up to `per_kind` mutants of each kind, spread over its forms and places."""
    chosen, by_kind = [], collections.defaultdict(list)
    for mutant in mutants:
        by_kind[mutant.kind].append(mutant)
    for kind in sorted(by_kind):
        dice = random.Random(f"{seed} {kind}")
        cells = collections.defaultdict(list)
        for mutant in by_kind[kind]:
            cells[(mutant.form, mutant.place)].append(mutant)
        for cell in cells.values():
            dice.shuffle(cell)
        order = sorted(cells)
        dice.shuffle(order)
        picked = []
        while len(picked) < per_kind and any(cells.values()):
            for key in order:
                if cells[key] and len(picked) < per_kind:
                    picked.append(cells[key].pop())
        chosen += picked
    return chosen


def table(title, rows, out):
    """rows: (name, Counter of verdicts)."""
    heads = ["planted", "not compiling", "already there", "compiled", "found", "missed", "recall"]
    width = max([len(title), *(len(name) for name, _ in rows)])
    print(f"\n{title:{width}} " + " ".join(f"{h:>13}" for h in heads), file=out)
    for name, count in rows:
        found, missed = count["found"], count["missed"] + count["crash"]
        cells = [sum(count.values()), count["not-compiling"], count["already"], found + missed, found, missed]
        recall = f"{100 * found / (found + missed):.1f} %" if found + missed else "-"
        print(f"{name:{width}} " + " ".join(f"{c:>13}" for c in [*cells, recall]), file=out)


def tally(mutants, key):
    rows = collections.defaultdict(collections.Counter)
    for mutant in mutants:
        rows[key(mutant)][mutant.verdict] += 1
    return sorted(rows.items())


def report(mutants, options, out):
    by_kind = tally(mutants, lambda m: m.kind)
    table("kind", by_kind, out)
    table("kind and form", tally(mutants, lambda m: f"{m.kind}: {m.form}"), out)
    table("position", tally(mutants, lambda m: m.place), out)
    table("all", [("", collections.Counter(m.verdict for m in mutants))], out)
    misses = [m for m in mutants if m.verdict in ("missed", "crash")]
    folder = options.out / "misses"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for number, mutant in enumerate(misses, 1):
        name = f"{number:03}-{mutant.kind}-{mutant.form}.cpp"
        notes = "".join(f"// other new finding: {o}\n" for o in mutant.others)
        (folder / name).write_bytes(
            f"// {mutant.verdict}: {mutant.check} on {mutant.kind} ({mutant.form}) in {mutant.place}\n"
            f"// planted at {mutant.source.path}:{mutant.line}\n{notes}\n".encode() + mutant.snippet + b"\n")
        if number == options.show:
            print(f"... and {len(misses) - number + 1} more in {folder}", file=out)
        if number >= options.show:
            continue
        print(f"{mutant.source.path}:{mutant.line}: {mutant.verdict}: {mutant.kind} ({mutant.form}) in {mutant.place}"
              f" [{mutant.check}] -> {folder / name}", file=out)
    below = []
    for kind, count in by_kind:
        judged = count["found"] + count["missed"] + count["crash"]
        if judged and 100 * count["found"] < options.bar * judged:
            below.append(f"{kind} {count['found']}/{judged}")
    return below


def database(build):
    """The files of the compile database, each with the folder its command runs in."""
    path = pathlib.Path(build) / "compile_commands.json"
    if not path.is_file():
        sys.exit(f"run.py: {path} is missing: give the folder of a compile database with -p")
    entries = json.loads(path.read_text())
    return {os.path.normpath(os.path.join(e["directory"], e["file"])): e["directory"] for e in entries}


def choose_files(build, wanted):
    known = database(build)
    if not wanted:
        return known
    chosen = []
    for name in wanted:
        hits = [f for f in known if f == os.path.abspath(name) or f.endswith("/" + name)]
        if not hits:
            sys.exit(f"run.py: {name} is not in {build}/compile_commands.json")
        chosen += hits
    return {file: known[file] for file in chosen}


def list_mutants(options, file):
    run = subprocess.run([options.tool, "-p", options.build, file], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         errors="replace", check=False)
    try:
        listing = json.loads(run.stdout)[0]
    except (ValueError, IndexError):
        sys.exit(f"run.py: {options.tool} failed on {file}:\n{run.stderr}")
    return None if listing["errors"] else listing


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", help="files of the compile database; all of them if none is given")
    parser.add_argument("-p", dest="build", required=True, help="folder with compile_commands.json")
    parser.add_argument("--skip", action="append", default=[], help="leave out files whose path contains this; may be given several times")
    parser.add_argument("--max-per-kind", type=int, help="plant a sample of this size per kind")
    parser.add_argument("--seed", default="1", help="another seed takes another sample")
    parser.add_argument("--kinds", help="only these kinds, separated by commas")
    parser.add_argument("--bar", type=float, default=98, help="percent of each kind that must be found")
    parser.add_argument("--per-text", type=int, default=100, help="mutants in one text")
    parser.add_argument("--show", type=int, default=50, help="misses to print; all are in --out")
    parser.add_argument("-j", dest="jobs", type=int, default=os.cpu_count())
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("mutation-report"))
    parser.add_argument("--tool", default=str(PROJECT / "build/bin/async-mutate"))
    parser.add_argument("--plugin", default=str(PROJECT / "build/lib/AsyncTidy.so"))
    parser.add_argument("--clang-tidy", default="clang-tidy-22")
    parser.add_argument("--checks", default="-*,async-*")
    parser.add_argument("--config", default="{}", help="configuration of clang-tidy: CheckOptions, as in a .clang-tidy file")
    options = parser.parse_args()
    for needed in (options.tool, options.plugin):
        if not os.path.exists(needed):
            sys.exit(f"run.py: {needed} is missing: build it first (./dev build)")
    # Without a slash in its name the module would be looked for where system libraries are.
    options.plugin = os.path.abspath(options.plugin)
    files = choose_files(options.build, options.files)
    files = {file: folder for file, folder in files.items() if not any(part in file for part in options.skip)}
    work = options.out / "texts"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    linter = Linter(options, work.resolve())

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        listings = list(pool.map(lambda f: list_mutants(options, f), files))
        for file, listing in zip(files, listings):
            if listing is None:
                print(f"left out, does not compile as it is: {file}")
        sources = [Source(listing, files[file]) for file, listing in zip(files, listings)
                   if listing and listing["mutants"]]
        mutants = [m for s in sources for m in s.mutants]
        if options.kinds:
            mutants = [m for m in mutants if m.kind in options.kinds.split(",")]
        if options.max_per_kind:
            mutants = sample(mutants, options.max_per_kind, options.seed)
        per_source = collections.defaultdict(list)
        for mutant in mutants:
            per_source[mutant.source].append(mutant)
        for source, trouble in zip(per_source, pool.map(lambda s: take_baseline(s, linter), per_source)):
            if trouble:
                print(f"left out, {trouble}: {source.path}")
                for mutant in per_source[source]:
                    mutant.verdict = "left-out"
        todo = []
        for source, own in per_source.items():
            for mutant in own:
                if not mutant.verdict and mutant.already():
                    mutant.verdict = "already"
            waiting = [m for m in own if not m.verdict]
            todo += [(source, chunk) for chunk in chunks_of(source, waiting, options.per_text)]
        for done in [pool.submit(judge, source, chunk, linter) for source, chunk in todo]:
            done.result()
        again = []
        for source, own in per_source.items():
            doubtful = [m for m in own if m.verdict == "missed" and m.in_copy()][:IN_PLACE_RETRIES]
            for mutant in doubtful:
                mutant.in_place = True
            again += [(source, chunk) for chunk in chunks_of(source, doubtful, options.per_text)]
        for done in [pool.submit(judge, source, chunk, linter) for source, chunk in again]:
            done.result()
    mutants = [m for m in mutants if m.verdict != "left-out"]
    shutil.rmtree(work)

    print(f"{len(sources)} files with coroutines, {sum(s.coroutines for s in sources)} coroutines, "
          f"{sum(s.suspensions for s in sources)} suspension points; {len(mutants)} mutants in {linter.count} linter runs")
    below = report(mutants, options, sys.stdout)
    found = sum(m.verdict == "found" for m in mutants)
    judged = found + sum(m.verdict in ("missed", "crash") for m in mutants)
    if not judged:
        print("nothing could be planted", file=sys.stderr)
        return 1
    print(f"\nrecall: {found} of {judged} found, {100 * found / judged:.2f} %")
    if below:
        print(f"below {options.bar:g} %: {', '.join(below)}")
    return 1 if below or any(m.verdict == "crash" for m in mutants) else 0


if __name__ == "__main__":
    sys.exit(main())
