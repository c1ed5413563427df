// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// The reactor on epoll and eventfd.
#include <asyncrt/core/trap.hpp>
#include <asyncrt/loop/reactor.hpp>

#include <cerrno>
#include <ctime>
#include <limits>
#include <new>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace asyncrt {

namespace {

int checked(int fd, const char *what) {
  if (fd < 0)
    throw std::system_error(errno, std::system_category(), what);
  return fd;
}

/// One descriptor number. An attached one is registered once, edge-triggered, and its edges are remembered in `ready`
/// until somebody waits. Any other is registered for one event at a time, which survives that the descriptor is closed
/// and its number reused.
struct entry {
  readiness_operation *waiting[2] = {nullptr, nullptr};
  bool attached = false;
  bool registered = false;
  bool ready[2] = {false, false};
};

constexpr std::uint32_t event_of[2] = {EPOLLIN | EPOLLRDHUP, EPOLLOUT};

class epoll_reactor final : public reactor {
public:
  epoll_reactor() : epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")) {
    event_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    epoll_event e{.events = EPOLLIN | EPOLLET, .data = {.fd = -1}};
    if (event_ < 0 || ::epoll_ctl(epoll_, EPOLL_CTL_ADD, event_, &e) < 0) {
      const int error = errno;
      ::close(epoll_);
      if (event_ >= 0)
        ::close(event_);
      throw std::system_error(error, std::system_category(), "eventfd");
    }
  }
  ~epoll_reactor() override {
    ::close(event_);
    ::close(epoll_);
  }

  int start(readiness_operation &op) noexcept override {
    entry *e = find(op.number);
    if (!e)
      return op.number < 0 ? -EBADF : -ENOMEM;
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
    entries_[static_cast<std::size_t>(op.number)].waiting[static_cast<std::size_t>(op.direction)] = nullptr;
    --pending_;
    return true;
  }

  int attach(int fd) noexcept override {
    entry *e = find(fd);
    if (!e)
      return fd < 0 ? -EBADF : -ENOMEM;
    epoll_event event{.events = event_of[0] | event_of[1] | EPOLLET, .data = {.fd = fd}};
    if (const int error = control(fd, *e, event))
      return -error;
    *e = {.attached = true, .registered = true};
    return 0;
  }

  void forget(int fd) noexcept override {
    entry *e = find(fd);
    if (!e)
      return;
    if (e->waiting[0] || e->waiting[1])
      trap("a descriptor was closed while a coroutine waits for it");
    if (e->registered)
      ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
    *e = {};
  }

  void poll(time_ns timeout) noexcept override {
    epoll_event events[256];
    const int count = wait(events, 256, timeout);
    for (int i = 0; i < count; ++i)
      if (events[i].data.fd >= 0)
        happened(events[i].data.fd, events[i].events);
  }

  void wake() noexcept override {
    // The counter is never read: with edge-triggering each write is an event.
    const std::uint64_t one = 1;
    while (::write(event_, &one, sizeof one) < 0 && errno == EINTR) {
    }
  }

private:
  entry *find(int fd) noexcept {
    if (fd < 0)
      return nullptr;
    const auto index = static_cast<std::size_t>(fd);
    if (index >= entries_.size()) {
      try {
        entries_.resize(index + 1 + index / 2);
      } catch (const std::bad_alloc &) {
        return nullptr;
      }
    }
    return &entries_[index];
  }

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

  void happened(int fd, std::uint32_t what) noexcept {
    entry &e = entries_[static_cast<std::size_t>(fd)];
    for (const std::size_t direction : {0, 1}) {
      if (!(what & (event_of[direction] | EPOLLERR | EPOLLHUP)))
        continue;
      if (readiness_operation *op = std::exchange(e.waiting[direction], nullptr))
        finish(*op, 0);
      else
        e.ready[direction] = e.attached;
    }
    if (!e.attached && (e.waiting[0] || e.waiting[1]))
      if (const int error = arm(fd, e))
        for (const std::size_t direction : {0, 1})
          if (readiness_operation *op = std::exchange(e.waiting[direction], nullptr))
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

  std::vector<entry> entries_;
  int epoll_;
  int event_ = -1;
  bool fine_ = true;
};

} // namespace

std::unique_ptr<reactor> make_epoll_reactor() { return std::make_unique<epoll_reactor>(); }

} // namespace asyncrt
