#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs what a YAML file of a CI system runs, in the working directory, as that system would: variables, outputs, shell.

usage: steps.py github|gitlab FILE [NAME=VALUE...]
github takes an action or a workflow; NAME=VALUE are inputs of an action, and of a workflow parts of `github.`.
gitlab takes a job file; NAME=VALUE are variables of the pipeline.
Steps with `uses` are named and not run; but those of actions/cache are played when STEPS_CACHE names a folder for what is
kept. Exits with the code of the first step that failed, as the job would.
"""
import os
import re
import shutil
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


def kept(store, action, inputs, outputs):
    """What actions/cache does: restore, or save. (One that is whole restores here, and saves when its job has succeeded.)"""
    key, path = os.path.join(store, inputs["key"]), inputs["path"]
    if action == "save":
        if os.path.exists(key) or not os.path.exists(path):
            return f"warning: {inputs['key']} is there" if os.path.exists(key) else f"warning: there is no {path}"
        shutil.copytree(path, key)
        return "saved"
    outputs["cache-primary-key"] = inputs["key"]
    outputs["cache-hit"] = "true" if os.path.exists(key) else "false"
    prefixes = inputs.get("restore-keys", "").split()
    found = [name for name in os.listdir(store) if name == inputs["key"] or any(map(name.startswith, prefixes))]
    if not found:
        return "nothing is kept"
    newest = max(found, key=lambda name: (name == inputs["key"], os.stat(os.path.join(store, name)).st_mtime_ns))
    shutil.copytree(os.path.join(store, newest), path, dirs_exist_ok=True)
    return f"restored {newest}"


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
    sha = subprocess.run(["git", "rev-parse", "HEAD"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    values |= {"github.workspace": here, "github.sha": sha, "github.job": "lint", "runner.os": "Linux"}
    code, store, at_the_end = 0, os.environ.get("STEPS_CACHE"), []
    for number, step in enumerate(steps):
        condition = step.get("if", "")
        wanted = expand("", values)[1](condition) not in ("", "false") if condition else True
        name = step.get("name", step.get("uses", step.get("run")))
        if not wanted or (code and "always()" not in condition):
            say(f"== skipped: {name}")
            continue
        if "uses" in step:
            inputs = {key: expand(str(text), values)[0] for key, text in step.get("with", {}).items()}
            played = re.fullmatch(r"actions/cache(?:/(restore|save))?@v4", step["uses"]) if store else None
            if not played:
                say(f"== not run: uses {step['uses']} {inputs}")
                continue
            outputs = {}
            say(f"== {step['uses']}: {kept(store, played[1], inputs, outputs)}")
            values |= {f"steps.{step.get('id')}.outputs.{key}": text for key, text in outputs.items()}
            if not played[1]:
                at_the_end.append(inputs)
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
    for inputs in at_the_end if not code else ():
        say(f"== actions/cache, at the end: {kept(store, 'save', inputs, {})}")
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
