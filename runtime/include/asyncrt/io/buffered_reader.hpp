// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// buffered_reader: lines, records and exact sizes out of a stream of bytes.
///
/// What was read from the stream and not given yet stays in the buffer. So a read that is stopped, fails or exceeds the
/// limit loses nothing: the next one begins at the same byte.
#pragma once

#include <asyncrt/core/awaitable.hpp>
#include <asyncrt/core/task.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

namespace asyncrt {

/// What a buffered_reader reads from: async_fd, all sockets, file.
template <class S>
concept readable_stream = requires(S &s, std::span<char> into) {
  { s.read_some(into) } -> awaitable;
};

/// How a buffered_reader is made.
struct reader_options {
  /// How many bytes are asked of the stream at a time. At least one.
  std::size_t chunk = 16 * 1024;
  /// The longest text that read_until() and read_line() give, in bytes, without its end.
  std::size_t limit = 64 * 1024;
};

/// Reads from a stream, which must outlive it and stay where it is. Not thread-safe; one read at a time.
///
/// All reads are tasks: stoppable, resumed on the loop that awaits, without a hop when the buffer has enough. Errors of
/// the stream are thrown as they are. Memory is taken with the first read, and is never more than what was asked for
/// plus a chunk.
///
/// The bytes from `begin_` to `end_` of `memory_` are those that were not given yet.
template <readable_stream Stream> class [[nodiscard]] buffered_reader {
public:
  explicit buffered_reader(Stream &from, reader_options options = {}) noexcept : from_(from), options_(options) {}

  /// What there is, at least one byte, into \p into, which must live until the await ends; zero is the end of the
  /// stream (or an empty \p into).
  task<std::size_t> read_some(std::span<char> into) {
    if (buffered().empty() && !into.empty()) {
      if (into.size() >= options_.chunk)
        co_return co_await from_.read_some(into);
      co_await fill();
    }
    const std::size_t count = std::min(into.size(), buffered().size());
    std::copy_n(buffered().data(), count, into.data());
    begin_ += count;
    co_return count;
  }

  /// Exactly \p count bytes; fewer only when the stream has ended before.
  task<std::string> read_exactly(std::size_t count) {
    while (buffered().size() < count && co_await fill()) {
    }
    co_return take(std::min(count, buffered().size()));
  }

  /// The text up to and with \p delimiter. When the stream ends before that: what was left, which then does not end
  /// with the delimiter, and after that nothing. std::system_error with EMSGSIZE when the text is longer than the limit
  /// (read_some() or read_exactly() still gives it), and with EINVAL for an empty delimiter.
  task<std::optional<std::string>> read_until(std::string delimiter) {
    if (delimiter.empty())
      throw std::system_error(EINVAL, std::system_category(), "read_until");
    const std::size_t size = co_await find(delimiter);
    if (size == 0)
      co_return std::nullopt;
    co_return take(size);
  }

  /// The next line without its end, which is "\n" or "\r\n". A last line without an end is one too; after it, nothing.
  /// std::system_error with EMSGSIZE as in read_until().
  task<std::optional<std::string>> read_line() {
    const std::size_t size = co_await find("\n");
    if (size == 0)
      co_return std::nullopt;
    std::string line = take(size);
    if (line.ends_with('\n')) {
      line.pop_back();
      if (line.ends_with('\r'))
        line.pop_back();
    }
    co_return line;
  }

  /// What was read from the stream and not given yet. Valid until the next read.
  std::string_view buffered() const noexcept { return {memory_.get() + begin_, end_ - begin_}; }

private:
  std::string take(std::size_t size) {
    std::string text(buffered().substr(0, size));
    begin_ += size;
    return text;
  }

  /// The size of the text with \p delimiter, or of all that is left when the stream ends before.
  task<std::size_t> find(std::string_view delimiter) {
    for (std::size_t searched = 0;;) {
      const std::string_view text = buffered();
      const std::size_t at = text.find(delimiter, searched);
      const bool found = at != std::string_view::npos;
      // Without the delimiter, as much of the end of the text as could be its beginning is not counted.
      if (found ? at > options_.limit : text.size() >= options_.limit + delimiter.size())
        throw std::system_error(EMSGSIZE, std::system_category(), "read_until");
      if (found)
        co_return at + delimiter.size();
      searched = text.size() < delimiter.size() ? 0 : text.size() - delimiter.size() + 1;
      if (!co_await fill()) {
        if (buffered().size() > options_.limit)
          throw std::system_error(EMSGSIZE, std::system_category(), "read_until");
        co_return buffered().size();
      }
    }
  }

  /// One read into the buffer; false at the end of the stream.
  task<bool> fill() {
    make_room();
    const std::size_t count = co_await from_.read_some({memory_.get() + end_, options_.chunk});
    end_ += count;
    co_return count != 0;
  }
  void make_room() {
    const std::size_t used = end_ - begin_;
    if (capacity_ - end_ >= options_.chunk)
      return;
    if (used + options_.chunk <= capacity_ && used <= capacity_ / 2) {
      if (used != 0)
        std::memmove(memory_.get(), memory_.get() + begin_, used);
    } else {
      const std::size_t capacity = std::max(used + options_.chunk, used * 2);
      std::unique_ptr<char[]> larger(new char[capacity]);
      if (used != 0)
        std::memcpy(larger.get(), memory_.get() + begin_, used);
      memory_ = std::move(larger);
      capacity_ = capacity;
    }
    begin_ = 0;
    end_ = used;
  }

  Stream &from_;
  reader_options options_;
  std::unique_ptr<char[]> memory_;
  std::size_t capacity_ = 0, begin_ = 0, end_ = 0;
};

} // namespace asyncrt
