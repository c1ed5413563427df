// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Connections without file descriptors: io_uring's direct descriptors, for servers that hold very many.
///
/// A tcp_stream takes a descriptor of the process, whose number RLIMIT_NOFILE limits; and a coroutine that reads from
/// one keeps a buffer while it waits. A direct_stream is a slot in a table that the kernel keeps with a ring, and waits
/// without a buffer: the kernel takes one from the ring's pool when there is something to put into it. Operations are
/// carried out by the kernel and handed over in batches, when the loop has nothing else to do.
///
/// It works on every loop, whichever reactor that has, but only where the kernel permits io_uring, from Linux 5.19 on.
#pragma once

#include <asyncrt/io/direct_ring.hpp>
#include <asyncrt/io/endpoint.hpp>
#include <asyncrt/io/tcp.hpp>

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace asyncrt {

/// How direct_rings are made.
struct direct_options {
  /// How many connections can be open at once. For more than per_ring, several rings are made.
  unsigned connections = 10'000;
  /// How many at most in one ring. Zero: as many as the kernel permits, which is RLIMIT_NOFILE.
  unsigned per_ring = 0;
  /// How many buffers there are in the pool of each ring: as many connections can hold what they have received. A power
  /// of two, at most 32768.
  unsigned buffers = 256;
  /// The size of a buffer, in bytes: the most that one read gives.
  unsigned buffer_size = 4096;
};

/// The tables and pools of direct listeners and streams.
///
/// Must outlive all of them and their buffers; traps otherwise. Belongs to the loop on which something of it is first
/// awaited, until that loop is destroyed; using it on two loops traps. Loop thread only.
class [[nodiscard]] direct_rings {
public:
  /// std::system_error "io_uring": with EPERM or ENOSYS where the kernel refuses it (often in containers) or the
  /// runtime was built without liburing, EINVAL for options that cannot be or a kernel that is too old, EMFILE and
  /// ENOMEM when the system gives no more.
  explicit direct_rings(direct_options options = {});
  direct_rings(const direct_rings &) = delete;
  direct_rings &operator=(const direct_rings &) = delete;

  /// How many rings there are.
  std::size_t size() const noexcept { return rings_.size(); }

  /// For accept: the ring in which there is most room; null when all are full.
  detail::direct_ring *with_room() noexcept;

private:
  std::vector<std::unique_ptr<detail::direct_ring>> rings_;
};

/// Bytes that were received, in a buffer of a ring's pool, to which it goes back when this is destroyed: soon, since
/// others may wait for it. Movable; loop thread only.
class [[nodiscard]] direct_buffer {
public:
  /// None.
  direct_buffer() noexcept = default;
  direct_buffer(direct_buffer &&other) noexcept
      : ring_(std::exchange(other.ring_, nullptr)), text_(std::exchange(other.text_, {})) {}
  direct_buffer &operator=(direct_buffer &&other) noexcept {
    direct_buffer(std::move(other)).swap(*this);
    return *this;
  }
  ~direct_buffer() {
    if (ring_)
      ring_->give_back(text_.data());
  }
  void swap(direct_buffer &other) noexcept {
    std::swap(ring_, other.ring_);
    std::swap(text_, other.text_);
  }

  /// What was received, valid as long as this.
  std::string_view text() const noexcept { return text_; }
  std::size_t size() const noexcept { return text_.size(); }
  /// Whether there is anything: false at the end of the stream.
  explicit operator bool() const noexcept { return ring_ != nullptr; }

  /// For awaits.
  direct_buffer(detail::direct_ring &ring, std::string_view text) noexcept : ring_(&ring), text_(text) {}

private:
  detail::direct_ring *ring_ = nullptr;
  std::string_view text_;
};

namespace detail {

/// What the awaits have in common. `result_` is that of the operation. `stop_sent_`: the ring was asked to cancel and
/// the answer is on its way. `stopped_`: nothing was done, and a stop is why.
class [[nodiscard]] direct_awaiter : protected direct_operation, stop_hook {
public:
  direct_awaiter(direct_awaiter &&) = default;
  static constexpr bool await_ready() noexcept { return false; }

protected:
  direct_awaiter(kind what, direct_ring *ring, int number, io_operation::function done = direct_awaiter::done) noexcept
      : direct_operation(done, what, number), stop_hook(stop), ring_(ring) {}
  ~direct_awaiter();

  /// The await_suspend() of derived classes; \p without_ring is the result if there is none.
  bool begin(promise_base &p, int without_ring);
  /// The result; throws the error in \p operation, or operation_stopped.
  std::size_t finish(const char *operation) const {
    if (stopped_ || result_ < 0) [[unlikely]]
      fail(operation);
    return static_cast<std::size_t>(result_);
  }
  /// Begins anew, in `on_done`. False when the await is over instead.
  bool again() noexcept;
  static void done(io_operation &op, int result) noexcept;

  direct_ring *ring_;
  promise_base *promise_ = nullptr;
  int result_ = -1;
  bool stop_sent_ = false;
  bool stopped_ = false;

private:
  [[noreturn]] void fail(const char *operation) const;
  static void stop(stop_hook &hook) noexcept;
};

class [[nodiscard]] direct_read_awaiter : direct_awaiter {
public:
  direct_read_awaiter(direct_ring *ring, int slot) noexcept : direct_awaiter(kind::recv, ring, slot) {}
  direct_read_awaiter(direct_read_awaiter &&) = default;
  ~direct_read_awaiter() {
    if (data)
      ring_->give_back(data);
  }
  using direct_awaiter::await_ready;
  template <class P> bool await_suspend(std::coroutine_handle<P> h) { return begin(promise_of(h), -EBADF); }
  direct_buffer await_resume() {
    const std::size_t size = finish("read");
    if (size == 0)
      return {};
    return {*ring_, {std::exchange(data, nullptr), size}};
  }
};

class [[nodiscard]] direct_write_awaiter : direct_awaiter {
public:
  direct_write_awaiter(direct_ring *ring, int slot, std::string_view text, bool all) noexcept
      : direct_awaiter(kind::send, ring, slot, sent), text_(text), all_(all) {}
  direct_write_awaiter(direct_write_awaiter &&) = default;
  using direct_awaiter::await_ready;
  template <class P> bool await_suspend(std::coroutine_handle<P> h) { return write(promise_of(h)); }
  std::size_t await_resume() {
    finish("write");
    return written_;
  }

private:
  bool write(promise_base &p);
  void aim() noexcept;
  static void sent(io_operation &op, int result) noexcept;
  std::string_view text_;
  std::size_t written_ = 0;
  bool all_;
};

} // namespace detail

/// A TCP connection that has no file descriptor; see the file comment. Closed when destroyed. Movable, also while a
/// coroutine waits for it. Loop thread only. Small writes are sent at once (TCP_NODELAY).
class [[nodiscard]] direct_stream {
public:
  /// Not connected.
  direct_stream() noexcept = default;
  direct_stream(direct_stream &&other) noexcept : ring_(std::exchange(other.ring_, nullptr)), slot_(other.slot_) {}
  direct_stream &operator=(direct_stream &&other) noexcept {
    if (this != &other) {
      close();
      ring_ = std::exchange(other.ring_, nullptr);
      slot_ = other.slot_;
    }
    return *this;
  }
  ~direct_stream() { close(); }

  explicit operator bool() const noexcept { return ring_ != nullptr; }

  /// Some of what the peer has sent, at most as much as fits a buffer, as soon as there is any; nothing at the end of
  /// the stream. It waits without a buffer, and, when others hold all of them, until one is given back.
  /// std::system_error "read", with ECONNRESET and others. Stoppable: what has come all the same is given. Resumed on
  /// the loop that awaits. One coroutine at a time may read, EBUSY otherwise.
  detail::direct_read_awaiter read_some() noexcept { return {ring_, slot_}; }

  /// Writes some of \p data, at least one byte unless it is empty, as soon as there is room, and gives how many. \p
  /// data must stay valid until the await has ended. std::system_error "write", with EPIPE and ECONNRESET; no signal.
  /// Stoppable: nothing was written then. One coroutine at a time may write, EBUSY otherwise.
  detail::direct_write_awaiter write_some(std::string_view data) noexcept { return {ring_, slot_, data, false}; }

  /// Writes all of \p data, in as many pieces as it takes, and gives its size. When it is stopped or fails, how much
  /// was written is not known.
  detail::direct_write_awaiter write_all(std::string_view data) noexcept { return {ring_, slot_, data, true}; }

  /// Ends the connection, if there is one. Traps when a coroutine waits for it.
  void close() noexcept {
    if (ring_)
      std::exchange(ring_, nullptr)->close(slot_);
  }

  /// For awaits: takes over \p slot.
  direct_stream(detail::direct_ring &ring, int slot) noexcept : ring_(&ring), slot_(slot) {}

private:
  detail::direct_ring *ring_ = nullptr;
  int slot_ = -1;
};

/// Accepts TCP connections as direct ones. The listener itself has a descriptor. Movable while nobody waits for it.
class [[nodiscard]] direct_listener {
public:
  /// Listens at \p where for connections that are to live in \p rings. As tcp_listener::bind() otherwise.
  static direct_listener bind(direct_rings &rings, const endpoint &where, listen_options options = {});
  direct_listener(direct_listener &&other) noexcept;
  direct_listener &operator=(direct_listener &&other) noexcept;
  ~direct_listener() { close(); }

  class [[nodiscard]] accept_awaiter : detail::direct_awaiter {
  public:
    explicit accept_awaiter(direct_listener &from) noexcept
        : direct_awaiter(kind::accept, nullptr, from.socket_.get(), accepted), from_(from) {}
    accept_awaiter(accept_awaiter &&) = default;
    ~accept_awaiter();
    using direct_awaiter::await_ready;
    template <class P> bool await_suspend(std::coroutine_handle<P> h) { return accept(detail::promise_of(h)); }
    direct_stream await_resume() {
      const auto slot = static_cast<int>(finish("accept"));
      result_ = -1;
      return {*ring_, slot};
    }

  private:
    bool accept(promise_base &p);
    static void accepted(io_operation &op, int result) noexcept;
    direct_listener &from_;
  };

  /// The next connection. Stoppable: a connection that has come all the same is given. One that the peer gave up
  /// meanwhile is skipped. std::system_error "accept", with ENFILE when the rings are full: the connection goes on
  /// waiting, so close others, or wait a while, and call again. One coroutine at a time may wait, EBUSY otherwise.
  /// Resumed on the loop that awaits.
  accept_awaiter accept() noexcept { return accept_awaiter(*this); }

  /// Where it listens.
  endpoint local() const { return detail::local_of(socket_.get()); }
  /// Ends it. Traps when a coroutine waits for it.
  void close() noexcept;

private:
  direct_listener(direct_rings &rings, fd socket) noexcept : rings_(&rings), socket_(std::move(socket)) {}
  void check_unwaited() const noexcept;

  direct_rings *rings_;
  fd socket_;
  bool accepting_ = false;
};

} // namespace asyncrt
