// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// The reactor on io_uring. It waits for readiness (poll requests), so that it does exactly what the one on epoll does;
/// what is saved is a system call per descriptor: requests are handed over when the loop waits, all at once.
#include "descriptor_table.hpp"
#include "wake_event.hpp"

#include <cerrno>
#include <system_error>

#ifdef ASYNCRT_HAS_URING

#include <liburing.h>
#include <poll.h>
#include <utility>

namespace asyncrt {

namespace {

constexpr unsigned event_of[2] = {POLLIN | POLLRDHUP, POLLOUT};

/// An attached descriptor has a poll request that goes on for ever (multishot); any other one a request for one event
/// at a time.
///
/// `request` tells the requests for one number apart: zero for none, else the one whose answers count. An answer with
/// another number is that of a request that was withdrawn.
struct entry : detail::descriptor_entry {
  std::uint32_t request = 0;
};

class uring_reactor final : public reactor {
public:
  uring_reactor() {
    // Without COOP_TASKRUN (5.19) each event interrupts the thread, though it asks for events whenever it wants some.
    int error = ::io_uring_queue_init(256, &ring_, IORING_SETUP_COOP_TASKRUN);
    if (error == -EINVAL)
      error = ::io_uring_queue_init(256, &ring_, 0);
    if (error)
      throw std::system_error(-error, std::system_category(), "io_uring");
    // Waiting with a time-out came with Linux 5.11, polling for more than one event with 5.13; the flag with 5.12.
    const bool old = !(ring_.features & IORING_FEAT_EXT_ARG) || !(ring_.features & IORING_FEAT_NATIVE_WORKERS);
    if (old) {
      ::io_uring_queue_exit(&ring_);
      throw std::system_error(ENOSYS, std::system_category(), "io_uring");
    }
    await_wake();
  }
  ~uring_reactor() override {
    // A request keeps its file open, so none may be left to the kernel's own time.
    for (int number = 0; number < static_cast<int>(entries_.size()); ++number)
      withdraw(number, entries_[number]);
    ::io_uring_submit(&ring_);
    ::io_uring_queue_exit(&ring_);
  }

  int start(readiness_operation &op) noexcept override {
    entry *e = entries_.find(op.number);
    if (!e)
      return entries_.why_not(op.number);
    const auto direction = static_cast<std::size_t>(op.direction);
    if (e->waiting[direction])
      return -EBUSY;
    if (e->attached && std::exchange(e->ready[direction], false))
      return 1;
    e->waiting[direction] = &op;
    // An attached one has no request only after that has failed.
    if (!e->attached || e->request == 0) {
      withdraw(op.number, *e);
      arm(op.number, *e);
    }
    ++pending_;
    return 0;
  }

  bool cancel(readiness_operation &op) noexcept override {
    entry &e = entries_[op.number];
    e.waiting[static_cast<std::size_t>(op.direction)] = nullptr;
    --pending_;
    if (!e.attached && !e.waited_for()) {
      withdraw(op.number, e);
      ::io_uring_submit(&ring_);
    }
    return true;
  }

  int attach(int number) noexcept override {
    entry *e = entries_.find(number);
    if (!e)
      return entries_.why_not(number);
    withdraw(number, *e);
    *e = {};
    e->attached = true;
    arm(number, *e);
    return 0;
  }

  void forget(int number) noexcept override {
    entry *e = entries_.find_unwaited(number);
    if (!e)
      return;
    // At once, since what is handed over later would mean the next file of that number.
    withdraw(number, *e);
    ::io_uring_submit(&ring_);
    *e = {};
  }

  void poll(time_ns timeout) noexcept override {
    hand_over(submit_batches(timeout));
    struct done {
      std::uint64_t request;
      int result;
      bool more;
    };
    done all[256];
    io_uring_cqe *entries[256];
    const unsigned count = ::io_uring_peek_batch_cqe(&ring_, entries, 256);
    for (unsigned i = 0; i < count; ++i)
      all[i] = {entries[i]->user_data, entries[i]->res, (entries[i]->flags & IORING_CQE_F_MORE) != 0};
    ::io_uring_cq_advance(&ring_, count);
    for (unsigned i = 0; i < count; ++i)
      happened(all[i].request, all[i].result, all[i].more);
  }

  void wake() noexcept override { event_.wake(); }

private:
  static constexpr std::uint64_t no_answer = ~std::uint64_t{0};
  static constexpr std::uint64_t wakes = no_answer - 1;

  io_uring_sqe *submission() noexcept {
    io_uring_sqe *sqe = ::io_uring_get_sqe(&ring_);
    while (!sqe) {
      ::io_uring_submit(&ring_);
      sqe = ::io_uring_get_sqe(&ring_);
    }
    return sqe;
  }

  static std::uint64_t name_of(int number, std::uint32_t request) noexcept {
    return static_cast<std::uint64_t>(request) << 32 | static_cast<std::uint32_t>(number);
  }

  void await_wake() noexcept {
    io_uring_sqe *sqe = submission();
    ::io_uring_prep_poll_multishot(sqe, event_.get(), POLLIN);
    sqe->user_data = wakes;
    ::io_uring_submit(&ring_);
  }

  /// Asks for the events that are waited for, or for all of them for ever.
  void arm(int number, entry &e) noexcept {
    // Zero is none, and the highest would run into the names above.
    if (++last_request_ == ~std::uint32_t{0})
      last_request_ = 1;
    e.request = last_request_;
    io_uring_sqe *sqe = submission();
    if (e.attached)
      ::io_uring_prep_poll_multishot(sqe, number, event_of[0] | event_of[1]);
    else
      ::io_uring_prep_poll_add(sqe, number, (e.waiting[0] ? event_of[0] : 0) | (e.waiting[1] ? event_of[1] : 0));
    sqe->user_data = name_of(number, e.request);
  }

  /// Takes back the request for \p number, if there is one; its answers do not count from now on.
  void withdraw(int number, entry &e) noexcept {
    if (e.request == 0)
      return;
    io_uring_sqe *sqe = submission();
    ::io_uring_prep_poll_remove(sqe, name_of(number, std::exchange(e.request, 0)));
    sqe->user_data = no_answer;
  }

  /// Gives the kernel all requests and waits. Interrupted, it returns early, which is allowed.
  void hand_over(time_ns timeout) noexcept {
    if (timeout == 0) {
      ::io_uring_submit_and_get_events(&ring_);
    } else if (timeout < 0) {
      ::io_uring_submit_and_wait(&ring_, 1);
    } else {
      __kernel_timespec t = {.tv_sec = timeout / 1'000'000'000, .tv_nsec = timeout % 1'000'000'000};
      io_uring_cqe *first = nullptr;
      ::io_uring_submit_and_wait_timeout(&ring_, &first, 1, &t, nullptr);
    }
  }

  void happened(std::uint64_t name, int result, bool more) noexcept {
    if (name == no_answer)
      return;
    if (name == wakes) {
      if (!more)
        await_wake();
      return;
    }
    const int number = static_cast<int>(static_cast<std::uint32_t>(name));
    if (entries_[number].request != static_cast<std::uint32_t>(name >> 32))
      return;
    if (!more)
      entries_[number].request = 0;
    // Looked up again each time: what is called may begin to wait for another descriptor.
    for (const std::size_t direction : {0, 1}) {
      if (result >= 0 && !(static_cast<unsigned>(result) & (event_of[direction] | POLLERR | POLLHUP)))
        continue;
      if (readiness_operation *op = entries_.take(number, direction)) {
        --pending_;
        op->on_done(*op, result < 0 ? result : 0);
      } else {
        entries_[number].ready[direction] = entries_[number].attached;
      }
    }
    entry &e = entries_[number];
    if (e.request == 0 && result >= 0 && (e.attached || e.waited_for()))
      arm(number, e);
  }

  io_uring ring_ = {};
  detail::descriptor_table<entry> entries_;
  std::uint32_t last_request_ = 0;
  detail::wake_event event_;
};

} // namespace

std::unique_ptr<reactor> make_uring_reactor() { return std::make_unique<uring_reactor>(); }

} // namespace asyncrt

#else

namespace asyncrt {

std::unique_ptr<reactor> make_uring_reactor() {
  throw std::system_error(ENOSYS, std::system_category(), "io_uring (built without liburing)");
}

} // namespace asyncrt

#endif
