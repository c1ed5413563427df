#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints C++ of a size nobody writes by hand. usage: large_code.py coroutine|recursion|chain|nesting|lambdas|stored|far COUNT"""
import sys

kind, count = sys.argv[1], int(sys.argv[2])
print('#include "mini.h"')
if kind == "coroutine":
    # One coroutine of COUNT lines with branches, loops, handlers and suspension points.
    print("mini::task<int> step(int);\nmini::task<int> large(int n) {\n  int sum = 0;")
    lines = ["if (n > {i}) sum += co_await step({i});", "for (int i = 0; i < n; ++i) sum += i;", "sum += {i};",
             "try {{ sum += co_await step(sum); }} catch (const std::runtime_error &) {{ sum = {i}; }}",
             "auto later{i} = step({i}); sum += co_await std::move(later{i});"]
    for i in range(count):
        print("  " + lines[i % len(lines)].format(i=i))
    print("  std::this_thread::sleep_for(std::chrono::seconds(1)); // the only finding\n  co_return sum;\n}")
elif kind == "recursion":
    # COUNT functions that call each other in one cycle and back, one of which blocks.
    for i in range(count):
        print(f"int f{i}(int n);")
    for i in range(count):
        blocks = "std::this_thread::sleep_for(std::chrono::seconds(n));" if i == count - 1 else ""
        print(f"int f{i}(int n) {{ if (n == 0) return 0; {blocks} return f{(i + 1) % count}(n - 1) + f{(i + count - 1) % count}(n - 1); }}")
    print("mini::task<int> root(int n) { co_return f0(n); }")
elif kind == "chain":
    # A chain of COUNT coroutines, each awaiting the next, above a chain of COUNT functions.
    print("inline void g0() { std::this_thread::sleep_for(std::chrono::seconds(1)); }")
    for i in range(1, count):
        print(f"inline void g{i}() {{ g{i - 1}(); }}")
    print(f"mini::task<> c0() {{ g{count - 1}(); co_return; }}")
    for i in range(1, count):
        print(f"mini::task<> c{i}() {{ co_await c{i - 1}(); }}")
elif kind == "nesting":
    # Statements nested COUNT deep.
    print("mini::task<> step();\nmini::task<> deep(int n) {")
    print("".join(f"if (n > {i}) {{ try {{ " for i in range(count)) + "co_await step(); std::this_thread::sleep_for(std::chrono::seconds(1));"
          + "} catch (const std::runtime_error &) {} }" * count + "\n}")
elif kind == "lambdas":
    # COUNT lambda coroutines inside each other.
    print("void outer() {\n" + "auto l = []() -> mini::task<> { " * count + "std::this_thread::sleep_for(std::chrono::seconds(1)); co_return;"
          + "}; co_await l(); " * (count - 1) + "}; (void)l; }")
elif kind == "stored":
    # One coroutine of COUNT lines that store operations and await them on some paths, with exits in between.
    print("mini::task<int> work(int);\nmini::task<int> large(bool x, int n, std::optional<int> seen) {\n  int sum = 0;")
    for i in range(count // 2):
        conditions = ["x", f"n > {i}", "seen.has_value()", f"seen && n == {i % 7}", "!x"]
        print(f"  auto t{i} = work({i});\n  if ({conditions[i % 5]}) sum += co_await std::move(t{i});" +
              (" else if (n == 0) co_return sum;" if i % 10 == 0 else ""))
    print("  co_return sum;\n}")
elif kind == "far":
    # The same with COUNT / 2 operations that are all used at the end, each in a condition.
    print("mini::task<int> work(int);\nmini::task<int> large(bool x, int n) {\n  int sum = 0;")
    for i in range(count // 2):
        print(f"  auto t{i} = work({i});")
    for i in range(count // 2):
        print(f"  if (n > {i}) sum += co_await std::move(t{i});")
    print("  co_return sum;\n}")
