// RUN: %check_async_tidy %s async-unawaited-task -fix-notes -- --config="{CheckOptions: {async.KnowledgeFiles: '%S/Inputs/mini-spawn.yaml', async-unawaited-task.AllowCastToVoid: false}}"

// Casts and moves around a dropped operation: the fix goes in front of all of them, or there is none.

#include "mini.h"

mini::task<> work();
struct other {
  other(mini::task<> &&inner);
  bool await_ready();
  void await_suspend(std::coroutine_handle<> waiting);
  void await_resume();
};

mini::task<> coroutine(bool b) {
  static_cast<mini::task<>>(work());
  // CHECK-MESSAGES: :[[@LINE-1]]:29: warning: the 'mini::task<>' returned by 'work' is never awaited, so it never runs [async-unawaited-task]
  // CHECK-FIXES: {{^  }}co_await static_cast<mini::task<>>(work());
  (mini::task<>)work();
  // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: the 'mini::task<>' returned by 'work'
  // CHECK-FIXES: {{^  }}co_await (mini::task<>)work();
  std::move(work());
  // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: the 'mini::task<>' returned by 'work'
  // CHECK-FIXES: {{^  }}co_await std::move(work());
  static_cast<mini::task<> &&>(std::move(work()));
  // CHECK-MESSAGES: :[[@LINE-1]]:42: warning: the 'mini::task<>' returned by 'work'
  // CHECK-FIXES: {{^  }}co_await static_cast<mini::task<> &&>(std::move(work()));
  static_cast<const mini::task<> &>(work());
  // CHECK-MESSAGES: :[[@LINE-1]]:37: warning: the 'mini::task<>' returned by 'work'
  // CHECK-FIXES: {{^  }}static_cast<const mini::task<> &>(work());
  static_cast<void>(static_cast<mini::task<>>(work()));
  // CHECK-MESSAGES: :[[@LINE-1]]:47: warning: the 'mini::task<>' returned by 'work'
  // CHECK-FIXES: {{^  }}static_cast<void>(co_await static_cast<mini::task<>>(work()));
  std::ignore = work();
  // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: the 'mini::task<>' returned by 'work'
  // CHECK-FIXES: {{^  }}std::ignore = work();
  b ? static_cast<mini::task<> &&>(work()) : static_cast<mini::task<> &&>(mini::task<>{});
  // CHECK-MESSAGES: :[[@LINE-1]]:36: warning: the 'mini::task<>' returned by 'work'
  // CHECK-FIXES: {{^  }}b ? static_cast<mini::task<> &&>(work()) : static_cast<mini::task<> &&>(mini::task<>{});
  static_cast<int>((work(), 0));
  // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: the 'mini::task<>' returned by 'work'
  // CHECK-FIXES: {{^  }}static_cast<int>((co_await work(), 0));
  co_return;
}

void plain() {
  std::move(work());
  // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: the 'mini::task<>' returned by 'work'
  // CHECK-FIXES: {{^  }}mini::spawn(std::move(work()));
}

void take(mini::task<> &&work);
void moved_on() { take(std::move(work())); }
