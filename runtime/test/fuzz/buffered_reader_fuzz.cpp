// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Fuzz target: a buffered_reader against a model that has all the text at once. The bytes come in pieces of any size,
/// with and without a hop, and reads are stopped at any step; whatever happens, the next read begins where it should.
#include <asyncrt/core.hpp>
#include <asyncrt/io/buffered_reader.hpp>
#include <asyncrt/testing/test_loop.hpp>

#include <fuzzer/FuzzedDataProvider.h>

#include <deque>

using namespace asyncrt;

namespace {

void require(bool holds, const char *what) {
  if (!holds)
    trap(what);
}

/// Gives `text` in pieces of the sizes in `pieces`, then one by one; an even size comes after a hop.
struct stream {
  std::string text;
  std::deque<unsigned char> pieces;
  std::size_t given = 0;

  task<std::size_t> read_some(std::span<char> into) {
    std::size_t piece = 1;
    if (!pieces.empty()) {
      piece = pieces.front() + 1u;
      pieces.pop_front();
      if (piece % 2 == 0)
        co_await yield();
    }
    const std::size_t count = std::min({piece, into.size(), text.size() - given});
    std::copy_n(text.data() + given, count, into.data());
    given += count;
    co_return count;
  }
};

/// What reads should give: all the text, and how much of it was given.
struct model {
  std::string_view rest;
  std::size_t limit;

  /// The size of the text up to and with \p delimiter; nothing for too long a one.
  std::optional<std::size_t> find(std::string_view delimiter) const {
    const std::size_t at = rest.find(delimiter);
    if (at == rest.npos)
      return rest.size() > limit ? std::nullopt : std::optional(rest.size());
    return at > limit ? std::nullopt : std::optional(at + delimiter.size());
  }
};

/// Runs \p t, asked to stop before its step \p stop_at (never for zero). Nothing when it was stopped.
template <class T> std::optional<result<T>> run(testing::test_loop &loop, task<T> t, unsigned stop_at) {
  task_handle<T> handle = spawn(loop.loop(), std::move(t));
  for (unsigned step = 1; !handle.ready(); ++step) {
    if (step == stop_at)
      handle.request_stop();
    require(loop->run_one(), "a read waits for nothing");
  }
  if (handle.stopped())
    return std::nullopt;
  return handle.take_result();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
  FuzzedDataProvider input(data, size);
  const std::size_t chunk = input.ConsumeIntegralInRange<std::size_t>(1, 40);
  const std::size_t limit = input.ConsumeIntegralInRange<std::size_t>(0, 60);
  const std::string pieces = input.ConsumeRandomLengthString(32);
  const std::string reads = input.ConsumeRandomLengthString(64);
  stream from{.text = input.ConsumeRemainingBytesAsString(), .pieces = {pieces.begin(), pieces.end()}};
  const std::string text = from.text;
  model expected{text, limit};

  testing::test_loop loop;
  buffered_reader reader(from, {.chunk = chunk, .limit = limit});
  for (std::size_t i = 0; i + 2 < reads.size(); i += 3) {
    const auto argument = static_cast<unsigned char>(reads[i + 1]);
    const unsigned stop_at = static_cast<unsigned char>(reads[i + 2]) % 8;
    std::size_t taken = 0;
    switch (reads[i] & 3) {
    case 0: {
      char buffer[256];
      if (auto r = run(loop, reader.read_some({buffer, argument}), stop_at)) {
        taken = r->value();
        require(taken <= argument && (taken != 0 || argument == 0 || expected.rest.empty()), "read_some: the size");
        require(expected.rest.substr(0, taken) == std::string_view(buffer, taken), "read_some: the bytes");
      }
      break;
    }
    case 1:
      if (auto r = run(loop, reader.read_exactly(argument), stop_at)) {
        taken = std::min<std::size_t>(argument, expected.rest.size());
        require(r->value() == expected.rest.substr(0, taken), "read_exactly");
      }
      break;
    case 2: {
      const std::string delimiter = argument % 2 ? "\r\n" : std::string(1 + argument % 3, static_cast<char>(argument));
      if (auto r = run(loop, reader.read_until(delimiter), stop_at)) {
        const std::optional<std::size_t> found = expected.find(delimiter);
        require(r->has_error() == !found, "read_until: the limit");
        if (found) {
          taken = *found;
          require(r->value().has_value() == (taken != 0), "read_until: the end");
          require(r->value().value_or("") == expected.rest.substr(0, taken), "read_until: the bytes");
        }
      }
      break;
    }
    default:
      if (auto r = run(loop, reader.read_line(), stop_at)) {
        const std::optional<std::size_t> found = expected.find("\n");
        require(r->has_error() == !found, "read_line: the limit");
        if (found) {
          taken = *found;
          std::string_view line = expected.rest.substr(0, taken);
          if (line.ends_with('\n'))
            line.remove_suffix(line.ends_with("\r\n") ? 2 : 1);
          require(r->value().has_value() == (taken != 0), "read_line: the end");
          require(r->value().value_or("") == line, "read_line: the bytes");
        }
      }
    }
    expected.rest.remove_prefix(taken);
    require(reader.buffered().size() + (from.text.size() - from.given) == expected.rest.size(), "a byte was lost");
  }
  return 0;
}
