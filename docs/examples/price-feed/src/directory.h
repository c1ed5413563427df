// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where the exchanges are: names from the configuration, addresses from DNS.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <map>
#include <memory>
#include <netdb.h>
#include <stdexcept>
#include <string>

namespace price_feed {

/// The first IPv4 address of \p host.
inline boost::asio::ip::address_v4 lookup(const std::string &host) {
  addrinfo hints{};
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo *found = nullptr;
  if (int error = getaddrinfo(host.c_str(), nullptr, &hints, &found); error != 0)
    throw std::runtime_error("cannot resolve " + host + ": " + gai_strerror(error));
  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
  const auto *address = reinterpret_cast<const sockaddr_in *>(found->ai_addr);
  return boost::asio::ip::address_v4(ntohl(address->sin_addr.s_addr));
}

/// Endpoints of the exchanges by name. Used by the thread of the io_context only.
class Directory {
public:
  void add(std::string exchange, std::string host, unsigned short port) {
    hosts_[std::move(exchange)] = {std::move(host), port};
  }

  boost::asio::ip::tcp::endpoint endpoint(const std::string &exchange) {
    if (auto known = resolved_.find(exchange); known != resolved_.end())
      return known->second;
    const auto &[host, port] = hosts_.at(exchange);
    return resolved_[exchange] = {lookup(host), port};
  }

private:
  struct Host {
    std::string name;
    unsigned short port = 0;
  };
  std::map<std::string, Host> hosts_;
  std::map<std::string, boost::asio::ip::tcp::endpoint> resolved_;
};

} // namespace price_feed
