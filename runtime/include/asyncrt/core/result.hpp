// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// result<T>: how an operation ended, with a value, with an error, or stopped.
#pragma once

#include <asyncrt/core/error.hpp>
#include <asyncrt/core/trap.hpp>

#include <concepts>
#include <exception>
#include <new>
#include <type_traits>
#include <utility>

namespace asyncrt {

/// The value of an operation that has none. Results of void operations appear as this where a type is needed.
struct unit {
  friend bool operator==(unit, unit) noexcept = default;
};

/// void as unit, everything else as itself.
template <class T> using unit_if_void = std::conditional_t<std::is_void_v<T>, unit, T>;

/// How an operation ended. Not thread-safe.
///
/// `state_` is one of: `empty` (not ended yet, or moved from by take()), `value`, `error` (with an exception that is
/// not operation_stopped), `stopped`.
template <class T> class [[nodiscard]] result {
  // A reference is kept as a pointer.
  using stored = std::conditional_t<std::is_reference_v<T>, std::add_pointer_t<std::remove_reference_t<T>>,
                                    unit_if_void<std::remove_cv_t<T>>>;
  enum class state : unsigned char { empty, value, error, stopped };

public:
  using value_type = T;

  result() noexcept : none_() {}
  result(result &&other) noexcept(std::is_nothrow_move_constructible_v<stored>) : none_() { move_from(other); }
  result(const result &other)
    requires std::copy_constructible<stored>
      : none_() {
    if (other.state_ == state::value)
      new (place()) stored(other.value_);
    else if (other.state_ == state::error)
      new (static_cast<void *>(&error_)) std::exception_ptr(other.error_);
    state_ = other.state_;
  }
  result &operator=(result &&other) noexcept(std::is_nothrow_move_constructible_v<stored>) {
    if (this != &other) {
      reset();
      move_from(other);
    }
    return *this;
  }
  ~result() { reset(); }

  bool has_value() const noexcept { return state_ == state::value; }
  /// Ended with an error; being stopped is not one.
  bool has_error() const noexcept { return state_ == state::error; }
  bool stopped() const noexcept { return state_ == state::stopped; }
  /// Ended in any way.
  bool ready() const noexcept { return state_ != state::empty; }
  explicit operator bool() const noexcept { return has_value(); }

  /// The value; throws the error, or operation_stopped. Traps when the operation has not ended.
  std::add_lvalue_reference_t<T> value() & {
    check();
    if constexpr (std::is_reference_v<T>)
      return *value_;
    else if constexpr (!std::is_void_v<T>)
      return value_;
  }
  std::add_lvalue_reference_t<std::add_const_t<T>> value() const & { return const_cast<result &>(*this).value(); }
  /// The same, moved out; the result stays what it was, around a moved-from value.
  T value() && {
    check();
    if constexpr (std::is_reference_v<T>)
      return static_cast<T>(*value_);
    else if constexpr (!std::is_void_v<T>)
      return std::move(value_);
  }
  std::add_lvalue_reference_t<T> operator*() & { return value(); }

  /// The value, or \p other when there is an error or a stop.
  template <class U>
    requires(!std::is_void_v<T>)
  T value_or(U &&other) && {
    return has_value() ? std::move(*this).value() : static_cast<T>(std::forward<U>(other));
  }

  /// The error; null unless has_error().
  std::exception_ptr error() const noexcept { return has_error() ? error_ : nullptr; }

  /// Throws what value() would throw.
  void rethrow() const { check(); }

  template <class... Args> void set_value(Args &&...args) {
    reset();
    if constexpr (std::is_reference_v<T>)
      value_ = __builtin_addressof(args...);
    else
      new (place()) stored(std::forward<Args>(args)...);
    state_ = state::value;
  }
  /// An exception_ptr to operation_stopped makes the result stopped.
  void set_error(std::exception_ptr error) noexcept {
    reset();
    if (detail::is_stopped(error)) {
      state_ = state::stopped;
      return;
    }
    new (static_cast<void *>(&error_)) std::exception_ptr(std::move(error));
    state_ = state::error;
  }
  void set_stopped() noexcept {
    reset();
    state_ = state::stopped;
  }
  void reset() noexcept {
    if (state_ == state::value)
      value_.~stored();
    else if (state_ == state::error)
      error_.~exception_ptr();
    state_ = state::empty;
  }

private:
  void check() const {
    if (state_ == state::value) [[likely]]
      return;
    throw_what_it_is();
  }
  [[noreturn, gnu::cold, gnu::noinline]] void throw_what_it_is() const {
    if (state_ == state::error)
      std::rethrow_exception(error_);
    if (state_ == state::stopped)
      throw operation_stopped{};
    trap("the value of a result was asked for before the operation had ended");
  }
  /// Placement new and this, where <memory> has functions: that header alone takes longer to parse than all of
  /// task.hpp.
  void *place() noexcept { return const_cast<void *>(static_cast<const volatile void *>(__builtin_addressof(value_))); }
  void move_from(result &other) {
    if (other.state_ == state::value)
      new (place()) stored(std::move(other.value_));
    else if (other.state_ == state::error)
      new (static_cast<void *>(&error_)) std::exception_ptr(other.error_);
    state_ = other.state_;
  }

  union {
    char none_;
    stored value_;
    std::exception_ptr error_;
  };
  state state_ = state::empty;
};

} // namespace asyncrt
