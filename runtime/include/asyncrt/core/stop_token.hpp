// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Asking work to stop: inplace_stop_source, inplace_stop_token, inplace_stop_callback.
///
/// The names and the meaning are those of std::inplace_stop_source (C++26): no allocation, a source that must outlive
/// its tokens and callbacks, and a request that stays (level-triggered). One thing differs, and buys that no await pays
/// for an atomic read-modify-write: callbacks are registered, removed and called on one thread, that of the event loop.
/// Only stop_requested() may be called from any thread. To ask from elsewhere, post the request to the loop.
#pragma once

#include <asyncrt/core/ring.hpp>
#include <asyncrt/core/trap.hpp>

#include <type_traits>
#include <utility>

namespace asyncrt {

class inplace_stop_source;
namespace debug {
struct memory_map;
}

namespace detail {

/// A flag that one thread sets once and any thread reads; std::atomic would be half of this header's parse time.
class sticky_flag {
public:
  bool test() const noexcept { return __atomic_load_n(&set_, __ATOMIC_ACQUIRE); }
  void set() noexcept { __atomic_store_n(&set_, true, __ATOMIC_RELEASE); }

private:
  bool set_ = false;
};

} // namespace detail

/// An intrusive node that a stop request calls once: the base of every await that can be stopped.
///
/// Unregisters itself when destroyed.
class stop_hook : detail::ring_link<inplace_stop_source> {
public:
  /// Called with the hook already unregistered. Must not throw and must not resume a coroutine.
  using function = void (*)(stop_hook &) noexcept;

  explicit stop_hook(function on_stop) noexcept : on_stop_(on_stop) {}
  /// Awaits are movable until they are awaited: the new hook is registered nowhere. Traps if \p other is.
  stop_hook(stop_hook &&other) noexcept : on_stop_(other.on_stop_) {
    if (other.registered()) [[unlikely]]
      trap("something that is being awaited was moved");
  }
  stop_hook &operator=(stop_hook &&) = delete;
  ~stop_hook() { unregister(); }

  /// Takes the hook out of its source, if it is in one.
  void unregister() noexcept {
    if (registered())
      unlink();
  }

  bool registered() const noexcept { return linked(); }

private:
  friend class inplace_stop_source;
  function on_stop_;
};

/// A view of a source. Trivially copyable; valid as long as the source. A default one is never asked to stop.
class inplace_stop_token {
public:
  inplace_stop_token() noexcept = default;

  /// Whether stop was requested. From any thread.
  bool stop_requested() const noexcept;
  /// Whether there is a source at all.
  bool stop_possible() const noexcept { return source_ != nullptr; }

  friend bool operator==(inplace_stop_token, inplace_stop_token) noexcept = default;

private:
  friend class inplace_stop_source;
  template <class> friend class inplace_stop_callback;
  explicit inplace_stop_token(inplace_stop_source *source) noexcept : source_(source) {}
  inplace_stop_source *source_ = nullptr;
};

/// The one who may ask. Loop thread only, but for stop_requested(). Must outlive its callbacks.
class inplace_stop_source {
public:
  inplace_stop_source() noexcept { hooks_.close(); }
  inplace_stop_source(const inplace_stop_source &) = delete;
  inplace_stop_source &operator=(const inplace_stop_source &) = delete;
  inplace_stop_token get_token() noexcept { return inplace_stop_token(this); }
  bool stop_requested() const noexcept { return requested_.test(); }

  /// Sets the flag and calls the hooks in the order in which they were registered. A hook may unregister others and
  /// register new ones; those are called too. Returns false, and does nothing, when stop was requested before.
  bool request_stop() noexcept {
    if (requested_.test())
      return false;
    requested_.set();
    while (!hooks_.alone()) {
      stop_hook &hook = static_cast<stop_hook &>(*hooks_.next);
      hook.unregister();
      hook.on_stop_(hook);
    }
    return true;
  }

  /// Registers \p hook, which must not be registered. It is not called for a request that was made before.
  void add(stop_hook &hook) noexcept { hooks_.push_back(hook); }
  /// Registers \p hook, or calls it at once when stop was requested before.
  void add_or_call(stop_hook &hook) noexcept {
    if (stop_requested())
      hook.on_stop_(hook);
    else
      add(hook);
  }

private:
  friend struct debug::memory_map;
  detail::ring_link<inplace_stop_source> hooks_;
  detail::sticky_flag requested_;
};

inline bool inplace_stop_token::stop_requested() const noexcept { return source_ && source_->stop_requested(); }

/// Calls \p F once when stop is requested, or at once, in the constructor, when that has happened. Loop thread only.
/// A function that throws ends the program.
template <class F> class [[nodiscard]] inplace_stop_callback : stop_hook {
public:
  template <class G>
  explicit inplace_stop_callback(inplace_stop_token token, G &&f) noexcept(std::is_nothrow_constructible_v<F, G>)
      : stop_hook([](stop_hook &self) noexcept { static_cast<inplace_stop_callback &>(self).function_(); }),
        function_(std::forward<G>(f)) {
    if (token.stop_requested())
      [this]() noexcept { function_(); }();
    else if (token.source_)
      token.source_->add(*this);
  }

private:
  F function_;
};
template <class F> inplace_stop_callback(inplace_stop_token, F) -> inplace_stop_callback<F>;

} // namespace asyncrt
