// RUN: %check_async_tidy %s async-unjoined-scope -- -- -I%project/runtime/include
// RUN: %check_async_tidy %s async-unjoined-scope -fix-notes -check-suffix=NOTE -- -- -I%project/runtime/include

// This project's own runtime: its scopes end the program when they are destroyed before they were joined.

#include <asyncrt/asyncrt.hpp>

#include <stdexcept>

using namespace asyncrt;
using namespace std::chrono_literals;

task<> work(int n = 0);
task<int> count();
task<> tick(counting_scope &more);
bool enough(int n);
void take(counting_scope &scope);

task<> forgets() {
  counting_scope jobs;
  // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: nobody joins 'jobs', which has work in it: its destructor ends the program [async-unjoined-scope]
  // CHECK-MESSAGES: :[[@LINE+2]]:3: note: it is given work here
  // CHECK-MESSAGES: :[[@LINE-3]]:18: note: join it before it is destroyed
  jobs.spawn(work()).detach();
  co_await sleep_for(1s);
  // CHECK-FIXES-NOTE: {{^}}  co_await sleep_for(1s);
  // CHECK-FIXES-NOTE-NEXT: {{^}}  co_await jobs.join();
}

task<int> returns() {
  task_group jobs;
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: nobody joins 'jobs', which has work in it
  jobs.spawn(work()).detach();
  // CHECK-FIXES-NOTE: {{^}}  co_await jobs.join();
  // CHECK-FIXES-NOTE-NEXT: {{^}}  co_return 1;
  co_return 1;
}

task<int> leaves_early(int n) {
  counting_scope jobs;
  // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: 'jobs' is not joined on every path: its destructor ends the program [async-unjoined-scope]
  // CHECK-MESSAGES: :[[@LINE+3]]:3: note: it is given work here
  // CHECK-MESSAGES: :[[@LINE+3]]:7: note: it is not joined when this is true

  jobs.spawn(work()).detach();
  if (enough(n))
    co_return n;
  co_await jobs.join();
  co_return 0;
}

//===-- Positions ---------------------------------------------------------------------------------------------===//

task<> in_loop(int n) {
  for (int i = 0; i < n; ++i) {
    counting_scope jobs;
    // CHECK-MESSAGES: :[[@LINE-1]]:20: warning: 'jobs' is not joined on every path
    jobs.spawn(work(i)).detach();
    if (i == 3)
      continue;
    co_await jobs.join();
  }
}

task<> leaves_loop(int n) {
  while (n > 0) {
    task_group jobs;
    // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: 'jobs' is not joined on every path
    task_handle<> one = jobs.spawn(work());
    if (enough(--n))
      break;
    co_await jobs.join();
    co_await one;
  }
}

task<> in_branch(bool c) {
  counting_scope jobs;
  // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: 'jobs' is not joined on every path
  c ? jobs.spawn(work()).detach() : void();
  switch (co_await count()) {
  case 1:
    co_await jobs.join();
    break;
  default:
    break;
  }
}

task<> initialiser(bool c) {
  if (counting_scope jobs; c)
    // CHECK-MESSAGES: :[[@LINE-1]]:22: warning: nobody joins 'jobs', which has work in it
    jobs.spawn(work()).detach();
  co_return;
}

auto in_lambda = []() -> task<> {
  task_group jobs;
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: nobody joins 'jobs', which has work in it
  // CHECK-FIXES-NOTE: {{^}}  co_await jobs.join();
  auto kept = jobs.spawn(work());
  co_await kept;
};

template <class T> task<T> in_template(T value) {
  counting_scope jobs;
  // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: nobody joins 'jobs', which has work in it
  jobs.spawn(work()).detach();
  co_return value;
}
template task<int> in_template(int);
template task<long> in_template(long);

#define SPAWN(scope, work) (scope).spawn(work).detach()
task<> macro() {
  counting_scope jobs;
  // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: nobody joins 'jobs', which has work in it
  SPAWN(jobs, work());
  // CHECK-FIXES-NOTE: {{^}}  co_await jobs.join();
  co_await sleep_for(1s);
}

task<> knows_itself() {
  counting_scope jobs;
  // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: nobody joins 'jobs', which has work in it
  jobs.spawn(tick(jobs)).detach();
  // CHECK-FIXES-NOTE: {{^}}  co_await jobs.join();
  jobs.request_stop();
}

//===-- Exceptions --------------------------------------------------------------------------------------------===//

void check(int n) {
  if (n < 0)
    throw std::invalid_argument("n");
}

task<> throws(int n) {
  task_group jobs;
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'jobs' is not joined on every path: its destructor ends the program [async-unjoined-scope]
  // CHECK-MESSAGES: :[[@LINE+4]]:3: note: it is given work here
  // CHECK-MESSAGES: :[[@LINE+4]]:3: note: an exception that is thrown here leaves it
  // CHECK-MESSAGES: :[[@LINE-8]]:5: note: it is thrown here

  jobs.spawn(work()).detach();
  check(n);
  co_await jobs.join();
}

task<> times_out() {
  task_group jobs;
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'jobs' is not joined on every path
  jobs.spawn(work()).detach();
  co_await with_timeout(count(), 1s);
  co_await jobs.join();
}

//===-- Silent ------------------------------------------------------------------------------------------------===//

task<> joins(int n) {
  counting_scope jobs;
  for (int i = 0; i < n; ++i)
    jobs.spawn(work(i)).detach();
  co_await jobs.join();
}

task<> has_no_work(int n) {
  counting_scope jobs;
  if (enough(n))
    co_return;
  check(n);
  jobs.spawn(work()).detach();
  co_await jobs.join();
}

task<> never_spawns() {
  counting_scope jobs;
  co_return;
}

task<> joins_in_each_branch(bool c) {
  counting_scope jobs;
  jobs.spawn(work()).detach();
  if (c) {
    co_await jobs.join();
    co_return;
  }
  jobs.request_stop();
  co_await jobs.join();
}

task<> one_condition(bool c) {
  counting_scope jobs;
  if (c)
    jobs.spawn(work()).detach();
  if (c)
    co_await jobs.join();
}

task<> asks() {
  counting_scope jobs;
  jobs.spawn(work()).detach();
  if (jobs.size() == 0)
    co_return;
  co_await jobs.join();
}

task<> handles(int n) {
  counting_scope jobs;
  jobs.spawn(work()).detach();
  try {
    check(n);
    co_await with_timeout(count(), 1s);
  } catch (const std::exception &) {
    jobs.request_stop();
  }
  co_await jobs.join();
}

task<> in_try(int n) {
  try {
    counting_scope jobs;
    jobs.spawn(work()).detach();
    co_await jobs.join();
    check(n);
  } catch (const std::exception &) {
  }
}

task<> somebody_else() {
  counting_scope jobs;
  take(jobs);
  jobs.spawn(work()).detach();
  co_await sleep_for(1s);
}

task<> of_the_caller(counting_scope &jobs) {
  jobs.spawn(work()).detach();
  co_return;
}

task<> joined_in_clean_up() {
  task_group jobs;
  auto stop = [&jobs]() -> task<> { co_await jobs.join(); };
  jobs.spawn(work()).detach();
  co_await sleep_for(1s);
  co_await stop();
}

task<> awaited_later() {
  counting_scope jobs;
  jobs.spawn(work()).detach();
  auto all = jobs.join();
  co_await all;
}

struct server {
  counting_scope clients;
  task<> accept() {
    clients.spawn(work()).detach();
    co_return;
  }
};

task<> with_group() {
  co_await with_task_group([](task_group &jobs) -> task<> {
    jobs.spawn(work()).detach();
    co_return;
  });
}

task<> for_ever() {
  counting_scope jobs;
  jobs.spawn(work()).detach();
  for (;;)
    co_await sleep_for(1h);
}
