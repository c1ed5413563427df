// RUN: %check_async_tidy %s async-unawaited-task
// RUN: %check_async_tidy %s async-unawaited-task -- -- -DMINI_DISCARDABLE

// A task that is dropped, in every position that drops a value.

#include "mini.h"

mini::task<> save(int id);
mini::task<int> load(int id);

struct store {
  mini::task<> flush();
  mini::task<> operator()(int key);
  mini::task<> operator[](int key);
  static mini::task<> open();
};
mini::task<> operator|(store &from, store &to);
mini::task<> operator""_saved(unsigned long long id);

mini::task<> statement(store s, store *p, int id) {
  save(id);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'mini::task<>' returned by 'save' is never awaited, so it never runs [async-unawaited-task]
  // CHECK-FIXES: co_await save(id);
  load(id);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'mini::task<int>' returned by 'load' is never awaited, so it never runs
  // CHECK-FIXES: co_await load(id);
  s.flush();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'mini::task<>' returned by 'store::flush' is never awaited, so it never runs
  // CHECK-FIXES: co_await s.flush();
  p->flush();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'mini::task<>' returned by 'store::flush'
  // CHECK-FIXES: co_await p->flush();
  store::open();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'mini::task<>' returned by 'store::open'
  // CHECK-FIXES: co_await store::open();
  s(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'mini::task<>' returned by 'store::operator()'
  // CHECK-FIXES: co_await s(1);
  s[1];
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'mini::task<>' returned by 'store::operator[]'
  // CHECK-FIXES: co_await s[1];
  s | *p;
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'mini::task<>' returned by 'operator|'
  // CHECK-FIXES: co_await (s | *p);
  7_saved;
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'mini::task<>' returned by 'operator""_saved'
  // CHECK-FIXES: co_await 7_saved;
  (save(id));
  // CHECK-MESSAGES: :[[@LINE-1]]:4: warning: the 'mini::task<>' returned by 'save'
  // CHECK-FIXES: (co_await save(id));
  std::string name = "x";
  save(static_cast<int>(std::string(name + "y").size())); // after clean-ups
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'mini::task<>' returned by 'save'
  // CHECK-FIXES: co_await save(static_cast<int>(std::string(name + "y").size())); // after clean-ups
  co_return;
}

mini::task<> awaiter_object(mini::event_loop &loop) {
  loop.sleep_for(std::chrono::seconds(1));
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'mini::event_loop::sleep_operation' returned by 'mini::event_loop::sleep_for' is never awaited [async-unawaited-task]
  // CHECK-FIXES: co_await loop.sleep_for(std::chrono::seconds(1));
  mini::event_loop::sleep_operation{loop, std::chrono::seconds(1)};
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this 'mini::event_loop::sleep_operation' is never awaited
  // CHECK-FIXES: co_await mini::event_loop::sleep_operation{loop, std::chrono::seconds(1)};
  co_return;
}

mini::task<> comma(int id) {
  save(id), ++id;
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'mini::task<>' returned by 'save'
  // CHECK-FIXES: co_await save(id), ++id;
  ++id, save(id);
  // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: the 'mini::task<>' returned by 'save'
  // CHECK-FIXES: ++id, co_await save(id);
  int n = (save(id), 7);
  // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: the 'mini::task<>' returned by 'save'
  // CHECK-FIXES: int n = (co_await save(id), 7);
  co_await (save(n), save(n));
  // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: the 'mini::task<>' returned by 'save'
  // CHECK-FIXES: co_await (co_await save(n), save(n));
}

mini::task<> conditional(bool c, int id) {
  c ? save(id) : save(-id);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this 'mini::task<>' is never awaited, so it never runs
  // CHECK-FIXES: co_await (c ? save(id) : save(-id));
  c ? save(id) : throw 1;
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this 'mini::task<>' is never awaited, so it never runs
  // CHECK-FIXES: co_await (c ? save(id) : throw 1);
  c ? (save(id), 1) : 2;
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: the 'mini::task<>' returned by 'save'
  // CHECK-FIXES: c ? (co_await save(id), 1) : 2;
  co_return;
}

mini::task<> branches(bool c, int id) {
  if (c)
    save(id);
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the 'mini::task<>' returned by 'save'
  // CHECK-FIXES: co_await save(id);
  else
    load(id);
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the 'mini::task<int>' returned by 'load'
  // CHECK-FIXES: co_await load(id);
  if (save(id); c)
    // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: the 'mini::task<>' returned by 'save'
    // CHECK-FIXES: if (co_await save(id); c)
    ++id;
  switch (save(2); id) {
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: the 'mini::task<>' returned by 'save'
  // CHECK-FIXES: switch (co_await save(2); id) {
  case 1:
    save(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the 'mini::task<>' returned by 'save'
    // CHECK-FIXES: co_await save(1);
    break;
  default:
    save(3);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the 'mini::task<>' returned by 'save'
    // CHECK-FIXES: co_await save(3);
  }
  co_return;
}

mini::task<> loops(int n, std::vector<int> ids) {
  for (save(0); n > 0; save(n), --n)
    // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: the 'mini::task<>' returned by 'save'
    // CHECK-MESSAGES: :[[@LINE-2]]:24: warning: the 'mini::task<>' returned by 'save'
    // CHECK-FIXES: for (co_await save(0); n > 0; co_await save(n), --n)
    load(n);
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the 'mini::task<int>' returned by 'load'
  // CHECK-FIXES: co_await load(n);
  for (save(1); int id : ids)
    // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: the 'mini::task<>' returned by 'save'
    // CHECK-FIXES: for (co_await save(1); int id : ids)
    save(id);
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the 'mini::task<>' returned by 'save'
  // CHECK-FIXES: co_await save(id);
  while (save(2), n-- > 0)
    // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: the 'mini::task<>' returned by 'save'
    // CHECK-FIXES: while (co_await save(2), n-- > 0)
    load(n);
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the 'mini::task<int>' returned by 'load'
  // CHECK-FIXES: co_await load(n);
  do
    load(n);
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the 'mini::task<int>' returned by 'load'
  // CHECK-FIXES: co_await load(n);
  while (--n > 0);
again:
  save(3);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'mini::task<>' returned by 'save'
  // CHECK-FIXES: co_await save(3);
  if (n > 0)
    goto again;
  co_return;
}

mini::task<int> in_other_expressions(int id) {
  co_return (save(id), id);
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: the 'mini::task<>' returned by 'save'
  // CHECK-FIXES: co_return (co_await save(id), id);
}

int use(int);
mini::task<int> in_an_argument(int id) {
  use((save(id), id));
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: the 'mini::task<>' returned by 'save'
  // CHECK-FIXES: use((co_await save(id), id));
  co_return 0;
}

mini::task<> in_try(int id) {
  try {
    save(id);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the 'mini::task<>' returned by 'save'
    // CHECK-FIXES: co_await save(id);
  } catch (...) {
    // co_await cannot stand in a handler, so no fix is offered here.
    save(-id);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the 'mini::task<>' returned by 'save'
    // CHECK-FIXES: save(-id);
  }
  co_return;
}

// Plain functions cannot await; what they drop is lost all the same.
void plain(int id) {
  save(id);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the 'mini::task<>' returned by 'save' is never awaited, so it never runs
  // CHECK-FIXES: save(id);
}

struct service {
  service(int id) : id((save(id), id)) {
    // CHECK-MESSAGES: :[[@LINE-1]]:25: warning: the 'mini::task<>' returned by 'save'
    save(id);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the 'mini::task<>' returned by 'save'
  }
  ~service() {
    save(id);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the 'mini::task<>' returned by 'save'
  }
  operator int() {
    save(id);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the 'mini::task<>' returned by 'save'
    return id;
  }
  int id;
  int next = (save(1), 2);
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: the 'mini::task<>' returned by 'save'
};

int with_default(int id = (save(4), 5));
// CHECK-MESSAGES: :[[@LINE-1]]:28: warning: the 'mini::task<>' returned by 'save'
// CHECK-FIXES: int with_default(int id = (save(4), 5));
mini::task<int> uses_default() { co_return with_default(); }

int statement_expression(int id) {
  return ({
    save(id);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the 'mini::task<>' returned by 'save'
    id;
  });
}
