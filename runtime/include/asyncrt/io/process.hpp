// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// process: other programs, with pipes to and from them.
#pragma once

#include <asyncrt/core/task.hpp>
#include <asyncrt/io/async_fd.hpp>

#include <csignal>
#include <optional>
#include <string>
#include <vector>

namespace asyncrt {

/// How a process ended: with an exit code, or by a signal.
class exit_status {
public:
  /// Ended by itself with \p code, from 0 to 255.
  static exit_status exited_with(int code) noexcept { return {code, 0}; }
  /// Ended by the signal \p number.
  static exit_status killed_by(int number) noexcept { return {0, number}; }

  /// Whether it ended by itself, with code zero.
  bool success() const noexcept { return code_ == 0 && signal_ == 0; }
  /// The exit code; nothing when a signal ended it.
  std::optional<int> code() const noexcept { return signal_ ? std::nullopt : std::optional(code_); }
  /// The signal that ended it; nothing when it ended by itself.
  std::optional<int> signal() const noexcept { return signal_ ? std::optional(signal_) : std::nullopt; }
  /// "exit code 1", or "killed by signal 9 (Killed)".
  std::string to_string() const;

  friend bool operator==(exit_status, exit_status) noexcept = default;

private:
  exit_status(int code, int signal) noexcept : code_(code), signal_(signal) {}
  int code_, signal_;
};

/// Where one of the standard streams of a process goes.
enum class stdio : unsigned char {
  inherit, ///< To where that of this process goes.
  null,    ///< To /dev/null.
  pipe,    ///< To a pipe, the other end of which is in(), out() or err().
  output,  ///< Only for err: to where its output goes.
};

/// How a process is started.
struct process_options {
  stdio in = stdio::inherit;
  stdio out = stdio::inherit;
  stdio err = stdio::inherit;
  /// "NAME=value" each; nothing: that of this process.
  std::optional<std::vector<std::string>> environment = std::nullopt;
  /// Where it starts; empty: where this process is.
  std::string directory = {};
};

/// What communicate() gives.
struct process_output {
  std::string out, err; ///< Empty for what is no pipe.
  exit_status status;
};

/// A process that was started from here. Move-only; loop thread only.
///
/// One that is destroyed while its process runs kills it (SIGKILL) and waits for its end, which blocks for a moment;
/// detach() leaves it running. Its pipes are closed with it. The program must not ignore SIGCHLD or wait for children
/// it does not know.
class [[nodiscard]] process {
public:
  /// Starts \p command: the program, searched for in PATH unless there is a slash in it, and its arguments. Blocks
  /// until the system has begun to run it. No signal is blocked in it, and SIGPIPE has its usual meaning.
  /// std::system_error "spawn PROGRAM" when it cannot be started, with ENOENT, EACCES, EMFILE and others; with EINVAL
  /// for an empty command.
  static process spawn(std::vector<std::string> command, process_options options = {});

  process(process &&other) noexcept;
  process &operator=(process &&other) noexcept;
  ~process() { end(); }

  /// Its process id, also after it has ended.
  int id() const noexcept { return id_; }

  /// The other ends of its standard streams; none unless stdio::pipe was asked for. Close in() to end what it reads.
  async_fd &in() noexcept { return in_; }
  async_fd &out() noexcept { return out_; }
  async_fd &err() noexcept { return err_; }

  /// Waits until it has ended. Also after that, and again. Stoppable: the process goes on. One coroutine at a time.
  /// Resumed on the loop that awaits. std::system_error "wait".
  task<exit_status> wait();
  /// How it has ended; nothing while it runs. std::system_error "wait".
  std::optional<exit_status> status();

  /// Sends \p signal; does nothing when it has ended. std::system_error "send_signal".
  void send_signal(int signal);
  /// Asks it to end (SIGTERM), and ends it (SIGKILL).
  void terminate() { send_signal(SIGTERM); }
  void kill() { send_signal(SIGKILL); }

  /// Writes \p input to in(), closes it, reads out() and err() to their ends, all at the same time, so that nobody
  /// waits for a full pipe, and waits for the end. A process that does not read all of its input is no error.
  /// Stoppable: the process goes on, and what was read is lost. std::system_error with EMSGSIZE when out() or err()
  /// gives more than
  /// \p limit bytes.
  task<process_output> communicate(std::string input = {}, std::size_t limit = std::size_t(-1));

  /// Lets the process run on when this is destroyed. It stays a child, that nobody waits for, until this process ends.
  void detach() noexcept { pidfd_.close(); }

private:
  process(int id, fd pidfd) noexcept : id_(id), pidfd_(std::move(pidfd)) {}
  void end() noexcept;

  int id_;
  fd pidfd_; ///< None after detach().
  std::optional<exit_status> status_;
  async_fd in_, out_, err_;
};

} // namespace asyncrt
