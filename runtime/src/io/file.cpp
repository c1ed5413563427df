// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// System calls on files, each on another thread.
#include <asyncrt/io/blocking_executor.hpp>
#include <asyncrt/io/file.hpp>
#include <asyncrt/io/io_awaiter.hpp>

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace asyncrt {

namespace {

constexpr int flags_of[] = {O_RDONLY, O_WRONLY | O_CREAT | O_TRUNC, O_WRONLY | O_CREAT | O_APPEND, O_RDWR | O_CREAT,
                            O_RDWR | O_CREAT | O_EXCL};

/// Calls \p call on another thread until it is not interrupted; throws its error with \p what and \p path.
template <class F> task<std::size_t> repeated(F call, const char *what, const std::string &path) {
  const auto on_thread = [&call]() noexcept -> long {
    for (;;) {
      const long result = call();
      if (result >= 0)
        return result;
      if (errno != EINTR)
        return -errno;
    }
  };
  const long result = co_await detail::off_loop_awaiter(on_thread);
  if (result < 0)
    detail::throw_io_error(static_cast<int>(-result), (what + (" " + path)).c_str());
  co_return static_cast<std::size_t>(result);
}

/// Calls \p write with what is left of \p data, and how much is gone, until nothing is left: zero or -1.
template <class F> long all_of(std::string_view data, F write) noexcept {
  for (std::size_t written = 0; written < data.size();) {
    const ssize_t count = write(data.substr(written), written);
    if (count >= 0)
      written += static_cast<std::size_t>(count);
    else if (errno != EINTR)
      return -1;
  }
  return 0;
}

} // namespace

task<file> file::open(std::string path, open_mode mode, unsigned permissions) {
  // Owned from the thread on, so that no way out of the await leaves it open.
  file opened;
  const auto open = [&] {
    opened.fd_ = fd(::open(path.c_str(), flags_of[static_cast<int>(mode)] | O_CLOEXEC, permissions));
    return opened.fd_.get();
  };
  co_await repeated(open, "open", path);
  opened.path_ = std::move(path);
  co_return opened;
}

task<std::size_t> file::read_some(std::span<char> into) {
  co_return co_await repeated([&] { return ::read(get(), into.data(), into.size()); }, "read", path_);
}

task<std::size_t> file::read_at(std::span<char> into, std::uint64_t offset) {
  const auto read = [&] { return ::pread(get(), into.data(), into.size(), static_cast<off_t>(offset)); };
  co_return co_await repeated(read, "read", path_);
}

task<> file::write_all(std::string_view data) {
  const auto write = [&](std::string_view rest, std::size_t) { return ::write(get(), rest.data(), rest.size()); };
  co_await repeated([&] { return all_of(data, write); }, "write", path_);
}

task<> file::write_at(std::string_view data, std::uint64_t offset) {
  const auto write = [&](std::string_view rest, std::size_t written) {
    return ::pwrite(get(), rest.data(), rest.size(), static_cast<off_t>(offset + written));
  };
  co_await repeated([&] { return all_of(data, write); }, "write", path_);
}

void file::seek(std::uint64_t offset) {
  if (::lseek(get(), static_cast<off_t>(offset), SEEK_SET) < 0)
    detail::throw_io_error(errno, ("seek " + path_).c_str());
}

task<std::uint64_t> file::size() const {
  struct stat status = {};
  co_await repeated([&] { return ::fstat(get(), &status); }, "size", path_);
  co_return static_cast<std::uint64_t>(status.st_size);
}

task<> file::sync() {
  co_await repeated([&] { return ::fdatasync(get()); }, "sync", path_);
}

task<> file::close() {
  // The number is given up when the thread has it, and only there: EINTR closes as well.
  const auto close = [&] { return fd_ && ::close(fd_.release()) < 0 && errno != EINTR ? -1 : 0; };
  co_await repeated(close, "close", path_);
}

task<std::string> read_file(std::string path) {
  file f = co_await file::open(std::move(path));
  // One byte more than there is, so that the end is seen without another read; files in /proc have no size at all.
  std::string content(co_await f.size() + 1, '\0');
  std::size_t size = 0;
  while (const std::size_t count = co_await f.read_some(std::span(content).subspan(size))) {
    size += count;
    if (size == content.size())
      content.resize(size + size / 2 + 4096);
  }
  content.resize(size);
  co_return content;
}

task<> write_file(std::string path, std::string content) {
  file f = co_await file::open(std::move(path), open_mode::write);
  co_await f.write_all(content);
  co_await f.close();
}

} // namespace asyncrt
