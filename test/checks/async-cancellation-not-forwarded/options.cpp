// RUN: %check_async_tidy %s async-cancellation-not-forwarded -check-suffix=ALL,INFERRED
// RUN: %check_async_tidy %s async-cancellation-not-forwarded -check-suffix=ALL -- -config='{CheckOptions: {async-cancellation-not-forwarded.InferTokens: false}}'
// RUN: %check_async_tidy %s async-cancellation-not-forwarded -check-suffix=INFERRED -- -config='{CheckOptions: {async-cancellation-not-forwarded.AllowedFunctions: "take_a_nap -> is short; unused -> for later"}}'
// RUN: %check_async_tidy %s async-cancellation-not-forwarded -check-suffix=ALL,INFERRED,TESTS -- -config='{CheckOptions: {async-cancellation-not-forwarded.CheckTests: true}}'

#include "mini.h"
#include <stop_token>

struct CancellationToken {
  bool isCancelled() const;
};
mini::task<> take_a_nap(std::stop_token stop = {});
mini::task<> flush(CancellationToken token = {});
mini::task<> connect(int port);

mini::task<> known(std::stop_token stop) {
  co_await take_a_nap();
  // CHECK-MESSAGES-ALL: :[[@LINE-1]]:12: warning: 'take_a_nap' takes a stop token
}
mini::task<> unused(std::stop_token stop) { co_await connect(1); }
// CHECK-MESSAGES-ALL: :[[@LINE-1]]:37: warning: coroutine 'unused' never uses its stop token 'stop'
mini::task<> inferred(CancellationToken token) {
  co_await flush();
  // CHECK-MESSAGES-INFERRED: :[[@LINE-1]]:12: warning: 'flush' takes a stop token
}

class StopTest {
  mini::task<> TestBody(std::stop_token stop) { co_await connect(1); }
  // CHECK-MESSAGES-TESTS: :[[@LINE-1]]:41: warning: coroutine 'TestBody' never uses its stop token 'stop'
};
