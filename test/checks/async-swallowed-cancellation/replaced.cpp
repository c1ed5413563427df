// RUN: %check_async_tidy %s async-swallowed-cancellation

// A handler that throws something else in place of a cancellation, which whoever awaits takes for a failure.

#include "mini.h"
#include <cstdio>

using namespace std::chrono_literals;

struct unreachable_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};
void log(const char *text);
void count();

mini::task<int> fetch(mini::event_loop &loop) {
  try {
    co_await loop.sleep_for(1s);
    co_return 1;
  } catch (...) {
    // CHECK-NOTES: :[[@LINE-1]]:5: warning: 'catch (...)' swallows the cancellation of coroutine 'fetch': it throws 'unreachable_error' instead, which is taken for a failure [async-swallowed-cancellation]
    // CHECK-NOTES: :[[@LINE-4]]:5: note: cancellation arrives here as 'mini::operation_cancelled'
    // CHECK-NOTES: :[[@LINE+11]]:5: note: 'unreachable_error' is caught here
    // CHECK-NOTES: :[[@LINE+11]]:5: note: the value is returned here
    // CHECK-NOTES: :[[@LINE-5]]:5: note: no knowledge file describes 'mini::task'; 'mini::operation_cancelled' is taken for its cancellation by its name
    log("no answer");
    throw unreachable_error("fetch");
  }
}

mini::task<int> fetch_or_guess(mini::event_loop &loop) {
  try {
    co_return co_await fetch(loop);
  } catch (const unreachable_error &) {
    co_return 7;
  }
}

// By way of a coroutine that lets it through.
mini::task<> store(mini::event_loop &loop) {
  try {
    co_await loop.sleep_for(1s);
  } catch (const std::exception &e) {
    // CHECK-NOTES: :[[@LINE-1]]:5: warning: 'catch (const std::exception &)' swallows the cancellation of coroutine 'store': it throws 'std::runtime_error' instead, which is taken for a failure
    // CHECK-NOTES: :[[@LINE-3]]:5: note: cancellation arrives here as 'mini::operation_cancelled'
    // CHECK-NOTES: :[[@LINE+18]]:7: note: 'std::runtime_error' is caught here
    // CHECK-NOTES: :[[@LINE+12]]:3: note: the loop begins anew here
    // CHECK-NOTES: :[[@LINE-5]]:5: note: no knowledge file describes 'mini::task'; 'mini::operation_cancelled' is taken for its cancellation by its name
    throw std::runtime_error(e.what());
  }
}

mini::task<> store_twice(mini::event_loop &loop) {
  co_await store(loop);
  co_await store(loop);
}

mini::task<> store_all(mini::event_loop &loop) {
  for (;;) {
    try {
      co_await store_twice(loop);
    } catch (const mini::operation_cancelled &) {
      throw;
    } catch (const std::runtime_error &e) {
      std::puts(e.what());
    }
  }
}

//===-- Silent ------------------------------------------------------------------------------------------------===//

// Nobody is seen to go on.
mini::task<> translated(mini::event_loop &loop) {
  try {
    co_await loop.sleep_for(1s);
  } catch (...) {
    throw unreachable_error("translated");
  }
}
mini::task<> let_through(mini::event_loop &loop) { co_await translated(loop); }
mini::task<> handled_and_let_out(mini::event_loop &loop) {
  try {
    co_await translated(loop);
  } catch (const unreachable_error &) {
    count();
    throw;
  }
  count();
}
mini::task<std::optional<int>> told(mini::event_loop &loop) {
  try {
    co_await translated(loop);
  } catch (const unreachable_error &) {
    co_return std::nullopt;
  }
  co_return 1;
}
mini::task<> ended(mini::event_loop &loop) {
  try {
    co_await translated(loop);
  } catch (const unreachable_error &e) {
    log(e.what());
  }
}

// It carries what was caught, says cancelled, is thrown for some errors only, or was written for cancellation.
struct wrapped_error : std::runtime_error {
  wrapped_error(const std::exception &cause);
  wrapped_error(std::exception_ptr cause);
};
struct fetch_cancelled : std::runtime_error {
  using std::runtime_error::runtime_error;
};
bool is_fatal(const std::exception &e);
mini::task<> carries(mini::event_loop &loop) {
  try {
    co_await loop.sleep_for(1s);
  } catch (const std::exception &e) {
    throw wrapped_error(e);
  }
}
mini::task<> carries_all(mini::event_loop &loop) {
  try {
    co_await loop.sleep_for(1s);
  } catch (...) {
    throw wrapped_error(std::current_exception());
  }
}
mini::task<> says_cancelled(mini::event_loop &loop) {
  try {
    co_await loop.sleep_for(1s);
  } catch (...) {
    throw fetch_cancelled("fetch");
  }
}
mini::task<> on_some(mini::event_loop &loop) {
  try {
    co_await loop.sleep_for(1s);
  } catch (const std::exception &e) {
    if (!is_fatal(e))
      throw;
    throw unreachable_error("fatal");
  }
}
mini::task<> asks(mini::event_loop &loop) {
  try {
    co_await loop.sleep_for(1s);
  } catch (...) {
    if (loop.stopped())
      throw fetch_cancelled("fetch");
    throw unreachable_error("fetch");
  }
}
mini::task<> timed_out(mini::event_loop &loop) {
  try {
    co_await loop.sleep_for(1s);
  } catch (const mini::operation_cancelled &) {
    throw unreachable_error("too late");
  }
}
mini::task<> lets_cancellation_out(mini::event_loop &loop) {
  try {
    co_await loop.sleep_for(1s);
  } catch (const mini::operation_cancelled &) {
    throw;
  } catch (...) {
    throw unreachable_error("fetch");
  }
}
mini::task<> goes_on(mini::event_loop &loop) {
  try {
    co_await carries(loop);
    co_await carries_all(loop);
    co_await says_cancelled(loop);
    co_await on_some(loop);
    co_await asks(loop);
    co_await timed_out(loop);
    co_await lets_cancellation_out(loop);
  } catch (const std::runtime_error &e) {
    log(e.what());
  }
  co_await let_through(loop);
}
