// RUN: %check_async_tidy %s async-detached-task -- -- -I%project/runtime/include

// This project's own runtime: an error of a task is its handle's, and reported if no handle was asked for it.

#include <asyncrt/asyncrt.hpp>
#include <asyncrt/io.hpp>

#include <stdexcept>

using namespace asyncrt;
using namespace std::chrono_literals;

task<> load(const endpoint &from) {
  tcp_stream stream = co_await tcp_connect(from);
  co_await sleep_for(1s);
}

task<> rest() { co_await sleep_for(1h); }

task<> in_time() { co_await with_timeout(rest(), 1s); }

task<> refresh(endpoint from) { co_await load(from); }

task<int> broken() {
  throw std::runtime_error("broken");
  co_return 1;
}

task<> starts(endpoint from) {
  spawn(refresh(from)).detach();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: when 'refresh' fails, nobody learns of it: nobody keeps the handle that 'asyncrt::spawn' returns [async-detached-task]
  // CHECK-MESSAGES: :[[@LINE-10]]:42: note: 'refresh' awaits 'load' here
  // CHECK-MESSAGES: :[[@LINE-19]]:32: note: 'asyncrt::tcp_connect' throws here when it fails
  // CHECK-MESSAGES: :[[@LINE-4]]:3: note: await the handle, look at its error(), or look at the result in on_done()
  auto dropped = spawn(broken(), "dropped");
  // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: when 'broken' fails, nobody learns of it
  spawn(in_time()).detach();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: when 'in_time' fails, nobody learns of it
  co_return;
}

//===-- Silent ------------------------------------------------------------------------------------------------===//

task<> waits() { co_await sleep_for(1s); }

task<> is_cancelled() {
  co_await sleep_for(1s);
  throw operation_stopped();
}

task<> says_so(endpoint from) {
  try {
    co_await load(from);
  } catch (const std::exception &) {
    co_return;
  }
}

struct downloads {
  task_handle<> kept;
};

task<> silent(endpoint from, downloads &all) {
  spawn(waits()).detach();
  spawn(is_cancelled()).detach();
  spawn(says_so(from)).detach();
  (void)spawn(broken());
  [[maybe_unused]] auto meant = spawn(broken());
  all.kept = spawn(refresh(from));
  task_handle<int> later = spawn(broken());
  later.on_done([](const result<int> &) {});
  task_handle<> awaited = spawn(refresh(from));
  co_await awaited;
  counting_scope scope;
  scope.spawn(refresh(from)).detach();
  co_await scope.join();
}
