// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// 100,000 live TCP connections on one thread, in a process that may open 20,000 files: they are direct descriptors.
///
///     hundred_thousand [CONNECTIONS]
///
/// It starts eight copies of itself as clients, or more if they may open few files. These connect until all connections
/// are open, send one message on each and wait for its echo, one at a time in each process, and then hold them. Printed
/// are how many connections live, what memory they take, and how long the echoes took while all were open.
///
/// It needs Linux 5.19 with io_uring, about 10 KB of memory for each connection, both ends counted, and nothing else:
/// neither root nor a changed limit. Exit code 2 means that the machine does not permit it, with a line about the cure.
#include <asyncrt/asyncrt.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fstream>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/resource.h>
#include <unistd.h>

using namespace asyncrt;
using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;

namespace {

constexpr std::string_view message = "are you still there, after all?\n";

/// What the machine does not permit, and the cure.
struct bad_environment : std::runtime_error {
  using std::runtime_error::runtime_error;
};

double seconds_since(clock_type::time_point begin) {
  return std::chrono::duration<double>(clock_type::now() - begin).count();
}

/// The number behind \p key in \p file, or zero.
std::size_t number_in(const char *file, std::string_view key) {
  std::ifstream in(file);
  for (std::string word; in >> word;)
    if (word == key && in >> word)
      return std::strtoull(word.c_str(), nullptr, 10);
  return 0;
}

std::size_t files_allowed() {
  rlimit limit = {};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

/// A line that overwrites itself, on a terminal only.
void progress(const char *what, std::size_t count, std::size_t of) {
  if (::isatty(STDERR_FILENO))
    std::fprintf(stderr, "\r\033[K%s: %zu of %zu%s", what, count, of, count == of ? "\n" : "");
}

// The clients: plain sockets that block, each process with an address of its own, so that ports suffice.

[[noreturn]] void give_up(const char *what) {
  std::printf("%s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

int connected(const endpoint &server, const endpoint &from) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  // No connection is left to linger when the process ends.
  const linger at_once = {.l_onoff = 1, .l_linger = 0};
  if (socket < 0 || ::setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on) < 0 ||
      ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) < 0 ||
      ::bind(socket, from.data(), from.size()) < 0)
    give_up("client");
  if (::connect(socket, server.data(), server.size()) < 0)
    give_up("connect");
  return socket;
}

/// A line for the other process, which reads them one by one.
void tell(const char *what) {
  std::puts(what);
  std::fflush(stdout);
}

/// Opens \p count connections, sends one message on each, tells how long the echoes took, in microseconds, and holds
/// the connections until its input ends. Waits for a line of input before each of this.
int be_client(std::uint16_t port, unsigned index, std::size_t count) {
  const endpoint server = endpoint::loopback(port);
  const endpoint from =
      endpoint::ip("127.1." + std::to_string(index / 200 + 1) + "." + std::to_string(index % 200 + 1), 0);
  std::vector<int> sockets;
  while (sockets.size() < count)
    sockets.push_back(connected(server, from));
  tell("connected");
  if (std::getchar() != '\n')
    return 1;
  std::vector<double> took;
  for (const int socket : sockets) {
    char answer[message.size()];
    const auto begin = clock_type::now();
    if (::send(socket, message.data(), message.size(), MSG_NOSIGNAL) < 0 ||
        ::recv(socket, answer, sizeof answer, MSG_WAITALL) != static_cast<ssize_t>(sizeof answer))
      give_up("echo");
    took.push_back(seconds_since(begin) * 1e6);
  }
  tell("echoed");
  if (std::getchar() != '\n')
    return 1;
  for (const double t : took)
    std::printf("%.1f\n", t);
  tell("done");
  while (std::getchar() != EOF) {
  }
  return 0;
}

// The server.

/// One connection: this frame and its task, and no buffer while it waits.
task<> echo(direct_stream client, std::size_t &live) {
  ++live;
  try {
    while (const direct_buffer received = co_await client.read_some())
      co_await client.write_all(received.text());
  } catch (const std::system_error &) {
    // That a client is gone ends its connection, and nothing else.
  }
  --live;
}

task<> accept_all(direct_listener &listener, std::size_t count, std::size_t &live) {
  for (; count != 0; --count)
    spawn(echo(co_await listener.accept(), live)).detach();
}

task<> show(const std::size_t &live, std::size_t of) {
  interval often(100ms);
  while (live < of) {
    progress("live", live, of);
    co_await often.tick();
  }
  progress("live", live, of);
}

/// A process with some of the clients, and what it says.
struct client_process {
  client_process(std::uint16_t port, std::size_t index, std::size_t count)
      : program(process::spawn(
            {"/proc/self/exe", "--client", std::to_string(port), std::to_string(index), std::to_string(count)},
            {.in = stdio::pipe, .out = stdio::pipe})),
        output(program.out()) {}
  task<std::string> line() { co_return (co_await output.read_line()).value_or("a process of clients has ended"); }
  /// Throws what it says if that is something else.
  task<> says(std::string_view expected) {
    if (const std::string said = co_await line(); said != expected)
      throw std::runtime_error(said);
  }
  process program;
  buffered_reader<async_fd> output;
};

direct_rings make_rings(std::size_t connections) {
  try {
    return direct_rings({.connections = static_cast<unsigned>(connections)});
  } catch (const std::system_error &e) {
    const int error = e.code().value();
    const char *cure = error == EMFILE   ? "raise the limit of open files: ulimit -n 20000"
                       : error == EINVAL ? "Linux 5.19 or newer is needed"
                       : error == ENOMEM ? "more memory is needed"
                                         : "allow it: sysctl kernel.io_uring_disabled=0; in a container, a seccomp "
                                           "profile that permits io_uring";
    throw bad_environment(std::string(e.what()) + ": " + cure);
  }
}

/// Throws bad_environment if \p connections, with both ends, are more than the machine can hold.
void check_machine(std::size_t connections) {
  const std::size_t free_kb = number_in("/proc/meminfo", "MemAvailable:");
  if (free_kb < connections * 10)
    throw bad_environment(std::to_string(connections) + " connections need about " +
                          std::to_string(connections / 100 + 1) + " MB of memory, and " +
                          std::to_string(free_kb / 1000) + " MB are free: ask for fewer connections");
  std::size_t files = 0;
  std::ifstream("/proc/sys/fs/file-max") >> files;
  if (files < connections * 2 + 10'000)
    throw bad_environment("the system permits " + std::to_string(files) +
                          " open files: sysctl fs.file-max=" + std::to_string(connections * 2 + 10'000));
  if (files_allowed() < 100)
    throw bad_environment("a process may open too few files: ulimit -n 1000");
}

struct server {
  explicit server(std::size_t connections) : rings(make_rings(connections)) {}
  direct_rings rings;
  direct_listener listener = direct_listener::bind(rings, endpoint::loopback());
  std::size_t live = 0;
  std::deque<client_process> clients;
};

/// Ends when \p count connections are open.
task<> open_all(server &s, std::size_t count) {
  spawn(accept_all(s.listener, count, s.live)).detach();
  task_handle<> shown = spawn(show(s.live, count));
  const std::size_t each = std::min<std::size_t>({files_allowed() - 16, 14'000, (count - 1) / 8 + 1});
  for (std::size_t left = count; left != 0; left -= std::min(left, each))
    s.clients.emplace_back(s.listener.local().port(), s.clients.size(), std::min(left, each));
  for (client_process &c : s.clients)
    co_await c.says("connected");
  co_await shown;
}

/// One echo on each connection; how long each took, in microseconds.
task<std::vector<double>> echo_all(server &s) {
  for (client_process &c : s.clients)
    co_await c.program.in().write_all("\n");
  for (client_process &c : s.clients)
    co_await c.says("echoed");
  std::vector<double> took;
  for (client_process &c : s.clients) {
    co_await c.program.in().write_all("\n");
    for (std::string line = co_await c.line(); line != "done"; line = co_await c.line())
      took.push_back(std::strtod(line.c_str(), nullptr));
  }
  std::sort(took.begin(), took.end());
  // And they stay.
  co_await sleep_for(1s);
  co_return took;
}

void hold(std::size_t count) {
  server s(count);
  event_loop loop; // Destroyed first, which ends the connections.
  const auto kb_of_slabs = [] { return number_in("/proc/meminfo", "Slab:"); };
  const auto kb_of_process = [] { return number_in("/proc/self/status", "VmRSS:"); };
  const auto each = [count](std::size_t sum) { return static_cast<double>(sum) / static_cast<double>(count); };
  const std::size_t slabs = kb_of_slabs(), process = kb_of_process();
  const auto begin = clock_type::now();
  loop.run_until(open_all(s, count));
  std::printf("live connections        %zu on one thread; rings: %zu; opened in %.1f s by %zu processes\n", s.live,
              s.rings.size(), seconds_since(begin), s.clients.size());
  std::printf("memory per connection   %.0f bytes of this process; %.1f KB of kernel slabs for both ends\n",
              each(kb_of_process() - process) * 1024, each(kb_of_slabs() - slabs));
  const std::vector<double> took = loop.run_until(echo_all(s));
  const auto at = [&](double part) {
    return took[static_cast<std::size_t>(part * static_cast<double>(took.size() - 1))];
  };
  std::printf("echo latency, all open  p50 %.0f us, p90 %.0f us, p99 %.0f us, max %.0f us (%zu echoes)\n", at(0.5),
              at(0.9), at(0.99), at(1), took.size());
  std::printf("live a second later     %zu\n", s.live);
}

} // namespace

int main(int argc, char **argv) {
  const auto number = [&](int i) { return std::strtoull(argv[i], nullptr, 10); };
  if (argc == 5 && std::strcmp(argv[1], "--client") == 0)
    return be_client(static_cast<std::uint16_t>(number(2)), static_cast<unsigned>(number(3)), number(4));
  const std::size_t count = argc > 1 ? number(1) : 100'000;
  if (count == 0) {
    std::fputs("usage: hundred_thousand [CONNECTIONS]\n", stderr);
    return 2;
  }
  try {
    check_machine(count);
    hold(count);
  } catch (const bad_environment &e) {
    std::fprintf(stderr, "hundred_thousand: %s\n", e.what());
    return 2;
  } catch (const std::exception &e) {
    std::fprintf(stderr, "hundred_thousand: %s\n", e.what());
    return 1;
  }
}
