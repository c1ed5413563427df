#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs one check over one test file and compares what it says and what it fixes with the file's comments.

  // RUN: %check_async_tidy %s async-blocking-call [options] [-- clang-tidy arguments] [-- compiler arguments]

Expectations are FileCheck's, in the test file itself:

  CHECK-MESSAGES   warnings and errors; one that no line expects is a failure
  CHECK-NOTES      the same, with every note to be expected as well
  CHECK-FIXES      whole lines of the fixed file

A file without expectations must give no diagnostic at all. Options:

  -std=c++20,c++23         run once per standard (default: c++20)
  -check-suffix=A,B        use CHECK-MESSAGES-A, CHECK-FIXES-A, ... as well
  -fix-notes               apply the fixes on notes too before CHECK-FIXES
  -match-partial-fixes     CHECK-FIXES need not match whole lines
  -expect-clang-errors     the file has compile errors that are part of the expectations

Every fix offered is also verified without being asked for: the fixed file compiles, no finding is left where a
fix was applied and no new one came, and nothing is left to fix. Fixes on notes are alternatives to each
other, so they are tried one per finding at a time, on fresh copies.

The driver, where there is one, must say the same as clang-tidy with the module.

A comment after // with a CHECK is not seen by clang-tidy: the text is blanked before the file is analysed.
"""
import argparse
import difflib
import os
import re
import subprocess
import sys
import tempfile

DIAGNOSTIC = re.compile(r"^(?P<file>[^\n:]+):(?P<line>\d+):(?P<column>\d+): (?P<level>warning|error|note): ")


def fail(reason, output=""):
    print(f"error: {reason}", file=sys.stderr)
    if output:
        print(output, file=sys.stderr)
    sys.exit(1)


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    return done.returncode, done.stdout


class ExportedFixes:
    """What `clang-tidy --export-fixes` wrote: the part of YAML that LLVM writes for it, and no more."""

    ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "0": "\0", "e": "\x1b"}

    def __init__(self, text):
        self.lines = [(len(line) - len(line.lstrip(" ")), line.strip()) for line in self._logical_lines(text)]
        self.at = 0
        tree = self._mapping(0) if self.lines else {}
        self.diagnostics = tree.get("Diagnostics") or []

    @staticmethod
    def _logical_lines(text):
        """Lines with quoted scalars that span several lines joined as YAML folds them."""
        pending, quote = "", None
        for line in text.split("\n"):
            if quote is None and (line in ("---", "...") or not line.strip()):
                continue
            if quote is not None:
                pending += "\n" + line.strip()
            else:
                pending = line
                opened = re.match(r"\s*(?:- )?\s*[A-Za-z]+:\s+(['\"])", line)
                quote = opened.group(1) if opened else None
            if quote is not None:
                body = pending[pending.index(quote, pending.index(":")) + 1:]
                body = body.replace("''", "") if quote == "'" else re.sub(r"\\.", "", body, flags=re.S)
                if quote not in body:
                    continue
            quote = None
            yield pending

    def _scalar(self, text):
        if text.startswith("'"):
            # A line break is folded into a space, n+1 of them stand for n.
            body = text[1:-1].replace("''", "'")
            return re.sub(r"\n+", lambda m: "\n" * (len(m.group()) - 1) or " ", body)
        if text.startswith('"'):
            body = re.sub(r"\\\n\s*", "", text[1:-1])
            return re.sub(r"\\x([0-9A-Fa-f]{2})|\\(.)",
                          lambda m: chr(int(m.group(1), 16)) if m.group(1) else self.ESCAPES.get(m.group(2), m.group(2)),
                          body, flags=re.S)
        return {"[]": [], "{}": {}}.get(text, int(text) if re.fullmatch(r"-?\d+", text) else text)

    def _mapping(self, indent):
        result = {}
        while self.at < len(self.lines) and self.lines[self.at][0] == indent and not self.lines[self.at][1].startswith("- "):
            key, _, rest = self.lines[self.at][1].partition(":")
            self.at += 1
            if rest.strip():
                result[key] = self._scalar(rest.strip())
            elif self.at < len(self.lines) and self.lines[self.at][0] > indent:
                deeper = self.lines[self.at][0]
                is_list = self.lines[self.at][1].startswith("- ")
                result[key] = self._sequence(deeper) if is_list else self._mapping(deeper)
            else:
                result[key] = ""
        return result

    def _sequence(self, indent):
        result = []
        while self.at < len(self.lines) and self.lines[self.at][0] == indent and self.lines[self.at][1].startswith("- "):
            item = self.lines[self.at][1][2:]
            inner = indent + 2 + len(item) - len(item.lstrip())
            self.lines[self.at] = (inner, item.strip())
            result.append(self._mapping(inner))
        return result


def apply(text, replacements):
    """The UTF-8 `text` with `replacements` made; None when two of them overlap."""
    end = len(text)
    for r in sorted({(r["Offset"], r["Length"], r["ReplacementText"]) for r in replacements}, reverse=True):
        if r[0] + r[1] > end:
            return None
        text = text[:r[0]] + r[2].encode() + text[r[0] + r[1]:]
        end = r[0]
    return text


def moved_lines(before, after):
    """Where each line of `before` went in `after`: a range, wider than one line where the text was changed."""
    moved = {}
    matcher = difflib.SequenceMatcher(a=before.splitlines(), b=after.splitlines(), autojunk=False)
    for _, a1, a2, b1, b2 in matcher.get_opcodes():
        same = a2 - a1 == b2 - b1
        for line in range(a1, a2):
            moved[line + 1] = range(b1 + line - a1 + 1, b1 + line - a1 + 2) if same else range(b1 + 1, max(b2, b1 + 1) + 1)
    return moved


class Test:
    def __init__(self, args, standard):
        self.args = args
        self.standard = standard
        self.directory = tempfile.mkdtemp(prefix=os.path.basename(args.file) + "-", dir=args.temp)
        self.source = open(args.file, encoding="utf-8").read()
        self.prefixes = {kind: [p for p in [f"CHECK-{kind}"] + [f"CHECK-{kind}-{s}" for s in args.suffixes]
                                if re.search(rf"//\s*{p}(-NEXT|-SAME|-NOT|-DAG|-COUNT-\d+|-EMPTY)?:", self.source)]
                         for kind in ("MESSAGES", "NOTES", "FIXES")}
        # Line numbers stay: only the text of the expectations goes.
        self.blanked = re.sub(r"//[ \t]*(CHECK-[A-Z0-9-]*|RUN):[^\n]*", "//", self.source)
        self.count = 0

    def place(self, text):
        """A fresh file with `text`, under the test's own name so that messages can spell it."""
        self.count += 1
        directory = os.path.join(self.directory, str(self.count))
        os.mkdir(directory)
        path = os.path.join(directory, os.path.basename(self.args.file))
        with open(path, "wb") as out:
            out.write(text if isinstance(text, bytes) else text.encode())
        return path

    def tidy(self, path, *extra):
        exported = path + ".yaml"
        command = [self.args.clang_tidy, path]
        if self.args.plugin:
            command += ["--load=" + self.args.plugin]
        command += ["--checks=-*," + self.args.check, "--export-fixes=" + exported, *extra, *self.args.tidy_args]
        if not any(re.match("--?header-filter", a) for a in self.args.tidy_args):
            command += ["--header-filter=-"]  # matches no path
        if not any(re.match("--?config", a) for a in self.args.tidy_args):
            command += ["--config={}"]
        command += ["--", "-std=" + self.standard, "-I" + self.args.inputs,
                    "-I" + os.path.dirname(os.path.abspath(self.args.file)), *self.args.compiler_args]
        code, output = run(command)
        if code not in (0, 1) or "no checks enabled" in output:
            fail(f"clang-tidy ended with {code}: {' '.join(command)}", output)
        text = open(exported, encoding="utf-8").read() if os.path.exists(exported) else ""
        broken = "[clang-diagnostic-error]" in output
        if broken and not self.args.expect_clang_errors:
            fail(f"the file does not compile: {' '.join(command)}", output)
        return output, [d for d in ExportedFixes(text).diagnostics if not d["DiagnosticName"].startswith("clang-diagnostic-")]

    def compare_with_driver(self, path, output):
        """The driver says the same of the file: it takes another way through clang, which must not show."""
        if not self.args.driver or self.args.expect_clang_errors or not self.args.check.startswith("async-"):
            return
        command = [self.args.driver, "check", os.path.basename(path), "--checks=" + self.args.check, "--color=never", "--quiet", "--no-cache", "-j1"]
        if not any(re.match("--?header-filter", a) for a in self.args.tidy_args):
            command.append("--header-filter=-")
        if not any(re.match("--?config", a) for a in self.args.tidy_args):
            command.append("--config={}")
        command += [*self.args.tidy_args, "--", "-std=" + self.standard, "-I" + self.args.inputs,
                    "-I" + os.path.dirname(os.path.abspath(self.args.file)), *self.args.compiler_args]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace", cwd=os.path.dirname(path))

        def diagnostics(text):
            found = [line for line in text.splitlines() if DIAGNOSTIC.match(line) or line.startswith("note: ")]
            return sorted(line.replace(os.path.dirname(path) + "/", "") for line in found)

        plugin, driver = diagnostics(output), diagnostics(done.stdout)
        if plugin != driver:
            fail(f"{self.standard}: clang-tidy with the module (-) and the driver (+) differ: {' '.join(command)}",
                 "\n".join(difflib.unified_diff(plugin, driver, lineterm="", n=0)) + "\n" + done.stderr)

    def filecheck(self, prefixes, input_path, *extra):
        code, output = run([self.args.filecheck, "--input-file=" + input_path, self.args.file,
                            "--check-prefixes=" + ",".join(prefixes), "--allow-empty", *extra])
        if code:
            fail(f"{self.standard}: FileCheck {','.join(prefixes)}", output)

    def own(self, diagnostics, path):
        """Main message of each finding in the file itself: line and fix."""
        text = open(path, "rb").read()
        found = []
        for d in diagnostics:
            message = d["DiagnosticMessage"]
            if os.path.basename(message["FilePath"]) == os.path.basename(path):
                line = text[:message["FileOffset"]].count(b"\n") + 1
                notes = [n for n in d.get("Notes") or [] if n.get("Replacements")]
                found.append((line, message.get("Replacements") or [], notes))
        return found

    def verify(self, before_path, before, after_text, cured, what):
        """`after_text` compiles, has no finding where one of the `cured` findings was, and no new one. Gives what clang-tidy
        says of it, and the findings it has."""
        after_path = self.place(after_text)
        output, diagnostics = self.tidy(after_path)
        before_text = open(before_path, encoding="utf-8").read()
        moved = moved_lines(before_text, after_text.decode())
        kept = [moved.get(line, range(0)) for index, (line, _, _) in enumerate(before) if index not in cured]
        found = self.own(diagnostics, after_path)
        for line, _, _ in found:
            place = next((p for p in kept if line in p), None)
            if place is None:
                diff = "\n".join(difflib.unified_diff(before_text.splitlines(), after_text.decode().splitlines(), "before", "after", lineterm=""))
                fail(f"{self.standard}: after {what} there is a finding in line {line} that was to be gone, or is new",
                     output + diff)
            kept.remove(place)
        return output, found

    def test(self):
        path = self.place(self.blanked)
        output, diagnostics = self.tidy(path)
        log = self.place(output) + ".log"
        os.rename(log[:-4], log)
        # FileCheck reads the messages with the directory of the copy taken off.
        with open(log, "w", encoding="utf-8") as out:
            out.write(output.replace(os.path.dirname(path) + "/", ""))
        self.compare_with_driver(path, output)
        expected = self.prefixes["MESSAGES"] + self.prefixes["NOTES"]
        levels = "note|warning|error" if self.prefixes["NOTES"] else "warning|error"
        if expected:
            self.filecheck(expected, log, "--implicit-check-not={{[0-9]+: (" + levels + "):}}")
        elif any(DIAGNOSTIC.match(line) for line in output.splitlines()):
            fail(f"{self.standard}: diagnostics, and the file expects none", output)

        before = self.own(diagnostics, path)
        fixed_path = self.verify_safe_fixes(path, before)
        if not self.args.brief:
            self.verify_note_fixes(path, before)
        if self.prefixes["FIXES"]:
            extra = ["--strict-whitespace"] if self.args.match_partial_fixes else ["--match-full-lines"]
            self.filecheck(self.prefixes["FIXES"], fixed_path, *extra)

    def verify_safe_fixes(self, path, before):
        mode = "--fix-notes" if self.args.fix_notes else "--fix"

        def fixable(findings):
            return {index for index, (_, fix, notes) in enumerate(findings) if fix or (self.args.fix_notes and notes)}

        if not fixable(before):
            return path
        if self.args.brief:
            # Like clang-tidy: of notes only where there is no choice.
            edits = [e for _, fix, notes in before
                     for e in fix or (notes[0]["Replacements"] if self.args.fix_notes and len(notes) == 1 else [])]
            return self.place(apply(self.blanked.encode(), edits) or fail(f"{self.standard}: fixes overlap"))
        fixed_path = self.place(self.blanked)
        output, _ = self.tidy(fixed_path, mode)
        fixed = open(fixed_path, "rb").read()
        if fixed == self.blanked.encode():
            fail(f"{self.standard}: a fix was offered but {mode} changed nothing", output)
        output, left = self.verify(path, before, fixed, fixable(before), mode)
        if fixable(left):
            fail(f"{self.standard}: {mode} is not idempotent", output)
        return fixed_path

    def verify_note_fixes(self, path, before):
        waiting = [(index, n["Message"], n["Replacements"]) for index, (_, _, notes) in enumerate(before) for n in notes]
        while waiting:
            # As many findings at once as possible, each with one of its alternatives.
            chosen, edits, text, rest = [], [], self.blanked.encode(), []
            for index, message, replacements in waiting:
                tried = None if index in (c[0] for c in chosen) else apply(self.blanked.encode(), edits + replacements)
                if tried is None:
                    rest.append((index, message, replacements))
                else:
                    chosen.append((index, message))
                    edits, text = edits + replacements, tried
            if not chosen:
                fail(f"{self.standard}: the edits of one fix overlap: {rest[0][1]}")
            what = "the fixes on notes: " + "; ".join(f"line {before[i][0]}: {m}" for i, m in chosen)
            self.verify(path, before, text, {index for index, _ in chosen}, what)
            waiting = rest


def parse(argv):
    groups = [[]]
    for argument in argv:
        if argument == "--":
            groups.append([])
        else:
            groups[-1].append(argument)
    if len(groups) > 3:
        fail("at most two -- are understood: clang-tidy arguments, compiler arguments")
    groups += [[], []]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    parser.add_argument("file")
    parser.add_argument("check")
    parser.add_argument("-std", default="c++20")
    parser.add_argument("-check-suffix", dest="suffixes", type=lambda s: s.split(","), default=[])
    parser.add_argument("-fix-notes", action="store_true")
    parser.add_argument("-match-partial-fixes", action="store_true")
    parser.add_argument("-expect-clang-errors", action="store_true")
    parser.add_argument("--clang-tidy", required=True)
    parser.add_argument("--filecheck", default="FileCheck")
    parser.add_argument("--plugin", default="")
    parser.add_argument("--driver", default="", help="async-tidy, which must say the same")
    parser.add_argument("--brief", action="store_true", help="messages and the text of fixes only: the rest is verified with another version")
    parser.add_argument("--inputs", required=True)
    parser.add_argument("--temp", required=True)
    args = parser.parse_args(groups[0])
    args.tidy_args, args.compiler_args = groups[1], groups[2]
    os.makedirs(args.temp, exist_ok=True)
    return args


def main():
    args = parse(sys.argv[1:])
    for standard in args.std.split(","):
        Test(args, standard).test()


if __name__ == "__main__":
    main()
