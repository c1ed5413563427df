// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// file: files, which block whatever one does, off the loop.
#pragma once

#include <asyncrt/core/task.hpp>
#include <asyncrt/io/fd.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace asyncrt {

/// How a file is opened.
enum class open_mode : unsigned char {
  read,   ///< To be read; it must exist.
  write,  ///< To be written; made if need be, emptied otherwise.
  append, ///< To be written at its end; made if need be.
  update, ///< To be read and written; made if need be.
  create, ///< To be read and written; it must not exist.
};

/// An open file. Each operation runs on a thread of the blocking_executor, and the awaiting coroutine is resumed on its
/// own loop.
///
/// Move-only; one operation at a time, but for read_at() and write_at(), of which there may be several. Stopped before
/// they begin; what has begun goes on to its end, since a thread cannot be called back, and its result is given.
/// Buffers must live until the await ends. Errors are std::system_error with operation and path. Destroying it closes
/// it on the spot.
class [[nodiscard]] file {
public:
  /// Not open.
  file() noexcept = default;

  /// Opens \p path; a file that is made gets \p permissions, less the umask.
  static task<file> open(std::string path, open_mode mode = open_mode::read, unsigned permissions = 0666);

  explicit operator bool() const noexcept { return static_cast<bool>(fd_); }
  const std::string &path() const noexcept { return path_; }
  int get() const noexcept { return fd_.get(); }

  /// Reads from the current position, and moves it: the number of bytes, zero at the end of the file.
  task<std::size_t> read_some(std::span<char> into);
  /// Reads at \p offset, without touching the current position.
  task<std::size_t> read_at(std::span<char> into, std::uint64_t offset);
  /// Writes all of \p data at the current position, and moves it.
  task<> write_all(std::string_view data);
  /// Writes all of \p data at \p offset, without touching the current position.
  task<> write_at(std::string_view data, std::uint64_t offset);
  /// Sets the current position, in bytes from the beginning. Does not block.
  void seek(std::uint64_t offset);

  /// Its size in bytes.
  task<std::uint64_t> size() const;
  /// Waits until what was written would survive a power failure (fdatasync).
  task<> sync();
  /// Closes it; tells of errors that some file systems find only now. It is closed also then.
  task<> close();

private:
  fd fd_;
  std::string path_;
};

/// The whole of a file.
task<std::string> read_file(std::string path);
/// Replaces the content of \p path by \p content; a reader may see it half written.
task<> write_file(std::string path, std::string content);

} // namespace asyncrt
