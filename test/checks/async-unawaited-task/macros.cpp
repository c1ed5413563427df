// RUN: %check_async_tidy %s async-unawaited-task -- -- -isystem %S/Inputs/system

// Macros: what they drop is reported, and never edited. Those of system headers know what they do.

#include "mini.h"
#include <expecting.h>

mini::task<> save(int id);

#define SAVE(id) save(id)
#define RUN(expression) expression
#define DECLARE(name) auto name = save(7)

mini::task<> own_macros() {
  SAVE(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'mini::task<>' returned by 'save' is never awaited, so it never runs [async-unawaited-task]
  // CHECK-FIXES: SAVE(1);
  RUN(save(2));
  // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: the 'mini::task<>' returned by 'save'
  // CHECK-FIXES: RUN(save(2));
  DECLARE(kept);
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'kept' holds a 'mini::task<>' that is never awaited
  // CHECK-FIXES: DECLARE(kept);
  auto t = SAVE(3);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 't' holds a 'mini::task<>' that is never awaited
  // CHECK-FIXES: auto t = SAVE(3);
  save(SAVE(4).valid() ? 1 : 2);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'mini::task<>' returned by 'save'
  // CHECK-FIXES: co_await save(SAVE(4).valid() ? 1 : 2);
  co_return;
}

// A test that a call throws drops its result.
void system_macros() {
  EXPECTING_NO_THROW(save(1));
  EXPECTING_NO_THROW(RUN(save(2)));
  RUN(EXPECTING_NO_THROW(save(3)));
}
