// RUN: %check_async_tidy %s async-swallowed-cancellation -fix-notes

// Where no edit lets out cancellation alone, one that lets out everything is offered, on a note.

#include "mini.h"
#include <cstdio>

using namespace std::chrono_literals;

mini::task<> for_cancellation_only(mini::event_loop &loop) {
  for (;;) {
    try {
      co_await loop.sleep_for(1s);
    } catch (const mini::operation_cancelled &) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'catch (const mini::operation_cancelled &)' swallows
      std::puts("cancelled");
      // CHECK-FIXES: {{^}}      std::puts("cancelled");
      // CHECK-FIXES: {{^}}      throw;
      // CHECK-FIXES-NEXT: {{^}}    }
    }
  }
}

mini::task<> empty(mini::event_loop &loop) {
  for (;;) {
    try {
      co_await loop.sleep_for(1s);
    } catch (const mini::operation_cancelled &) {}
    // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'catch (const mini::operation_cancelled &)' swallows
    // CHECK-FIXES: {{^}}    } catch (const mini::operation_cancelled &) {
    // CHECK-FIXES-NEXT: {{^}}      throw;
    // CHECK-FIXES-NEXT: {{^}}    }
  }
}

mini::task<> one_line(mini::event_loop &loop) {
  for (;;) {
    try { co_await loop.schedule(); } catch (const mini::operation_cancelled &) { std::puts("cancelled"); }
    // CHECK-MESSAGES: :[[@LINE-1]]:39: warning: 'catch (const mini::operation_cancelled &)' swallows
    // CHECK-FIXES: {{^}}    try { co_await loop.schedule(); } catch (const mini::operation_cancelled &) { std::puts("cancelled"); throw; }
  }
}

// What stands behind a jump is not reached.
mini::task<> ends_in_a_jump(mini::event_loop &loop) {
  for (;;) {
    try {
      co_await loop.sleep_for(1s);
    } catch (const mini::operation_cancelled &) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'catch (const mini::operation_cancelled &)' swallows
      std::puts("cancelled");
      continue; // CHECK-FIXES: {{^}}      continue; //
    } // CHECK-FIXES-NEXT: {{^}}    } //
  }
}
