// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// fork_server: a process that makes processes, so that a program with threads need not fork.
///
/// fork() copies one thread: whatever lock another thread held stays locked in the child for ever. So the one fork of
/// this program happens while it has one thread; the child stays like that, and forks again whenever a process is
/// asked for. Nothing is executed anew: children have the program's code, where function pointers mean the same, and
/// its data as of the moment when the server was made, shared until somebody writes.
#pragma once

#include <sys/types.h>

namespace asyncrt {

/// Lives as long as the pools that use it. start() and reap() may be called from any thread.
///
/// The server and its processes ignore SIGINT, since Ctrl-C at a terminal reaches them too and it is the program that
/// ends them; handlers for other signals are reset, but for those of faults. Standard input is empty for them. Sockets,
/// pipes and event descriptors that were open are replaced by /dev/null in them, lest connections stay open that the
/// program closes; files stay. When the program ends, however it does, they are killed.
class fork_server {
public:
  /// Forks. Throws std::logic_error when the program has more than one thread, not counting those that watch loops,
  /// which end for that moment; and std::system_error when the system refuses.
  fork_server();
  fork_server(const fork_server &) = delete;
  fork_server &operator=(const fork_server &) = delete;
  /// Kills all processes and waits for the end of the server: short, but blocking.
  ~fork_server();

  /// What a process runs, with the descriptor that was sent to it; it exits with code 0 when that returns.
  using entry = void (*)(int fd) noexcept;

  /// Asks for a process that calls \p run(fd), with a copy of \p fd. Does not wait; if it cannot be made, its copy of
  /// \p fd is closed. Throws std::system_error, with EPIPE if the server has died, and with EAGAIN if it has too much
  /// to do.
  void start(entry run, int fd);

  /// Asks for the status of a process that has ended, after which its number is free. It is written as an int to \p fd,
  /// of which a copy is sent; if that is closed without, the status is not known. With -1, nobody is told. Throws as
  /// start() does.
  void reap(pid_t process, int fd);

private:
  struct request;
  void ask(const request &r, int fd);
  [[noreturn]] static void serve(int control) noexcept;

  int control_ = -1;
  pid_t server_ = -1;
};

} // namespace asyncrt
