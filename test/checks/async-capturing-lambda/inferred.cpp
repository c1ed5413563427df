// RUN: %check_async_tidy %s async-capturing-lambda -- --config='{CheckOptions: {async-capturing-lambda.InferSpawners: false}}'

// A function that is a spawner by its name alone can be left out.

#include "mini.h"

mini::task<> step();
void use(int);

struct scope {
  void spawn(mini::task<> t);
};

void by_name(scope &s, int x) {
  s.spawn([x]() -> mini::task<> { co_await step(); use(x); }());
}

void known(int x) {
  mini::spawn([x]() -> mini::task<> { co_await step(); use(x); }());
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: this lambda coroutine uses its capture 'x' when the closure is gone
}
