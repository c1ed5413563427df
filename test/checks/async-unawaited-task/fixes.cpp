// RUN: %check_async_tidy %s async-unawaited-task -check-suffix=SAFE -- --config="{CheckOptions: {async.KnowledgeFiles: '%S/Inputs/mini-spawn.yaml'}}"
// RUN: %check_async_tidy %s async-unawaited-task -fix-notes -check-suffix=SPAWN -- --config="{CheckOptions: {async.KnowledgeFiles: '%S/Inputs/mini-spawn.yaml'}}"

// Which fix is offered where: co_await on the warning, spawning on a note where nothing can be awaited.

#include "mini.h"

mini::task<> save(int id);
mini::task<int> load(int id);

mini::task<> coroutine(int id) {
  save(id);
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: the 'mini::task<>' returned by 'save' is never awaited, so it never runs [async-unawaited-task]
  // CHECK-NOTES: :[[@LINE-2]]:3: note: a task runs when it is awaited or spawned
  // CHECK-FIXES-SAFE: co_await save(id);
  // CHECK-FIXES-SPAWN: co_await save(id);
  co_return;
}

void plain(bool c, int id) {
  save(id);
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: the 'mini::task<>' returned by 'save' is never awaited, so it never runs
  // CHECK-NOTES: :[[@LINE-2]]:3: note: a task runs when it is awaited or spawned
  // CHECK-NOTES: :[[@LINE-3]]:3: note: hand it to something that runs it
  // CHECK-FIXES-SAFE: save(id);
  // CHECK-FIXES-SPAWN: mini::spawn(save(id));
  c ? save(id) : save(-id);
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: this 'mini::task<>' is never awaited, so it never runs
  // CHECK-NOTES: :[[@LINE-2]]:3: note: a task runs when it is awaited or spawned
  // CHECK-NOTES: :[[@LINE-3]]:3: note: hand it to something that runs it
  // CHECK-FIXES-SAFE: c ? save(id) : save(-id);
  // CHECK-FIXES-SPAWN: mini::spawn(c ? save(id) : save(-id));
}

mini::task<> handler(int id) {
  try {
    co_await save(id);
  } catch (const std::exception &) {
    save(-id);
    // CHECK-NOTES: :[[@LINE-1]]:5: warning: the 'mini::task<>' returned by 'save'
    // CHECK-NOTES: :[[@LINE-2]]:5: note: a task runs
    // CHECK-NOTES: :[[@LINE-3]]:5: note: hand it to something that runs it
    // CHECK-FIXES-SAFE: save(-id);
    // CHECK-FIXES-SPAWN: mini::spawn(save(-id));
  }
}

// A comment inside what is replaced stays.
mini::task<> comments(int id) {
  auto kept = save(/*the newest*/ id);
  // CHECK-NOTES: :[[@LINE-1]]:8: warning: 'kept' holds a 'mini::task<>' that is never awaited, so it never runs
  // CHECK-NOTES: :[[@LINE-2]]:8: note: a task runs
  // CHECK-FIXES-SAFE: co_await save(/*the newest*/ id);
  // CHECK-FIXES-SPAWN: co_await save(/*the newest*/ id);
  co_return;
}

// No co_await while a thread's lock is held, and none in the initialiser of a static variable.
mini::task<> places(std::mutex &mutex, int id) {
  static int first = (load(1), 1);
  // CHECK-NOTES: :[[@LINE-1]]:23: warning: the 'mini::task<int>' returned by 'load'
  // CHECK-NOTES: :[[@LINE-2]]:23: note: a task runs
  // CHECK-FIXES-SAFE: static int first = (load(1), 1);
  {
    std::lock_guard<std::mutex> lock(mutex);
    save(id + first);
    // CHECK-NOTES: :[[@LINE-1]]:5: warning: the 'mini::task<>' returned by 'save'
    // CHECK-NOTES: :[[@LINE-2]]:5: note: a task runs
    // CHECK-NOTES: :[[@LINE-3]]:5: note: hand it
    // CHECK-FIXES-SAFE: save(id + first);
    // CHECK-FIXES-SPAWN: mini::spawn(save(id + first));
  }
  co_return;
}
