// RUN: %check_async_tidy %s async-swallowed-cancellation -check-suffix=TESTED
// RUN: %check_async_tidy %s async-swallowed-cancellation -check-suffix=OWN -- -config='{CheckOptions: {async-swallowed-cancellation.CancellationTypes: "app::Unwind -> it ends the session", async-swallowed-cancellation.StopTests: "app::keep_* -> our stop flag"}}'
// RUN: %check_async_tidy %s async-swallowed-cancellation -check-suffix=TESTED,FINAL -- -config='{CheckOptions: {async-swallowed-cancellation.AllowFinalHandlers: false}}'
// RUN: %check_async_tidy %s async-swallowed-cancellation -check-suffix=TESTED,TEST -- -config='{CheckOptions: {async-swallowed-cancellation.CheckTests: true}}'

#include "mini.h"
#include <cstdio>

using namespace std::chrono_literals;

namespace app {
struct Unwind {};
bool keep_going();
} // namespace app

mini::task<> own_type(mini::event_loop &loop) {
  for (;;)
    try {
      co_await loop.sleep_for(1s);
    } catch (app::Unwind &) {
      // CHECK-MESSAGES-OWN: :[[@LINE-1]]:7: warning: 'catch (app::Unwind &)' swallows the cancellation of coroutine 'own_type': its loop goes on
      std::puts("unwinding");
    }
}

mini::task<> own_stop_test(mini::event_loop &loop) {
  while (app::keep_going())
    try {
      co_await loop.sleep_for(1s);
    } catch (...) {
      // CHECK-MESSAGES-TESTED: :[[@LINE-1]]:7: warning: 'catch (...)' swallows the cancellation of coroutine 'own_stop_test': its loop goes on
    }
}

mini::task<> final_handler(mini::event_loop &loop) {
  try {
    co_await loop.sleep_for(1s);
  } catch (const std::exception &e) {
    // CHECK-MESSAGES-FINAL: :[[@LINE-1]]:5: warning: 'catch (const std::exception &)' swallows the cancellation of coroutine 'final_handler': it ends as if it had succeeded
    std::puts(e.what());
  }
}
void start(mini::event_loop &loop) { mini::spawn(final_handler(loop)); }

mini::task<> used_by_a_test(mini::event_loop &loop) {
  try {
    co_await loop.sleep_for(1s);
  } catch (...) {
    // CHECK-MESSAGES-TEST: :[[@LINE-1]]:5: warning: 'catch (...)' swallows the cancellation of coroutine 'used_by_a_test'
  }
}
struct sleeping {
  void test_method();
};
void sleeping::test_method() {
  mini::event_loop loop;
  mini::spawn(used_by_a_test(loop));
}
