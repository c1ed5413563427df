// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// The client of every echo server: as few instructions per message as epoll allows, so that the server is the limit.
///
///     client PORT CONNECTIONS IN_FLIGHT MESSAGES
///
/// Of all connections, IN_FLIGHT have a message of 64 bytes on its way; when one comes back, the connection that has
/// been idle longest sends the next.
#include "contestant.hpp"

#include <deque>
#include <system_error>
#include <vector>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr std::size_t message_size = 64;

struct connection {
  int number;
  std::size_t missing = 0;
};

int checked(long result, const char *what) {
  if (result < 0)
    throw std::system_error(errno, std::system_category(), what);
  return static_cast<int>(result);
}

connection connect_to(std::uint16_t port) {
  const int s = checked(::socket(AF_INET, SOCK_STREAM, 0), "socket");
  const int on = 1;
  ::setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const sockaddr_in to{
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
  checked(::connect(s, reinterpret_cast<const sockaddr *>(&to), sizeof to), "connect");
  return {s};
}

void send_message(connection &c) {
  static const char message[message_size] = {};
  if (::send(c.number, message, sizeof message, MSG_NOSIGNAL) != sizeof message)
    throw std::system_error(errno, std::system_category(), "send");
  c.missing = message_size;
}

bench::measured exchange(int epoll, std::vector<connection> &connections, std::size_t in_flight, std::size_t messages) {
  std::deque<connection *> idle;
  for (connection &c : connections)
    idle.push_back(&c);
  const bench::stopwatch watch;
  std::size_t sent = 0;
  std::size_t received = 0;
  const auto send_next = [&] {
    if (sent == messages)
      return;
    send_message(*idle.front());
    idle.pop_front();
    ++sent;
  };
  while (sent < in_flight)
    send_next();
  epoll_event events[256];
  while (received < messages) {
    const int count = checked(::epoll_wait(epoll, events, 256, -1), "epoll_wait");
    for (int i = 0; i < count; ++i) {
      connection &c = *static_cast<connection *>(events[i].data.ptr);
      char buffer[message_size];
      const int size = checked(::recv(c.number, buffer, c.missing, 0), "recv");
      if (size == 0)
        throw std::runtime_error("the server has closed a connection");
      c.missing -= static_cast<std::size_t>(size);
      if (c.missing != 0)
        continue;
      ++received;
      idle.push_back(&c);
      send_next();
    }
  }
  return watch.read();
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: %s PORT CONNECTIONS IN_FLIGHT MESSAGES\n", argv[0]);
    return 2;
  }
  try {
    const auto port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    const std::size_t count = std::strtoull(argv[2], nullptr, 10);
    const std::size_t in_flight = std::min(count, static_cast<std::size_t>(std::strtoull(argv[3], nullptr, 10)));
    const std::size_t messages = std::max(in_flight, static_cast<std::size_t>(std::strtoull(argv[4], nullptr, 10)));
    const int epoll = checked(::epoll_create1(0), "epoll_create1");
    std::vector<connection> connections;
    connections.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      epoll_event event{.events = EPOLLIN, .data = {.ptr = &connections.emplace_back(connect_to(port))}};
      checked(::epoll_ctl(epoll, EPOLL_CTL_ADD, connections.back().number, &event), "epoll_ctl");
    }
    exchange(epoll, connections, in_flight, in_flight); // Everybody is there.
    const bench::measured m = exchange(epoll, connections, in_flight, messages);
    const double each = 1e9 / static_cast<double>(messages);
    std::printf("{\"messages\": %zu, \"wall_ns\": %.3f, \"client_cpu_ns\": %.3f}\n", messages, m.wall * each,
                m.cpu * each);
  } catch (const std::exception &e) {
    std::fprintf(stderr, "client: %s\n", e.what());
    return 1;
  }
}
