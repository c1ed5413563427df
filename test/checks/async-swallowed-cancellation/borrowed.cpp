// RUN: %check_async_tidy %s async-swallowed-cancellation -check-suffix=ON
// RUN: %check_async_tidy %s async-swallowed-cancellation -- -config='{CheckOptions: {async-swallowed-cancellation.InferLibraries: false}}'

// Where the task's own library has no exception called cancelled, one of the project counts.

#include "Inputs/library.h"

namespace unnamed {
LIBRARY(void await_resume() const;)
} // namespace unnamed

namespace app {
struct JobCancelled : std::exception {};

unnamed::Task of_the_project() {
  for (;;)
    try {
      co_await unnamed::Op();
    } catch (const std::exception &) {
      // CHECK-NOTES-ON: :[[@LINE-1]]:7: warning: 'catch (const std::exception &)' swallows the cancellation of coroutine 'of_the_project': its loop goes on [async-swallowed-cancellation]
      // CHECK-NOTES-ON: :[[@LINE-3]]:7: note: cancellation arrives here as 'app::JobCancelled'
      // CHECK-NOTES-ON: :[[@LINE-6]]:3: note: the loop begins anew here
      // CHECK-NOTES-ON: :[[@LINE-4]]:7: note: no knowledge file describes 'unnamed::Task'; 'app::JobCancelled' is taken for its cancellation by its name
    }
}
} // namespace app
