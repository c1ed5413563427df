// RUN: %check_async_tidy %s async-dangling-task
// RUN: %check_async_tidy %s async-dangling-task -- -- -DMINI_DISCARDABLE

// Tasks that own what they need, that refer to what lives longer, or that have used it before they are returned.

#include "mini.h"
#include <memory>
#include <span>
#include <string_view>

void work(const std::string &);
mini::task<> step();

mini::task<> by_value(std::string text) {
  co_await step();
  work(text);
}
mini::task<> by_reference(const std::string &text) {
  co_await step();
  work(text);
}
mini::task<> by_view(std::string_view text) {
  co_await step();
  work(std::string(text));
}
mini::task<> by_pointer(const int *number) {
  co_await step();
  work(std::to_string(*number));
}

// Moved or copied into the coroutine.
mini::task<> copied(std::string name) { return by_value(name); }
mini::task<> moved(std::string name) { return by_value(std::move(name)); }
mini::task<> made() { return by_value("x"); }

// What the caller lends is the caller's matter.
mini::task<> lent(const std::string &name) { return by_reference(name); }
mini::task<> lent_view(std::string_view name) { return by_view(name); }
mini::task<> lent_view_to_part(std::string_view name) { return by_view(name.substr(1)); }
mini::task<> lent_pointer(const int *number) { return by_pointer(number); }
mini::task<> lent_element(std::vector<std::string> &names) { return by_reference(names.front()); }
mini::task<> lent_field(std::pair<std::string, int> &names) { return by_reference(names.first); }
mini::task<> lent_by_name(const std::string &name) {
  const std::string &other = name;
  return by_reference(other);
}

// What lives longer.
const std::string global = "x";
mini::task<> of_global() { return by_reference(global); }
mini::task<> of_static() {
  static const std::string name = "x";
  return by_reference(name);
}
mini::task<> of_literal() { return by_view("x"); }
mini::task<> of_null() { return by_pointer(nullptr); }
mini::task<> of_thread() {
  thread_local int number = 0;
  return by_pointer(&number);
}

class client {
public:
  mini::task<> run() { return by_reference(name_); }
  mini::task<> loop() {
    co_await step();
    work(name_);
  }
  mini::task<> again() { return loop(); }
  static mini::task<> alone() { co_await step(); }
  mini::task<> uses_nothing() { co_await step(); }

private:
  std::string name_;
};

mini::task<> through_pointer(client *someone) { return someone->loop(); }
mini::task<> through_reference(client &someone) { return someone.loop(); }
mini::task<> shared() {
  auto someone = std::make_shared<client>();
  return someone->loop();
}
mini::task<> static_member() {
  client local;
  return local.alone();
}
mini::task<> member_that_uses_nothing() {
  client local;
  return local.uses_nothing();
}

// A parameter that the coroutine does not use.
mini::task<> ignores(const std::string &) { co_await step(); }
mini::task<> ignores_it(const std::string &name) {
  (void)name;
  co_await step();
}
mini::task<> ignored(std::string name) { return ignores(name); }
mini::task<> ignored_by_name(std::string name) { return ignores_it(name); }

// A coroutine that begins at once, and uses its parameter before it is suspended.
struct eager {
  struct promise_type {
    eager get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
eager begins_with(const std::string &name) {
  std::string own = name;
  co_await step();
  work(own);
}
eager of_eager(std::string name) { return begins_with(name); }
eager declared_eager(const std::string &name);
eager of_declared_eager(std::string name) { return declared_eager(name); }

// A function that is no coroutine, and does not keep what it is given.
mini::task<> copies(const std::string &name) { return by_value(name); }
mini::task<> passes_a_copy(std::string name) { return copies(name); }

// A coroutine keeps what is in its frame.
mini::task<> is_coroutine(std::string name) { co_await by_reference(name); }

// A task that has ended, or that is touched in between, is not followed.
mini::task<> has_ended(mini::event_loop &loop, std::string name) {
  auto task = by_reference(name);
  loop.run();
  if (task.done())
    work(name);
  return task;
}

// Callables that keep copies, or what lives longer.
template <class F> mini::task<> invoke(F callable) { co_await callable(); }
mini::task<> captures_copy(std::string name) {
  return invoke([name] { return by_value(name); });
}
mini::task<> captures_move(std::string name) {
  return invoke([name = std::move(name)]() mutable { return by_value(std::move(name)); });
}
mini::task<> captures_lent(const std::string &name) {
  return invoke([&] { return by_reference(name); });
}
mini::task<> captures_nothing() { return invoke([] { return step(); }); }
// Whether the callable is kept is not known.
mini::task<> declared_with_callable(std::function<int()> callable);
int count(const std::string &);
mini::task<> not_visible(std::string name) {
  return declared_with_callable([&] { return count(name); });
}

// A closure that dies with the function, with all that it captured, is what async-capturing-lambda is about.
mini::task<> closure(std::string name) {
  return [&]() -> mini::task<> { co_await by_reference(name); }();
}

// Not a task.
std::string plain(std::string name) { return name; }
mini::event_loop::schedule_operation operation(mini::event_loop &loop) { return loop.schedule(); }

// What somebody else keeps alive.
void keep(std::unique_ptr<std::string>);
mini::task<> handed_over() {
  auto name = std::make_unique<std::string>("x");
  const std::string &text = *name;
  keep(std::move(name));
  return by_reference(text);
}

// What a function gives that is not visible.
const std::string &name_of(int);
mini::task<> given(int number) { return by_reference(name_of(number)); }
mini::task<> dereferenced(const std::string *const *names) { return by_reference(**names); }

// A handle to something shared: a copy of it is as good.
struct handle {
  mini::task<> send() const;
  std::shared_ptr<client> shared;
};
mini::task<> of_handle(handle h) { return h.send(); }
