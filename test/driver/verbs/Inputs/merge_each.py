#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""merge_each.py ASYNC_TIDY CLANG_TIDY PLUGIN: merges into .clang-tidy files of many forms, in the working directory."""
import os
import subprocess
import sys

ASYNC_TIDY, CLANG_TIDY, PLUGIN = sys.argv[1:]
OPTION = "misc-unused-parameters.StrictMode"

# Text, and whether it can be merged.
FILES = [
    ("Checks: misc-unused-parameters\n", True),
    ("Checks: misc-unused-parameters # why\n", True),
    ("Checks: 'misc-unused-parameters'", True),
    ("---\nChecks: \"-*,misc-unused-parameters,\" # why\nFormatStyle: file\n", True),
    ("Checks: ''\n", True),
    ("Checks: 'misc-unused-parameters,\n  bugprone-*'\nUser: me\n", True),
    ("Checks: misc-unused-parameters,\n  bugprone-*\nUser: me\n", True),
    ("# top\nChecks: >\n  -*,\n  misc-unused-parameters\n\n# below\nUser: me\n", True),
    ("Checks: >-\n    -*,misc-unused-parameters,\n\nUser: me", True),
    ("Checks: |\n  -*\n  misc-unused-parameters\n", True),
    ("Checks: >-\n  misc-unused-parameters", True),
    ("Checks: ['-*', misc-unused-parameters]\n", True),
    ("Checks: [\n  '-*', # why\n  misc-unused-parameters,\n]\nUser: me\n", True),
    ("Checks:\n  - '-*'\n  # why\n  - misc-unused-parameters\nUser: me\n", True),
    ("Checks:\n- '-*'\n- misc-unused-parameters\n# below\nUser: me\n", True),
    ("FormatStyle: file\n", True),
    ("FormatStyle: file", True),
    (f"Checks: misc-unused-parameters\nCheckOptions:\n  {OPTION}: true\n", True),
    (f"Checks: misc-unused-parameters\nCheckOptions:\n    # why\n    {OPTION}: true\n    # end\n"
     "# below\nUser: me\n", True),
    (f"CheckOptions:\n  - key: {OPTION}\n    value: true\nChecks: misc-unused-parameters\n", True),
    (f"CheckOptions:\n- key: {OPTION}\n  value: true\n\n# below\nChecks: misc-unused-parameters\n", True),
    (f"CheckOptions:\n  - {{ key: {OPTION}, value: true }}\nChecks: misc-unused-parameters", True),
    (f"Checks: misc-unused-parameters\r\nCheckOptions:\r\n  {OPTION}: true\r\n# below\r\n", True),
    (f"\"Checks\": 'misc-unused-parameters'\n'CheckOptions':\n  {OPTION}: true", True),
    ("Checks: misc-unused-parameters\nCheckOptions:\n  a.b: |\n    text\n    # no comment\nUser: me\n", True),
    ("Checks: 'async-blocking-call'\n", True),
    ("Checks: '*,-async-blocking-call'\n", True),
    ("Checks: '*'\n", True),
    ("# only a comment\nChecks: 'misc-ünused-*'  # naïve\n", True),
    (f"Checks: misc-unused-parameters\nCheckOptions: {{{OPTION}: true}}\n", False),
    (f"Checks: misc-unused-parameters\nCheckOptions: [{{key: {OPTION}, value: true}}]\n", False),
    ("{Checks: misc-unused-parameters}\n", False),
    ("Checks: misc-unused-parameters\n...\n", False),
    ("Checks: [\n", False),
    ("Chekcs: misc-*\n", False),
    ("- Checks\n", False),
    ("Checks: a\nChecks: b\n", False),
    ("\tChecks: a\n", False),
]
open("a.cpp", "w").close()


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def checks():
    """What clang-tidy runs with the module, besides the checks of the static analyser."""
    done = run(CLANG_TIDY, "--load=" + PLUGIN, "--list-checks", "a.cpp", "--")
    return {line.strip() for line in done.stdout.splitlines()[1:] if line.startswith("    ")}


def read():
    with open(".clang-tidy", encoding="utf-8", newline="") as file:
        return file.read()


def expect(condition, what):
    if not condition:
        sys.exit(f"{what}\n--- before\n{text}\n--- after\n{read()[:1000]}\n--- said\n{done.stdout[:200]}{done.stderr}")


def is_inside(old, new):
    """Whether nothing of the old text is lost."""
    at = iter(new)
    return all(character in at for character in old)


for text, mergeable in FILES:
    with open(".clang-tidy", "w", encoding="utf-8", newline="") as file:
        file.write(text)
    before = checks()
    shown = run(ASYNC_TIDY, "init")
    done = run(ASYNC_TIDY, "init", "--write")
    expect(shown.returncode == done.returncode, "printing and writing end differently")
    if not mergeable:
        expect(done.returncode == 2 and "cannot be merged safely: " in done.stderr, "not refused")
        expect("CheckOptions:" in done.stdout, "not printed")
        expect(read() == text, "changed")
        continue
    expect(done.returncode == 0 and not done.stderr, "not merged")
    expect(is_inside(text, read()) and len(read()) > len(text), "something is lost")
    expect(("\r\n" in text) == ("\r\n" in read()), "line breaks are others")
    expect(read().count("\r") in (0, read().count("\n")), "line breaks are mixed")
    after = checks()
    expect(before <= after, f"checks are lost: {before - after}")
    expect(before == after if "async" in text else "async-blocking-call" in after, f"now there are {after}")
    if OPTION in text:
        dumped = run(CLANG_TIDY, "--dump-config", "--checks=misc-unused-parameters", "a.cpp", "--").stdout
        expect(f"{OPTION}: 'true'" in dumped, "an option is lost")
    merged = read()
    done = run(ASYNC_TIDY, "init", "--write")
    expect(done.returncode == 0 and "lacks nothing" in done.stdout, "the second time something is missing")
    expect(read() == merged, "changed again")
