// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Walks the environments of a loop, and in each the coroutines from the innermost out.
#include <asyncrt/debug/await_graph.hpp>

#include "escape.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <unistd.h>

namespace asyncrt::debug {

namespace {

/// Of a longer chain the middle is left out: whoever recurses without end has more coroutines than anybody reads.
constexpr std::size_t most_shown = 32;

class graph_writer {
public:
  graph_writer(void (*write)(void *, const char *, std::size_t), void *to) noexcept : write_(write), to_(to) {}

  void all(scheduler &loop) noexcept {
    detail::ring_link<environment> &ring = loop.environments();
    const bool running = (loop.activity() & 1) != 0;
    for (detail::ring_link<environment> *place = ring.next; place != &ring; place = place->next) {
      environment &env =
          *reinterpret_cast<environment *>(reinterpret_cast<char *>(place) - offsetof(environment, place));
      one(env, running && &env == &loop.current_env());
    }
    if (ring.alone())
      line(0, "no tasks");
  }

  /// \p task and what stands behind it, up to the next one.
  void task(environment &task) noexcept {
    scheduler &loop = *task.loop;
    const bool running = (loop.activity() & 1) != 0;
    environment *env = &task;
    do {
      one(*env, running && env == &loop.current_env());
      if (env->place.next == &loop.environments())
        return;
      env = reinterpret_cast<environment *>(reinterpret_cast<char *>(env->place.next) - offsetof(environment, place));
    } while (env->parent);
  }

private:
  void one(environment &env, bool runs) noexcept {
    unsigned depth = 0;
    for (const environment *e = &env; e->parent; e = &e->parent->env())
      ++depth;
    if (depth == 0) {
      char name[1024]; // As much as a line shows.
      std::size_t size = 0;
      escape_controls(env.task->name, [&](std::string_view part) {
        if (part.size() < sizeof name - size)
          size += part.copy(name + size, part.size());
      });
      name[size] = '\0';
      line(0, "task \"%s\"%s", name, env.stop_requested() ? ", asked to stop" : "");
    }
    if (runs)
      line(depth + 1, "runs now");
    else if (!env.leaf)
      line(depth + 1, "is being destroyed");
    else
      chain(*env.leaf, depth + 1);
  }

  /// Prints from the outermost to \p leaf.
  void chain(promise_base &leaf, unsigned depth) noexcept {
    promise_base *inner[most_shown];
    std::size_t length = 0;
    for (promise_base *p = &leaf; p; p = p->continuation() ? &promise_base::of(p->continuation()) : nullptr)
      inner[length++ % most_shown] = p;
    // The ring of pointers holds the outermost ones.
    const std::size_t shown = std::min(length, most_shown);
    for (std::size_t i = 0; i < shown; ++i)
      coroutine(*inner[(length - 1 - i) % most_shown], depth);
    if (length > shown + 1)
      line(depth, "... %zu more coroutines ...", length - shown - 1);
    if (length > shown)
      coroutine(leaf, depth);
  }

  void coroutine(promise_base &p, unsigned depth) noexcept {
    const std::source_location &at = p.awaits_at();
    const char *state = p.is_ready() ? ", ready" : "";
    if (at.line() == 0)
      line(depth, "%s (%s:%u)%s, not begun", p.where().function_name(), p.where().file_name(),
           static_cast<unsigned>(p.where().line()), state);
    else
      line(depth, "%s awaits at %s:%u%s", p.where().function_name(), at.file_name(), static_cast<unsigned>(at.line()),
           state);
  }

  [[gnu::format(printf, 3, 4)]] void line(unsigned depth, const char *format, ...) noexcept {
    char text[1024];
    const std::size_t indent = std::min(depth, 32u) * std::size_t{2};
    std::fill_n(text, indent, ' ');
    __builtin_va_list arguments;
    __builtin_va_start(arguments, format);
    const int wanted = std::vsnprintf(text + indent, sizeof text - indent - 1, format, arguments);
    __builtin_va_end(arguments);
    std::size_t size = std::min(indent + static_cast<std::size_t>(std::max(wanted, 0)), sizeof text - 2);
    text[size++] = '\n';
    write_(to_, text, size);
  }

  void (*write_)(void *, const char *, std::size_t);
  void *to_;
};

} // namespace

void write_await_graph(scheduler &loop, void (*write)(void *, const char *, std::size_t), void *to) noexcept {
  graph_writer(write, to).all(loop);
}

std::string await_graph(scheduler &loop) {
  std::string text;
  write_await_graph(
      loop, [](void *to, const char *line, std::size_t size) { static_cast<std::string *>(to)->append(line, size); },
      &text);
  return text;
}

std::string await_graph(environment &task) {
  std::string text;
  graph_writer([](void *to, const char *line, std::size_t size) { static_cast<std::string *>(to)->append(line, size); },
               &text)
      .task(task);
  return text;
}

void dump_await_graph(scheduler &loop) noexcept {
  write_await_graph(
      loop,
      [](void *, const char *line, std::size_t size) {
        [[maybe_unused]] const auto n = ::write(STDERR_FILENO, line, size);
      },
      nullptr);
}

} // namespace asyncrt::debug
