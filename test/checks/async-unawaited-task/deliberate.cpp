// RUN: %check_async_tidy %s async-unawaited-task

// Giving an operation up by hand, code that is never reached, and operations behind other names.

#include "mini.h"
#include <memory>

mini::task<> save(int id);
mini::task<int> load(int id);
bool lucky();

mini::task<> reset(bool c) {
  auto t = save(1);
  if (c)
    co_await std::move(t);
  t = {};
  auto u = save(2);
  u = mini::task<>();
  std::optional<mini::task<>> o = save(3);
  o = std::nullopt;
  auto p = std::make_unique<mini::task<>>(save(4));
  p = nullptr;
  auto v = save(5);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'v' is overwritten before the operation it holds is awaited [async-unawaited-task]
  v = save(6);
  co_await std::move(v);
}

// `if (false)` switches code off; what follows a return was hardly meant to be lost, and is judged like the rest.
mini::task<> unreachable(bool c) {
  auto t = save(1);
  if (true)
    co_await std::move(t);
  if (false)
    save(2);
  co_return;
  save(3);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'mini::task<>' returned by 'save' is never awaited, so it never runs
  auto u = save(4);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'u' holds an operation that is not awaited on every path
  if (c)
    co_await std::move(u);
}

// A reference is another name.
mini::task<> references() {
  auto t = save(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 't' holds a 'mini::task<>' that is never awaited, so it never runs
  const auto &alias = t;
  auto u = save(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'u' holds a 'mini::task<>' that is never awaited, so it never runs
  auto &first = u;
  mini::task<> &second = first;
  second.valid();
  auto v = save(3);
  auto &used = v;
  co_await std::move(used);
  std::pair<mini::task<>, int> pair{save(4), 1};
  auto &[w, number] = pair;
  mini::spawn(std::move(w));
}

// An aggregate of this project is a container like any other.
struct job {
  int id;
  mini::task<> work;
};
struct owner {
  explicit owner(job j);
  ~owner();
  job member;
};
void take(const job &j);
mini::task<> aggregates() {
  struct {
    mini::task<> work;
  } local{save(1)};
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'local' keeps a 'mini::task<>' that is never awaited, so it never runs
  job lost{1, save(2)};
  // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'lost' keeps a 'mini::task<>' that is never awaited, so it never runs
  std::vector<job> jobs;
  jobs.push_back({1, save(3)});
  // CHECK-MESSAGES: :[[@LINE-1]]:22: warning: 'jobs' keeps a 'mini::task<>' that is never awaited, so it never runs
  job read{1, save(4)};
  co_await std::move(read.work);
  job passed{.id = 1, .work = save(5)};
  take(passed);
  owner kept({1, save(6)});
  job empty{1};
}

// An exception that is caught while the operation lives loses it, if it runs by itself.
struct eager {
  struct promise_type {
    eager get_return_object();
    std::suspend_never initial_suspend() noexcept;
    std::suspend_always final_suspend() noexcept;
    void return_void();
    void unhandled_exception();
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<> waiting);
  void await_resume();
};
eager begin();
eager thrown(bool bad) {
  auto t = begin();
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 't' holds an operation that is not awaited on every path
  try {
    if (bad)
      throw std::runtime_error("bad");
    co_await t;
  } catch (const std::exception &) {
  }
}
eager thrown_past(bool bad) {
  auto t = begin(), u = begin();
  try {
    if (bad)
      throw 1;
    co_await t;
  } catch (const std::exception &) {
  }
  try {
    if (bad)
      throw 1;
  } catch (...) {
    lucky();
  }
  co_await u;
  try {
    auto v = begin();
    if (bad)
      throw 1;
    co_await v;
  } catch (int) {
  }
}
mini::task<> given_up(bool bad) {
  auto t = save(1);
  try {
    if (bad)
      throw 1;
    co_await std::move(t);
  } catch (int) {
  }
}

// Types are printed as the code spells them, and no longer than one can read.
using rows = std::map<std::string, std::vector<std::pair<std::string, std::vector<std::string>>>>;
mini::task<std::string> name();
mini::task<rows> all_rows();
mini::task<std::map<std::string, std::vector<std::pair<std::string, std::vector<std::string>>>>> spelled_out();
void printed() {
  name();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'mini::task<std::string>' returned by 'name' is
  all_rows();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'mini::task<rows>' returned by 'all_rows' is
  spelled_out();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'mini::task<...>' returned by 'spelled_out' is
}

// A fix only where the type is nothing but auto and the declaration declares one variable.
template <class T>
concept asks = requires(T t) { t.valid(); };
template <class T> struct wrap {
  wrap(mini::task<T> task);
  bool await_ready();
  void await_suspend(std::coroutine_handle<> waiting);
  T await_resume();
};
mini::task<> declared() {
  asks auto constrained = load(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'constrained' holds
  // CHECK-FIXES: asks auto constrained = load(1);
  auto two = load(1), more = load(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'two' holds
  // CHECK-MESSAGES: :[[@LINE-2]]:23: warning: 'more' holds
  // CHECK-FIXES: auto two = load(1), more = load(2);
  wrap deduced = load(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'deduced' holds
  // CHECK-FIXES: wrap deduced = load(1);
  const auto &plain = load(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: 'plain' holds
  // CHECK-FIXES: const auto &plain = co_await load(1);
  co_return;
}
