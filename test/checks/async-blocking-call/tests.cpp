// RUN: %check_async_tidy %s async-blocking-call

// Helpers that only test cases lead to are test code too; what other code shares is not.

#include "mini.h"

using namespace std::chrono_literals;

static mini::task<int> slow(int value) {
  std::this_thread::sleep_for(1ms);
  co_return value;
}
static mini::task<int> indirectly() { co_return co_await slow(1) + 1; }
static mini::task<> shared() {
  std::this_thread::sleep_for(1ms);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::this_thread::sleep_for' sleeps
  co_return;
}
mini::task<> only_compiled() {
  std::this_thread::sleep_for(1ms);
  co_return;
}
template <class T> mini::task<> for_what_is_only_compiled(T) {
  std::this_thread::sleep_for(1ms);
  co_return;
}
mini::task<> calls_it() { co_await for_what_is_only_compiled(1); }
mini::task<> calls_it_too() {
  co_await calls_it();
  co_await for_what_is_only_compiled(2L);
}
static mini::task<> each_other(int depth);
static mini::task<> one_another(int depth) {
  std::this_thread::sleep_for(1ms);
  if (depth)
    co_await each_other(depth - 1);
}
static mini::task<> each_other(int depth) { co_await one_another(depth); }

// What GoogleTest makes of TEST(Suite, Case).
class Suite_Case_Test {
  void TestBody();
};
void Suite_Case_Test::TestBody() {
  mini::sync_wait(indirectly());
  mini::sync_wait(shared());
  mini::sync_wait(each_other(1));
}

// What a header declares, somebody may call.
mini::task<> production();
mini::task<> production() { co_await shared(); }
