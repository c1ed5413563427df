// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// process_pool: worker processes that run functions, awaited. What crashes there does not crash here.
#pragma once

#include <asyncrt/core/awaitable.hpp>
#include <asyncrt/core/executor_watch.hpp>
#include <asyncrt/core/semaphore.hpp>
#include <asyncrt/core/task.hpp>
#include <asyncrt/exec/codec.hpp>
#include <asyncrt/exec/fork_server.hpp>
#include <asyncrt/exec/message.hpp>

#include <memory>
#include <tuple>

namespace asyncrt {

namespace detail {

/// One call in a worker, as the pool sees it: how its arguments are written and its result is read.
class job_base {
public:
  virtual void encode(job_writer &out) const = 0;
  virtual void decode(job_reader &in) = 0;

protected:
  ~job_base() = default;
};

/// What a job message begins with: called in the worker. May throw whatever the job throws.
using job_entry = void (*)(job_reader &in, job_writer &out);

/// \p F is a function pointer, which is sent, or a closure without state, which is made anew.
template <class F, class R, class... Args> class job final : public job_base {
public:
  explicit job(F f, Args &...args) noexcept : function_(f), args_(args...) {}

  void encode(job_writer &out) const override {
    out.bytes(&entry_, sizeof entry_);
    if constexpr (std::is_pointer_v<F>)
      out.bytes(&function_, sizeof function_);
    std::apply([&out](const auto &...args) { out.values(args...); }, args_);
  }
  void decode(job_reader &in) override {
    if constexpr (std::is_void_v<R>)
      result_.set_value();
    else
      result_.set_value(in.value<R>());
    in.finish();
  }
  R value() { return std::move(result_).value(); }

private:
  static void in_worker(job_reader &in, job_writer &out) {
    F f{};
    if constexpr (std::is_pointer_v<F>)
      std::memcpy(&f, in.bytes(sizeof f), sizeof f);
    std::tuple<Args...> args{in.value<Args>()...}; // Braces: from left to right.
    in.finish();
    if constexpr (std::is_void_v<R>)
      std::apply(f, std::move(args));
    else
      out.values<R>(std::apply(f, std::move(args)));
  }

  static constexpr job_entry entry_ = in_worker;
  F function_;
  std::tuple<const Args &...> args_;
  result<R> result_;
};

template <class R> constexpr bool can_travel = !std::is_pointer_v<R> && !std::is_reference_v<R>;

} // namespace detail

/// At most so many worker processes, started when they are first needed and again after one has died.
///
/// For one loop at a time: run() traps on a second one while jobs of another are under way. Workers are forked by a
/// fork_server, so they see the program's data as of the moment when that was made.
class process_pool {
public:
  /// Makes a fork server of its own: before the program has threads, see there. Zero workers: as many as there are
  /// processors.
  explicit process_pool(unsigned workers = 0);
  /// Uses \p server, which must outlive the pool; may be made at any time.
  explicit process_pool(fork_server &server, unsigned workers = 0);
  process_pool(const process_pool &) = delete;
  process_pool &operator=(const process_pool &) = delete;
  /// Kills the workers, which have nothing to do, and waits until they are gone: short, but blocking. Traps when a job
  /// is under way.
  ~process_pool();

  /// Calls \p f(args...) in a worker process and gives what it returned. Jobs begin in the order in which they were
  /// awaited, each when a worker is free; the coroutine goes on, on its loop, when the answer is there. Arguments and
  /// result travel by asyncrt::codec; arguments are converted to the types of the parameters first, on this side.
  ///
  /// Throws remote_error for what \p f throws there, or what its codecs throw there; what codecs throw here;
  /// broken_pool_error when the worker dies first (a crash, exit(), a signal) or answers with what is no answer;
  /// pool_closed after shutdown(); std::system_error when the system gives no more processes or descriptors.
  ///
  /// Stop: a job that waits for a worker is taken out of the queue. Of one that has begun the worker is killed, and
  /// when the await throws operation_stopped it is dead: it writes nothing any more, whatever it may have half done. An
  /// answer that has arrived before wins. The same for with_timeout(), the remedy for a job that hangs.
  template <class R, class... Params>
  task<R> run(R (*f)(Params...), std::type_identity_t<std::decay_t<Params>>... args) {
    return call<R (*)(Params...), R, std::decay_t<Params>...>(f, std::move(args)...);
  }
  /// The same for a lambda without captures.
  template <class F, class... Args>
    requires(!std::is_pointer_v<std::decay_t<F>>) && std::invocable<std::decay_t<F> &, std::decay_t<Args>...>
  auto run(F, Args &&...args) {
    using function = std::decay_t<F>;
    static_assert(std::is_empty_v<function> && std::is_default_constructible_v<function>,
                  "what a lambda captures stays in this process: pass it as an argument");
    return call<function, std::invoke_result_t<function &, std::decay_t<Args>...>, std::decay_t<Args>...>(
        function(), std::forward<Args>(args)...);
  }

  /// Takes no more jobs, waits until those that were given have ended, and ends the workers. run() throws pool_closed
  /// from now on. Stoppable: it has only waited less then.
  task<> shutdown();

  /// The number of workers that may run at the same time.
  unsigned size() const noexcept;
  /// The number of processes that were started and have not been found dead.
  unsigned alive() const noexcept;
  /// Jobs that wait for a worker.
  std::size_t queued() const noexcept { return free_.waiting(); }

private:
  struct worker;
  class in_use;

  process_pool(std::unique_ptr<fork_server> own, fork_server *server, unsigned workers, const void *from);

  template <class F, class R, class... Args> task<R> call(F f, Args... args) {
    static_assert(detail::can_travel<R> && (detail::can_travel<Args> && ...),
                  "a pointer or reference means nothing in another process: pass a value, or a shared_region");
    static_assert(!awaitable<R>, "a worker runs no event loop: the job must do its work itself, and return its result");
    detail::job<F, R, Args...> job(f, args...);
    co_await exchange(job);
    co_return job.value();
  }

  task<> exchange(detail::job_base &job);
  task<> begin(worker &w);
  task<std::optional<int>> bury(worker &w);

  std::unique_ptr<fork_server> own_server_;
  fork_server *server_;
  std::vector<worker> workers_;
  std::vector<worker *> idle_; ///< The one that was used last is the last.
  async_semaphore free_;
  job_writer out_;               ///< Of the job that is being sent.
  detail::packet_buffer packet_; ///< Of the answer that is being read.
  std::size_t under_way_ = 0;
  scheduler *loop_ = nullptr; ///< Of the jobs under way.
  bool closed_ = false;
  detail::executor_mark mark_;
};

} // namespace asyncrt
