// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// TCP: tcp_listener accepts connections, tcp_connect() makes one, tcp_stream is one.
#pragma once

#include <asyncrt/io/socket.hpp>

namespace asyncrt {

/// A TCP connection. Reading, writing and thread-safety as in async_fd; half-close and addresses as in stream_socket.
/// Small writes are sent at once (TCP_NODELAY).
class [[nodiscard]] tcp_stream : public stream_socket {
public:
  using stream_socket::stream_socket;
  explicit tcp_stream(stream_socket &&socket) noexcept : stream_socket(std::move(socket)) {}

  /// Whether small writes are sent at once (the default here) or gathered. std::system_error "no_delay".
  void no_delay(bool on);
};

/// How a listener is made.
struct listen_options {
  /// How many connections may wait to be accepted; the system has a limit of its own (net.core.somaxconn).
  int backlog = 4096;
  /// Several listeners, on several loops, share one TCP port, and the system spreads connections over them.
  bool share_port = false;
};

/// Accepts TCP connections. Thread-safety and belonging to a loop as in async_fd.
class [[nodiscard]] tcp_listener : async_fd {
public:
  /// Listens at \p where; port zero takes a free one, which local() tells. A port that was in use a moment ago can be
  /// taken again at once. std::system_error "listen ADDRESS", with EADDRINUSE and others.
  static tcp_listener bind(const endpoint &where, listen_options options = {});

  /// The next connection. Stoppable; resumed on the loop that awaits. A connection that the peer gave up meanwhile is
  /// skipped. std::system_error "accept", with EMFILE or ENFILE when there is no descriptor left: the connection goes
  /// on waiting, and the listener stays usable, so free descriptors, or wait a while, and call again. One coroutine at
  /// a time may wait.
  detail::accept_awaiter<tcp_stream> accept() noexcept { return detail::accept_awaiter<tcp_stream>(*this); }

  /// Where it listens.
  endpoint local() const { return detail::local_of(get()); }
  using async_fd::close;
  using async_fd::get;

private:
  explicit tcp_listener(fd listening) noexcept : async_fd(std::move(listening), detail::fd_kind::socket) {}
};

/// Connects to \p to. Stoppable: the attempt is given up. std::system_error "connect ADDRESS", with ECONNREFUSED,
/// ETIMEDOUT and others. Resumed on the loop that awaits.
inline detail::connect_awaiter<tcp_stream> tcp_connect(const endpoint &to) noexcept {
  return detail::connect_awaiter<tcp_stream>(to);
}

} // namespace asyncrt
