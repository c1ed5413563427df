// RUN: %check_async_tidy %s async-sync-wait
// RUN: %check_async_tidy %s async-sync-wait -- -- -DMINI_DISCARDABLE

// Waiting for a task without co_await in a coroutine, in every position that a call can take. Nobody described the
// library: what it is called and what it takes is enough.

#include "mini.h"

mini::task<> save();
mini::task<int> load();
mini::task<std::string> read_line();
mini::task<int> loads[1];
void use(int);

mini::task<> statement() {
  mini::sync_wait(save());
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'mini::sync_wait' waits for a task and holds the thread that runs coroutine 'statement' [async-sync-wait]
  // CHECK-MESSAGES: :[[@LINE-2]]:3: note: 'sync_wait' is taken for a function that waits for a task, because of its name and what it takes
  // CHECK-FIXES: {{^}}  co_await save();{{$}}
  co_return;
}

mini::task<> initialiser() {
  const int first = mini::sync_wait(load());
  // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'mini::sync_wait' waits for a task and holds the thread that runs coroutine 'initialiser'
  // CHECK-MESSAGES: :[[@LINE-2]]:21: note: 'sync_wait' is taken for
  // CHECK-FIXES: {{^}}  const int first = co_await load();{{$}}
  use(first);
  co_return;
}

mini::task<int> returned() {
  co_return mini::sync_wait(load());
  // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'mini::sync_wait' waits for a task and holds the thread that runs coroutine 'returned'
  // CHECK-FIXES: {{^}}  co_return co_await load();{{$}}
}

mini::task<> condition() {
  if (mini::sync_wait(load()) > 0)
    // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'mini::sync_wait' waits for a task
    // CHECK-FIXES: {{^}}  if (co_await load() > 0){{$}}
    co_return;
  while (mini::sync_wait(load()) > 0) {
    // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 'mini::sync_wait' waits for a task
    // CHECK-FIXES: {{^}}  while (co_await load() > 0) {{{$}}
  }
}

mini::task<> argument() {
  use(mini::sync_wait(load()));
  // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'mini::sync_wait' waits for a task
  // CHECK-FIXES: {{^}}  use(co_await load());{{$}}
  co_return;
}

mini::task<> member_of_the_result() {
  if (mini::sync_wait(read_line()).empty())
    // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'mini::sync_wait' waits for a task
    // CHECK-FIXES: {{^}}  if ((co_await read_line()).empty()){{$}}
    co_return;
  use(mini::sync_wait(read_line())[0]);
  // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'mini::sync_wait' waits for a task
  // CHECK-FIXES: {{^}}  use((co_await read_line())[0]);{{$}}
}

mini::task<int> comma_and_conditional(bool fast) {
  int n = (mini::sync_wait(save()), 1);
  // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'mini::sync_wait' waits for a task
  // CHECK-FIXES: {{^}}  int n = (co_await save(), 1);{{$}}
  n += fast ? 0 : mini::sync_wait(load());
  // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: 'mini::sync_wait' waits for a task
  // CHECK-FIXES: {{^}}  n += fast ? 0 : co_await load();{{$}}
  co_return n;
}

mini::task<> range() {
  for (char c : mini::sync_wait(read_line()))
    // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: 'mini::sync_wait' waits for a task
    // CHECK-FIXES: {{^}}  for (char c : co_await read_line()){{$}}
    use(c);
  co_return;
}

mini::task<> moved(mini::task<int> work) {
  use(mini::sync_wait(std::move(work)));
  // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'mini::sync_wait' waits for a task
  // CHECK-FIXES: {{^}}  use(co_await std::move(work));{{$}}
  co_return;
}

mini::task<> which(bool first) {
  use(mini::sync_wait(first ? load() : load()));
  // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'mini::sync_wait' waits for a task
  // CHECK-FIXES: {{^}}  use(co_await (first ? load() : load()));{{$}}
  co_return;
}

auto lambda = []() -> mini::task<> {
  mini::sync_wait(save());
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'mini::sync_wait' waits for a task and holds the thread that runs a coroutine lambda
  // CHECK-FIXES: {{^}}  co_await save();{{$}}
  co_return;
};

mini::task<> called_at_once() {
  [] { mini::sync_wait(save()); }(); // no coroutine: nothing can be awaited there
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'mini::sync_wait' waits for a task and holds the thread that runs coroutine 'called_at_once'
  // CHECK-FIXES: {{^}}  [] { mini::sync_wait(save()); }(); // no coroutine: nothing can be awaited there{{$}}
  co_return;
}

template <class T> mini::task<T> in_a_template(mini::task<T> work) {
  co_return mini::sync_wait(std::move(work)); // other instantiations share the text
  // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'mini::sync_wait' waits for a task and holds the thread that runs coroutine 'in_a_template'
  // CHECK-FIXES: {{^}}  co_return mini::sync_wait(std::move(work)); // other instantiations share the text{{$}}
}
mini::task<int> instantiates() { co_return co_await in_a_template(load()); }

#define WAIT(x) mini::sync_wait(x)
mini::task<> in_a_macro() {
  WAIT(save());
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'mini::sync_wait' waits for a task
  // CHECK-FIXES: {{^}}  WAIT(save());{{$}}
  co_return;
}

struct cached {
  int value = mini::sync_wait(load());
  explicit cached(int) : value(mini::sync_wait(load())) {}
  cached() = default;
};
mini::task<> member_initialisers() {
  cached written(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: the constructor of 'cached' holds the thread that runs coroutine 'member_initialisers': it leads to 'mini::sync_wait', which waits for a task [async-sync-wait]
  // CHECK-MESSAGES: :[[@LINE-6]]:32: note: which calls 'mini::sync_wait' here
  // CHECK-MESSAGES: :[[@LINE-7]]:32: note: 'sync_wait' is taken for
  cached defaulted;
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: the constructor of 'cached' holds the thread
  // CHECK-MESSAGES: :[[@LINE-9]]:3: note: which calls 'mini::sync_wait' here
  // CHECK-MESSAGES: :[[@LINE-10]]:3: note: 'sync_wait' is taken for
  co_return;
}

int or_default(int value = mini::sync_wait(load()));
mini::task<> default_argument() {
  use(or_default());
  // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'mini::sync_wait' waits for a task
  co_return;
}

//--- Reached through other functions.

int cache_of() { return mini::sync_wait(load()); }
int through() { return cache_of() + 1; }

mini::task<> chain() {
  use(through());
  // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'through' holds the thread that runs coroutine 'chain': it leads to 'mini::sync_wait', which waits for a task [async-sync-wait]
  // CHECK-MESSAGES: :[[@LINE-5]]:24: note: which calls 'cache_of' here
  // CHECK-MESSAGES: :[[@LINE-7]]:25: note: which calls 'mini::sync_wait' here
  // CHECK-MESSAGES: :[[@LINE-8]]:25: note: 'sync_wait' is taken for
  co_return;
}

void callback(mini::event_loop &loop) {
  loop.post([] { mini::sync_wait(save()); });
  // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: 'mini::sync_wait' waits for a task and holds the thread that runs a callback of the event loop [async-sync-wait]
  // CHECK-MESSAGES: :[[@LINE-2]]:18: note: 'sync_wait' is taken for
  // CHECK-MESSAGES: :[[@LINE-3]]:8: note: 'post' is taken for a function that lets the event loop run it, because of its name and the type it is called with
}

//--- Running a loop.

mini::task<> nested(mini::event_loop &loop) {
  co_await loop.schedule();
  loop.run();
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'mini::event_loop::run' runs an event loop and holds the thread that runs coroutine 'nested' [async-sync-wait]
  // CHECK-MESSAGES: :[[@LINE-2]]:8: note: 'run' is taken for a function that runs an event loop, because of its name and the type it is called with
}

//--- The text is no other than it was, where co_await would not do.

mini::task<> no_fix(std::mutex &mutex, mini::task<int> &kept) {
  mini::sync_wait(/* nobody waits */ save()); // a comment would be lost
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'mini::sync_wait' waits for a task
  // CHECK-FIXES: {{^}}  mini::sync_wait(/* nobody waits */ save()); // a comment would be lost{{$}}
  std::lock_guard lock(mutex);
  mini::sync_wait(save()); // a lock is held
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'mini::sync_wait' waits for a task
  // CHECK-FIXES: {{^}}  mini::sync_wait(save()); // a lock is held{{$}}
  try {
    co_await save();
  } catch (...) {
    mini::sync_wait(save()); // co_await is not allowed in a handler
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'mini::sync_wait' waits for a task
    // CHECK-FIXES: {{^}}    mini::sync_wait(save()); // co_await is not allowed in a handler{{$}}
  }
}
