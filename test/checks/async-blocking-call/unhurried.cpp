// RUN: %check_async_tidy %s async-blocking-call

// Blocking that keeps nobody waiting: the program ends, or no loop runs yet.

#include "mini.h"
#include <cstdio>
#include <cstdlib>
#include <fstream>

using namespace std::chrono_literals;

void nap() { std::this_thread::sleep_for(1s); }
mini::task<> step();

void log(bool fatal) {
  if (fatal) {
    nap();
    std::abort();
  }
  std::puts("fine");
}
mini::task<> gives_up(bool broken) {
  log(broken);
  if (broken) {
    nap();
    std::exit(1);
  }
  if (!broken) {
    nap();
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'nap' blocks
    if (broken)
      std::exit(2);
  }
  co_return;
}

mini::task<> memory() {
  std::ifstream status("/proc/self/statm");
  std::ifstream random(std::string("/dev/urandom"));
  std::ifstream file("/etc/hosts");
  // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: 'std::{{.*}}ifstream
  co_return;
}

mini::task<> waited_for() {
  nap();
  for (int i = 0; i < 3; ++i)
    nap();
  co_await step();
  nap();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'nap' blocks
}
mini::task<> waited_for_in_a_loop() {
  for (int i = 0; i < 3; ++i) {
    nap();
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'nap' blocks
    co_await step();
  }
}
mini::task<> awaited_too() {
  nap();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'nap' blocks
  co_return;
}
mini::task<> caller() { co_await awaited_too(); }
int main() {
  mini::sync_wait(waited_for());
  mini::sync_wait(waited_for_in_a_loop());
  mini::sync_wait(awaited_too());
  mini::sync_wait([]() -> mini::task<> {
    nap();
    co_await step();
  }());
}
