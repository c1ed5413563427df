// RUN: %check_async_tidy %s async-blocking-call

// Blocking reached through functions that are visible, with the path.

#include "mini.h"
#include <algorithm>
#include <netdb.h>
#include <unistd.h>

using namespace std::chrono_literals;

void nap() { std::this_thread::sleep_for(1s); }
struct Cache {
  Cache() { nap(); }
  explicit Cache(int) {}
  void refresh() { nap(); }
  Cache &operator+=(int) {
    nap();
    return *this;
  }
  void operator()() const { nap(); }
  static void reload() { nap(); }
};
struct Closes {
  ~Closes() { nap(); }
};
struct Holds {
  Closes member;
};
struct WithMember {
  int value = (nap(), 1);
};
struct Sealed final {
  virtual void work() { nap(); }
  virtual ~Sealed() = default;
};

mini::task<> constructor() {
  Cache cache;
  // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: the constructor of 'Cache' blocks the thread that runs coroutine 'constructor': it leads to 'std::this_thread::sleep_for', which sleeps
  co_return;
}
mini::task<> member(Cache &cache) {
  cache.refresh();
  // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: 'refresh' blocks the thread that runs coroutine 'member'
  co_return;
}
mini::task<> operators(Cache &cache) {
  cache += 1;
  // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: 'operator+=' blocks the thread that runs coroutine 'operators'
  co_return;
}
mini::task<> call_operator(const Cache &cache) {
  cache();
  // CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: 'operator()' blocks the thread that runs coroutine 'call_operator'
  co_return;
}
mini::task<> static_member() {
  Cache::reload();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'reload' blocks
  co_return;
}
mini::task<> destructor() {
  Closes closes;
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: the destructor of 'Closes' blocks the thread that runs coroutine 'destructor'
  co_return;
}
mini::task<> destructor_of_a_member() {
  Holds holds;
  // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: the destructor of 'Holds' blocks
  co_return;
}
mini::task<> destructor_of_a_temporary() {
  Closes();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the destructor of 'Closes' blocks
  co_return;
}
mini::task<> deleted(Closes *closes) {
  delete closes;
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the destructor of 'Closes' blocks
  co_return;
}
mini::task<> default_member_initialiser() {
  WithMember value;
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: the constructor of 'WithMember' blocks
  co_return;
}
mini::task<> final_class(Sealed &sealed) {
  sealed.work();
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 'work' blocks the thread that runs coroutine 'final_class'
  co_return;
}
mini::task<> exactly_known_type() {
  struct Derived : Cache {
    using Cache::Cache;
    virtual void work() { nap(); }
    virtual ~Derived() = default;
  } derived(1);
  derived.work();
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'work' blocks the thread that runs coroutine 'exactly_known_type'
  co_return;
}

template <class F> void with_retry(F &&action) {
  for (int i = 0; i != 3; ++i)
    action();
}
template <class T> void typed_nap(T) { nap(); }
void invoke(const std::function<void()> &action) { action(); }
void forward(const std::function<void()> &action) { invoke(action); }
void call_pointer(void (*action)()) { action(); }

mini::task<> function_template() {
  typed_nap(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'typed_nap' blocks
  co_return;
}
mini::task<> lambda_that_runs_now(std::vector<int> &values) {
  std::for_each(values.begin(), values.end(), [](int) { std::this_thread::sleep_for(1s); });
  // CHECK-MESSAGES: :[[@LINE-1]]:57: warning: 'std::this_thread::sleep_for' sleeps and blocks the thread that runs coroutine 'lambda_that_runs_now'
  std::sort(values.begin(), values.end(), [](int a, int b) {
    nap();
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'nap' blocks the thread that runs coroutine 'lambda_that_runs_now'
    return a < b;
  });
  [] { ::usleep(5); }();
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'usleep' sleeps
  auto named = [] { ::sleep(5); };
  // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'sleep' sleeps
  named();
  co_return;
}
mini::task<> lambda_through_a_template() {
  with_retry([] { ::sleep(1); });
  // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: 'sleep' sleeps and blocks the thread that runs coroutine 'lambda_through_a_template'
  co_return;
}
mini::task<> lambda_through_std_function() {
  forward([] { ::sleep(1); });
  // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: 'sleep' sleeps
  co_return;
}
mini::task<> function_pointer() {
  call_pointer(&nap);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'nap' blocks the thread that runs coroutine 'function_pointer'
  void (*const pointer)() = nap;
  pointer();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'nap' blocks the thread that runs coroutine 'function_pointer'
  co_return;
}
mini::task<> local_std_function() {
  std::function<void()> action = [] { ::sleep(2); };
  // CHECK-MESSAGES: :[[@LINE-1]]:39: warning: 'sleep' sleeps
  action();
  co_return;
}
mini::task<> reassigned_std_function(std::function<void()> other) {
  std::function<void()> action = [] { ::sleep(2); };
  action = other;
  action();
  co_return;
}

int odd(int n);
int even(int n) { return n == 0 ? (nap(), 1) : odd(n - 1); }
int odd(int n) { return n == 0 ? 0 : even(n - 1); }
mini::task<int> recursion() {
  co_return odd(7);
  // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'odd' blocks the thread that runs coroutine 'recursion'
}

[[clang::annotate("async::blocking")]] void annotated();
[[clang::annotate("async::nonblocking")]] inline void trusted() { nap(); }
mini::task<> annotations() {
  annotated();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'annotated' is declared as blocking and blocks
  trusted();
  co_return;
}

// Callbacks that a loop runs are judged like coroutines.
void on_timer() { ::sleep(1); }
// CHECK-MESSAGES: :[[@LINE-1]]:19: warning: 'sleep' sleeps and blocks the thread that runs event loop callback 'on_timer'
void callbacks(mini::event_loop &loop) {
  loop.post([] { nap(); });
  // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: 'nap' blocks the thread that runs a callback of the event loop
  loop.post(&on_timer);
  nap();
}
