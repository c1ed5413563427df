# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Applies the safe fixes of many clang-tidy runs at once: `./dev lint --fix`.

Each run writes what it would change with --export-fixes. Only when all of them are done are the files edited, each
once, so that a header that several files include gets each edit once, and no run reads a file that another is writing.
clang-apply-replacements is not used: it also applies fixes that hang on notes, and those are for people to choose.
"""
import collections
import os
import shutil
import tempfile

# What one finding wants: edits are (file, offset, length, text), counted in bytes.
Fix = collections.namedtuple("Fix", "finding edits source")


def read(path, source):
    """(fixes, findings whose only fixes hang on notes) of one run's --export-fixes file."""
    if not os.path.exists(path):  # Nothing was found.
        return [], set()
    import yaml  # Not there before ./dev has installed it; arguments are read without.
    with open(path, encoding="utf-8", errors="replace") as file:
        said = yaml.load(file, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    fixes, choices = [], set()
    for diagnostic in said["Diagnostics"]:
        if not diagnostic["DiagnosticName"].startswith("async-"):
            continue
        message, base = diagnostic["DiagnosticMessage"], diagnostic.get("BuildDirectory", "")

        def absolute(name):
            return os.path.realpath(os.path.join(base, name))

        finding = (diagnostic["DiagnosticName"], absolute(message["FilePath"]), message["FileOffset"])
        edits = {(absolute(r["FilePath"]), r["Offset"], r["Length"], r["ReplacementText"].encode()) for r in message["Replacements"]}
        if edits:
            fixes.append(Fix(finding, edits, source))
        elif any(note.get("Replacements") for note in diagnostic.get("Notes", [])):
            choices.add(finding)
    return fixes, choices


def is_include(edit):
    return edit[2] == 0 and edit[3].startswith(b"#include ") and edit[3].endswith(b"\n")


def disagree(a, b):
    """Whether two different edits of one file, a not after b, cannot both be made."""
    if a[1] == b[1] and a[2] == b[2] == 0:
        return not (is_include(a) and is_include(b))
    return a[1] == b[1] and a[2] > 0 and b[2] > 0 or a[1] + a[2] > b[1]


def problem_with(path, edits, sources, started):
    """Why a file cannot be edited; nothing if it can."""
    try:
        if os.stat(path).st_mtime_ns > started:
            return "it was changed while it was analysed; run --fix again"
        with open(path, "rb") as file:
            content = file.read()
    except OSError as problem:
        return problem.strerror
    if not os.access(path, os.W_OK):
        return "it is read-only"
    if any(edit[1] + edit[2] > len(content) for edit in edits):
        return "it is not the file that was analysed"
    if any("\ufffd".encode() in edit[3] for edit in edits):  # The export cuts text there.
        return "a fix repeats text that is not UTF-8; edit it by hand"
    edits = sorted(edits)
    for a, b in zip(edits, edits[1:]):
        if disagree(a, b):
            line = content.count(b"\n", 0, b[1]) + 1
            who = sorted({s for edit in (a, b) for s in sources[edit]})
            return f"two fixes for line {line} exclude each other (found through {', '.join(map(os.path.basename, who))}); edit it by hand"
    return None


def edited(path, edits):
    with open(path, "rb") as file:
        content = file.read()
    for _, offset, length, text in sorted(edits, reverse=True):
        content = content[:offset] + text + content[offset + length:]
    return content


def write_all(contents):
    """Writes {path: bytes}: all beside the originals first, so that what goes wrong does so before anything changes."""
    ready = []
    try:
        for path, content in contents.items():
            handle, temporary = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".async-tidy-")
            ready.append((temporary, path))
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            shutil.copymode(path, temporary)
            if os.geteuid() == 0:
                owner = os.stat(path)
                os.chown(temporary, owner.st_uid, owner.st_gid)
        while ready:
            os.replace(*ready[0])
            ready.pop(0)
    finally:
        for temporary, _ in ready:
            os.unlink(temporary)


def apply(fixes, started):
    """(findings that were fixed, files that were changed, {file left alone: reason}).

    A fix is made whole or not at all: where one of its files cannot be edited, its other files are left alone too.
    """
    edits, sources = collections.defaultdict(set), collections.defaultdict(set)
    for fix in fixes:
        for edit in fix.edits:
            edits[edit[0]].add(edit)
            sources[edit].add(fix.source)
    alone = {path: reason for path in sorted(edits) if (reason := problem_with(path, edits[path], sources, started))}
    spreading = True
    while spreading:
        spreading = False
        for fix in fixes:
            paths = {edit[0] for edit in fix.edits}
            for path in sorted(paths - alone.keys()) if paths & alone.keys() else ():
                alone[path] = f"a fix in it also edits {sorted(paths & alone.keys())[0]}"
                spreading = True
    changed = sorted(edits.keys() - alone.keys())
    try:
        write_all({path: edited(path, edits[path]) for path in changed})
    except OSError as problem:
        alone.update((path, f"nothing was written: {problem.filename}: {problem.strerror}") for path in changed)
        changed = []
    return {fix.finding for fix in fixes if not any(edit[0] in alone for edit in fix.edits)}, changed, alone
