// RUN: %check_async_tidy %s async-swallowed-cancellation

// A handler cannot await, so it often leaves word for the code after it: in a flag, in a result that is not there, in
// the state of an object. First the forms that heed it, silently; then those that ask and go on.

#include "mini.h"
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <string>
#include <system_error>

using namespace mini;

task<> work();
task<int> fetch();
void use(int);

task<> success_flag() {
  bool ok = false;
  try {
    co_await work();
    ok = true;
  } catch (const std::exception &e) {
    std::puts(e.what());
  }
  if (!ok)
    co_return;
  co_await work();
}

task<> guards_the_rest() {
  bool ok = true;
  try {
    co_await work();
  } catch (const std::exception &) {
    ok = false;
  }
  if (ok)
    co_await work();
}

task<> while_all_is_well() {
  bool ok = true;
  while (ok) {
    try {
      co_await work();
    } catch (...) {
      ok = false;
    }
  }
}

task<> breaks_after_the_handler() {
  for (;;) {
    bool bad = false;
    try {
      co_await work();
    } catch (const std::exception &) {
      bad = true;
    }
    if (bad)
      break;
  }
}

task<> in_the_head_of_the_loop() {
  for (bool more = true; more;) {
    try {
      co_await work();
    } catch (const std::exception &) {
      more = false;
    }
  }
}

task<> no_result() {
  std::optional<int> r;
  try {
    r = co_await fetch();
  } catch (const std::exception &e) {
    std::puts(e.what());
  }
  if (!r)
    co_return;
  co_await work();
  use(*r);
}

task<> with_the_result() {
  std::optional<int> r;
  try {
    r = co_await fetch();
  } catch (const std::exception &e) {
    std::puts(e.what());
  }
  if (r) {
    co_await work();
    use(*r);
  }
}

task<std::optional<int>> answers_that_there_is_none() {
  std::optional<int> r;
  try {
    r = co_await fetch();
  } catch (const std::exception &e) {
    std::puts(e.what());
  }
  co_return r;
}

task<> jumps_ahead() {
  for (;;) {
    try {
      co_await work();
    } catch (const std::exception &e) {
      std::puts(e.what());
      goto out;
    }
  }
out:
  std::puts("out");
}

task<> atomic_flag() {
  std::atomic<bool> ok{true};
  while (ok) {
    try {
      co_await work();
    } catch (...) {
      ok = false;
    }
  }
}

struct Pump {
  enum State { run, dead };
  State state_ = run;
  bool failed_ = false;
  void on_error();
  void visible() { failed_ = true; }
  task<> state() {
    while (state_ == run) {
      try {
        co_await work();
      } catch (...) {
        state_ = dead;
      }
    }
  }
  task<> by_a_call() {
    while (state_ == run) {
      try {
        co_await work();
      } catch (...) {
        on_error();
      }
    }
  }
  task<> by_a_visible_call() {
    while (!failed_) {
      try {
        co_await work();
      } catch (...) {
        visible();
      }
    }
  }
};

struct Context {
  std::string message;
  void fail(const std::string &text);
  bool failed() const;
};
task<> in_an_object(Context c) {
  for (;;) {
    try {
      co_await work();
    } catch (const std::exception &e) {
      c.fail(e.what());
    }
    if (c.failed())
      co_return;
  }
}

// The handler looks at which error it is.
task<> all_errors_but_one() {
  for (;;) {
    try {
      co_await work();
    } catch (const std::exception &e) {
      if (std::string(e.what()) != "connection reset")
        co_return;
      std::puts("retry");
    }
  }
}

task<> one_error_or_else() {
  for (;;) {
    try {
      co_await work();
    } catch (const std::exception &e) {
      if (std::string(e.what()) == "connection reset") {
        std::puts("retry");
      } else {
        co_return;
      }
    }
  }
}

struct Acceptor {
  bool is_open() const;
  task<int> async_accept();
  task<> close();
};
task<> asks_the_object_in_the_handler(Acceptor &a) {
  for (;;) {
    try {
      use(co_await a.async_accept());
    } catch (const std::exception &e) {
      if (!a.is_open())
        break;
      std::puts(e.what());
    }
  }
}

task<> asks_the_object_in_the_loop(Acceptor &a) {
  while (a.is_open()) {
    try {
      use(co_await a.async_accept());
    } catch (const std::exception &e) {
      std::puts(e.what());
    }
  }
}

task<> asks_the_object_after_the_handler(Acceptor &a) {
  for (;;) {
    try {
      use(co_await a.async_accept());
    } catch (const std::exception &e) {
      std::puts(e.what());
    }
    if (!a.is_open())
      co_return;
  }
}

task<int> accept_on(Acceptor &a);
task<> asks_an_argument(Acceptor &a) {
  while (a.is_open()) {
    try {
      use(co_await accept_on(a));
    } catch (const std::exception &e) {
      std::puts(e.what());
    }
  }
}

struct Closing {
  bool closed_ = false;
  task<> run(const bool &done) {
    while (!closed_) {
      try {
        co_await work();
      } catch (const std::exception &e) {
        std::puts(e.what());
      }
    }
    while (!done) {
      try {
        co_await work();
      } catch (const std::exception &e) {
        std::puts(e.what());
      }
    }
  }
};

// Words in capitals.
int error_number(const char *);
task<> by_its_number() {
  for (;;) {
    try {
      co_await work();
    } catch (const std::exception &e) {
      const int number = error_number(e.what());
      if (number == ECANCELED)
        co_return;
    }
  }
}

enum class Why { CANCELLED, BROKEN };
Why why(const char *);
task<> by_an_enumerator() {
  for (;;) {
    try {
      co_await work();
    } catch (const std::exception &e) {
      switch (why(e.what())) {
      case Why::CANCELLED:
        co_return;
      default:
        break;
      }
    }
  }
}

// Nothing else is done but ending.
struct Link {
  task<> read();
  task<> close();
};
task<> ends_after_a_failure(Link c) {
  bool failed = false;
  try {
    co_await c.read();
  } catch (...) {
    failed = true;
  }
  if (failed)
    co_await c.close();
}

task<> ends_all(Link (&links)[2]) {
  for (Link &c : links) {
    try {
      co_await c.close();
    } catch (...) {
    }
  }
  co_await work();
}

// The answer says that it failed.
task<bool> answers_false() {
  try {
    co_await work();
  } catch (...) {
    co_return false;
  }
  co_return true;
}

task<std::optional<int>> answers_nothing() {
  try {
    co_return co_await fetch();
  } catch (const std::exception &e) {
    std::puts(e.what());
    co_return std::nullopt;
  }
}

template <class E> struct unexpected {
  E error;
};
struct Expected {
  Expected(int);
  Expected(unexpected<int>);
};
task<Expected> answers_unexpected() {
  try {
    co_return co_await fetch();
  } catch (...) {
    co_return unexpected<int>{1};
  }
}

task<bool> answers_with_the_flag() {
  bool ok = false;
  try {
    co_await work();
    ok = true;
  } catch (const std::exception &e) {
    std::puts(e.what());
  }
  co_return ok;
}

// Asked, and gone on nevertheless.

task<> until_it_succeeds() {
  bool done = false;
  while (!done) {
    try {
      co_await work();
      done = true;
    } catch (const std::exception &e) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'catch (const std::exception &)' swallows the cancellation of coroutine 'until_it_succeeds': its loop goes on
      std::puts(e.what());
    }
  }
}

task<> while_it_fails() {
  bool failed;
  do {
    failed = false;
    try {
      co_await work();
    } catch (...) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: {{.*}} its loop goes on
      failed = true;
    }
  } while (failed);
}

task<> until_there_is_a_result() {
  std::optional<int> r;
  while (!r) {
    try {
      r = co_await fetch();
    } catch (const std::exception &e) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: {{.*}} its loop goes on
      std::puts(e.what());
    }
  }
}

task<> leaves_when_it_succeeded() {
  for (int attempt = 0; attempt != 3; ++attempt) {
    bool ok = false;
    try {
      co_await work();
      ok = true;
    } catch (const std::exception &) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: {{.*}} its loop goes on
    }
    if (ok)
      break;
  }
}

task<> second_best() {
  bool failed = false;
  try {
    co_await work();
  } catch (const std::exception &) {
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: {{.*}} it goes on as if nothing had happened
    failed = true;
  }
  if (failed)
    co_await work();
}

task<int> number_after_the_flag() {
  bool failed = false;
  try {
    co_await work();
  } catch (const std::exception &) {
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: {{.*}} it returns a value as if nothing had happened
    failed = true;
  }
  if (failed)
    co_return -1;
  co_return 1;
}

task<> counts() {
  int failures = 0;
  while (failures < 3) {
    try {
      co_await work();
    } catch (const std::exception &) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: {{.*}} its loop goes on
      ++failures;
    }
  }
}

task<> jumps_back() {
again:
  try {
    co_await work();
  } catch (const std::exception &) {
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: {{.*}} its loop goes on
    goto again;
  }
}

task<> until_it_is_open(Acceptor &a) {
  while (!a.is_open()) {
    try {
      use(co_await a.async_accept());
    } catch (const std::exception &) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: {{.*}} its loop goes on
    }
  }
}

task<> leaves_the_loop_only() {
  bool ok = true;
  while (ok) {
    try {
      co_await work();
    } catch (...) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: {{.*}} it goes on as if nothing had happened
      ok = false;
    }
  }
  co_await work();
}
