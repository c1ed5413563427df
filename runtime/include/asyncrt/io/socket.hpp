// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// What TCP and Unix sockets have in common: streams, listeners, connecting.
#pragma once

#include <asyncrt/io/async_fd.hpp>
#include <asyncrt/io/endpoint.hpp>

#include <utility>

namespace asyncrt {

/// A connected stream socket; reading and writing as in async_fd. Base of tcp_stream and unix_stream.
class [[nodiscard]] stream_socket : public async_fd {
public:
  /// Not connected.
  stream_socket() noexcept = default;
  /// Takes over a connected stream socket that is in non-blocking mode.
  explicit stream_socket(fd connected) noexcept : async_fd(std::move(connected), detail::fd_kind::socket) {}

  /// Ends the stream to the peer, who reads what is on its way and then the end; reading here goes on (half-close).
  /// std::system_error "shutdown_write", with ENOTCONN when the peer has broken the connection.
  void shutdown_write();
  /// Makes close() break the connection, which the peer sees as ECONNRESET, and drop what is on its way.
  void reset_on_close();

  /// The addresses of both ends. std::system_error.
  endpoint local() const;
  endpoint peer() const;
};

namespace detail {

/// A socket that was made to listen at \p where. std::system_error "listen ADDRESS".
fd listen_at(const endpoint &where, int backlog, bool share_port);
/// The address to which \p socket is bound. std::system_error "getsockname".
endpoint local_of(int socket);
/// Whether \p error, an errno of accept(), is one of a connection that is gone: the next one may be well.
bool of_one_connection(int error) noexcept;

/// Waits for a connection. One that is not claimed is closed.
class [[nodiscard]] accept_awaiter_base : public io_awaiter {
protected:
  accept_awaiter_base() noexcept : io_awaiter(readiness::readable, attempt_once) {}
  fd accepted_;

private:
  static long attempt_once(io_awaiter &base, int number) noexcept;
};

template <class Stream> class [[nodiscard]] accept_awaiter : accept_awaiter_base {
public:
  explicit accept_awaiter(async_fd &listener) noexcept : listener_(listener) {}
  accept_awaiter(accept_awaiter &&) = default;
  using io_awaiter::await_ready;
  template <class P> bool await_suspend(std::coroutine_handle<P> h) { return begin(promise_of(h), listener_); }
  Stream await_resume() {
    finish("accept");
    return Stream(std::move(accepted_));
  }

private:
  async_fd &listener_;
};

/// Makes a socket and waits until it is connected. One that is not claimed is closed.
class [[nodiscard]] connect_awaiter_base : public io_awaiter {
protected:
  explicit connect_awaiter_base(const endpoint &to) noexcept : io_awaiter(readiness::writable, attempt_once), to_(to) {}
  /// Opens the socket and tries.
  bool connect(promise_base &p);
  /// Throws what went wrong, with the address in it.
  void connected() const;
  endpoint to_;
  stream_socket socket_;

private:
  static long attempt_once(io_awaiter &base, int number) noexcept;
  bool begun_ = false;
  bool full_ = false; ///< A Unix listener that lets no more connections wait.
};

template <class Stream> class [[nodiscard]] connect_awaiter : connect_awaiter_base {
public:
  explicit connect_awaiter(const endpoint &to) noexcept : connect_awaiter_base(to) {}
  connect_awaiter(connect_awaiter &&) = default;
  using io_awaiter::await_ready;
  template <class P> bool await_suspend(std::coroutine_handle<P> h) { return connect(promise_of(h)); }
  Stream await_resume() {
    connected();
    return Stream(std::move(socket_));
  }
};

} // namespace detail
} // namespace asyncrt
