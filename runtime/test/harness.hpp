// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// What the tests of the runtime share; their precompiled header.
#pragma once

#include <asyncrt/asyncrt.hpp>
#include <asyncrt/testing/test_loop.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <optional>
#include <string>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <system_error>
#include <vector>

namespace asyncrt::test {

using namespace std::literals;
using testing::test_loop;

/// Collects findings while it lives.
class findings {
public:
  findings() {
    seen().clear();
    before_ =
        set_report_sink([](const finding &f) noexcept { seen().push_back(std::string(f.check) + ": " + f.task); });
  }
  ~findings() { set_report_sink(before_); }
  static std::vector<std::string> &seen() {
    static std::vector<std::string> all;
    return all;
  }

private:
  report_sink before_;
};

/// Counts its living copies: what a program still holds after it ended is a leak.
struct tracked {
  tracked() noexcept { ++alive; }
  explicit tracked(int value) noexcept : value(value) { ++alive; }
  tracked(tracked &&other) noexcept : value(std::exchange(other.value, -1)) { ++alive; }
  tracked &operator=(tracked &&other) noexcept {
    value = std::exchange(other.value, -1);
    return *this;
  }
  ~tracked() { --alive; }
  int value = 0;
  static inline std::atomic<int> alive = 0; ///< Values go through other threads, too.
};

/// Every test checks that no coroutine frame and no tracked value outlives it.
class runtime : public ::testing::Test {
protected:
  void SetUp() override {
    frames_ = detail::frame_pool::live();
    tracked::alive = 0;
  }
  void TearDown() override {
    EXPECT_EQ(detail::frame_pool::live(), frames_) << "coroutine frames were left behind";
    EXPECT_EQ(tracked::alive, 0) << "values were left behind";
  }

private:
  std::ptrdiff_t frames_ = 0;
};

/// The same tests on each kind of reactor, for all loops of a test. Where the kernel refuses one, they are skipped.
class on_each_reactor : public runtime, public ::testing::WithParamInterface<reactor_kind> {
protected:
  void SetUp() override {
    runtime::SetUp();
    if (GetParam() == reactor_kind::io_uring) {
      try {
        (void)make_uring_reactor();
      } catch (const std::system_error &e) {
        GTEST_SKIP() << e.what();
      }
    }
    before_ = set_default_reactor(GetParam());
  }
  void TearDown() override {
    if (before_)
      set_default_reactor(*before_);
    runtime::TearDown();
  }
  static auto kinds() { return ::testing::Values(reactor_kind::epoll, reactor_kind::io_uring); }
  static std::string name(const ::testing::TestParamInfo<reactor_kind> &info) {
    return info.param == reactor_kind::epoll ? "epoll" : "io_uring";
  }

private:
  std::optional<reactor_kind> before_;
};

/// Runs \p make on loops in many orders; the seed of one that fails is printed.
template <class Body> void in_many_orders(Body &&body, unsigned orders = 40) {
  asyncrt::testing::in_many_orders(orders, std::forward<Body>(body), [] { return ::testing::Test::HasFailure(); });
}

/// Runs the program again and again, stopped at each of its steps, and checks each time that no frame and no value is
/// left; \p check may check more.
template <class Make, class Check> unsigned stopped_at_every_step(Make &&make, Check &&check) {
  const std::ptrdiff_t frames = detail::frame_pool::live();
  const int values = tracked::alive;
  return asyncrt::testing::stopped_at_every_step(std::forward<Make>(make), [&](std::optional<unsigned> step) {
    const std::string when = step ? "stopped at step " + std::to_string(*step) : "not stopped";
    EXPECT_EQ(detail::frame_pool::live(), frames) << when;
    EXPECT_EQ(tracked::alive, values) << when;
    check(when);
  });
}
template <class Make> unsigned stopped_at_every_step(Make &&make) {
  return stopped_at_every_step(std::forward<Make>(make), [](const std::string &) {});
}

/// No thread of this process may make a ring of io_uring from now on.
inline void refuse_io_uring() {
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog all = {.len = std::size(filter), .filter = filter};
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all);
}

/// What the tests write down about the order of things.
using trace = std::vector<std::string>;

} // namespace asyncrt::test
