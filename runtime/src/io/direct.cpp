// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Awaiting what a ring does.
#include <asyncrt/io/direct.hpp>
#include <asyncrt/io/io_awaiter.hpp>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <fcntl.h>
#include <limits>
#include <sys/resource.h>

namespace asyncrt {

namespace {

reactor &reactor_of(promise_base &p) { return static_cast<event_loop &>(p.loop()).io(); }

} // namespace

direct_rings::direct_rings(direct_options options) {
  unsigned most = options.per_ring;
  if (rlimit limit; most == 0 && ::getrlimit(RLIMIT_NOFILE, &limit) == 0)
    most = static_cast<unsigned>(std::min<rlim_t>(limit.rlim_cur, 1u << 20));
  if (most == 0 || options.connections == 0 || options.buffer_size == 0 || !std::has_single_bit(options.buffers) ||
      options.buffers > 32768)
    detail::throw_io_error(EINVAL, "io_uring");
  // All of about the same size, since each has a pool of its own.
  const unsigned rings = (options.connections - 1) / most + 1;
  for (unsigned left = rings; left != 0; --left) {
    const unsigned slots = (options.connections - 1) / left + 1;
    rings_.push_back(detail::make_direct_ring(slots, options.buffers, options.buffer_size));
    options.connections -= slots;
  }
}

detail::direct_ring *direct_rings::with_room() noexcept {
  detail::direct_ring *best = nullptr;
  unsigned most = 0;
  for (const auto &ring : rings_)
    if (const unsigned room = ring->room(); room > most) {
      best = ring.get();
      most = room;
    }
  return best;
}

namespace detail {

bool direct_awaiter::begin(promise_base &p, int without_ring) {
  promise_ = &p;
  if (p.env().stop_requested()) {
    stopped_ = true;
    return false;
  }
  if (const int error = ring_ ? ring_->start(*this, reactor_of(p)) : without_ring) {
    result_ = error;
    return false;
  }
  if (inplace_stop_source *source = p.env().stop)
    source->add(*this);
  return true;
}

bool direct_awaiter::again() noexcept {
  if (stop_sent_)
    return false;
  if (const int error = ring_->start(*this, reactor_of(*promise_))) {
    result_ = error;
    return false;
  }
  return true;
}

direct_awaiter::~direct_awaiter() {
  // Only a frame that is destroyed while it waits comes here waiting, and a loop that closes does that only to those
  // for whom the system does nothing.
  if (under_way && !ring_->cancel(*this))
    trap("a coroutine was destroyed while the system works for it");
}

void direct_awaiter::done(io_operation &op, int result) noexcept {
  auto &self = static_cast<direct_awaiter &>(op);
  self.unregister();
  self.result_ = result;
  self.stopped_ = self.stop_sent_ && (result == -ECANCELED || result == -EINTR);
  self.promise_->loop().push_ready(*self.promise_);
}

void direct_awaiter::stop(stop_hook &hook) noexcept {
  auto &self = static_cast<direct_awaiter &>(hook);
  self.stop_sent_ = true;
  if (self.ring_->cancel(self))
    done(self, -ECANCELED);
}

void direct_awaiter::fail(const char *operation) const {
  if (stopped_)
    throw_stopped(promise_->env());
  throw_io_error(-result_, operation);
}

void direct_write_awaiter::aim() noexcept {
  const std::string_view rest = text_.substr(written_);
  data = rest.data();
  size = static_cast<std::uint32_t>(std::min<std::size_t>(rest.size(), std::numeric_limits<int>::max()));
}

bool direct_write_awaiter::write(promise_base &p) {
  aim();
  if (!text_.empty() || !ring_ || p.env().stop_requested())
    return begin(p, -EBADF);
  promise_ = &p;
  result_ = 0;
  return p.completed_inline();
}

void direct_write_awaiter::sent(io_operation &op, int result) noexcept {
  auto &self = static_cast<direct_write_awaiter &>(op);
  if (result > 0) {
    self.written_ += static_cast<std::size_t>(result);
    if (self.all_ && self.written_ < self.text_.size()) {
      self.aim();
      if (self.again())
        return;
      result = self.stop_sent_ ? -ECANCELED : self.result_;
    }
  }
  done(op, result);
}

} // namespace detail

direct_listener direct_listener::bind(direct_rings &rings, const endpoint &where, listen_options options) {
  fd socket = detail::listen_at(where, options.backlog, options.share_port);
  // The kernel takes O_NONBLOCK to mean that it is not to wait for a connection either.
  if (const int flags = ::fcntl(socket.get(), F_GETFL); ::fcntl(socket.get(), F_SETFL, flags & ~O_NONBLOCK) < 0)
    detail::throw_io_error(errno, "listen");
  return {rings, std::move(socket)};
}

direct_listener::direct_listener(direct_listener &&other) noexcept
    : rings_(other.rings_), socket_(std::move(other.socket_)) {
  other.check_unwaited();
}

direct_listener &direct_listener::operator=(direct_listener &&other) noexcept {
  check_unwaited();
  other.check_unwaited();
  rings_ = other.rings_;
  socket_ = std::move(other.socket_);
  return *this;
}

void direct_listener::check_unwaited() const noexcept {
  if (accepting_)
    trap("a listener was moved or closed while a coroutine waits for it");
}

void direct_listener::close() noexcept {
  check_unwaited();
  socket_.close();
}

direct_listener::accept_awaiter::~accept_awaiter() {
  if (result_ >= 0)
    ring_->close(result_);
}

bool direct_listener::accept_awaiter::accept(promise_base &p) {
  if (!from_.accepting_ && from_.socket_)
    ring_ = from_.rings_->with_room();
  const bool waits = begin(p, !from_.socket_ ? -EBADF : from_.accepting_ ? -EBUSY : -ENFILE);
  if (waits)
    from_.accepting_ = true;
  return waits;
}

void direct_listener::accept_awaiter::accepted(io_operation &op, int result) noexcept {
  auto &self = static_cast<accept_awaiter &>(op);
  if (result < 0 && detail::of_one_connection(-result)) {
    if (self.again())
      return;
    result = self.stop_sent_ ? -ECANCELED : self.result_;
  }
  self.from_.accepting_ = false;
  done(op, result);
}

} // namespace asyncrt
