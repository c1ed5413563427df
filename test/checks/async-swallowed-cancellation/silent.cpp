// RUN: %check_async_tidy %s async-swallowed-cancellation

// Handlers that let cancellation out, ask for it, or have nothing to swallow; and coroutines that end with it.

#include "mini.h"
#include <cstdio>
#include <cstdlib>
#include <stop_token>
#include <tuple>

using namespace std::chrono_literals;

mini::task<int> fetch(mini::event_loop &loop);
void use(int);
void tidy_up();

mini::task<> rethrows(mini::event_loop &loop) {
  for (;;) {
    try {
      co_await loop.sleep_for(1s);
    } catch (...) {
      tidy_up();
      throw;
    }
  }
}

mini::task<> rethrows_first(mini::event_loop &loop) {
  for (;;) {
    try {
      co_await loop.sleep_for(1s);
    } catch (const mini::operation_cancelled &) {
      throw;
    } catch (...) {
    }
  }
}

mini::task<> rethrows_in_a_branch(mini::event_loop &loop, bool strict) {
  for (;;) {
    try {
      co_await loop.sleep_for(1s);
    } catch (const std::exception &e) {
      if (strict)
        throw;
      std::puts(e.what());
    }
  }
}

mini::task<int> throws_another(mini::event_loop &loop) {
  try {
    co_return co_await fetch(loop);
  } catch (const std::exception &e) {
    throw std::runtime_error(std::string("fetch: ") + e.what());
  }
}

mini::task<> ends_the_program(mini::event_loop &loop) {
  for (;;) {
    try {
      co_await loop.sleep_for(1s);
    } catch (...) {
      std::abort();
    }
  }
}

mini::task<> asks_the_token(mini::event_loop &loop, std::stop_token token) {
  for (;;) {
    try {
      co_await loop.sleep_for(1s);
    } catch (const std::exception &e) {
      if (token.stop_requested())
        co_return;
      std::puts(e.what());
    }
  }
}

mini::task<> asks_by_type(mini::event_loop &loop) {
  for (;;) {
    try {
      co_await loop.sleep_for(1s);
    } catch (const std::exception &e) {
      if (dynamic_cast<const mini::operation_cancelled *>(&e))
        break;
    }
  }
}

template <class T> bool is(const std::exception &e) { return dynamic_cast<const T *>(&e) != nullptr; }
mini::task<> asks_a_template(mini::event_loop &loop) {
  for (;;) {
    try {
      co_await loop.sleep_for(1s);
    } catch (const std::exception &e) {
      if (is<mini::operation_cancelled>(e))
        break;
    }
  }
}

bool is_cancelled(const std::exception &);
mini::task<> asks_a_function(mini::event_loop &loop) {
  for (;;) {
    try {
      co_await loop.sleep_for(1s);
    } catch (const std::exception &e) {
      if (is_cancelled(e))
        break;
    }
  }
}

mini::task<> asks_after_the_handler(mini::event_loop &loop, std::stop_token token) {
  for (;;) {
    bool failed = false;
    try {
      co_await loop.sleep_for(1s);
    } catch (...) {
      failed = true;
    }
    if (failed && token.stop_requested())
      co_return;
    co_await loop.schedule();
  }
}

mini::task<> asks_in_the_loop(mini::event_loop &loop) {
  while (!loop.stopped()) {
    try {
      co_await loop.sleep_for(1s);
    } catch (const std::exception &e) {
      std::puts(e.what());
    }
  }
}

struct Worker {
  mini::event_loop &loop;
  bool m_running = true;
  mini::task<> run() {
    while (m_running) {
      try {
        co_await loop.sleep_for(1s);
      } catch (const std::exception &e) {
        std::puts(e.what());
      }
    }
  }
};

struct Server {
  mini::event_loop &loop;
  bool stopped_ = false;
  mini::task<> run() {
    for (; !stopped_;) {
      try {
        co_await loop.sleep_for(1s);
      } catch (...) {
      }
    }
  }
};

mini::task<int> keeps_the_exception(mini::event_loop &loop) {
  std::exception_ptr error;
  try {
    co_return co_await fetch(loop);
  } catch (...) {
    error = std::current_exception();
  }
  co_await loop.schedule();
  std::rethrow_exception(error);
}

mini::task<> leaves_word(mini::event_loop &loop) {
  bool failed = false;
  try {
    co_await loop.sleep_for(1s);
  } catch (...) {
    failed = true;
  }
  if (failed) {
    co_await loop.schedule(); // clean-up, which a handler cannot await
    throw std::runtime_error("failed");
  }
  co_await loop.schedule();
}

void fail(const std::exception &);
mini::task<> hands_it_on(mini::event_loop &loop) {
  for (;;) {
    try {
      co_await loop.sleep_for(1s);
    } catch (const std::exception &e) {
      fail(e);
    }
  }
}

mini::task<std::string> answers_with_it(mini::event_loop &loop) {
  try {
    co_await loop.sleep_for(1s);
  } catch (const std::exception &e) {
    co_return e.what();
  }
  co_return "";
}

void handle() {
  try {
    throw;
  } catch (const mini::operation_cancelled &) {
    throw;
  } catch (const std::exception &e) {
    std::puts(e.what());
  }
}
mini::task<> one_function_handles_all(mini::event_loop &loop) {
  for (;;) {
    try {
      co_await loop.sleep_for(1s);
    } catch (...) {
      handle();
    }
  }
}

mini::task<> a_local_lambda_handles_all(mini::event_loop &loop, std::stop_token token) {
  auto check = [&] {
    if (token.stop_requested())
      std::puts("stopping");
  };
  for (;;) {
    try {
      co_await loop.sleep_for(1s);
    } catch (...) {
      check();
    }
  }
}

mini::task<> session(mini::event_loop &loop) {
  try {
    for (;;)
      co_await loop.sleep_for(1s);
  } catch (const std::exception &e) {
    std::puts(e.what());
  }
}
void serve(mini::event_loop &loop) { mini::spawn(session(loop)); }
mini::task<> ends_with_it(mini::event_loop &loop) {
  co_await loop.schedule();
  co_await session(loop);
}

mini::task<> leaves_on_purpose(mini::event_loop &loop) {
  co_await loop.schedule();
  for (;;) {
    try {
      co_await loop.sleep_for(1s);
    } catch (const std::exception &e) {
      std::puts(e.what());
      break;
    }
  }
}

mini::task<bool> cancelled_is_the_end(mini::event_loop &loop) {
  try {
    for (;;)
      co_await loop.sleep_for(1s);
  } catch (const mini::operation_cancelled &) {
  }
  tidy_up();
  co_return true;
}

mini::task<> other_type(mini::event_loop &loop) {
  for (;;) {
    try {
      co_await loop.sleep_for(1s);
    } catch (const std::runtime_error &e) {
      std::puts(e.what());
    } catch (int) {
    }
  }
}

void may_throw();
mini::task<> nothing_awaited(mini::event_loop &loop) {
  for (;;) {
    try {
      may_throw();
      auto later = [&]() -> mini::task<> { co_await loop.schedule(); };
      use(later().valid());
    } catch (...) {
    }
    co_await loop.sleep_for(1s);
  }
}

struct Ready {
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  int await_resume() const;
};
mini::task<> never_suspends() {
  for (;;) {
    try {
      use(co_await Ready());
    } catch (...) {
    }
  }
}

int no_coroutine(mini::event_loop &loop) {
  for (;;) {
    try {
      return mini::sync_wait(fetch(loop));
    } catch (...) {
    }
  }
}

// What follows only ends things.
struct Connection {
  mini::task<> close();
  void shutdown();
};
mini::task<> session(mini::event_loop &loop, Connection connection) {
  try {
    for (;;)
      use(co_await fetch(loop));
  } catch (const std::exception &e) {
    std::puts(e.what());
  }
  connection.shutdown();
  co_await connection.close();
}

void test_method(mini::event_loop &loop) {
  mini::spawn([](mini::event_loop &loop) -> mini::task<> {
    try {
      co_await loop.sleep_for(1s);
    } catch (...) {
    }
    std::puts("a test may");
  }(loop));
}

// The caller learns of it through what it gave.
struct Response {
  void set_status(int);
  int status;
};
mini::task<> route(mini::event_loop &loop, Response &response) {
  try {
    co_await loop.sleep_for(1s);
  } catch (const std::exception &e) {
    response.set_status(503);
  }
}
mini::task<> serve(mini::event_loop &loop, Response &response) {
  co_await route(loop, response);
  use(response.status);
}

// A macro of assertions, with the loop that is none.
#define CHECK_THROWS(expression) \
  do {                           \
    try {                        \
      expression;                \
      std::puts("no throw");     \
    } catch (...) {              \
      std::puts("thrown");       \
    }                            \
  } while (0)
mini::task<> asserts(mini::event_loop &loop) {
  CHECK_THROWS(co_await fetch(loop));
  co_await loop.sleep_for(1s);
}

// The answer is the failure.
enum class status { ok, service_unavailable };
status internal_server_error();
mini::task<status> answers_with_a_failure(mini::event_loop &loop) {
  try {
    co_await loop.sleep_for(1s);
    co_return status::ok;
  } catch (const std::exception &e) {
    std::puts(e.what());
    co_return status::service_unavailable;
  }
}
mini::task<status> answers_with_a_made_failure(mini::event_loop &loop) {
  try {
    co_await loop.sleep_for(1s);
    co_return status::ok;
  } catch (...) {
    co_return internal_server_error();
  }
}

// Who reads the exit code has nothing more to cancel.
mini::task<int> async_main(int, char *[]) {
  mini::event_loop loop;
  try {
    co_await loop.sleep_for(1s);
  } catch (const std::exception &e) {
    std::puts(e.what());
    co_return 1;
  }
  co_return 0;
}

// A template tells its caller through a reference.
struct response {
  void set_status(int);
};
struct router {
  mini::task<> route(auto handler, auto &request, auto &answer) {
    try {
      co_await handler(request, answer);
    } catch (const std::exception &e) {
      answer.set_status(503);
    }
  }
};
mini::task<> answer_request(int &, response &);
mini::task<> session(router &r, int &request, response &answer, mini::event_loop &loop) {
  co_await r.route(&answer_request, request, answer);
  co_await loop.sleep_for(1s);
}

// Another configuration does something.
mini::task<> talks_when_debugging(mini::event_loop &loop) {
  try {
    co_await loop.sleep_for(1s);
  } catch (const std::exception &e) {
#ifdef DEBUG
    std::puts(e.what());
#endif
  }
}
mini::task<> awaits_it(mini::event_loop &loop) { co_await talks_when_debugging(loop); }

// An answer is told to an object that is used afterwards.
struct page {
  void set_status(status);
  void log(status);
};
mini::task<> answers(mini::event_loop &loop) {
  page answer;
  try {
    co_await loop.sleep_for(1s);
  } catch (const std::exception &e) {
    answer.set_status(status::service_unavailable);
  }
  co_await loop.sleep_for(1s);
}
// A template that only closes.
template <class Stream> mini::task<> closes(Stream &stream, mini::event_loop &loop) {
  try {
    co_await stream.async_close();
  } catch (const std::exception &) {
  }
}

// The session of a server, for each connection: nobody is told how it ended.
struct connection {
  mini::task<int> read();
  void close();
};
template <class Session> void serve(int port, Session session);
mini::task<> talks_to(connection &peer) {
  for (;;) {
    try {
      if (co_await peer.read() == 0)
        break;
    } catch (...) {
      break;
    }
  }
  use(0);
  peer.close();
}
mini::task<> other_session(connection &peer) {
  try {
    co_await peer.read();
  } catch (const std::exception &e) {
    std::puts(e.what());
  }
  use(0);
}
void serves() {
  serve(80, talks_to);
  serve(81, &other_session);
}

// To end something, whatever it says.
struct closing {
  [[nodiscard]] mini::task<bool> close();
};
mini::task<> closes_anyway(closing &stream, mini::event_loop &loop) {
  try {
    (void)co_await stream.close();
  } catch (...) {
    std::puts("not closed");
  }
  co_await loop.sleep_for(1s);
  try {
    std::ignore = co_await stream.close();
  } catch (...) {
    std::puts("not closed");
  }
  co_await loop.sleep_for(1s);
}
