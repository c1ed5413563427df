// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// async_generator<T>: values one by one, made by a body that awaits; and for_each() over such.
#pragma once

#include <asyncrt/core/awaitable.hpp>
#include <asyncrt/core/promise_base.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace asyncrt {

/// `async_generator<int> f() { co_await ...; co_yield 1; }`, taken by `while (auto v = co_await g.next())`.
///
/// Lazy: the body runs only within next(), on the loop and in the environment of the coroutine that awaits that, and
/// its awaits are stopped as if they were that coroutine's own. Move-only. One next() at a time (trap otherwise).
/// Dropping a generator that is suspended at a co_yield destroys its frame: destructors run, but nothing that would
/// have to be awaited. Loop thread only.
template <class T> class [[nodiscard]] async_generator {
public:
  /// What next() gives; a generator of void yields unit.
  using value_type = unit_if_void<T>;

  class promise_type : public promise_base {
    /// Gives control back to who awaits next().
    struct hand_over {
      static constexpr bool await_ready() noexcept { return false; }
      static std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> self) noexcept {
        return std::exchange(self.promise().continuation_, nullptr);
      }
      static void await_resume() noexcept {}
    };

  public:
    promise_type(std::source_location where = std::source_location::current()) noexcept : promise_base(where) {}
    async_generator get_return_object() noexcept {
      return async_generator(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    hand_over final_suspend() const noexcept { return {}; }
    hand_over yield_value(value_type value) {
      value_.emplace(std::move(value));
      return {};
    }
    void return_void() const noexcept {}
    void unhandled_exception() noexcept {
      error_ = std::current_exception();
      if (const auto tell = __atomic_load_n(&detail::ended_stopped, __ATOMIC_RELAXED);
          tell && detail::is_stopped(error_))
        tell(*this);
    }

  private:
    friend async_generator;
    std::optional<value_type> value_;
    std::exception_ptr error_;
  };

  async_generator(async_generator &&other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  async_generator &operator=(async_generator &&other) noexcept {
    std::swap(coroutine_, other.coroutine_);
    return *this;
  }
  ~async_generator() {
    if (coroutine_)
      coroutine_.destroy();
  }

  /// Runs the body to its next co_yield and gives the value; nothing when the body has ended. Throws what the body
  /// throws, once; it has ended then.
  auto next() noexcept {
    if (!coroutine_) [[unlikely]]
      trap("next() of an async_generator that was moved from");
    return next_awaiter{coroutine_};
  }

private:
  struct [[nodiscard]] next_awaiter {
    std::coroutine_handle<promise_type> body;

    bool await_ready() const noexcept { return body.done(); }
    template <class P> std::coroutine_handle<> await_suspend(std::coroutine_handle<P> h) noexcept {
      promise_type &p = body.promise();
      if (p.continuation_) [[unlikely]]
        trap("next() of an async_generator while another next() of it is awaited");
      p.env_ = &detail::promise_of(h).env();
      p.continuation_ = h;
      return body;
    }
    std::optional<value_type> await_resume() {
      promise_type &p = body.promise();
      if (p.error_) [[unlikely]]
        std::rethrow_exception(std::exchange(p.error_, nullptr));
      return std::exchange(p.value_, std::nullopt);
    }
  };

  explicit async_generator(std::coroutine_handle<promise_type> c) noexcept : coroutine_(c) {}
  std::coroutine_handle<promise_type> coroutine_;
};

/// Something with a next() like that of async_generator.
template <class S>
concept async_source = requires(std::remove_reference_t<S> &s) {
  { s.next() } -> awaitable;
};

/// Calls \p f with each value of \p source until there are no more, and awaits what it returns, if that can be awaited.
/// A temporary source lives in the loop; a named one must outlive the await. (Python: async for)
template <async_source S, class F> task<> for_each(S &&source, F f) {
  return [](S source, F f) -> task<> {
    while (auto value = co_await source.next()) {
      using returned = std::invoke_result_t<F &, decltype(*std::move(value))>;
      if constexpr (awaitable<returned>)
        co_await f(*std::move(value));
      else
        f(*std::move(value));
    }
  }(std::forward<S>(source), std::move(f));
}

} // namespace asyncrt
