// RUN: %check_async_tidy %s async-unjoined-scope -- --config="{CheckOptions: {async.KnowledgeFiles: '%S/Inputs/library.yaml'}}"
// RUN: %check_async_tidy %s async-unjoined-scope -fix-notes -check-suffix=NOTE -- --config="{CheckOptions: {async.KnowledgeFiles: '%S/Inputs/library.yaml'}}"

// A library that a knowledge file describes: scopes that are awaited themselves, joined in two ways, or by waiting.

#include "mini.h"

namespace library {
struct scope {
  void add(mini::task<> work);
  mini::task<> join_all();
  std::size_t left() const;
};
struct joinable {
  void add(mini::task<> work);
  auto operator co_await() { return mini::task<>().operator co_await(); }
};
struct two_ways : scope {
  mini::task<> stop_and_join();
};
struct harmless {
  void add(mini::task<> work);
};
} // namespace library

mini::task<> work();

mini::task<> forgets() {
  library::scope jobs;
  // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: nobody joins 'jobs', which has work in it: its destructor abandons it [async-unjoined-scope]
  // CHECK-MESSAGES: :[[@LINE+2]]:3: note: it is given work here
  // CHECK-MESSAGES: :[[@LINE-3]]:18: note: keep it in a class
  jobs.add(work());
  co_await work();
  // CHECK-FIXES-NOTE: {{^}}  co_await jobs.join_all();
}

// Which of the ways is meant is not for a fix to say.
mini::task<> forgets_both() {
  library::two_ways jobs;
  // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: nobody joins 'jobs', which has work in it
  jobs.add(work());
  co_await work();
}

mini::task<> forgets_to_await() {
  library::joinable jobs;
  // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: nobody joins 'jobs', which has work in it
  jobs.add(work());
  co_await work();
}

// A plain function may wait for it, and cannot await.
void plain(bool c) {
  library::scope jobs;
  // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: 'jobs' is not joined on every path
  jobs.add(work());
  if (c)
    return;
  mini::sync_wait(jobs.join_all());
}

//===-- Silent ------------------------------------------------------------------------------------------------===//

mini::task<> awaits() {
  library::joinable jobs;
  jobs.add(work());
  co_await jobs;
  library::two_ways others;
  others.add(work());
  co_await others.stop_and_join();
  library::harmless drops;
  drops.add(work());
}

void waits() {
  library::scope jobs;
  jobs.add(work());
  mini::sync_wait(jobs.join_all());
}
