// RUN: %check_async_tidy %s async-unawaited-task

// Tasks that are driven by hand: only members that are known to merely look do not count as using one.

#include <coroutine>
#include <vector>

struct stepper {
  struct promise_type {
    stepper get_return_object();
    std::suspend_always initial_suspend() noexcept;
    std::suspend_always final_suspend() noexcept;
    void return_void();
    void unhandled_exception();
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<> waiting);
  void await_resume();

  bool resume();
  void run();
  bool done() const;
  // Const as far as the language is concerned: the coroutine is behind a handle.
  bool advance() const {
    handle.resume();
    return !handle.done();
  }
  bool finished() const { return handle.done(); }
  std::coroutine_handle<> handle;
};
stepper make();

void resumed() {
  auto a = make();
  while (a.resume()) {
  }
  auto b = make();
  while (!b.done())
    b.resume();
  auto c = make();
  c.resume();
  if (c.done())
    c.run();
  auto d = make();
  while (d.advance()) {
  }
  auto e = make();
  e.handle.resume();
  auto f = make();
  do {
    f.run();
  } while (!f.done());
  auto g = make();
  for (; !g.done(); g.resume()) {
  }
  std::vector<stepper> all;
  all.push_back(make());
  for (auto &each : all)
    each.resume();
}

void only_asked() {
  auto t = make();
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 't' holds a 'stepper' that is never awaited, so it never runs [async-unawaited-task]
  if (t.done() || t.finished())
    return;
}

// What a promise is asked by hand, and what is nothing but a suspension.
struct alias : std::suspend_never {};
struct waits : std::suspend_always {
  void await_suspend(std::coroutine_handle<> waiting);
};
std::suspend_always pause();
alias nothing();
waits something();
void protocol(stepper::promise_type &promise, std::coroutine_handle<stepper::promise_type> handle) {
  promise.initial_suspend();
  handle.promise().final_suspend();
  pause();
  nothing();
  something();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'waits' returned by 'something' is never awaited
}
