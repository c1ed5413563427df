// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Unix sockets: unix_listener, unix_connect(), unix_stream, and unix_pair() for both ends at once.
#pragma once

#include <asyncrt/io/tcp.hpp>

#include <string>
#include <utility>

namespace asyncrt {

/// A connection between processes of one machine. Reading, writing and thread-safety as in async_fd.
class [[nodiscard]] unix_stream : public stream_socket {
public:
  using stream_socket::stream_socket;
  explicit unix_stream(stream_socket &&socket) noexcept : stream_socket(std::move(socket)) {}
};

/// Accepts connections at a name. Removes the file that it has made when it is closed, unless another one is there.
class [[nodiscard]] unix_listener : async_fd {
public:
  /// Listens at \p path; see endpoint::local(). std::system_error "listen PATH": EADDRINUSE also when the file was left
  /// behind by a process that was killed.
  static unix_listener bind(std::string_view path, listen_options options = {});
  unix_listener(unix_listener &&) = default;
  unix_listener &operator=(unix_listener &&other) noexcept;
  ~unix_listener() { close(); }

  /// The next connection; as tcp_listener::accept().
  detail::accept_awaiter<unix_stream> accept() noexcept { return detail::accept_awaiter<unix_stream>(*this); }

  /// Where it listens.
  endpoint local() const { return detail::local_of(get()); }
  /// Closes the socket and removes its file. Traps when a coroutine waits.
  void close() noexcept;
  using async_fd::get;

private:
  explicit unix_listener(fd listening) noexcept : async_fd(std::move(listening), detail::fd_kind::socket) {}
  std::string file_; ///< Empty for an abstract name.
  unsigned long long device_ = 0, inode_ = 0;
};

/// Connects to \p path. Stoppable. std::system_error "connect PATH": ENOENT, ECONNREFUSED, and EAGAIN when as many
/// connections wait as the listener lets. Resumed on the loop that awaits.
inline detail::connect_awaiter<unix_stream> unix_connect(std::string_view path) {
  return detail::connect_awaiter<unix_stream>(endpoint::local(path));
}

/// Two connected ends. std::system_error "socketpair".
std::pair<unix_stream, unix_stream> unix_pair();

} // namespace asyncrt
