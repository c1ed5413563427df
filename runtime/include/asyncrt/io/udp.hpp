// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// udp_socket: datagrams.
#pragma once

#include <asyncrt/io/async_fd.hpp>
#include <asyncrt/io/endpoint.hpp>

namespace asyncrt {

/// What came in.
struct datagram {
  std::size_t size = 0;   ///< How many bytes are in the buffer.
  bool truncated = false; ///< The buffer was too small; the rest is lost.
  endpoint from;
};

namespace detail {

/// Receives one datagram.
class [[nodiscard]] receive_awaiter : io_awaiter {
public:
  receive_awaiter(async_fd &on, std::span<char> into) noexcept
      : io_awaiter(readiness::readable, attempt_once), on_(on), into_(into) {}
  using io_awaiter::await_ready;
  template <class P> bool await_suspend(std::coroutine_handle<P> h) { return begin(promise_of(h), on_); }
  datagram await_resume() const {
    finish("receive_from");
    return received_;
  }

private:
  static long attempt_once(io_awaiter &base, int number) noexcept;
  async_fd &on_;
  std::span<char> into_;
  datagram received_;
};

/// Sends one datagram.
class [[nodiscard]] send_awaiter : io_awaiter {
public:
  send_awaiter(async_fd &on, std::string_view data, const endpoint &to) noexcept
      : io_awaiter(readiness::writable, attempt_once), on_(on), data_(data), to_(to) {}
  using io_awaiter::await_ready;
  template <class P> bool await_suspend(std::coroutine_handle<P> h) { return begin(promise_of(h), on_); }
  void await_resume() const { finish("send_to"); }

private:
  static long attempt_once(io_awaiter &base, int number) noexcept;
  async_fd &on_;
  std::string_view data_;
  endpoint to_;
};

} // namespace detail

/// A UDP socket. Thread-safety and belonging to a loop as in async_fd. Datagrams are sent and received whole or not at
/// all, and may be lost, doubled or overtaken on their way. A port at which nobody listens may be told as ECONNREFUSED
/// by a later call.
class [[nodiscard]] udp_socket : async_fd {
public:
  /// Bound to \p where; port zero takes a free one. std::system_error "bind ADDRESS".
  static udp_socket bind(const endpoint &where);

  /// From now on sends to \p peer by default and receives only from there. std::system_error "connect ADDRESS".
  void connect(const endpoint &peer);

  /// The next datagram, into \p into, which must live until the await ends. Stoppable: nothing is lost. Resumed on the
  /// loop that awaits. std::system_error "receive_from".
  detail::receive_awaiter receive_from(std::span<char> into) noexcept { return {*this, into}; }

  /// Sends \p data to \p to as one datagram. \p data must live until the await ends. Stoppable; resumed on the loop
  /// that awaits. std::system_error "send_to", with EMSGSIZE when it is too long (65,507 bytes on IPv4).
  detail::send_awaiter send_to(std::string_view data, const endpoint &to) noexcept { return {*this, data, to}; }
  /// Sends to the peer that connect() has set; std::system_error with EDESTADDRREQ without one.
  detail::send_awaiter send(std::string_view data) noexcept { return {*this, data, endpoint()}; }

  /// Where it is bound.
  endpoint local() const;
  using async_fd::close;
  using async_fd::get;

private:
  explicit udp_socket(fd bound) noexcept : async_fd(std::move(bound), detail::fd_kind::socket) {}
};

} // namespace asyncrt
