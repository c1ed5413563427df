// RUN: %check_async_tidy %s async-unawaited-task

// Templates: the pattern where its types are known, the instantiations otherwise; each place once.

#include "mini.h"

mini::task<> save(int id);
template <class T> mini::task<T> fetch(T id);

// Never instantiated: the pattern shows it.
template <class T> mini::task<> pattern(T id) {
  save(1);
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: the 'mini::task<>' returned by 'save' is never awaited, so it never runs [async-unawaited-task]
  // CHECK-FIXES: co_await save(1);
  auto t = save(2);
  // CHECK-NOTES: :[[@LINE-1]]:8: warning: 't' holds a 'mini::task<>' that is never awaited, so it never runs
  // CHECK-FIXES: co_await save(2);
  co_return;
}

template <class T> mini::task<> both(T id) {
  save(3);
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: the 'mini::task<>' returned by 'save'
  // CHECK-FIXES: co_await save(3);
  co_await save(4);
}
mini::task<> uses_both() {
  co_await both(1);
  co_await both(1L);
}

// Only the instantiation knows what comes back. What is right for one may be wrong for another: no fix.
template <class F> void call(F f) {
  f(1);
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: the 'mini::task<>' returned by this lambda is never awaited, so it never runs
  // CHECK-NOTES: :[[@LINE+7]]:3: note: in the instantiation of 'call<(lambda at {{.*}})>' here
  // CHECK-FIXES: f(1);
}
void count(int);
void instantiates() {
  call(count);
  call([](int id) { return id; });
  call([](int id) { return save(id); });
}

template <class T> struct service {
  mini::task<T> get(T id);
  mini::task<> refresh(T id) {
    get(id);
    // CHECK-NOTES: :[[@LINE-1]]:5: warning: the 'mini::task<int>' returned by 'service<int>::get' is never awaited
    // CHECK-NOTES: :[[@LINE+15]]:17: note: in the instantiation of 'service<int>::refresh' here
    auto kept = fetch<T>(id);
    // CHECK-NOTES: :[[@LINE-1]]:10: warning: 'kept' holds a 'mini::task<int>' that is never awaited
    // CHECK-NOTES: :[[@LINE+12]]:17: note: in the instantiation of 'service<int>::refresh' here
    co_return;
  }
  mini::task<> some_path(T id) {
    auto kept = this->get(id);
    // CHECK-NOTES: :[[@LINE-1]]:10: warning: 'kept' holds an operation that is not awaited on every path
    // CHECK-NOTES: :[[@LINE+2]]:9: note: it is not awaited when this is false
    // CHECK-NOTES: :[[@LINE+5]]:17: note: in the instantiation of 'service<int>::some_path' here
    if (id > 0)
      co_await std::move(kept);
  }
};
template struct service<int>;

// The branch that is not taken is no code.
template <class T> mini::task<> chosen(T value) {
  if constexpr (sizeof(T) > 4)
    co_await fetch(value);
  else
    co_await save(1);
}
mini::task<> uses_chosen() {
  co_await chosen(1);
  co_await chosen(1L);
}

// Generic code that hands its awaitable on, whatever it is.
template <class A> mini::task<> wrap(A awaitable) {
  auto moved = std::move(awaitable);
  auto later = [&](auto tag) -> mini::task<> { co_await std::move(moved); };
  co_await later(1);
}
mini::task<> uses_wrap() { co_await wrap(save(1)); }
