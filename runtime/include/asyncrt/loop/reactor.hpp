// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// What an event loop needs from the operating system: to wait for I/O, for a time, and for other threads.
///
/// Written for two kinds of system. One tells when a descriptor is ready (epoll): cancelling an operation is immediate.
/// The other carries operations out and tells when they are done (io_uring): there, cancelling is itself a request, and
/// the operation ends later, perhaps with success. cancel() says which of the two happened.
#pragma once

#include <asyncrt/core/ring.hpp>
#include <asyncrt/core/timer_heap.hpp>

#include <cstddef>
#include <memory>

namespace asyncrt {

/// Something that the system will finish; part of an await. The reactor keeps its address until it has called
/// `on_done`, or until cancel() returned true.
struct io_operation {
  /// \p result is zero or more on success, or a negative errno. Must not throw nor resume.
  using function = void (*)(io_operation &, int result) noexcept;
  explicit io_operation(function done) noexcept : on_done(done) {}
  /// Movable until it is started.
  io_operation(io_operation &&) = default;
  io_operation &operator=(io_operation &&) = delete;
  function on_done;
};

/// What to wait for on a descriptor.
enum class readiness : unsigned char {
  readable = 0, ///< Data, a connection to accept, the end of the stream, or an error.
  writable = 1, ///< Room for data, an established connection, or an error.
};

/// Waits until the descriptor \p number is ready in one direction. A hint: another reader may be faster, so the caller
/// tries again.
struct readiness_operation : io_operation {
  readiness_operation(function done, int number, readiness direction) noexcept
      : io_operation(done), number(number), direction(direction) {}
  int number;
  readiness direction;
};

/// The system's side of one event loop. Everything but wake() is for the loop's thread only.
class reactor {
public:
  /// Who owns a descriptor that is attached: in the ring of its reactor, or in none. A reactor that is destroyed lets
  /// go of all.
  struct attachment : detail::ring_link<reactor> {
    int attached_number = -1; ///< Only meaningful while linked().
    bool of_runtime = false;  ///< The descriptor is the runtime's own, and no news to the program.
  };

  /// Requests of somebody else that are handed to the system together, just before the reactor waits.
  struct batch : detail::ring_link<batch> {
    /// True when a coroutine became ready, so that the reactor must not wait. Must not throw nor resume.
    using function = bool (*)(batch &) noexcept;
    explicit batch(function submit) noexcept : submit(submit) {}
    function submit;
  };

  reactor() noexcept {
    attached_.close();
    batches_.close();
  }
  reactor(const reactor &) = delete;
  reactor &operator=(const reactor &) = delete;
  virtual ~reactor() {
    while (!attached_.alone())
      attached_.next->unlink();
    while (!batches_.alone())
      batches_.next->unlink();
  }

  /// Begins to wait. Zero: `on_done` will be called from poll(). One: it is ready already, and will not be called. A
  /// negative errno: it cannot be waited for; -EBUSY when somebody waits for this descriptor and direction already.
  virtual int start(readiness_operation &) noexcept = 0;

  /// True: \p op is forgotten, `on_done` will not be called. False: it will, with -ECANCELED or with its result.
  virtual bool cancel(readiness_operation &op) noexcept = 0;

  /// Promises that \p fd will be waited for often, is in non-blocking mode, and that forget() will be called before it
  /// is closed; waiting costs no system call then. Zero, or a negative errno. Without it descriptors may be closed and
  /// their numbers reused at will while nobody waits for them.
  virtual int attach(int fd) noexcept = 0;
  /// Ends what attach() began. Nobody may wait for \p fd.
  virtual void forget(int fd) noexcept = 0;

  /// Waits until something is done, \p timeout nanoseconds are over (negative: without end; zero: not at all), or
  /// wake() is called, and calls `on_done` of all operations that are done.
  virtual void poll(time_ns timeout) noexcept = 0;

  /// Makes the poll() that is going on, or the next one, return. From any thread.
  virtual void wake() noexcept = 0;

  /// Remembers who owns \p number, which was attached; \p owner is unlinked when the reactor is destroyed first.
  void remember(attachment &owner, int number) noexcept {
    owner.attached_number = number;
    attached_.push_back(owner);
  }
  /// Makes \p owner the one that is remembered instead of \p before, in its place.
  void remember_instead(attachment &before, attachment &owner) noexcept {
    owner.attached_number = before.attached_number;
    before.push_back(owner);
    before.unlink();
  }
  /// Calls \p f with the number of each descriptor of the program whose owner is remembered, in the order in which they
  /// were attached.
  template <class F> void for_each_attached(F &&f) const {
    for (const detail::ring_link<reactor> *a = attached_.next; a != &attached_; a = a->next)
      if (const auto &owner = static_cast<const attachment &>(*a); !owner.of_runtime)
        f(owner.attached_number);
  }

  /// The next poll() begins by submitting \p b, once, if it has not been unlinked by then. It is called only while
  /// something is pending.
  void submit_before_poll(batch &b) noexcept {
    if (!b.linked())
      batches_.push_back(b);
  }

  /// Operations that were started and are not done.
  std::size_t pending() const noexcept { return pending_; }

protected:
  /// The beginning of poll(): submits the batches, and gives the time that may be waited for after that.
  time_ns submit_batches(time_ns timeout) noexcept {
    detail::ring_link<batch> now;
    now.close();
    while (!batches_.alone()) {
      detail::ring_link<batch> &first = *batches_.next;
      first.unlink();
      now.push_back(first);
    }
    while (!now.alone()) {
      batch &b = static_cast<batch &>(*now.next);
      b.unlink();
      if (b.submit(b))
        timeout = 0;
    }
    return batches_.alone() ? timeout : 0;
  }

  std::size_t pending_ = 0;

private:
  detail::ring_link<reactor> attached_;
  detail::ring_link<batch> batches_;
};

/// The epoll reactor. Throws std::system_error when the system gives no descriptors for it.
std::unique_ptr<reactor> make_epoll_reactor();

/// The io_uring reactor. Throws std::system_error when the kernel refuses (EPERM, ENOSYS: often in containers), is
/// older than 5.13, or the runtime was built without liburing.
std::unique_ptr<reactor> make_uring_reactor();

/// The reactors that a loop can make by itself.
enum class reactor_kind : unsigned char { epoll, io_uring };

/// What loops use that are not told otherwise, from now on; gives what it was. From any thread. At first it is what the
/// runtime was built for, epoll unless asked otherwise.
reactor_kind set_default_reactor(reactor_kind kind) noexcept;

} // namespace asyncrt
