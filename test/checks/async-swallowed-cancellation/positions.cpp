// RUN: %check_async_tidy %s async-swallowed-cancellation
// RUN: %check_async_tidy %s async-swallowed-cancellation -- -- -DMINI_DISCARDABLE

// A handler that swallows cancellation, wherever a try statement can stand.

#include "mini.h"
#include <cstdio>

using namespace std::chrono_literals;

mini::task<int> fetch(mini::event_loop &loop);
void use(int);
void tidy_up();

mini::task<> in_a_loop(mini::event_loop &loop) {
  for (;;) {
    try {
      use(co_await fetch(loop));
    } catch (...) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'catch (...)' swallows the cancellation of coroutine 'in_a_loop': its loop goes on [async-swallowed-cancellation]
    }
  }
}

mini::task<> base_of_the_exception(mini::event_loop &loop) {
  while (true)
    try {
      co_await loop.sleep_for(1s);
    } catch (const std::exception &e) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'catch (const std::exception &)' swallows the cancellation of coroutine 'base_of_the_exception': its loop goes on
      std::puts(e.what());
    }
}

mini::task<> by_value(mini::event_loop &loop) {
  do {
    try {
      co_await loop.sleep_for(1s);
    } catch (std::exception) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'catch (std::exception)' swallows
      continue;
    }
  } while (true);
}

mini::task<> its_own_type_and_on(mini::event_loop &loop) {
  for (int attempt = 0; attempt != 3; ++attempt) {
    try {
      co_await loop.sleep_for(1s);
    } catch (const mini::operation_cancelled &) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'catch (const mini::operation_cancelled &)' swallows the cancellation of coroutine 'its_own_type_and_on': its loop goes on
      std::puts("cancelled");
    }
  }
}

mini::task<> later_handler(mini::event_loop &loop) {
  try {
    co_await loop.sleep_for(1s);
  } catch (const std::runtime_error &) {
    throw;
  } catch (...) {
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'catch (...)' swallows the cancellation of coroutine 'later_handler': it goes on as if nothing had happened
    std::puts("failed");
  }
  co_await loop.schedule();
}

mini::task<> work_follows(mini::event_loop &loop) {
  try {
    co_await loop.sleep_for(1s);
  } catch (const std::exception &) {
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: {{.*}} it goes on as if nothing had happened
    std::puts("failed");
  }
  use(1);
}

mini::task<int> invented_value(mini::event_loop &loop) {
  try {
    co_return co_await fetch(loop);
  } catch (const std::exception &e) {
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'catch (const std::exception &)' swallows the cancellation of coroutine 'invented_value': it returns a value as if nothing had happened
    std::puts(e.what());
    co_return -1;
  }
}

mini::task<int> value_after_the_handler(mini::event_loop &loop) {
  int result = 0;
  try {
    result = co_await fetch(loop);
  } catch (...) {
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'catch (...)' swallows
  }
  co_return result;
}

mini::task<> empty_at_the_end(mini::event_loop &loop) {
  try {
    co_await loop.sleep_for(1s);
  } catch (...) {
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'catch (...)' swallows the cancellation of coroutine 'empty_at_the_end': it ends as if it had succeeded
  }
}

mini::task<> not_the_only_suspension(mini::event_loop &loop) {
  co_await loop.schedule();
  try {
    co_await loop.sleep_for(1s);
  } catch (const std::exception &e) {
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: {{.*}} it ends as if it had succeeded
    std::puts(e.what());
  }
}

mini::task<> session(mini::event_loop &loop) {
  try {
    for (;;)
      co_await loop.sleep_for(1s);
  } catch (const std::exception &e) {
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'catch (const std::exception &)' swallows the cancellation of coroutine 'session': it ends as if it had succeeded
    std::puts(e.what());
  }
}
mini::task<> serves_one_after_the_other(mini::event_loop &loop) {
  for (;;)
    co_await session(loop);
}

mini::task<> function_try_block(mini::event_loop &loop) try {
  co_await loop.sleep_for(1s);
} catch (...) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'catch (...)' swallows the cancellation of coroutine 'function_try_block': it ends
}

mini::task<> inner_of_two(mini::event_loop &loop) {
  for (;;) {
    try {
      try {
        co_await loop.sleep_for(1s);
      } catch (...) {
        // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: 'catch (...)' swallows {{.*}} its loop goes on
      }
    } catch (const std::runtime_error &) {
    }
  }
}

mini::task<> outer_of_two(mini::event_loop &loop) {
  for (;;) {
    try {
      try {
        co_await loop.sleep_for(1s);
      } catch (const std::exception &) {
        tidy_up();
        throw;
      }
    } catch (...) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'catch (...)' swallows {{.*}} its loop goes on
    }
  }
}

mini::task<> lambda(mini::event_loop &loop) {
  auto poll = [&]() -> mini::task<> {
    for (;;)
      try {
        co_await loop.schedule();
      } catch (...) {
        // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: 'catch (...)' swallows the cancellation of a coroutine lambda: its loop goes on
      }
  };
  co_await poll();
}

struct Feed {
  mini::event_loop &loop;
  int failures = 0;
  mini::task<> follow() {
    while (true) {
      try {
        co_await loop.sleep_for(1s);
      } catch (const std::exception &) {
        // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: {{.*}} swallows the cancellation of coroutine 'follow': its loop goes on
        ++failures;
      }
    }
  }
};

template <class T> mini::task<T> pattern(mini::event_loop &loop, T value) {
  for (;;) {
    try {
      co_await loop.sleep_for(1s);
    } catch (...) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'catch (...)' swallows the cancellation of coroutine 'pattern': its loop goes on
    }
  }
  co_return value;
}
template mini::task<int> pattern(mini::event_loop &, int);
template mini::task<long> pattern(mini::event_loop &, long);

template <class Task> Task only_the_instantiation_knows(mini::event_loop &loop) {
  for (;;)
    try {
      co_await loop.sleep_for(1s);
    } catch (...) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'catch (...)' swallows the cancellation of coroutine 'only_the_instantiation_knows'
    }
}
template mini::task<> only_the_instantiation_knows(mini::event_loop &);

#define IGNORING(...) try { __VA_ARGS__; } catch (...) {}
mini::task<> macro(mini::event_loop &loop) {
  IGNORING(co_await loop.sleep_for(1s))
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'catch (...)' swallows the cancellation of coroutine 'macro': it goes on
  tidy_up();
}

mini::task<> in_a_switch(mini::event_loop &loop, int kind) {
  while (true) {
    switch (kind) {
    case 0:
      try {
        co_await loop.sleep_for(1s);
      } catch (...) {
        // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: 'catch (...)' swallows {{.*}} its loop goes on
        break;
      }
    default:
      break;
    }
  }
}

mini::task<> in_the_condition(mini::event_loop &loop) {
  try {
    if (co_await fetch(loop) > 0)
      tidy_up();
  } catch (...) {
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'catch (...)' swallows
  }
  tidy_up();
}

struct Stopping {
  mini::event_loop &loop;
  void stop();
  void cancel();
  mini::task<> acts_and_does_not_ask() {
    for (;;) {
      try {
        co_await loop.sleep_for(1s);
      } catch (...) {
        // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: 'catch (...)' swallows the cancellation of coroutine 'acts_and_does_not_ask'
        stop();
        cancel();
      }
    }
  }
};

// Ending something is no end of its own if new work is awaited for it, or the coroutine goes on.
mini::task<> join(mini::task<int> first);
mini::task<> ends_something(mini::event_loop &loop, Stopping stopping) {
  try {
    co_await loop.sleep_for(1s);
  } catch (const std::exception &e) {
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'catch (const std::exception &)' swallows
    std::puts(e.what());
  }
  stopping.stop();
  co_await join(fetch(loop));
}

// Given by name, but also awaited; or to be tried again.
struct peer {
  mini::task<int> read();
};
template <class Callback> void serve(Callback callback);
mini::task<> session_and_step(peer &other) {
  try {
    co_await other.read();
  } catch (...) {
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'catch (...)' swallows the cancellation of coroutine 'session_and_step': it goes on as if nothing had happened
    use(0);
  }
  use(0);
}
mini::event_loop &only_loop();
mini::task<> attempt() {
  try {
    co_await only_loop().sleep_for(1s);
  } catch (...) {
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'catch (...)' swallows the cancellation of coroutine 'attempt': it goes on as if nothing had happened
    use(0);
  }
  use(0);
}
mini::task<> uses_them(peer &other) {
  serve(session_and_step);
  serve(attempt);
  co_await session_and_step(other);
}

// What gives a value does more than end something.
struct handles {};
mini::task<int> join(handles all);
mini::task<> ends_with_a_value(handles all, mini::event_loop &loop) {
  try {
    const int joined = co_await join(all);
    use(joined);
  } catch (...) {
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'catch (...)' swallows the cancellation of coroutine 'ends_with_a_value': it goes on as if nothing had happened
  }
  co_await loop.sleep_for(1s);
}

// A coroutine that returns nothing and takes its promise from its parameters.
struct completion {};
struct composition_promise {
  void get_return_object() {}
  std::suspend_never initial_suspend() noexcept { return {}; }
  std::suspend_never final_suspend() noexcept { return {}; }
  void return_void() {}
  void unhandled_exception() {}
};
template <> struct std::coroutine_traits<void, mini::event_loop &, completion> {
  using promise_type = composition_promise;
};
void initiate(mini::event_loop &loop, completion) {
  for (;;) {
    try {
      co_await loop.sleep_for(1s);
    } catch (...) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'catch (...)' swallows the cancellation of coroutine 'initiate': its loop goes on
    }
  }
}
