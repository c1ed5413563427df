// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Blocking signals and reading them from a signalfd.
#include <asyncrt/io/signal_set.hpp>

#include <cerrno>
#include <csignal>
#include <sys/signalfd.h>
#include <unistd.h>

namespace asyncrt {

namespace {

/// Takes one signal: 1, or a negative errno.
long take_one(int number, signal_info &into) noexcept {
  signalfd_siginfo info;
  ssize_t size;
  do
    size = ::read(number, &info, sizeof info);
  while (size < 0 && errno == EINTR);
  if (size < 0)
    return -errno;
  into = {.number = static_cast<int>(info.ssi_signo), .process = static_cast<int>(info.ssi_pid), .user = info.ssi_uid};
  return 1;
}

sigset_t set_of(const std::vector<int> &signals) {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int s : signals)
    if (::sigaddset(&set, s) < 0 || s == SIGKILL || s == SIGSTOP)
      detail::throw_io_error(EINVAL, "signal_set");
  return set;
}

} // namespace

long detail::signal_awaiter::attempt_once(io_awaiter &self, int number) noexcept {
  return take_one(number, static_cast<signal_awaiter &>(self).came_);
}

signal_set::signal_set(const std::vector<int> &signals) {
  const sigset_t set = set_of(signals);
  fd number(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!number)
    detail::throw_io_error(errno, "signal_set");
  async_fd::operator=(async_fd(std::move(number)));
  sigset_t before;
  ::pthread_sigmask(SIG_BLOCK, &set, &before);
  for (const int s : signals)
    if (!::sigismember(&before, s))
      blocked_.push_back(s);
}

signal_info signal_set::try_take() noexcept {
  signal_info came;
  take_one(get(), came);
  return came;
}

void signal_set::unblock() noexcept {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int s : std::exchange(blocked_, {}))
    ::sigaddset(&set, s);
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void signal_set::release() noexcept {
  if (!*this)
    return;
  while (try_take().number != 0) {
  }
  close();
  unblock();
}

} // namespace asyncrt
