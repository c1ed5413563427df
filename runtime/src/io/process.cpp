// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Starting programs with posix_spawn() and waiting for them with a pidfd.
#include <asyncrt/core/when_all.hpp>
#include <asyncrt/debug/blocking_trap.hpp>
#include <asyncrt/io/process.hpp>
#include <asyncrt/loop/readiness.hpp>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

extern "C" char **environ;

namespace asyncrt {

namespace {

/// What the child is to do with its descriptors before it runs the program.
struct file_actions {
  file_actions() { check(::posix_spawn_file_actions_init(&actions)); }
  file_actions(const file_actions &) = delete;
  file_actions &operator=(const file_actions &) = delete;
  ~file_actions() { ::posix_spawn_file_actions_destroy(&actions); }
  static void check(int error) {
    if (error)
      detail::throw_io_error(error, "spawn");
  }
  posix_spawn_file_actions_t actions;
};

struct attributes {
  attributes() {
    file_actions::check(::posix_spawnattr_init(&attr));
    sigset_t set;
    ::sigemptyset(&set);
    ::posix_spawnattr_setsigmask(&attr, &set);
    ::sigaddset(&set, SIGPIPE);
    ::posix_spawnattr_setsigdefault(&attr, &set);
    ::posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  attributes(const attributes &) = delete;
  attributes &operator=(const attributes &) = delete;
  ~attributes() { ::posix_spawnattr_destroy(&attr); }
  posix_spawnattr_t attr;
};

std::vector<char *> pointers(std::vector<std::string> &texts) {
  std::vector<char *> all;
  for (std::string &text : texts)
    all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

/// Above the standard streams, which the child's file actions write over.
fd out_of_the_way(fd number) {
  if (number.get() > 2)
    return number;
  fd copy(::fcntl(number.get(), F_DUPFD_CLOEXEC, 3));
  if (!copy)
    detail::throw_io_error(errno, "spawn");
  return copy;
}

/// Prepares the stream \p number of the child. \p ours is the end of the pipe that is to stay here, and what is given
/// the one that is to be closed here once the child runs.
fd connect(file_actions &f, int number, stdio where, async_fd &ours) {
  if (where == stdio::null)
    file_actions::check(::posix_spawn_file_actions_addopen(&f.actions, number, "/dev/null", O_RDWR, 0));
  if (where == stdio::output)
    file_actions::check(::posix_spawn_file_actions_adddup2(&f.actions, 1, number));
  if (where != stdio::pipe)
    return fd();
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) < 0)
    detail::throw_io_error(errno, "spawn");
  fd reader(ends[0]), writer(ends[1]);
  ours = async_fd(std::move(number == 0 ? writer : reader));
  fd theirs = out_of_the_way(std::move(number == 0 ? reader : writer));
  file_actions::check(::posix_spawn_file_actions_adddup2(&f.actions, theirs.get(), number));
  return theirs;
}

/// Waits for the child \p id. Nothing while it runs and \p flags has WNOHANG.
std::optional<exit_status> reap(int id, int flags) {
  siginfo_t info;
  info.si_pid = 0;
  while (::waitid(P_PID, static_cast<id_t>(id), &info, WEXITED | flags) < 0)
    if (errno != EINTR)
      detail::throw_io_error(errno, "wait");
  if (info.si_pid == 0)
    return std::nullopt;
  return info.si_code == CLD_EXITED ? exit_status::exited_with(info.si_status) : exit_status::killed_by(info.si_status);
}

task<> feed(async_fd &to, std::string input) {
  if (!to)
    co_return;
  try {
    co_await to.write_all(input);
  } catch (const std::system_error &e) {
    // It does not want to know the rest.
    if (e.code().value() != EPIPE)
      throw;
  }
  to.close();
}

task<std::string> drain(async_fd &from, std::size_t limit) {
  std::string text;
  char buffer[8 * 1024];
  while (from) {
    const std::size_t count = co_await from.read_some(buffer);
    if (count == 0)
      from.close();
    else if (count > limit - text.size())
      detail::throw_io_error(EMSGSIZE, "communicate");
    text.append(buffer, count);
  }
  co_return text;
}

} // namespace

std::string exit_status::to_string() const {
  if (signal_ == 0)
    return "exit code " + std::to_string(code_);
  const char *name = ::sigdescr_np(signal_);
  return "killed by signal " + std::to_string(signal_) + " (" + (name ? name : "?") + ")";
}

process process::spawn(std::vector<std::string> command, process_options options) {
  if (command.empty() || options.in == stdio::output || options.out == stdio::output)
    detail::throw_io_error(EINVAL, "spawn");
  file_actions f;
  if (!options.directory.empty())
    file_actions::check(::posix_spawn_file_actions_addchdir_np(&f.actions, options.directory.c_str()));
  process child(0, fd());
  const fd theirs[] = {connect(f, 0, options.in, child.in_), connect(f, 1, options.out, child.out_),
                       connect(f, 2, options.err, child.err_)};
  const attributes a;
  std::vector<char *> environment;
  if (options.environment)
    environment = pointers(*options.environment);
  const std::string name = "spawn " + command[0];
  if (const int error = ::posix_spawnp(&child.id_, command[0].c_str(), &f.actions, &a.attr, pointers(command).data(),
                                       options.environment ? environment.data() : environ))
    detail::throw_io_error(error, name.c_str());
  child.pidfd_ = fd(static_cast<int>(::syscall(SYS_pidfd_open, child.id_, 0)));
  if (!child.pidfd_) {
    const int error = errno;
    ::kill(child.id_, SIGKILL);
    reap(child.id_, 0);
    detail::throw_io_error(error, name.c_str());
  }
  return child;
}

process::process(process &&other) noexcept = default;

process &process::operator=(process &&other) noexcept {
  if (this != &other) {
    end();
    id_ = other.id_;
    pidfd_ = std::move(other.pidfd_);
    status_ = other.status_;
    in_ = std::move(other.in_);
    out_ = std::move(other.out_);
    err_ = std::move(other.err_);
  }
  return *this;
}

void process::end() noexcept {
  if (!pidfd_ || status_)
    return;
  ::kill(id_, SIGKILL);
  const debug::allow_blocking here("it has been killed: it ends in a moment");
  try {
    reap(id_, 0);
  } catch (const std::system_error &) {
    // Somebody else has waited for it.
  }
}

std::optional<exit_status> process::status() {
  if (!status_)
    status_ = reap(id_, WNOHANG);
  return status_;
}

task<exit_status> process::wait() {
  while (!status())
    co_await async_readable(pidfd_.get());
  co_return *status_;
}

void process::send_signal(int signal) {
  // Not reaped yet, so its number is not another process's.
  if (!status() && ::kill(id_, signal) < 0)
    detail::throw_io_error(errno, "send_signal");
}

task<process_output> process::communicate(std::string input, std::size_t limit) {
  auto [fed, out, err] = co_await when_all(feed(in_, std::move(input)), drain(out_, limit), drain(err_, limit));
  co_return process_output{.out = std::move(out), .err = std::move(err), .status = co_await wait()};
}

} // namespace asyncrt
