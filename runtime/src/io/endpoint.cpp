// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Addresses as text and back.
#include <asyncrt/debug/blocking_trap.hpp>
#include <asyncrt/io/endpoint.hpp>
#include <asyncrt/io/io_awaiter.hpp>

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/un.h>

namespace asyncrt {

namespace {

constexpr std::size_t path_offset = offsetof(sockaddr_un, sun_path);

endpoint ipv4(in_addr_t address, std::uint16_t port) noexcept {
  sockaddr_in in = {};
  in.sin_family = AF_INET;
  in.sin_port = htons(port);
  in.sin_addr.s_addr = htonl(address);
  return endpoint::from(reinterpret_cast<const sockaddr *>(&in), sizeof in);
}

} // namespace

endpoint endpoint::ip(const std::string &address, std::uint16_t port) {
  if (in_addr v4; ::inet_pton(AF_INET, address.c_str(), &v4) == 1)
    return ipv4(ntohl(v4.s_addr), port);
  // Not inet_pton(), which knows no scopes. IPv6 only: the older forms of IPv4 addresses are taken for mistakes.
  const addrinfo numeric = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
                            .ai_family = AF_INET6,
                            .ai_socktype = SOCK_STREAM,
                            .ai_protocol = 0,
                            .ai_addrlen = 0,
                            .ai_addr = nullptr,
                            .ai_canonname = nullptr,
                            .ai_next = nullptr};
  const debug::allow_blocking here("numeric: no name is looked up");
  addrinfo *found = nullptr;
  if (address.empty() || ::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &numeric, &found) != 0)
    detail::throw_io_error(EINVAL, ("endpoint " + address).c_str());
  const endpoint result = from(found->ai_addr, found->ai_addrlen);
  ::freeaddrinfo(found);
  return result;
}

endpoint endpoint::loopback(std::uint16_t port) noexcept { return ipv4(INADDR_LOOPBACK, port); }

endpoint endpoint::any(std::uint16_t port) noexcept { return ipv4(INADDR_ANY, port); }

endpoint endpoint::local(std::string_view path) {
  sockaddr_un un = {};
  if (path.empty() || path.size() >= sizeof un.sun_path)
    detail::throw_io_error(path.empty() ? EINVAL : ENAMETOOLONG, "endpoint");
  un.sun_family = AF_UNIX;
  std::copy(path.begin(), path.end(), un.sun_path);
  const std::size_t zero_at_the_end = path[0] != '\0';
  return from(reinterpret_cast<const sockaddr *>(&un),
              static_cast<socklen_t>(path_offset + path.size() + zero_at_the_end));
}

endpoint endpoint::from(const sockaddr *address, socklen_t size) noexcept {
  endpoint result;
  result.size_ = std::min<socklen_t>(size, sizeof result.storage_);
  std::memcpy(&result.storage_, address, result.size_);
  return result;
}

std::uint16_t endpoint::port() const noexcept {
  if (family() == AF_INET)
    return ntohs(reinterpret_cast<const sockaddr_in &>(storage_).sin_port);
  if (family() == AF_INET6)
    return ntohs(reinterpret_cast<const sockaddr_in6 &>(storage_).sin6_port);
  return 0;
}

std::string_view endpoint::path() const noexcept {
  if (family() != AF_UNIX || size_ <= path_offset)
    return {};
  const std::string_view name(reinterpret_cast<const sockaddr_un &>(storage_).sun_path, size_ - path_offset);
  return name[0] == '\0' ? name : name.substr(0, name.find('\0'));
}

std::string endpoint::to_string() const {
  if (family() == AF_UNIX) {
    std::string name(path());
    if (!name.empty() && name[0] == '\0')
      name[0] = '@';
    return "unix:" + name;
  }
  const debug::allow_blocking here("numeric: no name is looked up");
  char host[NI_MAXHOST];
  if (family() == AF_UNSPEC ||
      ::getnameinfo(data(), size_, host, sizeof host, nullptr, 0, NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return "-";
  const std::string address = family() == AF_INET6 ? "[" + std::string(host) + "]" : host;
  return address + ":" + std::to_string(port());
}

bool operator==(const endpoint &a, const endpoint &b) noexcept {
  return a.size_ == b.size_ && std::memcmp(&a.storage_, &b.storage_, a.size_) == 0;
}

} // namespace asyncrt
