// RUN: %check_async_tidy %s async-blocking-call

// Function objects given to a loop: as they are, by reference or wrapped, but not as a part of something else.

#include "mini.h"

using namespace std::chrono_literals;

namespace app {
struct event_loop {
  template <class T> void post(T &&);
};
struct thread_pool {
  template <class T> void post(T &&);
};
} // namespace app

struct moved {
  void operator()() const { std::this_thread::sleep_for(1s); }
  // CHECK-MESSAGES: :[[@LINE-1]]:29: warning: {{.*}} event loop callback 'operator()'
};
struct referred {
  void operator()() const { std::this_thread::sleep_for(1s); }
  // CHECK-MESSAGES: :[[@LINE-1]]:29: warning: {{.*}} event loop callback 'operator()'
};
struct exchanged {
  void operator()() const { std::this_thread::sleep_for(1s); }
  // CHECK-MESSAGES: :[[@LINE-1]]:29: warning: {{.*}} event loop callback 'operator()'
};
void bound(int) { std::this_thread::sleep_for(1s); }
// CHECK-MESSAGES: :[[@LINE-1]]:19: warning: {{.*}} event loop callback 'bound'
void given(app::event_loop &loop, moved one, referred two, exchanged three) {
  loop.post(std::ref(two));
  loop.post(std::exchange(three, {}));
  loop.post(std::bind(&bound, 1));
  loop.post(std::bind_front(bound, 1));
  loop.post(std::move(one));
}

// A part of what is given, or what made it.
struct part {
  void operator()() const { std::this_thread::sleep_for(1s); }
};
struct maker {
  std::function<void()> operator()() const {
    std::this_thread::sleep_for(1s);
    return {};
  }
};
std::function<void()> make() { return maker()(); }
void made(app::event_loop &loop, part one, maker two) {
  loop.post(std::make_pair(one, 1));
  loop.post(std::invoke(two));
  loop.post(std::invoke(make));
  loop.post(std::make_pair([] { std::this_thread::sleep_for(1s); }, 1));
}

// Given to a pool as well, which only counts where the same function or the class itself does it.
struct both {
  void operator()() const { std::this_thread::sleep_for(1s); }
};
void loop_and_pool(app::event_loop &loop, app::thread_pool &pool, both object) {
  loop.post(object);
  pool.post(object);
}
struct by_others {
  void operator()() const { std::this_thread::sleep_for(1s); }
  // CHECK-MESSAGES: :[[@LINE-1]]:29: warning: {{.*}} event loop callback 'operator()'
};
void only_loop(app::event_loop &loop, by_others object) { loop.post(object); }
void only_pool(app::thread_pool &pool, by_others object) { pool.post(object); }
