// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A task type per library, none of which the linter has ever heard of.
#pragma once

#include <coroutine>
#include <cstdio>
#include <exception>
#include <stdexcept>

/// Task and Op in the namespace around; the arguments say what awaiting them does.
#define LIBRARY(...)                                                                                                   \
  struct Op {                                                                                                          \
    bool await_ready() const noexcept { return false; }                                                                \
    void await_suspend(std::coroutine_handle<>) const noexcept {}                                                      \
    __VA_ARGS__                                                                                                        \
  };                                                                                                                   \
  struct Task : Op {                                                                                                   \
    struct promise_type {                                                                                              \
      Task get_return_object() const noexcept { return {}; }                                                           \
      std::suspend_always initial_suspend() const noexcept { return {}; }                                              \
      std::suspend_always final_suspend() const noexcept { return {}; }                                                \
      void return_void() const noexcept {}                                                                             \
      void unhandled_exception() const noexcept {}                                                                     \
    };                                                                                                                 \
  };
