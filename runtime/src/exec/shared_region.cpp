// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Memory files that several processes map.
#include <asyncrt/debug/blocking_trap.hpp>
#include <asyncrt/exec/shared_region.hpp>

#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace asyncrt {

namespace {

[[noreturn]] void fail(int fd) {
  const int error = errno;
  if (fd >= 0)
    ::close(fd);
  throw std::system_error(error, std::system_category(), "a shared_region");
}

/// A file of that size, whose size cannot be changed: nobody can take the memory away under a reader.
int memory_file(std::size_t size) {
  const debug::allow_blocking here("a file in memory");
  const int fd = ::memfd_create("asyncrt-region", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0 || ::ftruncate(fd, static_cast<off_t>(size)) < 0 ||
      ::fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW) < 0)
    fail(fd);
  return fd;
}

} // namespace

shared_region::mapping::mapping(int fd, std::size_t size) : fd(fd), size(size) {
  void *memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED)
    fail(fd);
  data = static_cast<std::byte *>(memory);
}

shared_region::mapping::~mapping() {
  ::munmap(data, size);
  ::close(fd);
}

shared_region::shared_region(std::size_t size) {
  if (size)
    memory_ = std::make_shared<mapping>(memory_file(size), size);
}

void codec<shared_region>::encode(job_writer &out, const shared_region &region) {
  out.values(std::uint64_t{region.size()});
  if (region)
    out.descriptor(region.memory_->fd);
}

shared_region codec<shared_region>::decode(job_reader &in) {
  shared_region region;
  const auto size = in.value<std::uint64_t>();
  if (size == 0)
    return region;
  const int fd = in.descriptor();
  struct stat file;
  if (const int seals = ::fcntl(fd, F_GET_SEALS); seals < 0 || !(seals & F_SEAL_SHRINK) || ::fstat(fd, &file) < 0 ||
                                                  static_cast<std::uint64_t>(file.st_size) != size) {
    ::close(fd);
    throw codec_error("a message of a job has no shared memory where it says so");
  }
  region.memory_ = std::make_shared<shared_region::mapping>(fd, size);
  return region;
}

} // namespace asyncrt
