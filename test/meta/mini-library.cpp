// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The tests' own coroutine library works: the tests about it are about real coroutines.
// RUN: %clang++ -std=c++20 -Wall -Wextra -Werror -pthread -I %inputs %s -o %t
// RUN: %t | FileCheck %s
// RUN: %clang++ -std=c++23 -Wall -Wextra -Werror -fsyntax-only -DMINI_DISCARDABLE -I %inputs %s
#include "mini.h"
#include <cstdio>

namespace {
mini::task<int> twice(mini::event_loop &loop, int value) {
  co_await loop.sleep_for(std::chrono::milliseconds(1));
  co_return 2 * value;
}

mini::task<> print_twice(mini::event_loop &loop, mini::thread_pool &pool) {
  std::printf("twice %d\n", co_await twice(loop, 21));
  std::printf("offloaded %d\n", co_await mini::offload(pool, loop, [] { return 7; }));
  loop.stop();
  try {
    co_await loop.sleep_for(std::chrono::hours(1));
  } catch (const mini::operation_cancelled &error) {
    std::printf("%s\n", error.what());
  }
}

mini::task<int> answer() { co_return 42; }
mini::task<> fail() {
  throw std::runtime_error("failed");
  co_return;
}
} // namespace

int main() {
  // CHECK: waited 42
  std::printf("waited %d\n", mini::sync_wait(answer()));
  // CHECK-NEXT: error failed
  try {
    mini::sync_wait(fail());
  } catch (const std::runtime_error &error) {
    std::printf("error %s\n", error.what());
  }
  // CHECK-NEXT: twice 42
  // CHECK-NEXT: offloaded 7
  // CHECK-NEXT: operation cancelled
  mini::event_loop loop;
  mini::thread_pool pool(2);
  bool done = false;
  mini::spawn([](mini::event_loop &loop, mini::thread_pool &pool, bool &done) -> mini::task<> {
    co_await print_twice(loop, pool);
    done = true;
  }(loop, pool, done));
  while (!done)
    loop.run();
  // CHECK-NEXT: done
  std::printf("done\n");
}
