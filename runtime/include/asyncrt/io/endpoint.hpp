// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// endpoint: where a socket is bound or connected to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <sys/socket.h>

namespace asyncrt {

/// An IPv4 or IPv6 address with a port, or the name of a Unix socket. A value; nothing here blocks or looks up names
/// (resolve() does).
class endpoint {
public:
  /// None; family() is AF_UNSPEC.
  endpoint() noexcept = default;

  /// The numeric IPv4 or IPv6 address \p address, such as "127.0.0.1", "::1" or "fe80::1%eth0", with \p port.
  /// std::system_error with EINVAL for anything else.
  static endpoint ip(const std::string &address, std::uint16_t port);
  /// 127.0.0.1. Port zero, in bind(): a free one.
  static endpoint loopback(std::uint16_t port = 0) noexcept;
  /// All IPv4 addresses of this machine, to listen on.
  static endpoint any(std::uint16_t port = 0) noexcept;
  /// A Unix socket in the file system, or, when \p path begins with a zero byte, an abstract one. std::system_error
  /// with ENAMETOOLONG for more than 107 bytes, and with EINVAL for none.
  static endpoint local(std::string_view path);
  /// What the system knows as an address.
  static endpoint from(const sockaddr *address, socklen_t size) noexcept;

  /// AF_INET, AF_INET6, AF_UNIX, or AF_UNSPEC.
  int family() const noexcept { return storage_.ss_family; }
  /// Of an IP endpoint; zero for others.
  std::uint16_t port() const noexcept;
  /// The name of a Unix socket, without the zero byte at its end; empty for one without a name and for others.
  std::string_view path() const noexcept;
  /// "127.0.0.1:80", "[::1]:80", "unix:/run/x", "unix:@abstract", or "-" for none.
  std::string to_string() const;

  const sockaddr *data() const noexcept { return reinterpret_cast<const sockaddr *>(&storage_); }
  socklen_t size() const noexcept { return size_; }

  friend bool operator==(const endpoint &, const endpoint &) noexcept;

private:
  sockaddr_storage storage_ = {};
  socklen_t size_ = 0;
};

} // namespace asyncrt
