#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Holds against each other what must agree: Checks.def, classes, pages, tests, options, examples, licences.

usage: consistency.py <subject> --project DIR --clang-tidy PATH --plugin PATH --inputs DIR --temp DIR
Prints every disagreement and exits with 1 if there is one.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

HEADINGS = ["What it finds", "Why it hurts", "Example", "Better", "Options", "Fix safety", "Known false alarms",
            "Known missed alarms", "Proof"]
problems = []


# Options that take certain words only.
WORDS = {"Kinds": "sleep", "IncludeStyle": "google"}


def problem(text):
    problems.append(text)


def read(*parts):
    with open(os.path.join(*parts), encoding="utf-8") as file:
        return file.read()


def run(*command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", **more)


class Check:
    def __init__(self, fields):
        self.cls, self.name, self.folder, self.severity, self.default, self.fix, self.since = fields


def listed_checks(project):
    entries = re.findall(r"^ASYNC_CHECK\((.*)\)$", read(project, "checks", "Checks.def"), re.M)
    checks = [Check([field.strip().strip('"') for field in entry.split(",")]) for entry in entries]
    if not checks:
        sys.exit("Checks.def lists no checks: this test cannot read it any more")
    return checks


def tracked(project):
    """Every file of the project; a source archive without git has only such files."""
    if os.path.exists(os.path.join(project, ".git")) and shutil.which("git"):
        listed = run("git", "-c", "safe.directory=*", "-C", project, "ls-files", "-co", "--exclude-standard", check=True)
        return [f for f in listed.stdout.splitlines() if os.path.exists(os.path.join(project, f))]
    found = []
    for directory, folders, files in os.walk(project):
        folders[:] = [f for f in folders if f != ".git" and not re.match(r"build(-\w+)?$", f)]
        found += [os.path.relpath(os.path.join(directory, f), project) for f in files]
    return found


def dump_options(args, name, *more):
    """{option: value} as clang-tidy prints the configuration of one check."""
    with tempfile.TemporaryDirectory() as empty:
        open(os.path.join(empty, "a.cpp"), "w").close()
        dumped = run(args.clang_tidy, "--load=" + args.plugin, "--checks=-*," + name, "--dump-config", *more,
                     os.path.join(empty, "a.cpp"), "--").stdout
    section = dumped.partition("CheckOptions:")[2]
    found = {}
    for option, value in re.findall(rf"^  {name}\.(\w+): *(.*)$", section, re.M):
        found[option] = value[1:-1].replace("''", "'") if value[:1] == "'" else value.strip('"')
    return found


def check_names(args):
    checks = listed_checks(args.project)
    names = [c.name for c in checks]
    for what, values in (("name", names), ("class", [c.cls for c in checks])):
        for twice in {v for v in values if values.count(v) > 1}:
            problem(f"Checks.def has the {what} {twice} twice")
    if names != sorted(names):
        problem("Checks.def is not sorted by name")
    for c in checks:
        for field, allowed in (("severity", ("error", "warning", "hint")), ("default", ("on", "off")), ("fix", ("safe", "unsafe", "both", "none"))):
            if getattr(c, field) not in allowed:
                problem(f"Checks.def: {c.name}: {field} {getattr(c, field)!r} is none of {', '.join(allowed)}")
        if not re.fullmatch(r"async(-[a-z0-9]+)+", c.name):
            problem(f"{c.name} is not a kebab-case name that starts with async-")
        base = os.path.join("checks", c.folder, c.cls)
        for ending in (".h", ".cpp"):
            if not os.path.exists(os.path.join(args.project, base + ending)):
                problem(f"{c.name}: there is no {base}{ending}")
        tests = os.path.join(args.project, "test", "checks", c.name)
        run_lines = [line for f in (os.listdir(tests) if os.path.isdir(tests) else []) if f.endswith(".cpp")
                     for line in re.findall(rf"RUN:.*%check_async_tidy .*\b{c.name}\b", read(tests, f))]
        if not run_lines:
            problem(f"{c.name}: no test in test/checks/{c.name} runs it")
        proof = os.path.join("test", "proof", c.name + ".test")
        if not os.path.exists(os.path.join(args.project, proof)) or f"%prove {c.name} --verify-pages" not in read(args.project, proof):
            problem(f"{c.name}: no {proof} runs its proofs")
        if c.name not in read(args.project, "CHANGELOG.md"):
            problem(f"{c.name}: CHANGELOG.md does not mention it")
    classes = {c.cls for c in checks}
    for file in tracked(args.project):
        if re.match(r"checks/\w+/\w+Check\.h$", file) and os.path.basename(file)[:-2] not in classes:
            problem(f"{file} is the header of a check that Checks.def does not list")
        if re.match(r"test/checks/[^/]+/", file) and file.split("/")[2] not in names:
            problem(f"{file} tests a check that Checks.def does not list")
        if re.match(r"docs/checks/async-[^/]*\.md$", file) and os.path.basename(file)[:-3] not in names:
            problem(f"{file} is the page of a check that Checks.def does not list")
    registered = run(args.clang_tidy, "--load=" + args.plugin, "--checks=-*,async-*", "--list-checks").stdout.split()[2:]
    if sorted(names) != sorted(registered):
        problem(f"Checks.def lists {sorted(names)}, clang-tidy {sorted(registered)}")


def check_pages(args):
    for c in listed_checks(args.project):
        path = os.path.join(args.project, "docs", "checks", c.name + ".md")
        if not os.path.exists(path):
            problem(f"{c.name}: there is no page docs/checks/{c.name}.md")
            continue
        text = read(path)
        if not text.startswith(f"# {c.name}\n"):
            problem(f"{c.name}: the page does not start with its name")
        found = re.findall(r"^## (.*)$", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S), re.M)
        if [h for h in found if h in HEADINGS] != HEADINGS:
            problem(f"{c.name}: the page's headings are {found}, wanted {HEADINGS}")
        for kind in ("bad", "good"):
            if f"```cpp {kind}\n" not in text:
                problem(f"{c.name}: the page has no ```cpp {kind} block")


def check_options(args):
    for c in listed_checks(args.project):
        defaults = dump_options(args, c.name)
        path = os.path.join(args.project, "docs", "checks", c.name + ".md")
        page = read(path) if os.path.exists(path) else ""
        section = page.partition("\n## Options\n")[2].partition("\n## ")[0]
        documented = {m[0]: m[1].strip().strip("`") for m in re.findall(r"^\| `(\w+)` *\|([^|]*)\|", section, re.M)}
        if documented != defaults:
            problem(f"{c.name}: the page documents {documented}, clang-tidy says {defaults}")
        # What is set is what is stored: an option read under one name and stored under another shows here.
        changed = {o: {"true": "false", "false": "true"}.get(v, str(int(v) + 1) if v.isdigit() else WORDS.get(o, "one -> two"))
                   for o, v in defaults.items()}
        config = "{CheckOptions: {" + ", ".join(f"{c.name}.{o}: '{v}'" for o, v in changed.items()) + "}}"
        after = dump_options(args, c.name, "--config=" + config)
        if after != changed:
            problem(f"{c.name}: set {changed}, stored {after}")


def check_code_blocks(args):
    """`cpp bad` blocks have a finding of the check, `cpp good` blocks none of any check; both compile."""
    os.makedirs(args.temp, exist_ok=True)
    for c in listed_checks(args.project):
        path = os.path.join(args.project, "docs", "checks", c.name + ".md")
        blocks = re.findall(r"^```cpp (bad|good)([^\n]*)\n(.*?)^```$", read(path), re.M | re.S) if os.path.exists(path) else []
        for number, (kind, flags, code) in enumerate(blocks):
            source = os.path.join(args.temp, f"{c.name}-{number}-{kind}.cpp")
            with open(source, "w", encoding="utf-8") as file:
                file.write(code)
            said = run(args.clang_tidy, "--load=" + args.plugin, "--checks=-*,async-*", "--config={}", "--header-filter=-", source, "--",
                       "-std=c++20", "-I" + args.inputs, *flags.split()).stdout
            findings = re.findall(r"(?:warning|error): .* \[([\w-]+)[],]", said)
            line = read(path).count("\n", 0, read(path).index(code)) + 1
            where = f"docs/checks/{c.name}.md:{line} ({kind})"
            if "clang-diagnostic-error" in findings:
                problem(f"{where} does not compile:\n{said}")
            elif kind == "bad" and c.name not in findings:
                problem(f"{where}: {c.name} says nothing about it")
            elif kind == "good" and findings:
                problem(f"{where}: it is good, yet there is a finding:\n{said}")


def check_licences(args):
    exempt = re.compile(r"\.(md|json|svg|test|def)$|^LICENSE$|^\.gitignore$|^test/checks/|/Inputs/.*\.(yaml|txt)$")
    machine = re.compile(r"(?<![\w.$}])/(?:work|root|home|tmp/wt)/[\w.]")
    for file in tracked(args.project):
        try:
            text = read(args.project, file)
        except UnicodeDecodeError:
            continue
        if not exempt.search(file) and "SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception" not in text[:400]:
            problem(f"{file} has no SPDX line")
        for place in machine.finditer(text):
            problem(f"{file}:{text.count(chr(10), 0, place.start()) + 1} has a path of somebody's machine")
    licence = read(args.project, "LICENSE")
    for part in ("Apache License", "END OF TERMS AND CONDITIONS", "LLVM Exceptions to the Apache 2.0 License"):
        if part not in licence:
            problem(f"LICENSE lacks {part!r}")


def check_example(args):
    """The table of the example's README and the findings, line by line."""
    project = os.path.join(args.project, "docs", "examples", "price-feed")
    expected = []
    for file, code, check in re.findall(r"^\| (src/\S+) \| `([^`]*)` \| (async-[\w-]+) \|", read(project, "README.md"), re.M):
        lines = [n for n, line in enumerate(read(project, file).splitlines(), 1) if code in line]
        if len(lines) != 1:
            problem(f"price-feed/README.md: `{code}` is in {len(lines)} lines of {file}")
        expected += [(file, n, check) for n in lines]
    sources = [os.path.join(project, "src", name) for name in sorted(os.listdir(os.path.join(project, "src"))) if name.endswith(".cpp")]
    for path in sources:
        compiled = run(os.path.join(os.path.dirname(args.real_clang), "clang++"), "-std=c++20", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", path)
        if compiled.returncode:
            problem(f"the example does not compile cleanly:\n{compiled.stdout}")

    def findings(*command):
        said = run(*command, "--", "-std=c++20").stdout
        return [(os.path.relpath(os.path.join(args.project, file), project), int(line), check)
                for file, line, check in re.findall(r"^(\S+?):(\d+):\d+: (?:warning|error): .* \[([\w-]+)[],]", said, re.M)]

    found = findings(args.driver, "check", "--config={}", "--color=never", "--root=" + args.project, *sources)
    for finding in found:
        if finding in expected:
            expected.remove(finding)
        else:
            problem(f"price-feed: {finding} is not in the table of its README")
    alone = [finding for path in sources for finding in findings(args.clang_tidy, "--load=" + args.plugin, "--checks=-*,async-*", "--config={}", path)]
    if not set(alone) < set(found):
        problem("price-feed: it should have findings that only the driver sees, and all that the module sees alone")
    for missing in expected:
        problem(f"price-feed: the README tells of {missing}, which is not found")
    if not {c.name for c in listed_checks(args.project)} >= {c for _, _, c in expected}:
        problem("the table names a check that does not exist")


def main():
    subjects = {name[len("check_"):].replace("_", "-"): function for name, function in globals().items() if name.startswith("check_")}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("subject", choices=sorted(subjects))
    for option in ("--project", "--clang-tidy", "--plugin", "--inputs", "--temp", "--real-clang"):
        parser.add_argument(option, required=True)
    parser.add_argument("--driver")
    args = parser.parse_args()
    shutil.rmtree(args.temp, ignore_errors=True)
    subjects[args.subject](args)
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
