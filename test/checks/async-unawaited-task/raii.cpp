// RUN: %check_async_tidy %s async-unawaited-task

// The name says that the variable guards something; what it holds is the task that would give the guard.

#include "mini.h"
#include <memory>

struct units {
  units(int n);
  units(units &&other) noexcept;
  ~units();
};
struct semaphore {
  mini::task<units> get_units(int n);
  mini::task<std::unique_lock<std::mutex>> lock();
};
mini::task<std::string> name_of(int id);

mini::task<int> work(semaphore &sem) {
  auto held = sem.get_units(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'held' is the 'mini::task<units>', not the 'units' that awaiting it gives: it is never awaited, so it never runs [async-unawaited-task]
  // CHECK-FIXES: auto held = co_await sem.get_units(1);
  [[maybe_unused]] auto guard = sem.lock();
  // CHECK-MESSAGES: :[[@LINE-1]]:25: warning: 'guard' is the 'mini::task<std::unique_lock<std::mutex>>', not the 'std::unique_lock<std::mutex>' that awaiting it gives
  // CHECK-FIXES: {{\[\[}}maybe_unused{{\]\]}} auto guard = co_await sem.lock();
  const auto &_ = sem.get_units(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: '_' is the 'mini::task<units>', not the 'units' that awaiting it gives
  // CHECK-FIXES: const auto &_ = co_await sem.get_units(2);
  auto silenced = sem.get_units(3);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'silenced' is the 'mini::task<units>', not the 'units' that awaiting it gives
  (void)silenced;
  auto text = name_of(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'text' holds a 'mini::task<std::string>' that is never awaited, so it never runs
  // CHECK-FIXES: auto text = co_await name_of(1);
  auto text_that_is_not_needed = name_of(2);
  (void)text_that_is_not_needed;
  co_return 1;
}

void plain(semaphore &sem) {
  auto held = sem.get_units(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'held' is the 'mini::task<units>', not the 'units' that awaiting it gives
  // CHECK-FIXES: auto held = sem.get_units(1);
}

mini::task<> awaited(semaphore &sem) {
  auto held = co_await sem.get_units(1);
  auto later = sem.get_units(1);
  auto guard = co_await std::move(later);
}
