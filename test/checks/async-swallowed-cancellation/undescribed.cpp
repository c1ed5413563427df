// RUN: %check_async_tidy %s async-swallowed-cancellation -check-suffix=ON
// RUN: %check_async_tidy %s async-swallowed-cancellation -- -config='{CheckOptions: {async-swallowed-cancellation.InferLibraries: false}}'

// Libraries that nobody described: what cancels is read from the names of exception types, and said in a note.

#include "Inputs/library.h"

void use();

namespace derived {
struct StoppedError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
LIBRARY(void await_resume() const { throw StoppedError("stopped"); })

Task runtime_error() {
  for (;;)
    try {
      co_await Op();
    } catch (const std::runtime_error &e) {
      // CHECK-NOTES-ON: :[[@LINE-1]]:7: warning: 'catch (const std::runtime_error &)' swallows the cancellation of coroutine 'runtime_error': its loop goes on [async-swallowed-cancellation]
      // CHECK-NOTES-ON: :[[@LINE-3]]:7: note: cancellation arrives here as 'derived::StoppedError'
      // CHECK-NOTES-ON: :[[@LINE-6]]:3: note: the loop begins anew here
      // CHECK-NOTES-ON: :[[@LINE-4]]:7: note: no knowledge file describes 'derived::Task'; 'derived::StoppedError' is taken for its cancellation by its name
      // CHECK-FIXES-ON: {{^}}    } catch (const derived::StoppedError &) {
      // CHECK-FIXES-ON-NEXT: {{^}}      throw;
      // CHECK-FIXES-ON-NEXT: {{^}}    } catch (const std::runtime_error &e) {
    }
}

Task not_a_base() {
  for (;;)
    try {
      co_await Op();
    } catch (const std::logic_error &) {
    }
}
} // namespace derived

namespace underived {
struct TaskAborted {};
LIBRARY(void await_resume() const { throw TaskAborted(); })

Task by_its_name() {
  for (;;)
    try {
      co_await Op();
    } catch (TaskAborted &) {
      // CHECK-NOTES-ON: :[[@LINE-1]]:7: warning: 'catch (TaskAborted &)' swallows the cancellation of coroutine 'by_its_name': its loop goes on [async-swallowed-cancellation]
      // CHECK-NOTES-ON: :[[@LINE-3]]:7: note: cancellation arrives here as 'underived::TaskAborted'
      // CHECK-NOTES-ON: :[[@LINE-6]]:3: note: the loop begins anew here
      // CHECK-NOTES-ON: :[[@LINE-4]]:7: note: no knowledge file describes 'underived::Task'; 'underived::TaskAborted' is taken for its cancellation by its name
      // CHECK-NOTES-ON: :[[@LINE-5]]:7: note: let every exception out again after handling it
      std::puts("aborted");
    }
}

Task rethrown_before_the_rest() {
  for (;;)
    try {
      co_await Op();
    } catch (const TaskAborted &) {
      throw;
    } catch (...) {
    }
}
} // namespace underived

namespace with_a_base {
struct Failure {};
struct OperationInterrupted : Failure {};
LIBRARY(void await_resume() const { throw OperationInterrupted(); })

Task by_its_base() {
  try {
    co_await Op();
  } catch (const Failure &) {
    // CHECK-NOTES-ON: :[[@LINE-1]]:5: warning: 'catch (const Failure &)' swallows the cancellation of coroutine 'by_its_base': it goes on as if nothing had happened [async-swallowed-cancellation]
    // CHECK-NOTES-ON: :[[@LINE-3]]:5: note: cancellation arrives here as 'with_a_base::OperationInterrupted'
    // CHECK-NOTES-ON: :[[@LINE+6]]:3: note: the coroutine goes on here
    // CHECK-NOTES-ON: :[[@LINE-4]]:5: note: no knowledge file describes 'with_a_base::Task'; 'with_a_base::OperationInterrupted' is taken for its cancellation by its name
    // CHECK-FIXES-ON: {{^}}  } catch (const with_a_base::OperationInterrupted &) {
    // CHECK-FIXES-ON-NEXT: {{^}}    throw;
    // CHECK-FIXES-ON-NEXT: {{^}}  } catch (const Failure &) {
  }
  use();
}
} // namespace with_a_base

// Words of cancellation in what nobody throws mean nothing.
namespace unrelated {
struct AbortButton {};
struct order_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};
LIBRARY(void await_resume() const;)

Task other_errors() {
  for (;;)
    try {
      co_await Op();
    } catch (const order_error &) {
    } catch (int) {
    }
}
} // namespace unrelated
