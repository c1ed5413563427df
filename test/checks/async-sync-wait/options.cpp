// RUN: %check_async_tidy %s async-sync-wait -check-suffix=ON,ALL
// RUN: %check_async_tidy %s async-sync-wait -check-suffix=ALL -- -config='{CheckOptions: {async-sync-wait.FollowCalls: false}}'
// RUN: %check_async_tidy %s async-sync-wait -check-suffix=ALL -- -config='{CheckOptions: {async-sync-wait.AllowedFunctions: "legacy_load -> is replaced next month"}}'
// RUN: %check_async_tidy %s async-sync-wait -check-suffix=NONE -- -config='{CheckOptions: {async-sync-wait.InferLibraries: false}}'
// RUN: %check_async_tidy %s async-sync-wait -check-suffix=ON,ALL,TESTS -- -config='{CheckOptions: {async-sync-wait.CheckTests: true}}'

#include "mini.h"

mini::task<int> load();

int legacy_load() { return mini::sync_wait(load()); }

mini::task<int> coroutine() {
  const int first = legacy_load();
  // CHECK-MESSAGES-ON: :[[@LINE-1]]:21: warning: 'legacy_load' holds the thread that runs coroutine 'coroutine': it leads to 'mini::sync_wait', which waits for a task
  co_return first + mini::sync_wait(load());
  // CHECK-MESSAGES-ALL: :[[@LINE-1]]:21: warning: 'mini::sync_wait' waits for a task
}

class OrderTest {
  mini::task<int> TestBody() {
    co_return mini::sync_wait(load());
    // CHECK-MESSAGES-TESTS: :[[@LINE-1]]:15: warning: 'mini::sync_wait' waits for a task
  }
};

// CHECK-MESSAGES-NONE-NOT: warning:
