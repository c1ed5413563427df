// RUN: %check_async_tidy %s async-swallowed-cancellation -- -- -I%project/runtime/include

// This project's own runtime, whose stop is no std::exception: it is lost where `catch (...)` throws one.

#include <asyncrt/asyncrt.hpp>
#include <stdexcept>

using namespace asyncrt;
using namespace std::chrono_literals;

task<int> price() {
  try {
    co_await sleep_for(1s);
    co_return 1;
  } catch (...) {
    // CHECK-NOTES: :[[@LINE-1]]:5: warning: 'catch (...)' swallows the cancellation of coroutine 'price': it throws 'std::runtime_error' instead, which is taken for a failure [async-swallowed-cancellation]
    // CHECK-NOTES: :[[@LINE-4]]:5: note: cancellation arrives here as 'asyncrt::operation_stopped'
    // CHECK-NOTES: :[[@LINE+10]]:5: note: 'std::runtime_error' is caught here
    // CHECK-NOTES: :[[@LINE+10]]:5: note: the value is returned here
    // CHECK-FIXES: {{^}}  } catch (const asyncrt::operation_stopped &) {
    throw std::runtime_error("no price");
  }
}

task<int> price_or_nothing() {
  try {
    co_return co_await price();
  } catch (const std::exception &) {
    co_return 0;
  }
}

//===-- Silent ------------------------------------------------------------------------------------------------===//

// The stop passes both.
task<int> other_price() {
  try {
    co_await sleep_for(1s);
    co_return 1;
  } catch (const std::exception &e) {
    throw std::runtime_error(e.what());
  }
}
task<int> other_price_or_nothing() {
  try {
    co_return co_await other_price();
  } catch (const std::exception &) {
    co_return 0;
  }
}
