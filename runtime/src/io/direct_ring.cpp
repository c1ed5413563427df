// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A ring of io_uring beside the loop's reactor, which watches it: it is readable when something is done.
#include <asyncrt/core/trap.hpp>
#include <asyncrt/io/direct_ring.hpp>

#include <cerrno>
#include <system_error>

#ifdef ASYNCRT_HAS_URING

#include <liburing.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <utility>
#include <vector>

namespace asyncrt::detail {

namespace {

[[noreturn]] void refuse(int error) { throw std::system_error(error, std::system_category(), "io_uring"); }

/// The buffers and the queue in which they are offered to the kernel, in one mapping that is filled as it is used.
class buffer_pool {
public:
  buffer_pool(unsigned count, unsigned size)
      : count_(count), size_(size), queue_size_((std::size_t{count} * sizeof(io_uring_buf) + 4095) / 4096 * 4096) {
    memory_ = static_cast<char *>(
        ::mmap(nullptr, bytes(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
    if (memory_ == MAP_FAILED)
      refuse(errno);
  }
  buffer_pool(const buffer_pool &) = delete;
  buffer_pool &operator=(const buffer_pool &) = delete;
  ~buffer_pool() { ::munmap(memory_, bytes()); }

  /// Makes the pool the one group of buffers of \p ring. An errno, or zero.
  int offer_all(io_uring &ring) noexcept {
    io_uring_buf_reg what = {};
    what.ring_addr = reinterpret_cast<std::uintptr_t>(memory_);
    what.ring_entries = count_;
    if (const int error = ::io_uring_register_buf_ring(&ring, &what, 0))
      return -error;
    for (unsigned id = 0; id < count_; ++id)
      offer(id);
    return 0;
  }
  char *begin_of(unsigned id) const noexcept { return memory_ + queue_size_ + std::size_t{id} * size_; }
  void take() noexcept { ++taken_; }
  void give_back(const char *data) noexcept {
    offer(static_cast<unsigned>(static_cast<std::size_t>(data - begin_of(0)) / size_));
    --taken_;
  }
  bool exhausted() const noexcept { return taken_ == count_; }
  bool complete() const noexcept { return taken_ == 0; }

private:
  std::size_t bytes() const noexcept { return queue_size_ + std::size_t{count_} * size_; }
  void offer(unsigned id) noexcept {
    auto *queue = reinterpret_cast<io_uring_buf_ring *>(memory_);
    ::io_uring_buf_ring_add(queue, begin_of(id), size_, static_cast<unsigned short>(id),
                            ::io_uring_buf_ring_mask(count_), 0);
    ::io_uring_buf_ring_advance(queue, 1);
  }

  unsigned count_;
  unsigned size_;
  std::size_t queue_size_;
  char *memory_;
  unsigned taken_ = 0;
};

/// `used_` counts slots that are open, those that an accept may need, and those whose closing has not been confirmed.
/// `in_flight_` counts operations that the kernel has or is about to get. While it is not zero the ring is watched.
/// `busy_` has one byte for each slot, a bit for each kind of operation that is under way.
class uring_direct_ring final : public direct_ring, readiness_operation, reactor::batch, reactor::attachment {
public:
  uring_direct_ring(unsigned slots, unsigned buffers, unsigned buffer_size)
      : readiness_operation(readable, -1, readiness::readable), batch(submit_batch), slots_(slots), busy_(slots),
        pool_(buffers, buffer_size) {
    waiting_.close();
    io_uring_params how = {};
    how.flags = IORING_SETUP_COOP_TASKRUN | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_CQSIZE;
    how.cq_entries = 4096;
    if (const int error = ::io_uring_queue_init_params(256, &ring_, &how))
      refuse(-error);
    int error = -::io_uring_register_files_sparse(&ring_, slots);
    if (!error)
      error = pool_.offer_all(ring_);
    // A child would keep the connections open.
    if (!error)
      error = -::io_uring_ring_dontfork(&ring_);
    if (error) {
      ::io_uring_queue_exit(&ring_);
      refuse(error);
    }
    number = ring_.ring_fd;
    of_runtime = true;
  }

  ~uring_direct_ring() override {
    if (open_ != 0 || !pool_.complete())
      trap("direct_rings were destroyed before what belongs to them");
    if (linked_to_loop()) {
      reactor_->forget(number);
      reactor::attachment::unlink();
    }
    if (reactor::batch::linked())
      reactor::batch::unlink();
    ::io_uring_queue_exit(&ring_);
  }

  unsigned room() noexcept override {
    if (used_ == slots_)
      look();
    return slots_ - used_;
  }

  int start(direct_operation &op, reactor &on) noexcept override {
    if (const int error = attach(on))
      return error;
    if (op.what == direct_operation::kind::accept) {
      if (used_ == slots_)
        return -ENFILE;
      ++used_;
    } else {
      if (busy(op) & bit(op))
        return -EBUSY;
      busy(op) |= bit(op);
    }
    op.under_way = true;
    op.cancelled = false;
    op.turn = 0;
    request(op);
    return 0;
  }

  bool cancel(direct_operation &op) noexcept override {
    if (op.linked()) {
      op.unlink();
      ended(op);
      return true;
    }
    op.cancelled = true;
    io_uring_sqe *sqe = submission();
    ::io_uring_prep_cancel(sqe, &op, 0);
    sqe->user_data = no_answer;
    reactor_->submit_before_poll(*this);
    return false;
  }

  void close(int slot) noexcept override {
    if (busy_[static_cast<std::size_t>(slot)])
      trap("a connection was closed while a coroutine waits for it");
    io_uring_sqe *sqe = submission();
    ::io_uring_prep_close_direct(sqe, static_cast<unsigned>(slot));
    sqe->user_data = closed;
    // At once, so that the peer learns of it even if the loop ends now.
    ::io_uring_submit(&ring_);
    --open_;
  }

  void give_back(const char *data) noexcept override {
    pool_.give_back(data);
    serve_waiting();
  }

private:
  /// Answers to requests for which nobody waits. All others have the address of their operation.
  static constexpr std::uint64_t no_answer = 0;
  static constexpr std::uint64_t closed = 1;

  bool linked_to_loop() const noexcept { return reactor::attachment::linked(); }

  static std::uint8_t bit(const direct_operation &op) noexcept {
    return static_cast<std::uint8_t>(1u << static_cast<unsigned>(op.what));
  }
  std::uint8_t &busy(const direct_operation &op) noexcept { return busy_[static_cast<std::size_t>(op.number)]; }

  /// Makes the ring belong to \p on. Zero, or a negative errno.
  int attach(reactor &on) noexcept {
    if (linked_to_loop()) {
      if (reactor_ != &on)
        trap("direct_rings that belong to one loop were used on another");
      return 0;
    }
    if (const int error = on.attach(number))
      return error;
    reactor_ = &on;
    on.remember(*this, number);
    watching_ = false;
    return 0;
  }

  io_uring_sqe *submission() noexcept {
    io_uring_sqe *sqe = ::io_uring_get_sqe(&ring_);
    while (!sqe) {
      ::io_uring_submit(&ring_);
      sqe = ::io_uring_get_sqe(&ring_);
    }
    return sqe;
  }

  /// Puts \p op into the queue, which the kernel gets before the loop waits.
  void request(direct_operation &op) noexcept {
    ++in_flight_;
    watch();
    io_uring_sqe *sqe = submission();
    switch (op.what) {
    case direct_operation::kind::accept:
      // Less one, since the function adds one. Later versions of it know the constant, and this too.
      ::io_uring_prep_accept_direct(sqe, op.number, nullptr, nullptr, 0, IORING_FILE_INDEX_ALLOC - 1);
      break;
    case direct_operation::kind::recv:
      ::io_uring_prep_recv(sqe, op.number, nullptr, 0, 0);
      sqe->flags |= IOSQE_FIXED_FILE | IOSQE_BUFFER_SELECT;
      // Does not take a buffer before there is something to put into it.
      sqe->ioprio |= IORING_RECVSEND_POLL_FIRST;
      break;
    case direct_operation::kind::send:
      ::io_uring_prep_send(sqe, op.number, op.data, op.size, MSG_NOSIGNAL);
      sqe->flags |= IOSQE_FIXED_FILE;
      break;
    }
    ::io_uring_sqe_set_data(sqe, &op);
    reactor_->submit_before_poll(*this);
  }

  /// Who was started in vain gets its place back, which is near the front.
  void wait_for_buffer(direct_operation &op) noexcept {
    ring_link<direct_ring> *behind = &waiting_;
    if (op.turn == 0)
      op.turn = ++last_turn_;
    else
      for (behind = waiting_.next; behind != &waiting_; behind = behind->next)
        if (static_cast<direct_operation &>(*behind).turn > op.turn)
          break;
    behind->push_back(op);
  }

  /// Starts the oldest read that waits for a buffer, if there is one for it: whenever a buffer comes back, and whenever
  /// a read has ended without one, which may have been meant for it.
  void serve_waiting() noexcept {
    if (waiting_.alone() || pool_.exhausted())
      return;
    auto &first = static_cast<direct_operation &>(*waiting_.next);
    first.unlink();
    request(first);
  }

  /// While something is in flight, the reactor waits for the ring. While the ring is being looked through, it does not
  /// matter yet.
  void watch() noexcept {
    while (!looking_ && in_flight_ != 0 && !watching_) {
      const int started = reactor_->start(*this);
      if (started < 0)
        trap("a ring of io_uring cannot be waited for");
      watching_ = started == 0;
      if (!watching_)
        look_through();
    }
    if (!looking_ && in_flight_ == 0 && watching_) {
      reactor_->cancel(*this);
      watching_ = false;
    }
  }

  static void readable(io_operation &op, int) noexcept {
    auto &self = static_cast<uring_direct_ring &>(static_cast<readiness_operation &>(op));
    self.watching_ = false;
    self.look();
  }

  static bool submit_batch(batch &b) noexcept {
    auto &self = static_cast<uring_direct_ring &>(b);
    ::io_uring_submit_and_get_events(&self.ring_);
    // The kernel takes fewer when it is short of memory.
    if (::io_uring_sq_ready(&self.ring_))
      self.reactor_->submit_before_poll(self);
    return self.look();
  }

  /// Ends what is done. Whether anything was.
  bool look() noexcept {
    const bool any = look_through();
    watch();
    return any;
  }

  bool look_through() noexcept {
    looking_ = true;
    bool any = false;
    io_uring_cqe *entries[64];
    io_uring_cqe all[64];
    while (const unsigned count = ::io_uring_peek_batch_cqe(&ring_, entries, 64)) {
      for (unsigned i = 0; i < count; ++i)
        all[i] = *entries[i];
      ::io_uring_cq_advance(&ring_, count);
      for (unsigned i = 0; i < count; ++i)
        any |= happened(all[i].user_data, all[i].res, all[i].flags);
    }
    looking_ = false;
    return any;
  }

  bool happened(std::uint64_t name, int result, unsigned flags) noexcept {
    if (name == no_answer)
      return false;
    if (name == closed) {
      used_ -= result == 0;
      return false;
    }
    auto &op = *reinterpret_cast<direct_operation *>(name);
    --in_flight_;
    if (op.what == direct_operation::kind::recv) {
      if (flags & IORING_CQE_F_BUFFER) {
        pool_.take();
        op.data = pool_.begin_of(flags >> IORING_CQE_BUFFER_SHIFT);
        if (result <= 0)
          pool_.give_back(std::exchange(op.data, nullptr));
      }
      if (result == -ENOBUFS && op.cancelled)
        result = -ECANCELED;
      if (result == -ENOBUFS) {
        // One may have been given back meanwhile.
        if (pool_.exhausted())
          wait_for_buffer(op);
        else
          request(op);
        return false;
      }
    }
    if (op.what == direct_operation::kind::accept) {
      used_ -= result < 0;
      open_ += result >= 0;
    }
    const bool without_buffer = op.what == direct_operation::kind::recv && !op.data;
    ended(op);
    op.on_done(op, result);
    if (without_buffer)
      serve_waiting();
    return true;
  }

  void ended(direct_operation &op) noexcept {
    op.under_way = false;
    if (op.what != direct_operation::kind::accept)
      busy(op) &= static_cast<std::uint8_t>(~bit(op));
  }

  io_uring ring_ = {};
  unsigned slots_;
  unsigned used_ = 0;
  unsigned open_ = 0;
  std::size_t in_flight_ = 0;
  bool watching_ = false;
  bool looking_ = false;
  reactor *reactor_ = nullptr; ///< Only meaningful while attached.
  std::vector<std::uint8_t> busy_;
  std::uint64_t last_turn_ = 0;
  ring_link<direct_ring> waiting_; ///< Those for whom there was no buffer, oldest first.
  buffer_pool pool_;
};

} // namespace

std::unique_ptr<direct_ring> make_direct_ring(unsigned slots, unsigned buffers, unsigned buffer_size) {
  return std::make_unique<uring_direct_ring>(slots, buffers, buffer_size);
}

} // namespace asyncrt::detail

#else

namespace asyncrt::detail {

std::unique_ptr<direct_ring> make_direct_ring(unsigned, unsigned, unsigned) {
  throw std::system_error(ENOSYS, std::system_category(), "io_uring (built without liburing)");
}

} // namespace asyncrt::detail

#endif
