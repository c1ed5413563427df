// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Listening, accepting, connecting, datagrams.
#include <asyncrt/debug/blocking_trap.hpp>
#include <asyncrt/io/socket.hpp>
#include <asyncrt/io/tcp.hpp>
#include <asyncrt/io/udp.hpp>
#include <asyncrt/io/unix_socket.hpp>

#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace asyncrt {

namespace {

int set_option(int socket, int level, int name, int value) noexcept {
  return ::setsockopt(socket, level, name, &value, sizeof value);
}

template <class Call> endpoint address_of(int socket, Call call, const char *operation) {
  sockaddr_storage storage;
  socklen_t size = sizeof storage;
  if (call(socket, reinterpret_cast<sockaddr *>(&storage), &size) < 0)
    detail::throw_io_error(errno, operation);
  return endpoint::from(reinterpret_cast<const sockaddr *>(&storage), size);
}

[[noreturn]] void throw_at(int error, const char *operation, const endpoint &where) {
  detail::throw_io_error(error, (operation + (" " + where.to_string())).c_str());
}

constexpr int new_socket = SOCK_NONBLOCK | SOCK_CLOEXEC;

} // namespace

void stream_socket::shutdown_write() {
  if (::shutdown(get(), SHUT_WR) < 0)
    detail::throw_io_error(errno, "shutdown_write");
}

void stream_socket::reset_on_close() {
  const linger at_once = {.l_onoff = 1, .l_linger = 0};
  if (::setsockopt(get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) < 0)
    detail::throw_io_error(errno, "reset_on_close");
}

endpoint stream_socket::local() const { return detail::local_of(get()); }
endpoint stream_socket::peer() const { return address_of(get(), ::getpeername, "getpeername"); }

namespace detail {

endpoint local_of(int socket) { return address_of(socket, ::getsockname, "getsockname"); }

fd listen_at(const endpoint &where, int backlog, bool share_port) {
  fd socket(::socket(where.family(), SOCK_STREAM | new_socket, 0));
  const bool ip = where.family() != AF_UNIX;
  // What is set here, accepted connections inherit.
  if (!socket || (ip && set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR, 1) < 0) ||
      (ip && set_option(socket.get(), IPPROTO_TCP, TCP_NODELAY, 1) < 0) ||
      (ip && share_port && set_option(socket.get(), SOL_SOCKET, SO_REUSEPORT, 1) < 0) ||
      ::bind(socket.get(), where.data(), where.size()) < 0 || ::listen(socket.get(), backlog) < 0)
    throw_at(errno, "listen", where);
  return socket;
}

bool of_one_connection(int error) noexcept {
  switch (error) {
  case EINTR:
  case ECONNABORTED:
  case EPROTO:
  case EPERM:
  case ENETDOWN:
  case ENETUNREACH:
  case ENONET:
  case EHOSTDOWN:
  case EHOSTUNREACH:
  case ENOPROTOOPT:
    return true;
  default:
    return false;
  }
}

long accept_awaiter_base::attempt_once(io_awaiter &base, int number) noexcept {
  for (;;) {
    const int accepted = ::accept4(number, nullptr, nullptr, new_socket);
    if (accepted >= 0) {
      static_cast<accept_awaiter_base &>(base).accepted_ = fd(accepted);
      return accepted;
    }
    if (!of_one_connection(errno))
      return -errno;
  }
}

bool connect_awaiter_base::connect(promise_base &p) {
  fd socket(::socket(to_.family(), SOCK_STREAM | new_socket, 0));
  if (!socket || (to_.family() != AF_UNIX && set_option(socket.get(), IPPROTO_TCP, TCP_NODELAY, 1) < 0))
    throw_at(errno, "connect", to_);
  socket_ = stream_socket(std::move(socket));
  return begin(p, socket_);
}

void connect_awaiter_base::connected() const {
  try {
    finish("connect");
  } catch (const std::system_error &e) {
    throw_at(e.code().value(), "connect", to_);
  }
  if (full_)
    throw_at(EAGAIN, "connect", to_);
}

long connect_awaiter_base::attempt_once(io_awaiter &base, int number) noexcept {
  auto &self = static_cast<connect_awaiter_base &>(base);
  if (!self.begun_) {
    self.begun_ = true;
    if (::connect(number, self.to_.data(), self.to_.size()) == 0)
      return 0;
    // One that was interrupted goes on all the same. EAGAIN is a full Unix listener: nothing would tell of room.
    if (errno == EAGAIN)
      self.full_ = true;
    return errno == EINPROGRESS || errno == EINTR ? -EAGAIN : errno == EAGAIN ? 0 : -errno;
  }
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(number, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error)
    return -error;
  sockaddr_storage peer;
  size = sizeof peer;
  return ::getpeername(number, reinterpret_cast<sockaddr *>(&peer), &size) < 0 ? -EAGAIN : 0;
}

long receive_awaiter::attempt_once(io_awaiter &base, int number) noexcept {
  auto &self = static_cast<receive_awaiter &>(base);
  sockaddr_storage from;
  iovec into = {.iov_base = self.into_.data(), .iov_len = self.into_.size()};
  msghdr message = {};
  message.msg_name = &from;
  message.msg_namelen = sizeof from;
  message.msg_iov = &into;
  message.msg_iovlen = 1;
  ssize_t size;
  do
    size = ::recvmsg(number, &message, 0);
  while (size < 0 && errno == EINTR);
  if (size < 0)
    return -errno;
  self.received_ = {.size = static_cast<std::size_t>(size),
                    .truncated = (message.msg_flags & MSG_TRUNC) != 0,
                    .from = endpoint::from(reinterpret_cast<const sockaddr *>(&from), message.msg_namelen)};
  return size;
}

long send_awaiter::attempt_once(io_awaiter &base, int number) noexcept {
  const auto &self = static_cast<send_awaiter &>(base);
  ssize_t size;
  do
    size = ::sendto(number, self.data_.data(), self.data_.size(), MSG_NOSIGNAL,
                    self.to_.size() ? self.to_.data() : nullptr, self.to_.size());
  while (size < 0 && errno == EINTR);
  return size < 0 ? -errno : size;
}

} // namespace detail

void tcp_stream::no_delay(bool on) {
  if (set_option(get(), IPPROTO_TCP, TCP_NODELAY, on) < 0)
    detail::throw_io_error(errno, "no_delay");
}

tcp_listener tcp_listener::bind(const endpoint &where, listen_options options) {
  return tcp_listener(detail::listen_at(where, options.backlog, options.share_port));
}

unix_listener unix_listener::bind(std::string_view path, listen_options options) {
  const debug::allow_blocking here("a look at the file that was just made");
  unix_listener listener(detail::listen_at(endpoint::local(path), options.backlog, false));
  struct stat status;
  if (path[0] != '\0') {
    listener.file_ = path;
    if (::stat(listener.file_.c_str(), &status) == 0) {
      listener.device_ = status.st_dev;
      listener.inode_ = status.st_ino;
    }
  }
  return listener;
}

unix_listener &unix_listener::operator=(unix_listener &&other) noexcept {
  if (this != &other) {
    close();
    async_fd::operator=(std::move(other));
    file_ = std::move(other.file_);
    device_ = other.device_;
    inode_ = other.inode_;
  }
  return *this;
}

void unix_listener::close() noexcept {
  const debug::allow_blocking here("one file is removed, when a server ends");
  struct stat status;
  if (get() >= 0 && !file_.empty() && ::stat(file_.c_str(), &status) == 0 && status.st_dev == device_ &&
      status.st_ino == inode_)
    ::unlink(file_.c_str());
  async_fd::close();
}

std::pair<unix_stream, unix_stream> unix_pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | new_socket, 0, ends) < 0)
    detail::throw_io_error(errno, "socketpair");
  return {unix_stream(fd(ends[0])), unix_stream(fd(ends[1]))};
}

udp_socket udp_socket::bind(const endpoint &where) {
  fd socket(::socket(where.family(), SOCK_DGRAM | new_socket, 0));
  if (!socket || ::bind(socket.get(), where.data(), where.size()) < 0)
    throw_at(errno, "bind", where);
  return udp_socket(std::move(socket));
}

void udp_socket::connect(const endpoint &peer) {
  if (::connect(get(), peer.data(), peer.size()) < 0)
    throw_at(errno, "connect", peer);
}

endpoint udp_socket::local() const { return detail::local_of(get()); }

} // namespace asyncrt
