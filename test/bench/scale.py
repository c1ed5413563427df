#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How the driver scales: a generated project of many files with a call graph that runs through all of them.

Every file has functions that call some of the next files', the last of which block; every tenth has a coroutine.
Measured, in one run: analysing everything (cold), again with the cache (warm), after one file was touched, the plan of
four shards, and the merge of their results, which is the link. For each: seconds on the clock, CPU seconds of all
processes, and the most memory that the main process had. With half as many files beside it, to see what grows how.
"""
import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile


def generate(top, count):
    """Writes the project. Functions f<i>_<k> in file i call two or three of the files behind it."""
    rng = random.Random(20)
    entries = []
    os.makedirs(os.path.join(top, "src"))
    with open(os.path.join(top, "src", "task.h"), "w", encoding="utf-8") as out:
        out.write("""#pragma once
#include <coroutine>
struct task {
  struct promise_type {
    task get_return_object() { return {}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<>) {}
  void await_resume() {}
};
""")
    for i in range(count):
        coroutine, lines, bodies = i % 10 == 0, [], []
        for k in range(4):
            calls = []
            for step in (1, rng.randint(2, 30), rng.randint(31, 400))[:rng.randint(1, 3)]:
                if i + step < count:
                    name = f"f{i + step}_{rng.randrange(4)}"
                    lines.append(f"void {name}(int, const char *);")
                    calls.append(f"  if (n > {step}) {name}(n - 1, s);")
            if i >= count - 10:
                calls.append("  usleep(1000);")
            bodies.append(f"void f{i}_{k}(int n, const char *s) {{\n" + "\n".join(calls) + "\n}")
        if coroutine:
            lines.insert(0, '#include "task.h"')
            bodies.append(f"task serve{i}() {{\n  f{i}_0(1000, \"x\");\n  co_await task{{}};\n}}")
        lines.insert(0, 'extern "C" int usleep(unsigned);')
        file = f"src/f{i}.cpp"
        with open(os.path.join(top, file), "w", encoding="utf-8") as out:
            out.write("\n".join(dict.fromkeys(lines)) + "\n" + "\n".join(bodies) + "\n")
        entries.append({"directory": top, "file": file, "arguments": ["clang++", "-std=c++20", "-c", file, "-o", file + ".o"]})
    with open(os.path.join(top, "compile_commands.json"), "w", encoding="utf-8") as out:
        json.dump(entries, out)


def measure(command, directory):
    """(seconds, CPU seconds, MiB, exit code); the memory is the main process's, not its workers'."""
    code = ("import os,resource,subprocess,sys,time\n"
            "b=time.monotonic();p=subprocess.Popen(sys.argv[1:],stdout=subprocess.DEVNULL)\n"
            "_,s,u=os.wait4(p.pid,0);r=resource.getrusage(resource.RUSAGE_CHILDREN)\n"
            "print(time.monotonic()-b,r.ru_utime+r.ru_stime,u.ru_maxrss/1024,os.waitstatus_to_exitcode(s))")
    done = subprocess.run([sys.executable, "-c", code, *command], cwd=directory, stdout=subprocess.PIPE, text=True, check=True)
    wall, cpu, memory, status = done.stdout.split()
    if int(status) not in (0, 1):
        sys.exit(f"bench: {' '.join(command)} ended with {status}")
    return float(wall), float(cpu), float(memory)


def run(driver, count):
    top = tempfile.mkdtemp(prefix="async-tidy-scale-")
    try:
        project, cache = os.path.join(top, "project"), "--cache-dir=" + os.path.join(top, "cache")
        generate(project, count)
        check = [driver, "check", "--root=.", "--config={}", "--quiet", "--format=jsonl", cache]
        rows = {"cold": measure(check, project), "warm": measure(check, project)}
        with open(os.path.join(project, "src", f"f{count // 2}.cpp"), "a", encoding="utf-8") as out:
            out.write("// touched\n")
        rows["one touched"] = measure(check, project)
        plan = os.path.join(top, "plan.json")
        rows["plan"] = measure([driver, "plan", "--root=.", "--config={}", "--shards=4", "--output=" + plan], project)
        for shard in range(1, 5):
            measure([driver, "run", "--root=.", "--plan=" + plan, f"--shard={shard}/4", "--results=" + os.path.join(top, "results"), cache], project)
        rows["merge"] = measure([driver, "merge", "--root=.", "--format=jsonl", os.path.join(top, "results")], project)
        return rows
    finally:
        shutil.rmtree(top)


def main():
    parser = argparse.ArgumentParser(prog="./dev bench scale", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--files", type=int, default=5000)
    args = parser.parse_args()
    driver = os.path.join(os.path.abspath(args.build), "bin", "async-tidy")
    half, whole = run(driver, args.files // 2), run(driver, args.files)
    print(f"{args.files} files (in parentheses: what {args.files // 2} take)")
    print(f"{'':<12}{'seconds':>20}{'CPU seconds':>20}{'MiB':>20}")
    for name, row in whole.items():
        print(f"{name:<12}" + "".join(f"{value:>11.2f} ({other:>6.2f})" for value, other in zip(row, half[name])))
    warm, memory = whole["warm"][1] / whole["cold"][1], whole["merge"][2]
    print(f"a warm run takes {100 * warm:.2f} % of a cold one; the goal, at most 2 %, is {'met' if warm <= 0.02 else 'missed'}")
    print(f"the link takes {memory:.0f} MiB; the goal, at most 1024, is {'met' if memory <= 1024 else 'missed'}")


if __name__ == "__main__":
    main()
