// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// The fork server: one socket, two requests, one thread.
#include <asyncrt/core/scheduler.hpp>
#include <asyncrt/exec/fork_server.hpp>

#include "../debug/watchdog.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <dirent.h>
#include <fcntl.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace asyncrt {

/// `run` is null in a request to reap `process`.
struct fork_server::request {
  entry run = nullptr;
  pid_t process = 0;
};

namespace {

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define ASYNCRT_OWN_THREADS 2 // The sanitizer has one that takes no locks of the program.
#endif
#endif
#ifndef ASYNCRT_OWN_THREADS
#define ASYNCRT_OWN_THREADS 1
#endif

/// Whether there are others than this one, those of sanitizers, and \p but so many.
/// Each thread is a directory; two more names are the directory itself and its parent.
/// A thread that was joined a moment ago may be there for another moment.
bool has_threads(std::size_t but) noexcept {
  const timespec moment = {.tv_sec = 0, .tv_nsec = 1'000'000};
  struct stat tasks;
  for (int moments = 0; ::stat("/proc/self/task", &tasks) == 0 && tasks.st_nlink > ASYNCRT_OWN_THREADS + 2 + but;
       ++moments) {
    if (moments == 20)
      return true;
    ::nanosleep(&moment, nullptr);
  }
  return false;
}

void refuse_threads(std::size_t but) {
  if (has_threads(but))
    throw std::logic_error(
        "a fork_server, or a process_pool without one, has to be made before the program has threads");
}

/// A forked process runs no loop, even if it was forked by a coroutine.
struct no_loop : scheduler {
  static void here() noexcept { current_ = nullptr; }
};

void reset_signals() noexcept {
  for (int s = 1; s < NSIG; ++s)
    switch (s) {
    case SIGSEGV:
    case SIGBUS:
    case SIGFPE:
    case SIGILL:
    case SIGABRT:
    case SIGTRAP:
    case SIGSYS:
      break; // Whoever reports crashes goes on to do so.
    case SIGINT:
      std::signal(s, SIG_IGN);
      break;
    default:
      std::signal(s, SIG_DFL);
    }
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Lets go of connections of the program; their numbers stay taken, so that who still writes to one harms nobody.
void let_go_of_descriptors(int keep) noexcept {
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0)
    return;
  ::dup2(null, STDIN_FILENO);
  std::vector<int> open;
  if (DIR *all = ::opendir("/proc/self/fd")) {
    while (const dirent *d = ::readdir(all))
      if (const int fd = std::atoi(d->d_name); fd > STDERR_FILENO && fd != keep && fd != null && fd != ::dirfd(all))
        open.push_back(fd);
    ::closedir(all);
  }
  for (const int fd : open) {
    struct stat file;
    if (::fstat(fd, &file) < 0)
      continue;
    const auto type = file.st_mode & S_IFMT;
    if (type == S_IFSOCK || type == S_IFIFO || type == 0)
      ::dup3(null, fd, O_CLOEXEC);
  }
  ::close(null);
}

union control_buffer {
  cmsghdr header;
  char bytes[CMSG_SPACE(sizeof(int))];
};

} // namespace

fork_server::fork_server() {
  // Threads that watch loops do not count, and end while this one forks.
  refuse_threads(debug::no_watchers::count());
  const debug::no_watchers forking;
  refuse_threads(0);
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
    throw std::system_error(errno, std::system_category(), "socketpair for a fork server");
  std::fflush(nullptr); // What is in buffers now would be written twice.
  server_ = ::fork();
  if (server_ == 0) {
    ::close(ends[0]);
    serve(ends[1]);
  }
  const int error = errno;
  ::close(ends[1]);
  if (server_ < 0) {
    ::close(ends[0]);
    throw std::system_error(error, std::system_category(), "fork");
  }
  control_ = ends[0];
}

fork_server::~fork_server() {
  ::close(control_);
  while (::waitpid(server_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void fork_server::start(entry run, int fd) { ask({.run = run}, fd); }
void fork_server::reap(pid_t process, int fd) { ask({.process = process}, fd); }

void fork_server::ask(const request &r, int fd) {
  iovec part{const_cast<request *>(&r), sizeof r};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  control_buffer control{};
  if (fd >= 0) {
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    cmsghdr *c = CMSG_FIRSTHDR(&message);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof fd);
    std::memcpy(CMSG_DATA(c), &fd, sizeof fd);
  }
  while (::sendmsg(control_, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
    if (errno != EINTR)
      // It died with requests that it had not read.
      throw std::system_error(errno == ECONNRESET ? EPIPE : errno, std::system_category(), "asking the fork server");
}

void fork_server::serve(int control) noexcept {
  no_loop::here();
  reset_signals();
  let_go_of_descriptors(control);
  ::prctl(PR_SET_NAME, "asyncrt-forks");
  const pid_t self = ::getpid();
  std::vector<pid_t> children;
  for (;;) {
    request r;
    iovec part{&r, sizeof r};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    control_buffer space;
    message.msg_control = space.bytes;
    message.msg_controllen = sizeof space.bytes;
    const ssize_t received = ::recvmsg(control, &message, MSG_CMSG_CLOEXEC);
    if (received < 0 && errno == EINTR)
      continue;
    if (received <= 0)
      break;
    int fd = -1;
    if (const cmsghdr *c = CMSG_FIRSTHDR(&message); c && c->cmsg_type == SCM_RIGHTS)
      std::memcpy(&fd, CMSG_DATA(c), sizeof fd);
    if (received == sizeof r && r.run) {
      const pid_t child = ::fork();
      if (child == 0) {
        ::close(control);
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() == self)
          r.run(fd);
        ::_exit(0);
      }
      if (child > 0)
        children.push_back(child);
    } else if (received == sizeof r && std::erase(children, r.process)) {
      int status = 0;
      while (::waitpid(r.process, &status, 0) < 0 && errno == EINTR) {
      }
      if (fd >= 0)
        (void)!::write(fd, &status, sizeof status);
    }
    if (fd >= 0)
      ::close(fd);
  }
  for (const pid_t child : children)
    ::kill(child, SIGKILL);
  for (const pid_t child : children)
    ::waitpid(child, nullptr, 0);
  ::_exit(0);
}

} // namespace asyncrt
