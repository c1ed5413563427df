// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// generator<T>: values one by one, made as they are asked for, without awaiting. (C++23: std::generator)
#pragma once

#include <asyncrt/core/frame_pool.hpp>
#include <asyncrt/core/trap.hpp>

#include <coroutine>
#include <cstddef>
#include <exception>
#include <iterator>
#include <type_traits>
#include <utility>

namespace asyncrt {

/// An input range: `generator<int> count() { for (int i = 0;; ++i) co_yield i; }` and `for (int i : count())`.
///
/// Runs on the thread that iterates, from one co_yield to the next. co_await is not possible in it; see
/// async_generator. Move-only; can be iterated once (trap otherwise). An exception of the body leaves begin() or ++.
/// Not thread-safe.
template <class T> class [[nodiscard]] generator {
  using value = std::remove_cvref_t<T>;
  using reference = std::conditional_t<std::is_reference_v<T>, T, const T &>;

public:
  class promise_type {
  public:
    generator get_return_object() noexcept {
      return generator(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    /// What is yielded lives in the body while it is looked at.
    std::suspend_always yield_value(reference value) noexcept {
      current_ = __builtin_addressof(value);
      return {};
    }
    void return_void() const noexcept {}
    /// Kept and thrown by run(): an exception that leaves resume() has clang destroy the body's locals twice.
    void unhandled_exception() noexcept { error_ = std::current_exception(); }
    /// Generators do not await.
    template <class A> void await_transform(A &&) = delete;

    static void *operator new(std::size_t size) { return detail::frame_pool::allocate(size); }
    static void operator delete(void *memory, std::size_t size) noexcept {
      detail::frame_pool::deallocate(memory, size);
    }

  private:
    friend generator;
    std::add_pointer_t<reference> current_ = nullptr;
    std::exception_ptr error_;
  };

  class iterator {
  public:
    using iterator_concept = std::input_iterator_tag;
    using difference_type = std::ptrdiff_t;
    using value_type = value;

    iterator() noexcept = default;
    reference operator*() const noexcept { return static_cast<reference>(*coroutine_.promise().current_); }
    iterator &operator++() {
      run(coroutine_);
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const iterator &i, std::default_sentinel_t) noexcept {
      return !i.coroutine_ || i.coroutine_.done();
    }

  private:
    friend generator;
    explicit iterator(std::coroutine_handle<promise_type> c) noexcept : coroutine_(c) {}
    std::coroutine_handle<promise_type> coroutine_;
  };

  generator(generator &&other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)), begun_(other.begun_) {}
  generator &operator=(generator &&other) noexcept {
    std::swap(coroutine_, other.coroutine_);
    std::swap(begun_, other.begun_);
    return *this;
  }
  ~generator() {
    if (coroutine_)
      coroutine_.destroy();
  }

  /// Runs to the first value.
  iterator begin() {
    if (!coroutine_ || std::exchange(begun_, true)) [[unlikely]]
      trap("a generator was iterated twice, or after it was moved from");
    run(coroutine_);
    return iterator(coroutine_);
  }
  std::default_sentinel_t end() const noexcept { return {}; }

private:
  /// To the next value, or to the end.
  static void run(std::coroutine_handle<promise_type> c) {
    c.resume();
    if (c.promise().error_) [[unlikely]]
      std::rethrow_exception(std::exchange(c.promise().error_, nullptr));
  }
  explicit generator(std::coroutine_handle<promise_type> c) noexcept : coroutine_(c) {}
  std::coroutine_handle<promise_type> coroutine_;
  bool begun_ = false;
};

} // namespace asyncrt
