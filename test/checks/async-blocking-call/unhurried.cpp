// RUN: %check_async_tidy %s async-blocking-call

// Blocking that keeps nobody waiting: the program ends, or no loop runs yet.

#include "mini.h"
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>

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
  std::FILE *status_too = std::fopen("/proc/self/status", "r");
  std::unique_ptr<std::FILE, int (*)(std::FILE *)> owned(std::fopen("/proc/self/io", "r"), &std::fclose);
  int number = 0;
  std::fscanf(status_too, "%d", &number);
  std::fscanf(owned.get(), "%d", &number);
  co_return;
}

// Logging may reach a disk; that is known and meant.
struct Logger {
  void write(const char *) { nap(); }
  ~Logger() { nap(); }
};
struct async_file_logger__ {
  ~async_file_logger__() { nap(); }
};
struct Ledger {
  void write(const char *) { nap(); }
};
mini::task<> logs(Logger &logger, Ledger &ledger) {
  logger.write("");
  Logger().write("");
  async_file_logger__();
  ledger.write("");
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 'write' blocks
  co_return;
}

// Nobody outside of this file can call the first two, and nobody in it calls the first.
namespace {
mini::task<> only_compiled() {
  nap();
  co_return;
}
mini::task<> called() {
  nap();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'nap' blocks
  co_return;
}
} // namespace
mini::task<> calls() { return called(); }

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
mini::task<> awaited_first() {
  nap();
  co_await step();
}
mini::task<> awaited_second() {
  nap();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'nap' blocks
  co_return;
}
mini::task<> awaits_two() {
  co_await awaited_first();
  co_await awaited_second();
}
struct Server {
  ~Server() { nap(); }
};
mini::task<> ends_with_a_wait(bool early) {
  Server server;
  co_await step();
  if (early) {
    Server inner;
    // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: the destructor of 'Server' blocks
    co_await step();
  }
}
mini::task<> awaited_with_a_wait() {
  Server server;
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: the destructor of 'Server' blocks
  co_await step();
}
mini::task<> awaits_it() { co_await awaited_with_a_wait(); }
int main() {
  mini::sync_wait(ends_with_a_wait(true));
  mini::sync_wait(awaits_it());
  mini::sync_wait(waited_for());
  mini::sync_wait(waited_for_in_a_loop());
  mini::sync_wait(awaited_too());
  mini::sync_wait(awaits_two());
  mini::sync_wait([]() -> mini::task<> {
    nap();
    co_await step();
  }());
}
