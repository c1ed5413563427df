#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs what a YAML file of a CI system runs, in the working directory, as that system would: variables, outputs, shell.

usage: steps.py github|gitlab FILE [NAME=VALUE...]
github takes an action or a workflow; NAME=VALUE are inputs of an action, and of a workflow parts of `github.`.
gitlab takes a job file; NAME=VALUE are variables of the pipeline.
Steps with `uses` are named and not run. Exits with the code of the first step that failed, as the job would.
"""
import os
import re
import subprocess
import sys
import tempfile

import yaml


def say(text):
    print(text, flush=True)


def expand(text, values):
    """${{ NAME }}, as far as these files use it: names, ==, !=, &&, always(); a name that is not set is empty."""
    def value(term):
        term = term.strip()
        if term.startswith("'"):
            return term[1:-1]
        if term == "always()":
            return "true"
        if hashed := re.fullmatch(r"hashFiles\('([^']*)'\)", term):
            return "hash" if os.path.exists(hashed[1]) else ""
        if not re.fullmatch(r"(inputs|steps|github|runner)(\.[\w-]+)+", term):
            sys.exit(f"steps.py cannot evaluate {term!r}")
        return values.get(term, "")

    def evaluate(expression):
        if "&&" in expression:
            return "true" if all(evaluate(part) not in ("", "false") for part in expression.split("&&")) else "false"
        for sign, holds in (("==", lambda a, b: a == b), ("!=", lambda a, b: a != b)):
            if sign in expression:
                left, right = expression.split(sign)
                return "true" if holds(value(left), value(right)) else "false"
        return value(expression)
    return re.sub(r"\$\{\{(.*?)\}\}", lambda m: evaluate(m[1]), text), evaluate


def shell(script, environment):
    return subprocess.run(["sh", "-e", "-c", script], env={**os.environ, **environment}).returncode


def github(document, given):
    here = os.getcwd()
    action = "runs" in document
    if action:
        steps = document["runs"]["steps"]
        unknown = given.keys() - document["inputs"].keys()
        if unknown:
            sys.exit(f"the action has no input {', '.join(unknown)}")
        values = {"inputs." + name: given.get(name, str(spec.get("default", ""))) for name, spec in document["inputs"].items()}
        common = {}
    else:
        (job,) = document["jobs"].values()
        steps = job["steps"]
        values = {"github." + name: text for name, text in given.items()}
        common = {**document.get("env", {}), **job.get("env", {})}
    values |= {"github.workspace": here, "github.sha": "0" * 40, "github.job": "lint", "runner.os": "Linux"}
    code = 0
    for number, step in enumerate(steps):
        condition = step.get("if", "")
        wanted = expand("", values)[1](condition) not in ("", "false") if condition else True
        name = step.get("name", step.get("uses", step.get("run")))
        if not wanted or (code and "always()" not in condition):
            say(f"== skipped: {name}")
            continue
        if "uses" in step:
            inputs = {key: expand(str(text), values)[0] for key, text in step.get("with", {}).items()}
            say(f"== not run: uses {step['uses']} {inputs}")
            continue
        say(f"== {name}")
        with tempfile.TemporaryDirectory() as folder:
            output = os.path.join(folder, "output")
            environment = {key: expand(str(text), values)[0] for key, text in {**common, **step.get("env", {})}.items()}
            environment |= {"GITHUB_WORKSPACE": here, "GITHUB_OUTPUT": output, "GITHUB_ACTIONS": "true",
                            "GITHUB_STEP_SUMMARY": os.path.join(here, "summary.md")}
            if action:
                environment["GITHUB_ACTION_PATH"] = os.path.dirname(os.path.abspath(sys.argv[2]))
            ended = shell(expand(step["run"], values)[0], environment)
            code = code or ended
            if os.path.exists(output):
                with open(output, encoding="utf-8") as file:
                    for line in file.read().splitlines():
                        key, _, text = line.partition("=")
                        values[f"steps.{step['id']}.outputs.{key}"] = text
    for name, spec in document.get("outputs", {}).items() if action else ():
        say(f"== output {name}: {expand(spec['value'], values)[0]}")
    return code


def gitlab(document, given):
    (job,) = (value for key, value in document.items() if isinstance(value, dict) and "script" in value)
    environment = {"CI_PROJECT_DIR": os.getcwd(), **given}
    for name, text in job.get("variables", {}).items():
        environment.setdefault(name, re.sub(r"\$(\w+)", lambda m: environment.get(m[1], ""), text))
    lines = job.get("before_script", []) + job["script"]
    code = shell("\n".join(lines), environment)
    for kind, file in job["artifacts"]["reports"].items():
        say(f"== report {kind}: {file}" + ("" if os.path.exists(file) else " (not there)"))
    return code


system, path = sys.argv[1:3]
with open(path, encoding="utf-8") as file:
    parsed = yaml.safe_load(file)
sys.exit({"github": github, "gitlab": gitlab}[system](parsed, dict(each.split("=", 1) for each in sys.argv[3:])))
