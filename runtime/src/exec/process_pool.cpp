// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Both sides of a process pool: the workers, and the loop that talks to them.
#include <asyncrt/core/as_result.hpp>
#include <asyncrt/core/this_task.hpp>
#include <asyncrt/core/unstoppable.hpp>
#include <asyncrt/core/yield.hpp>
#include <asyncrt/debug/blocking_trap.hpp>
#include <asyncrt/exec/process_pool.hpp>
#include <asyncrt/loop/readiness.hpp>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cxxabi.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <system_error>
#include <thread>
#include <typeinfo>
#include <unistd.h>

namespace asyncrt {

namespace {

using detail::arrival;
using detail::incoming;
using detail::message_kind;

[[noreturn]] void fail(const char *what, int error = errno) {
  throw std::system_error(error, std::system_category(), what);
}

/// A descriptor with an owner.
class owned_fd {
public:
  owned_fd() noexcept = default;
  explicit owned_fd(int fd) noexcept : fd_(fd) {}
  owned_fd(owned_fd &&other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  owned_fd &operator=(owned_fd &&other) noexcept {
    reset(std::exchange(other.fd_, -1));
    return *this;
  }
  ~owned_fd() { reset(); }
  void reset(int fd = -1) noexcept {
    if (fd_ >= 0)
      ::close(fd_);
    fd_ = fd;
  }
  int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }

private:
  int fd_ = -1;
};

struct socket_pair {
  /// \p flags are those of the first end.
  explicit socket_pair(int flags) {
    int fds[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
      fail("socketpair for a worker process");
    here.reset(fds[0]);
    there.reset(fds[1]);
    if (::fcntl(fds[0], F_SETFL, flags) < 0)
      fail("fcntl");
  }
  owned_fd here, there;
};

//--- in the worker ----------------------------------------------------------------------------------------------------

void write_error(job_writer &out, const std::type_info *type, const char *text) {
  std::string name = "?";
  if (type) {
    char *readable = abi::__cxa_demangle(type->name(), nullptr, nullptr, nullptr);
    name = readable ? readable : type->name();
    std::free(readable);
  }
  out.values(name, std::string(text));
}

message_kind do_job(job_reader &in, job_writer &out) {
  try {
    detail::job_entry entry;
    std::memcpy(&entry, in.bytes(sizeof entry), sizeof entry);
    entry(in, out);
    return message_kind::value;
  } catch (const std::exception &e) {
    out.clear();
    write_error(out, &typeid(e), e.what());
  } catch (...) {
    out.clear();
    write_error(out, abi::__cxa_current_exception_type(), "what was thrown is no std::exception");
  }
  return message_kind::error;
}

/// What a worker process runs. It ends when the pool closes its socket.
void work(int socket) noexcept {
  ::prctl(PR_SET_NAME, "asyncrt-worker");
  try {
    const auto buffer = std::make_unique<detail::packet_buffer>();
    job_writer out;
    {
      const owned_fd self(static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0)));
      out.values(::getpid());
      out.descriptor(self.get());
      if (detail::send_message(socket, message_kind::hello, out, 0))
        return;
    }
    for (;;) {
      incoming in;
      if (in.receive(socket, *buffer, 0) != arrival::message || in.kind() != message_kind::job)
        return;
      out.clear();
      const message_kind kind = do_job(in.payload(), out);
      std::fflush(stdout); // A worker may be killed at any time from now on.
      if (int error = detail::send_message(socket, kind, out, 0)) {
        out.clear();
        write_error(out, &typeid(std::system_error), std::system_category().message(error).c_str());
        if (detail::send_message(socket, message_kind::error, out, 0))
          return;
      }
    }
  } catch (const std::exception &e) {
    std::fprintf(stderr, "asyncrt: a worker process ends: %s\n", e.what());
    ::_exit(1);
  }
}

} // namespace

//--- in the program ---------------------------------------------------------------------------------------------------

/// A place for a worker process. Empty without a socket.
struct process_pool::worker {
  owned_fd socket;
  owned_fd process; ///< A pidfd: readable when it has ended.
  owned_fd both;    ///< An epoll instance that is readable when one of the two is.
  pid_t pid = 0;

  explicit operator bool() const noexcept { return static_cast<bool>(socket); }
  bool ended() const noexcept {
    pollfd p{process.get(), POLLIN, 0};
    return ::poll(&p, 1, 0) == 1;
  }
  void kill() const noexcept { ::syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0); }

  /// Like incoming::receive(); but a worker that has ended without an answer is the end, even if somebody that it has
  /// started keeps its socket open.
  arrival receive(incoming &message, detail::packet_buffer &packet) const noexcept {
    const bool last = ended(); // What it sent before it ended is there to be read.
    const arrival a = message.receive(socket.get(), packet, MSG_DONTWAIT);
    return a == arrival::nothing && last ? arrival::end : a;
  }
};

/// A worker that a job has: given back, and killed unless it can do another job.
class process_pool::in_use {
public:
  explicit in_use(process_pool &pool) noexcept : pool_(pool), worker_(*pool.idle_.back()) { pool.idle_.pop_back(); }
  in_use(const in_use &) = delete;
  in_use &operator=(const in_use &) = delete;
  ~in_use() {
    if (busy && worker_)
      worker_.kill(); // The next one who wants it finds it dead.
    pool_.idle_.push_back(&worker_);
  }
  worker &get() const noexcept { return worker_; }
  bool busy = false;

private:
  process_pool &pool_;
  worker &worker_;
};

process_pool::process_pool(std::unique_ptr<fork_server> own, fork_server *server, unsigned workers, const void *from)
    : own_server_(std::move(own)), server_(server ? server : own_server_.get()),
      workers_(workers ? workers : std::max(1u, std::thread::hardware_concurrency())), free_(workers_.size()),
      mark_("a process pool", from) {
  for (worker &w : workers_)
    idle_.push_back(&w);
}

process_pool::process_pool(unsigned workers)
    : process_pool(std::make_unique<fork_server>(), nullptr, workers, __builtin_return_address(0)) {}
process_pool::process_pool(fork_server &server, unsigned workers)
    : process_pool(nullptr, &server, workers, __builtin_return_address(0)) {}

process_pool::~process_pool() {
  if (under_way_)
    trap("a process_pool was destroyed while a job is under way");
  for (worker &w : workers_)
    if (w)
      w.kill();
  const debug::allow_blocking here("they have been killed: they end in a moment");
  for (worker &w : workers_) {
    if (!w)
      continue;
    pollfd p{w.process.get(), POLLIN, 0};
    while (::poll(&p, 1, -1) < 0 && errno == EINTR) {
    }
    try {
      server_->reap(w.pid, -1);
    } catch (const std::system_error &) {
      // Without its server nobody is left who could.
    }
  }
}

unsigned process_pool::size() const noexcept { return static_cast<unsigned>(workers_.size()); }

unsigned process_pool::alive() const noexcept {
  unsigned count = 0;
  for (const worker &w : workers_)
    count += w ? 1 : 0;
  return count;
}

/// Starts a process in an empty place, and waits for it to say hello.
task<> process_pool::begin(worker &w) {
  socket_pair ends(O_NONBLOCK);
  server_->start(work, ends.there.get());
  ends.there.reset();
  incoming hello;
  arrival a;
  do {
    co_await async_readable(ends.here.get());
    a = hello.receive(ends.here.get(), packet_, MSG_DONTWAIT);
  } while (a == arrival::nothing);
  if (a != arrival::message || hello.kind() != message_kind::hello)
    fail("the fork server could not start a worker process", EAGAIN);
  worker made;
  made.pid = hello.payload().value<pid_t>();
  made.process.reset(hello.payload().descriptor());
  made.both.reset(::epoll_create1(EPOLL_CLOEXEC));
  made.socket = std::move(ends.here);
  epoll_event readable{.events = EPOLLIN, .data = {}};
  if (!made.both || ::epoll_ctl(made.both.get(), EPOLL_CTL_ADD, made.socket.get(), &readable) < 0 ||
      ::epoll_ctl(made.both.get(), EPOLL_CTL_ADD, made.process.get(), &readable) < 0) {
    const int error = errno;
    made.kill();
    server_->reap(made.pid, -1);
    fail("waiting for a worker process", error);
  }
  w = std::move(made);
}

/// Waits for the end of the process, empties its place, and gives its status.
task<std::optional<int>> process_pool::bury(worker &w) {
  worker dead = std::move(w);
  co_await async_readable(dead.process.get());
  std::optional<int> status;
  try {
    socket_pair answer(O_NONBLOCK);
    server_->reap(dead.pid, answer.there.get());
    answer.there.reset();
    co_await async_readable(answer.here.get());
    int value;
    if (::read(answer.here.get(), &value, sizeof value) == sizeof value)
      status = value;
  } catch (const std::system_error &) {
    // The server is gone, and with it what it knew.
  }
  co_return status;
}

task<> process_pool::exchange(detail::job_base &job) {
  if (closed_)
    throw pool_closed();
  scheduler *const here = scheduler::current();
  if (under_way_ && loop_ != here)
    trap("a process_pool was used by two loops at once");
  loop_ = here;
  const struct counted {
    explicit counted(std::size_t &n) noexcept : n(++n) {}
    ~counted() { --n; }
    std::size_t &n;
  } one_more(under_way_);
  mark_.one_more_job();
  const async_semaphore::permit permit = co_await free_.acquire();
  in_use place(*this);
  worker &w = place.get();

  for (unsigned attempt = 1;; ++attempt) {
    if (!w) {
      co_await unstoppable(begin(w));
      co_await stop_if_requested();
    }
    out_.clear();
    job.encode(out_);
    const int error = detail::send_message(w.socket.get(), message_kind::job, out_, MSG_DONTWAIT);
    out_.clear();
    if (!error)
      break;
    if (error != EPIPE && error != ECONNRESET)
      fail("sending a job to a worker process", error);
    // It has died since its last job. This one has not reached it, so another worker can have it.
    w.kill();
    const std::optional<int> status = co_await unstoppable(bury(w));
    if (attempt == 3)
      throw broken_pool_error(status, "three workers have died before they could take the job");
  }

  place.busy = true;
  for (;;) {
    const result<void> woken = co_await as_result(async_readable(w.both.get()));
    incoming answer;
    const arrival a = w.receive(answer, packet_);
    if (a == arrival::message && (answer.kind() == message_kind::value || answer.kind() == message_kind::error)) {
      place.busy = false;
      job_reader &in = answer.payload();
      if (answer.kind() == message_kind::value) {
        job.decode(in);
        co_return;
      }
      auto type = in.value<std::string>();
      throw remote_error(std::move(type), in.value<std::string>());
    }
    if (a == arrival::nothing && woken.has_value())
      continue;
    w.kill();
    const std::optional<int> status = co_await unstoppable(bury(w));
    woken.rethrow();
    throw broken_pool_error(status, a == arrival::end ? "" : "a job has written to the socket of its worker");
  }
}

task<> process_pool::shutdown() {
  closed_ = true;
  std::vector<async_semaphore::permit> all;
  while (all.size() < workers_.size())
    all.push_back(co_await free_.acquire());
  for (worker &w : workers_)
    if (w) {
      ::shutdown(w.socket.get(), SHUT_RDWR);
      co_await async_readable(w.process.get());
      co_await unstoppable(bury(w));
    }
}

} // namespace asyncrt
