// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// getaddrinfo() on another thread, which an await may leave behind.
#include <asyncrt/core/wait.hpp>
#include <asyncrt/io/blocking_executor.hpp>
#include <asyncrt/io/resolve.hpp>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>

namespace asyncrt {

namespace {

/// One look-up, shared by the thread and who awaits. `stage` is one of: `wanted` (the thread is at it), `done` (it has
/// woken, or is about to wake, who awaits), `left` (nobody awaits any more; the thread destroys this).
struct lookup : blocking_job {
  enum class stages : unsigned char { wanted, done, left };

  lookup(std::string host, std::uint16_t port) : blocking_job(on_thread), host(std::move(host)), port(port) {}

  static void on_thread(blocking_job &job) noexcept {
    auto &self = static_cast<lookup &>(job);
    if (self.stage.load() == stages::left) {
      delete &self;
      return;
    }
    addrinfo hints = {};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo *all = nullptr;
    self.error = ::getaddrinfo(self.host.c_str(), nullptr, &hints, &all);
    self.system_error = errno;
    try {
      for (const addrinfo *one = all; one; one = one->ai_next)
        self.found.push_back(with_port(*one, self.port));
    } catch (const std::bad_alloc &) {
      self.error = EAI_MEMORY;
    }
    if (all)
      ::freeaddrinfo(all);
    promise_base *const waits = self.waits;
    // From here on this is somebody else's.
    if (self.stage.exchange(stages::done) == stages::left)
      delete &self;
    else
      static_cast<event_loop &>(waits->loop()).wake_from_any_thread(*waits);
  }

  static endpoint with_port(const addrinfo &one, std::uint16_t port) {
    sockaddr_storage address = {};
    std::copy_n(reinterpret_cast<const char *>(one.ai_addr), one.ai_addrlen, reinterpret_cast<char *>(&address));
    // At the same place for IPv4 and IPv6.
    reinterpret_cast<sockaddr_in &>(address).sin_port = htons(port);
    return endpoint::from(reinterpret_cast<const sockaddr *>(&address), one.ai_addrlen);
  }

  std::string host;
  std::uint16_t port;
  int error = 0, system_error = 0;
  std::vector<endpoint> found;
  promise_base *waits = nullptr;
  std::atomic<stages> stage = stages::wanted;
};

class lookup_awaiter : waiter {
public:
  explicit lookup_awaiter(std::unique_ptr<lookup> l) noexcept : waiter(leave), lookup_(std::move(l)) {}
  using waiter::await_ready;
  template <class P> bool await_suspend(std::coroutine_handle<P> h) {
    promise_base &p = detail::promise_of(h);
    if (stop_now(p))
      return false;
    lookup_->waits = &p;
    suspend(p);
    p.loop().external_work_started();
    try {
      detail::current_blocking_executor().execute(*lookup_);
    } catch (...) {
      p.loop().external_work_finished();
      unregister();
      throw;
    }
    begun_ = true;
    return true;
  }
  std::unique_ptr<lookup> await_resume() {
    if (begun_)
      promise()->loop().external_work_finished();
    throw_if_stopped();
    return std::move(lookup_);
  }

private:
  static void leave(stop_hook &hook) noexcept {
    auto &self = static_cast<lookup_awaiter &>(from_hook(hook));
    // Too late: what was found wins.
    if (self.lookup_->stage.exchange(lookup::stages::left) == lookup::stages::done)
      return;
    static_cast<void>(self.lookup_.release());
    self.set_stopped();
    self.complete();
  }

  std::unique_ptr<lookup> lookup_;
  bool begun_ = false;
};

class category final : public std::error_category {
public:
  const char *name() const noexcept override { return "resolve"; }
  std::string message(int error) const override { return ::gai_strerror(error); }
};

} // namespace

const std::error_category &resolve_category() noexcept {
  static const category one;
  return one;
}

task<std::vector<endpoint>> resolve(std::string host, std::uint16_t port) {
  const std::string what = "resolve " + host;
  const std::unique_ptr<lookup> l = co_await lookup_awaiter(std::make_unique<lookup>(std::move(host), port));
  if (l->error == EAI_SYSTEM)
    throw std::system_error(l->system_error, std::system_category(), what);
  if (l->error)
    throw std::system_error(l->error, resolve_category(), what);
  co_return std::move(l->found);
}

task<tcp_stream> tcp_connect(std::string host, std::uint16_t port) {
  const std::vector<endpoint> all = co_await resolve(std::move(host), port);
  for (std::size_t i = 0;; ++i) {
    try {
      co_return co_await tcp_connect(all[i]);
    } catch (const std::system_error &) {
      if (i + 1 == all.size())
        throw;
    }
  }
}

} // namespace asyncrt
