// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// async_fd: a descriptor in non-blocking mode that coroutines read from and write to; what sockets and pipes are.
#pragma once

#include <asyncrt/io/fd.hpp>
#include <asyncrt/io/io_awaiter.hpp>

#include <span>
#include <string_view>

namespace asyncrt {

class async_fd;

namespace detail {

/// How a descriptor is written to without SIGPIPE.
enum class fd_kind : unsigned char { socket, pipe, other };

/// One write without waiting: the number of bytes, or a negative errno, -EAGAIN if it would block.
long try_write(int number, fd_kind kind, std::string_view data) noexcept;

/// One read into a buffer.
class [[nodiscard]] read_awaiter : public io_awaiter {
public:
  read_awaiter(async_fd &from, std::span<char> into) noexcept;
  template <class P> bool await_suspend(std::coroutine_handle<P> h) { return begin(promise_of(h), from_); }
  std::size_t await_resume() const { return finish("read_some"); }

private:
  static long attempt_once(io_awaiter &self, int number) noexcept;
  async_fd &from_;
  std::span<char> into_;
  fd_kind kind_;
};

/// One write, or as many as it takes.
class [[nodiscard]] write_awaiter : public io_awaiter {
public:
  write_awaiter(async_fd &to, std::string_view data, bool all) noexcept;
  template <class P> bool await_suspend(std::coroutine_handle<P> h) { return begin(promise_of(h), to_); }
  std::size_t await_resume() const { return finish(all_ ? "write_all" : "write_some"); }

private:
  static long attempt_once(io_awaiter &self, int number) noexcept;
  async_fd &to_;
  std::string_view data_;
  std::size_t written_ = 0;
  fd_kind kind_;
  bool all_;
};

} // namespace detail

/// Owns a descriptor in non-blocking mode: a socket, a pipe, a terminal.
///
/// It belongs to the loop on which a coroutine first had to wait for it, until that loop is destroyed or it is
/// released; waiting for it on another one traps. It may outlive its loop. Moving it is allowed, also while a coroutine
/// waits; closing it then traps. One coroutine may read and one write at a time: std::system_error with EBUSY for a
/// second one that would have to wait. Not thread-safe.
///
/// All awaits try first and go on without a hop if that succeeds; are stoppable; resume on the loop that awaits.
/// Stopped ones have read, written or accepted nothing, but for write_all(). Interrupted system calls are repeated.
/// Errors are std::system_error with the name of the operation.
class [[nodiscard]] async_fd : reactor::attachment {
public:
  /// None.
  async_fd() noexcept = default;
  /// Takes \p owned over and sets non-blocking mode; std::system_error "async_fd". The mode is that of the open file,
  /// which other processes may share.
  explicit async_fd(fd owned);
  async_fd(async_fd &&other) noexcept;
  async_fd &operator=(async_fd &&other) noexcept;
  ~async_fd() { close(); }

  /// The number; -1 when there is none.
  int get() const noexcept { return fd_.get(); }
  explicit operator bool() const noexcept { return static_cast<bool>(fd_); }

  /// Closes the descriptor, if there is one. Traps when a coroutine waits for it.
  void close() noexcept;
  /// Gives up the descriptor, which stays open and in non-blocking mode. Traps when a coroutine waits for it.
  fd release() noexcept;

  /// Reads what is there, at least one byte, into \p into and gives the number of bytes; zero is the end of the stream
  /// (or an empty \p into). ECONNRESET: the peer has broken the connection. \p into must live until the await ends.
  detail::read_awaiter read_some(std::span<char> into) noexcept { return {*this, into}; }

  /// Writes what there is room for, at least one byte unless \p data is empty, and gives the number of bytes. EPIPE:
  /// nobody will read; there is no SIGPIPE. \p data must live until the await ends.
  detail::write_awaiter write_some(std::string_view data) noexcept { return {*this, data, false}; }

  /// Writes all of \p data, in as many pieces as it takes, and gives its size. When it is stopped or fails, how much
  /// was written is not known; use write_some() or buffered_writer where that matters.
  detail::write_awaiter write_all(std::string_view data) noexcept { return {*this, data, true}; }

  /// For awaits: makes it belong to \p r. Zero, or a negative errno.
  int attach(reactor &r) noexcept;
  /// For awaits: how it is written to.
  detail::fd_kind kind() const noexcept { return kind_; }
  /// For awaits: the reactor to which it is attached; null when there is none any more.
  reactor *attached_to() const noexcept { return linked() ? reactor_ : nullptr; }

protected:
  /// Takes over what is in non-blocking mode already.
  async_fd(fd owned, detail::fd_kind kind) noexcept : fd_(std::move(owned)), kind_(kind) {}

private:
  void take(async_fd &other) noexcept;
  void detach() noexcept;

  fd fd_;
  detail::fd_kind kind_ = detail::fd_kind::other;
  reactor *reactor_ = nullptr; ///< Only meaningful while linked().
};

} // namespace asyncrt
