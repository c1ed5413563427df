// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// retry() and supervise(): trying again, and starting again.
#pragma once

#include <asyncrt/core/as_result.hpp>
#include <asyncrt/core/sleep.hpp>

#include <algorithm>
#include <chrono>
#include <deque>

namespace asyncrt {

/// How long to wait between attempts: `initial`, and each time `factor` times as long, up to `max`; of each wait, a
/// part of up to `jitter` (0 to 1) is left out at random, so that many clients that failed together do not come back
/// together.
struct backoff {
  std::chrono::nanoseconds initial = std::chrono::milliseconds(100);
  double factor = 2;
  std::chrono::nanoseconds max = std::chrono::seconds(30);
  double jitter = 0.5;

  /// The wait after attempt number \p attempt (from 1), given a random number.
  std::chrono::nanoseconds delay(unsigned attempt, std::uint64_t random) const noexcept {
    double wait = static_cast<double>(initial.count());
    const double most = static_cast<double>(max.count());
    for (unsigned i = 1; i < attempt && wait < most; ++i)
      wait *= factor;
    const double part = static_cast<double>(random >> 11) * 0x1p-53;
    return std::chrono::nanoseconds(static_cast<time_ns>(std::min(wait, most) * (1 - jitter * part)));
  }
};

/// When retry() gives up.
struct retry_policy {
  unsigned attempts = 3; ///< At least one.
  backoff wait = {};
};

/// Awaits factory() until that gives a value, which is given, or policy.attempts have failed: then the last error is
/// thrown. An error for which \p again(std::exception_ptr) is false is thrown at once. Being stopped is never retried.
template <detail::starts Factory, std::predicate<std::exception_ptr> Again>
task<detail::started_value_t<Factory>> retry(Factory factory, retry_policy policy, Again again) {
  using value = detail::started_value_t<Factory>;
  const auto invoke = [](Factory &factory) -> task<value> { co_return co_await factory(); };
  for (unsigned attempt = 1;; ++attempt) {
    result<value> r = co_await as_result(invoke(factory));
    if (!r.has_error() || attempt >= policy.attempts || !again(r.error()))
      co_return std::move(r).value();
    co_await sleep_for(policy.wait.delay(attempt, scheduler::current()->random()));
  }
}
/// The same for every error.
template <detail::starts Factory>
task<detail::started_value_t<Factory>> retry(Factory factory, retry_policy policy = {}) {
  return retry(std::move(factory), policy, [](const std::exception_ptr &) { return true; });
}

/// When supervise() gives up: more than `restarts` failures within `within`.
struct restart_policy {
  unsigned restarts = 5;
  std::chrono::nanoseconds within = std::chrono::minutes(1);
  backoff wait = {};
};

/// Awaits factory() and, whenever that fails, waits a little and awaits it again: for what should always run. Ends when
/// it ends by itself; throws operation_stopped when it is stopped, and its error when it has failed more often than
/// policy.restarts within policy.within. A run that lasted longer than that starts the waits anew.
template <detail::starts Factory> task<> supervise(Factory factory, restart_policy policy = {}) {
  using value = detail::started_value_t<Factory>;
  const auto invoke = [](Factory &factory) -> task<value> { co_return co_await factory(); };
  std::deque<time_ns> failures;
  for (;;) {
    result<value> r = co_await as_result(invoke(factory));
    if (!r.has_error()) {
      r.rethrow();
      co_return;
    }
    const time_ns now = scheduler::current()->now();
    while (!failures.empty() && now - failures.front() > policy.within.count())
      failures.pop_front();
    failures.push_back(now);
    if (failures.size() > policy.restarts)
      r.rethrow();
    co_await sleep_for(policy.wait.delay(static_cast<unsigned>(failures.size()), scheduler::current()->random()));
  }
}

} // namespace asyncrt
