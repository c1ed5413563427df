// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Sending in the background.
#include <asyncrt/io/buffered_writer.hpp>

#include <cerrno>
#include <system_error>

namespace asyncrt {

buffered_writer::~buffered_writer() {
  if (!waiting_)
    return;
  if (reactor *r = to_.attached_to(); r && !r->cancel(*this))
    trap("a buffered_writer was destroyed while the system works for it");
}

/// Sends until everything is sent, sending fails, or it would block: then the reactor says when to go on.
void buffered_writer::send(reactor &r) noexcept {
  // A loop that is gone took with it what its reactor held.
  waiting_ = waiting_ && to_.attached_to();
  while (!waiting_ && !error_ && buffered() != 0) {
    const long count = detail::try_write(to_.get(), to_.kind(), std::string_view(text_).substr(sent_));
    if (count >= 0) {
      sent_ += static_cast<std::size_t>(count);
    } else if (count != -EAGAIN) {
      fail(static_cast<int>(-count));
    } else if (const int error = to_.attach(r)) {
      fail(-error);
    } else {
      number = to_.get();
      const int started = r.start(*this);
      waiting_ = started == 0;
      if (started < 0)
        fail(-started);
    }
  }
  // Moved to the front when at least as much is gone as is left, so that each byte is moved at most once on average.
  if (sent_ >= buffered()) {
    text_.erase(0, sent_);
    sent_ = 0;
  }
  while (!waiters_.empty() && buffered() <= static_cast<sent_awaiter &>(waiters_.front()).mark_)
    waiters_.complete_one();
}

void buffered_writer::fail(int error) noexcept {
  error_ = error;
  text_.clear();
  sent_ = 0;
}

void buffered_writer::writable(io_operation &op, int result) noexcept {
  auto &self = static_cast<buffered_writer &>(op);
  self.waiting_ = false;
  if (result < 0)
    self.fail(-result);
  self.send(*self.to_.attached_to());
}

task<> buffered_writer::close() {
  try {
    co_await flush();
  } catch (const std::system_error &) {
    to_.close();
    throw;
  }
  to_.close();
}

} // namespace asyncrt
