// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Trying, waiting for readiness, trying again; and to whose loop a descriptor belongs.
#include <asyncrt/io/async_fd.hpp>
#include <asyncrt/io/pipe.hpp>

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace asyncrt {

namespace {

/// \p call until it is not interrupted: its result, or -errno.
template <class F> long repeated(F call) noexcept {
  for (;;) {
    const long result = call();
    if (result >= 0)
      return result;
    if (errno != EINTR)
      return errno == EWOULDBLOCK ? -EAGAIN : -errno;
  }
}

/// write() to a pipe without the SIGPIPE that tells of one that nobody reads: the signal is held back and taken out.
long write_pipe(int number, std::string_view data) noexcept {
  sigset_t pipe_only, before, pending;
  ::sigemptyset(&pipe_only);
  ::sigaddset(&pipe_only, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &pipe_only, &before);
  ::sigpending(&pending);
  const long result = repeated([&] { return ::write(number, data.data(), data.size()); });
  if (result == -EPIPE && !::sigismember(&pending, SIGPIPE)) {
    const timespec at_once{};
    while (::sigtimedwait(&pipe_only, nullptr, &at_once) < 0 && errno == EINTR) {
    }
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return result;
}

} // namespace

namespace detail {

void throw_io_error(int error, const char *operation) {
  throw std::system_error(error, std::system_category(), operation);
}

io_awaiter::~io_awaiter() {
  // Only a frame that is destroyed while it waits comes here waiting; see event_loop::close().
  if (waiting_ && !reactor_of().cancel(*this))
    trap("a coroutine was destroyed while the system works for it");
}

bool io_awaiter::begin(promise_base &p, async_fd &on) {
  promise_ = &p;
  if (p.env().stop_requested()) {
    stopped_ = true;
    return false;
  }
  number = on.get();
  result_ = once_(*this, number);
  if (result_ != -EAGAIN)
    return p.completed_inline();
  reactor &r = reactor_of();
  if (const int error = on.attach(r)) {
    result_ = error;
    return false;
  }
  if (!would_block(r))
    return p.completed_inline();
  if (inplace_stop_source *source = p.env().stop)
    source->add(*this);
  return true;
}

/// Waits for readiness after a try that gave -EAGAIN. False when a further try gave a result.
bool io_awaiter::would_block(reactor &r) noexcept {
  do {
    const int started = r.start(*this);
    waiting_ = started == 0;
    if (waiting_)
      return true;
    result_ = started < 0 ? started : once_(*this, number);
  } while (result_ == -EAGAIN);
  return false;
}

void io_awaiter::fail(const char *operation) const {
  if (stopped_)
    throw_stopped(promise_->env());
  throw_io_error(static_cast<int>(-result_), operation);
}

void io_awaiter::resume() noexcept {
  unregister();
  promise_->loop().push_ready(*promise_);
}

void io_awaiter::done(io_operation &op, int result) noexcept {
  auto &self = static_cast<io_awaiter &>(op);
  self.waiting_ = false;
  if (self.stop_sent_) {
    self.stopped_ = true;
    return self.resume();
  }
  self.result_ = result < 0 ? result : self.once_(self, self.number);
  if (self.result_ == -EAGAIN && self.would_block(self.reactor_of()))
    return;
  self.resume();
}

void io_awaiter::stop(stop_hook &hook) noexcept {
  auto &self = static_cast<io_awaiter &>(hook);
  if (!self.reactor_of().cancel(self)) {
    self.stop_sent_ = true;
    return;
  }
  self.waiting_ = false;
  self.stopped_ = true;
  self.resume();
}

long try_write(int number, fd_kind kind, std::string_view data) noexcept {
  if (kind == fd_kind::socket)
    return repeated([=] { return ::send(number, data.data(), data.size(), MSG_NOSIGNAL); });
  if (kind == fd_kind::pipe)
    return write_pipe(number, data);
  return repeated([=] { return ::write(number, data.data(), data.size()); });
}

read_awaiter::read_awaiter(async_fd &from, std::span<char> into) noexcept
    : io_awaiter(readiness::readable, attempt_once), from_(from), into_(into), kind_(from.kind()) {}

long read_awaiter::attempt_once(io_awaiter &base, int number) noexcept {
  const auto &self = static_cast<read_awaiter &>(base);
  return repeated([&] {
    return self.kind_ == fd_kind::socket ? ::recv(number, self.into_.data(), self.into_.size(), 0)
                                         : ::read(number, self.into_.data(), self.into_.size());
  });
}

write_awaiter::write_awaiter(async_fd &to, std::string_view data, bool all) noexcept
    : io_awaiter(readiness::writable, attempt_once), to_(to), data_(data), kind_(to.kind()), all_(all) {}

long write_awaiter::attempt_once(io_awaiter &base, int number) noexcept {
  auto &self = static_cast<write_awaiter &>(base);
  for (;;) {
    const long count = try_write(number, self.kind_, self.data_.substr(self.written_));
    if (count < 0)
      return count;
    self.written_ += static_cast<std::size_t>(count);
    if (!self.all_ || self.written_ == self.data_.size())
      return static_cast<long>(self.written_);
  }
}

} // namespace detail

async_fd::async_fd(fd owned) : fd_(std::move(owned)) {
  struct stat status;
  const int flags = ::fcntl(get(), F_GETFL);
  if (flags < 0 || ::fstat(get(), &status) < 0 ||
      (!(flags & O_NONBLOCK) && ::fcntl(get(), F_SETFL, flags | O_NONBLOCK) < 0))
    detail::throw_io_error(errno, "async_fd");
  kind_ = S_ISSOCK(status.st_mode)   ? detail::fd_kind::socket
          : S_ISFIFO(status.st_mode) ? detail::fd_kind::pipe
                                     : detail::fd_kind::other;
}

async_fd::async_fd(async_fd &&other) noexcept { take(other); }

async_fd &async_fd::operator=(async_fd &&other) noexcept {
  if (this != &other) {
    close();
    take(other);
  }
  return *this;
}

void async_fd::take(async_fd &other) noexcept {
  fd_ = std::move(other.fd_);
  kind_ = other.kind_;
  reactor_ = other.reactor_;
  if (other.linked())
    reactor_->remember_instead(other, *this);
}

int async_fd::attach(reactor &r) noexcept {
  if (linked()) {
    if (reactor_ != &r)
      trap("a descriptor that belongs to one loop was waited for on another");
    return 0;
  }
  if (const int error = r.attach(get()))
    return error;
  reactor_ = &r;
  r.remember(*this, get());
  return 0;
}

void async_fd::detach() noexcept {
  if (linked()) {
    reactor_->forget(get());
    unlink();
  }
}

void async_fd::close() noexcept {
  detach();
  fd_.close();
}

fd async_fd::release() noexcept {
  detach();
  return std::move(fd_);
}

pipe_ends make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
    detail::throw_io_error(errno, "pipe");
  fd reader(ends[0]), writer(ends[1]);
  return {.reader = async_fd(std::move(reader)), .writer = async_fd(std::move(writer))};
}

} // namespace asyncrt
