// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Interposes the locks of pthreads, which are behind std::mutex and std::shared_mutex, and looks after each step
/// whether the step has left one locked.
#include "interpose.hpp"
#include "trap_report.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <pthread.h>

namespace asyncrt::debug {

namespace {

struct held {
  const void *lock = nullptr;
  const void *place = nullptr; ///< place_of() the call that locked it, and the coroutine of the step.
  stack at = {};
};

/// What the step that runs on this thread has locked. More than fit are not seen.
struct held_list {
  std::array<held, 16> all;
  std::size_t size = 0;
};
constinit thread_local held_list of_step;
/// Places that were reported, and those that have given a lock back: a full stack, which costs a few microseconds, is
/// not worth its while there.
constinit seen_places seen, harmless;

void took(const void *lock, const void *from) noexcept {
  if (!stepping() || detectors_off::now() || of_step.size == of_step.all.size())
    return;
  const detectors_off here;
  const int error = errno;
  const auto coroutine = reinterpret_cast<std::uintptr_t>(stepped().file_name()) + stepped().line();
  held &h = of_step.all[of_step.size++];
  h.lock = lock;
  const auto place_there = [=](const void *place) {
    return reinterpret_cast<const void *>(reinterpret_cast<std::uintptr_t>(place) ^ (coroutine << 1));
  };
  h.place = place_there(from);
  // What a library calls from is no place: only the stack tells.
  if (harmless.contains(h.place) && !of_a_library(const_cast<void *>(from))) {
    h.at.frames[0] = const_cast<void *>(from);
    h.at.size = 1;
  } else {
    h.at = stack_of_caller(from);
    h.place = place_there(place_of(h.at));
  }
  errno = error;
}

void gave(const void *lock) noexcept {
  held_list &list = of_step;
  for (std::size_t i = list.size; i-- > 0;)
    if (list.all[i].lock == lock) {
      if (!harmless.contains(list.all[i].place))
        harmless.take(list.all[i].place);
      if (i != --list.size)
        list.all[i] = list.all[list.size];
      return;
    }
}

/// Reports what is held, once for each coroutine and place, and forgets it.
void report_held(scheduler &s) noexcept {
  held_list &list = of_step;
  while (list.size) {
    const detectors_off here;
    const held &h = list.all[--list.size];
    if (seen.take(h.place))
      report_at("async-lock-across-await", &s, "a lock is held while the loop goes on", h.at);
  }
}

[[gnu::constructor]] void watch() noexcept { set_after_step(report_held); }

} // namespace

/// Keeps this file in programs: see asyncrt_traps.
extern "C" constinit char asyncrt_held_locks = 0;

} // namespace asyncrt::debug

// Each of these gives what the next function of its name gives.
#define ASYNCRT_LOCKS(Name, Parameters, Arguments)                                                                     \
  ASYNCRT_NEXT(Name)                                                                                                   \
  extern "C" int Name Parameters noexcept {                                                                            \
    const int result = next_##Name() Arguments;                                                                        \
    if ((result == 0 || result == EOWNERDEAD) && asyncrt::scheduler::current()) [[unlikely]]                           \
      asyncrt::debug::took(lock, __builtin_return_address(0));                                                         \
    return result;                                                                                                     \
  }
#define ASYNCRT_UNLOCKS(Name, Lock)                                                                                    \
  ASYNCRT_NEXT(Name)                                                                                                   \
  extern "C" int Name(Lock *lock) noexcept {                                                                           \
    asyncrt::debug::gave(lock);                                                                                        \
    return next_##Name()(lock);                                                                                        \
  }

ASYNCRT_LOCKS(pthread_mutex_lock, (pthread_mutex_t * lock), (lock))
ASYNCRT_LOCKS(pthread_mutex_trylock, (pthread_mutex_t * lock), (lock))
ASYNCRT_LOCKS(pthread_mutex_timedlock, (pthread_mutex_t * lock, const timespec *until), (lock, until))
ASYNCRT_LOCKS(pthread_mutex_clocklock, (pthread_mutex_t * lock, clockid_t clock, const timespec *until),
              (lock, clock, until))
ASYNCRT_UNLOCKS(pthread_mutex_unlock, pthread_mutex_t)

ASYNCRT_LOCKS(pthread_rwlock_rdlock, (pthread_rwlock_t * lock), (lock))
ASYNCRT_LOCKS(pthread_rwlock_wrlock, (pthread_rwlock_t * lock), (lock))
ASYNCRT_LOCKS(pthread_rwlock_tryrdlock, (pthread_rwlock_t * lock), (lock))
ASYNCRT_LOCKS(pthread_rwlock_trywrlock, (pthread_rwlock_t * lock), (lock))
ASYNCRT_LOCKS(pthread_rwlock_timedrdlock, (pthread_rwlock_t * lock, const timespec *until), (lock, until))
ASYNCRT_LOCKS(pthread_rwlock_timedwrlock, (pthread_rwlock_t * lock, const timespec *until), (lock, until))
ASYNCRT_LOCKS(pthread_rwlock_clockrdlock, (pthread_rwlock_t * lock, clockid_t clock, const timespec *until),
              (lock, clock, until))
ASYNCRT_LOCKS(pthread_rwlock_clockwrlock, (pthread_rwlock_t * lock, clockid_t clock, const timespec *until),
              (lock, clock, until))
ASYNCRT_UNLOCKS(pthread_rwlock_unlock, pthread_rwlock_t)
