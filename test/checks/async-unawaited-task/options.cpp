// RUN: %check_async_tidy %s async-unawaited-task -check-suffix=DEFAULT
// RUN: %check_async_tidy %s async-unawaited-task -check-suffix=VOID -- --config="{CheckOptions: {async-unawaited-task.AllowCastToVoid: false}}"
// RUN: %check_async_tidy %s async-unawaited-task -check-suffix=EXTRA -- --config="{CheckOptions: {async-unawaited-task.ExtraAwaitables: 'request -> give it to send_and_wait; no_such_*', async-unawaited-task.IgnoredTypes: 'mini::task -> tested elsewhere'}}"
// RUN: %check_async_tidy %s async-unawaited-task -check-suffix=FUNCTIONS -- --config="{CheckOptions: {async-unawaited-task.IgnoredFunctions: 'sa* -> keeps itself alive; load'}}"

// Every option, with the value that changes what is found.

#include "mini.h"
#include <tuple>

mini::task<> save(int id);
mini::task<int> load(int id);
mini::task<int> keep(int id);
struct request {
  int id;
};
request make_request();

mini::task<> uses() {
  (void)keep(1);
  // CHECK-MESSAGES-VOID: :[[@LINE-1]]:9: warning: the 'mini::task<int>' returned by 'keep' is never awaited, so it never runs [async-unawaited-task]
  std::ignore = keep(2);
  // CHECK-MESSAGES-VOID: :[[@LINE-1]]:17: warning: the 'mini::task<int>' returned by 'keep'
  auto cast = keep(3);
  // CHECK-MESSAGES-VOID: :[[@LINE-1]]:8: warning: 'cast' holds a 'mini::task<int>' that is never awaited
  (void)cast;
  save(1);
  // CHECK-MESSAGES-DEFAULT: :[[@LINE-1]]:3: warning: the 'mini::task<>' returned by 'save'
  // CHECK-MESSAGES-VOID: :[[@LINE-2]]:3: warning: the 'mini::task<>' returned by 'save'
  auto loaded = load(1);
  // CHECK-MESSAGES-DEFAULT: :[[@LINE-1]]:8: warning: 'loaded' holds
  // CHECK-MESSAGES-VOID: :[[@LINE-2]]:8: warning: 'loaded' holds
  keep(4);
  // CHECK-MESSAGES-DEFAULT: :[[@LINE-1]]:3: warning: the 'mini::task<int>' returned by 'keep'
  // CHECK-MESSAGES-VOID: :[[@LINE-2]]:3: warning: the 'mini::task<int>' returned by 'keep'
  // CHECK-MESSAGES-FUNCTIONS: :[[@LINE-3]]:3: warning: the 'mini::task<int>' returned by 'keep'
  make_request();
  // CHECK-MESSAGES-EXTRA: :[[@LINE-1]]:3: warning: the 'request' returned by 'make_request' is never awaited [async-unawaited-task]
  // CHECK-MESSAGES-EXTRA: :[[@LINE-2]]:3: note: give it to send_and_wait
  auto asked = make_request();
  // CHECK-MESSAGES-EXTRA: :[[@LINE-1]]:8: warning: 'asked' holds a 'request' that is never awaited
  co_return;
}
