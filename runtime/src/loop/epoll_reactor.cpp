// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// The reactor on epoll and eventfd.
#include "descriptor_table.hpp"
#include "wake_event.hpp"

#include <cerrno>
#include <ctime>
#include <limits>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>

namespace asyncrt {

namespace {

/// An attached descriptor is registered once, edge-triggered; any other for one event at a time, which survives that
/// the descriptor is closed and its number reused.
struct entry : detail::descriptor_entry {
  bool registered = false;
};

constexpr std::uint32_t event_of[2] = {EPOLLIN | EPOLLRDHUP, EPOLLOUT};

class epoll_reactor final : public reactor {
public:
  epoll_reactor() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    epoll_event e{.events = EPOLLIN | EPOLLET, .data = {.fd = -1}};
    if (epoll_ < 0 || ::epoll_ctl(epoll_, EPOLL_CTL_ADD, event_.get(), &e) < 0) {
      const int error = errno;
      ::close(epoll_);
      throw std::system_error(error, std::system_category(), "epoll");
    }
  }
  ~epoll_reactor() override { ::close(epoll_); }

  int start(readiness_operation &op) noexcept override {
    entry *e = entries_.find(op.number);
    if (!e)
      return entries_.why_not(op.number);
    const auto direction = static_cast<std::size_t>(op.direction);
    if (e->waiting[direction])
      return -EBUSY;
    e->waiting[direction] = &op;
    if (e->attached) {
      if (e->ready[direction]) {
        e->ready[direction] = false;
        e->waiting[direction] = nullptr;
        return 1;
      }
    } else if (const int error = arm(op.number, *e)) {
      e->waiting[direction] = nullptr;
      // Regular files never block as epoll understands it.
      return error == EPERM ? 1 : -error;
    }
    ++pending_;
    return 0;
  }

  bool cancel(readiness_operation &op) noexcept override {
    entries_[op.number].waiting[static_cast<std::size_t>(op.direction)] = nullptr;
    --pending_;
    return true;
  }

  int attach(int fd) noexcept override {
    entry *e = entries_.find(fd);
    if (!e)
      return entries_.why_not(fd);
    epoll_event event{.events = event_of[0] | event_of[1] | EPOLLET, .data = {.fd = fd}};
    if (const int error = control(fd, *e, event))
      return -error;
    *e = {};
    e->attached = e->registered = true;
    return 0;
  }

  void forget(int fd) noexcept override {
    entry *e = entries_.find_unwaited(fd);
    if (!e)
      return;
    if (e->registered)
      ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
    *e = {};
  }

  void poll(time_ns timeout) noexcept override {
    epoll_event events[256];
    const int count = wait(events, 256, submit_batches(timeout));
    for (int i = 0; i < count; ++i)
      if (events[i].data.fd >= 0)
        happened(events[i].data.fd, events[i].events);
  }

  void wake() noexcept override { event_.wake(); }

private:
  /// Registers or changes \p fd; zero or an errno. The registration may have vanished with a descriptor of that number.
  int control(int fd, entry &e, epoll_event &event) noexcept {
    if (::epoll_ctl(epoll_, e.registered ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) == 0 ||
        (errno == ENOENT && ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0) ||
        (errno == EEXIST && ::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event) == 0)) {
      e.registered = true;
      return 0;
    }
    return errno;
  }

  /// One event for everybody who waits for \p fd.
  int arm(int fd, entry &e) noexcept {
    epoll_event event{.events = EPOLLONESHOT, .data = {.fd = fd}};
    for (const std::size_t direction : {0, 1})
      if (e.waiting[direction])
        event.events |= event_of[direction];
    return control(fd, e, event);
  }

  /// Looks the entry up again each time: what is called may begin to wait for another descriptor.
  void happened(int fd, std::uint32_t what) noexcept {
    for (const std::size_t direction : {0, 1}) {
      if (!(what & (event_of[direction] | EPOLLERR | EPOLLHUP)))
        continue;
      if (readiness_operation *op = entries_.take(fd, direction))
        finish(*op, 0);
      else
        entries_[fd].ready[direction] = entries_[fd].attached;
    }
    entry &e = entries_[fd];
    if (!e.attached && e.waited_for())
      if (const int error = arm(fd, e))
        for (const std::size_t direction : {0, 1})
          if (readiness_operation *op = entries_.take(fd, direction))
            finish(*op, -error);
  }

  void finish(readiness_operation &op, int result) noexcept {
    --pending_;
    op.on_done(op, result);
  }

  /// epoll_pwait2() where the kernel has it (5.11), which waits by nanoseconds; otherwise milliseconds, rounded up.
  int wait(epoll_event *events, int most, time_ns timeout) noexcept {
#ifdef SYS_epoll_pwait2
    if (fine_) {
      const timespec t{.tv_sec = timeout / 1'000'000'000, .tv_nsec = timeout % 1'000'000'000};
      const long count = ::syscall(SYS_epoll_pwait2, epoll_, events, most, timeout < 0 ? nullptr : &t, nullptr, 0);
      if (count >= 0 || errno != ENOSYS)
        return static_cast<int>(count);
      fine_ = false;
    }
#endif
    constexpr time_ns longest = std::numeric_limits<int>::max();
    const time_ns ms = timeout < 0 ? -1 : timeout / 1'000'000 + (timeout % 1'000'000 != 0);
    return ::epoll_wait(epoll_, events, most, static_cast<int>(ms < longest ? ms : longest));
  }

  detail::descriptor_table<entry> entries_;
  detail::wake_event event_; ///< First, since it may throw, and nobody would close the other one.
  int epoll_;
  bool fine_ = true;
};

} // namespace

std::unique_ptr<reactor> make_epoll_reactor() { return std::make_unique<epoll_reactor>(); }

} // namespace asyncrt
