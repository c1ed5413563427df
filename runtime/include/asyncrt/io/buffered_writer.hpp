// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// buffered_writer: small writes gathered, and a producer that is held back when the peer is slow.
#pragma once

#include <asyncrt/core/task.hpp>
#include <asyncrt/core/wait.hpp>
#include <asyncrt/io/async_fd.hpp>

#include <string>
#include <string_view>

namespace asyncrt {

/// How a buffered_writer is made. In bytes; `low_water` is at most `high_water`.
struct writer_options {
  std::size_t high_water = 64 * 1024; ///< drain() waits when more than this could not be sent yet,
  std::size_t low_water = 16 * 1024;  ///< until it is no more than this.
};

/// Gathers what is written and sends it, in the background where the peer is slow. Not thread-safe; not movable.
///
/// write() only fills the buffer. drain() sends, and what cannot be sent at once the loop sends as soon as there is
/// room, without anybody waiting; drain() waits only when that is more than the high-water mark. So `w.write(x);
/// co_await w.drain();` is the way to write, and memory is bounded by the mark. (asyncio's StreamWriter, but for
/// write(), which sends nothing by itself: an await that was forgotten is seen at once.)
///
/// The descriptor must outlive the writer and stay where it is, and nobody else may write to it. A writer that is
/// destroyed drops what was not sent; flush() or close() before.
class [[nodiscard]] buffered_writer : readiness_operation {
  /// Sends, and waits until no more than `mark_` bytes are left. Several wait in the order in which they came.
  class [[nodiscard]] sent_awaiter : waiter {
  public:
    sent_awaiter(buffered_writer &writer, std::size_t enough, std::size_t mark) noexcept
        : writer_(writer), enough_(enough), mark_(mark) {}
    using waiter::await_ready;
    template <class P> bool await_suspend(std::coroutine_handle<P> h) {
      promise_base &p = detail::promise_of(h);
      if (stop_now(p))
        return false;
      writer_.send(static_cast<event_loop &>(p.loop()).io());
      if (writer_.buffered() <= enough_)
        return p.completed_inline();
      suspend(p, writer_.waiters_);
      return true;
    }
    void await_resume() const {
      throw_if_stopped();
      if (writer_.error_) [[unlikely]]
        detail::throw_io_error(writer_.error_, "buffered_writer");
    }

  private:
    friend class buffered_writer;
    buffered_writer &writer_;
    std::size_t enough_, mark_;
  };

public:
  explicit buffered_writer(async_fd &to, writer_options options = {}) noexcept
      : readiness_operation(writable, -1, readiness::writable), to_(to), options_(options) {}
  buffered_writer(const buffered_writer &) = delete;
  buffered_writer &operator=(const buffered_writer &) = delete;
  ~buffered_writer();

  /// Puts a copy of \p data behind what is to be sent. Sends nothing, and never waits.
  void write(std::string_view data) { text_.append(data); }

  /// Sends what can be sent, and if more than the high-water mark is left, waits until it is no more than the low one.
  /// Without a hop otherwise. Stoppable: the data stays and goes on being sent. Resumed on the loop that awaits.
  /// std::system_error "buffered_writer" for this or an earlier attempt to send: EPIPE, ECONNRESET and others; what was
  /// not sent is lost then, and each later call throws it again.
  sent_awaiter drain() noexcept { return {*this, options_.high_water, options_.low_water}; }

  /// The same, but waits until everything was given to the system.
  sent_awaiter flush() noexcept { return {*this, 0, 0}; }

  /// Sends everything, then closes the descriptor. If that fails it is closed all the same, and the error thrown; a
  /// stopped one has neither closed nor lost anything.
  task<> close();

  /// How many bytes were written and not sent.
  std::size_t buffered() const noexcept { return text_.size() - sent_; }

private:
  void send(reactor &r) noexcept;
  void fail(int error) noexcept;
  static void writable(io_operation &op, int result) noexcept;

  async_fd &to_;
  writer_options options_;
  std::string text_;
  std::size_t sent_ = 0; ///< So much of `text_` is gone.
  int error_ = 0;        ///< The errno with which sending has failed for good.
  bool waiting_ = false; ///< The reactor holds this.
  wait_list waiters_;
};

} // namespace asyncrt
