// RUN: %check_async_tidy %s async-dangling-task
// RUN: %check_async_tidy %s async-dangling-task -- -- -DMINI_DISCARDABLE

// A function that is no coroutine returns a task that refers to what dies with the function: in every position, and
// for everything that can die.

#include "mini.h"
#include <array>
#include <memory>
#include <span>
#include <string_view>

void work(const std::string &);
mini::task<> step();

mini::task<> by_reference(const std::string &text) {
  co_await step();
  work(text);
}
mini::task<int> by_view(std::string_view text) {
  co_await step();
  co_return static_cast<int>(text.size());
}
mini::task<> by_pointer(const int *number) {
  co_await step();
  work(std::to_string(*number));
}
mini::task<> by_rvalue(std::string &&text) {
  co_await step();
  work(text);
}
mini::task<> by_span(std::span<const int> numbers) {
  co_await step();
  work(std::to_string(numbers.size()));
}
mini::task<> by_list(std::initializer_list<int> numbers) {
  co_await step();
  work(std::to_string(numbers.size()));
}
mini::task<> with_default(const std::string &text = "nothing") {
  co_await step();
  work(text);
}

mini::task<> common_case() {
  std::string local = "x";
  return by_reference(local);
  // CHECK-MESSAGES: :[[@LINE-1]]:23: warning: the task that is returned needs local variable 'local', which dies when this function ends [async-dangling-task]
}

mini::task<> parameter(std::string name) {
  return by_reference(name);
  // CHECK-MESSAGES: :[[@LINE-1]]:23: warning: the task that is returned needs parameter 'name', which dies when this function ends
}

mini::task<> temporary() {
  return by_reference("x");
  // CHECK-MESSAGES: :[[@LINE-1]]:23: warning: the task that is returned needs a temporary 'std::string', which dies when the statement ends
}

mini::task<int> view_of_parameter(std::string name) {
  return by_view(name);
  // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: the task that is returned needs what parameter 'name' holds, which dies when this function ends
}

mini::task<int> view_of_temporary(int number) {
  return by_view(std::to_string(number));
  // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: the task that is returned needs a temporary 'std::string'
}

mini::task<> pointer(int number) {
  return by_pointer(&number);
  // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: the task that is returned needs parameter 'number'
}

mini::task<> pointer_into(std::vector<int> numbers) {
  return by_pointer(numbers.data());
  // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: the task that is returned needs what parameter 'numbers' holds
}

mini::task<> element() {
  std::vector<std::string> names{"x"};
  return by_reference(names[0]);
  // CHECK-MESSAGES: :[[@LINE-1]]:23: warning: the task that is returned needs what local variable 'names' holds
}

struct pair_of_names {
  std::string first, second;
};

mini::task<> field() {
  pair_of_names names{"a", "b"};
  return by_reference(names.second);
  // CHECK-MESSAGES: :[[@LINE-1]]:23: warning: the task that is returned needs local variable 'names'
}

mini::task<> binding() {
  auto [first, second] = pair_of_names{"a", "b"};
  return by_reference(second);
  // CHECK-MESSAGES: :[[@LINE-1]]:23: warning: the task that is returned needs a local variable
}

mini::task<> moved(std::string name) {
  return by_rvalue(std::move(name));
  // CHECK-MESSAGES: :[[@LINE-1]]:20: warning: the task that is returned needs parameter 'name'
}

mini::task<> span() {
  int numbers[] = {1, 2};
  return by_span(numbers);
  // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: the task that is returned needs local variable 'numbers'
}

mini::task<> span_of_vector(std::vector<int> numbers) {
  return by_span(numbers);
  // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: the task that is returned needs what parameter 'numbers' holds
}

mini::task<> list(int number) {
  return by_list({number, 2});
  // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: the task that is returned needs a temporary
}

mini::task<> default_argument() {
  return with_default();
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: the task that is returned needs a temporary 'std::string'
}

mini::task<> reference_variable() {
  std::string local;
  const std::string &name = local;
  return by_reference(name);
  // CHECK-MESSAGES: :[[@LINE-1]]:23: warning: the task that is returned needs local variable 'local'
}

mini::task<> extended_temporary() {
  const std::string &name = std::to_string(1);
  return by_reference(name);
  // CHECK-MESSAGES: :[[@LINE-1]]:23: warning: the task that is returned needs local variable 'name'
}

mini::task<int> view_variable(std::string name) {
  std::string_view view = name;
  return by_view(view);
  // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: the task that is returned needs what parameter 'name' holds
}

class client {
public:
  mini::task<int> fetch() {
    co_await step();
    co_return calls_;
  }
  mini::task<int> forward() { return fetch(); }
  mini::task<int> nothing() { co_return 1; }

private:
  int calls_ = 0;
};

mini::task<int> member() {
  client local;
  return local.fetch();
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: the task that is returned needs local variable 'local'
}

mini::task<int> member_of_temporary() {
  return client().fetch();
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: the task that is returned needs a temporary 'client', which dies when the statement ends
}

// Through functions that only pass on.
mini::task<> passes_on(const std::string &text) { return by_reference(text); }
mini::task<> passes_on_twice(const std::string &text) { return passes_on(text); }

mini::task<> through_calls(std::string name) {
  return passes_on_twice(name);
  // CHECK-MESSAGES: :[[@LINE-1]]:26: warning: the task that is returned needs parameter 'name'
}

mini::task<int> through_member() {
  client local;
  return local.forward();
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: the task that is returned needs local variable 'local'
}

// The task is handed on in another one, kept in a variable, or converted.
template <class... T> mini::task<> when_all(mini::task<T>... tasks) { (co_await std::move(tasks), ...); }

mini::task<> gathered(std::string a) {
  std::string b = a;
  return when_all(by_reference(a), by_view(b));
  // CHECK-MESSAGES: :[[@LINE-1]]:32: warning: the task that is returned needs parameter 'a'
}

mini::task<> kept(std::string name) {
  auto task = by_reference(name);
  // CHECK-MESSAGES: :[[@LINE-1]]:28: warning: the task that is returned needs parameter 'name'
  return task;
}

mini::task<> kept_and_moved(std::string name) {
  mini::task<> task{by_reference(name)};
  // CHECK-MESSAGES: :[[@LINE-1]]:34: warning: the task that is returned needs parameter 'name'
  return when_all(std::move(task));
}

// In other positions.
mini::task<> conditional(bool c, std::string name, const std::string &other) {
  return c ? by_reference(other) : by_reference(name);
  // CHECK-MESSAGES: :[[@LINE-1]]:49: warning: the task that is returned needs parameter 'name'
}

mini::task<> comma(std::string name) {
  return work(name), by_reference(name);
  // CHECK-MESSAGES: :[[@LINE-1]]:35: warning: the task that is returned needs parameter 'name'
}

mini::task<> branches(int way, std::string name) {
  if (way == 1)
    return by_reference(name);
    // CHECK-MESSAGES: :[[@LINE-1]]:25: warning: the task that is returned needs parameter 'name'
  for (const std::string &each : {name}) {
    return by_reference(each);
    // CHECK-MESSAGES: :[[@LINE-1]]:25: warning: the task that is returned needs a local variable
  }
  switch (way) {
  default:
    return by_reference(name + "x");
    // CHECK-MESSAGES: :[[@LINE-1]]:25: warning: the task that is returned needs a temporary
  }
}

#define FORWARD(f, x) return f(x)
mini::task<> in_macro(std::string name) {
  FORWARD(by_reference, name);
  // CHECK-MESSAGES: :[[@LINE-1]]:25: warning: the task that is returned needs parameter 'name'
}

template <class T> mini::task<> in_template(T value) {
  return by_reference(value);
  // CHECK-MESSAGES: :[[@LINE-1]]:23: warning: the task that is returned needs parameter 'value'
}
template mini::task<> in_template(std::string);

auto lambda = [](std::string name) {
  return by_reference(name);
  // CHECK-MESSAGES: :[[@LINE-1]]:23: warning: the task that is returned needs parameter 'name'
};

struct has_task {
  mini::task<> run(std::string name) { return by_reference(name); }
  // CHECK-MESSAGES: :[[@LINE-1]]:60: warning: the task that is returned needs parameter 'name'
  mini::task<> operator()(std::string name) const { return by_reference(name); }
  // CHECK-MESSAGES: :[[@LINE-1]]:73: warning: the task that is returned needs parameter 'name'
};

// Callables that keep what they captured by reference.
template <class F> mini::task<> invoke(F callable) { co_await callable(); }
template <class F> mini::task<> passes_callable(F &&callable) { return invoke(std::forward<F>(callable)); }
template <class F> mini::task<> by_reference_to(F &&callable) { co_await callable(); }
mini::task<> erased(std::function<mini::task<>()> callable) { co_await callable(); }

mini::task<> captured(std::string name) {
  return invoke([&] { return by_reference(name); });
  // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: the task that is returned needs parameter 'name'
}
mini::task<> captured_and_passed(std::string name) {
  return passes_callable([&name]() -> mini::task<> { return by_reference(name); });
  // CHECK-MESSAGES: :[[@LINE-1]]:26: warning: the task that is returned needs parameter 'name'
}
mini::task<> captured_and_erased(std::string name) {
  return erased([&]() -> mini::task<> { return by_reference(name); });
  // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: the task that is returned needs parameter 'name'
}
mini::task<> named_callable(std::string name) {
  auto callable = [&] { return by_reference(name); };
  // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: the task that is returned needs parameter 'name'
  return invoke(callable);
}
mini::task<> by_reference_to_closure() {
  return by_reference_to([] { return step(); });
  // CHECK-MESSAGES: :[[@LINE-1]]:26: warning: the task that is returned needs a temporary closure
}

// A lambda without captures that is a coroutine: its arguments.
mini::task<> called_lambda(std::string name) {
  return [](const std::string &text) -> mini::task<> { co_await by_reference(text); }(name);
  // CHECK-MESSAGES: :[[@LINE-1]]:87: warning: the task that is returned needs parameter 'name'
}

// One that only passes on is seen through.
mini::task<> immediate(std::string name) {
  return [&] { return by_reference(name); }();
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: the task that is returned needs parameter 'name'
}

// Bodies that are not visible.
mini::task<> declared(const std::string &text);
mini::task<> declared_view(std::string_view text);
struct connection {
  connection();
  connection(const connection &) = delete;
  ~connection();
  mini::task<> send();
};

mini::task<> not_visible(std::string name) {
  return declared(name);
  // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: the task that is returned may still need parameter 'name', which dies when this function ends
}
mini::task<> view_not_visible() {
  std::array<char, 4> buffer{};
  return declared_view({buffer.data(), buffer.size()});
  // CHECK-MESSAGES: :[[@LINE-1]]:24: warning: the task that is returned may still need what local variable 'buffer' holds
}
mini::task<> object_not_visible() {
  connection local;
  return local.send();
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: the task that is returned may still need local variable 'local'
}
