// RUN: %check_async_tidy %s async-swallowed-cancellation -check-suffix=ON
// RUN: %check_async_tidy %s async-swallowed-cancellation -- -config='{CheckOptions: {async-swallowed-cancellation.InferLibraries: false}}'

// A library in which nothing is called cancelled: a handler for everything still takes it all.

#include "Inputs/library.h"

namespace unnamed {
LIBRARY(void await_resume() const;)

Task everything() {
  for (;;)
    try {
      co_await Op();
    } catch (...) {
      // CHECK-NOTES-ON: :[[@LINE-1]]:7: warning: 'catch (...)' swallows the cancellation of coroutine 'everything': its loop goes on [async-swallowed-cancellation]
      // CHECK-NOTES-ON: :[[@LINE-3]]:7: note: cancellation arrives here
      // CHECK-NOTES-ON: :[[@LINE-6]]:3: note: the loop begins anew here
      // CHECK-NOTES-ON: :[[@LINE-4]]:7: note: no knowledge file describes 'unnamed::Task'; it is assumed to cancel by an exception
      // CHECK-NOTES-ON: :[[@LINE-5]]:7: note: let every exception out again after handling it
    }
}
} // namespace unnamed

unnamed::Task other_types() {
  for (;;)
    try {
      co_await unnamed::Op();
    } catch (const std::exception &e) {
      std::puts(e.what());
    }
}
