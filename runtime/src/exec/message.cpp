// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Sending and receiving messages of jobs, and what codecs write to and read from.
#include <asyncrt/debug/blocking_trap.hpp>
#include <asyncrt/exec/message.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace asyncrt {

namespace {

std::string describe(std::optional<int> status, const std::string &why) {
  std::string text = why.empty() ? "the worker of a job has died: " : why + "; its worker has died: ";
  if (!status)
    return text + "how is not known";
  if (WIFSIGNALED(*status))
    return text + "signal " + std::to_string(WTERMSIG(*status)) + " (" + ::strsignal(WTERMSIG(*status)) + ')';
  return text + "exit code " + std::to_string(WEXITSTATUS(*status));
}

constexpr int all_seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

/// A memory file that holds \p data and cannot be changed any more, or a negative errno.
int sealed_file(std::span<const std::byte> data) noexcept {
  const debug::allow_blocking here("a file in memory");
  const int fd = ::memfd_create("asyncrt-message", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0)
    return -errno;
  while (!data.empty()) {
    const ssize_t written = ::write(fd, data.data(), data.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0) {
      const int error = written < 0 ? errno : ENOSPC;
      ::close(fd);
      return -error;
    }
    data = data.subspan(static_cast<std::size_t>(written));
  }
  if (::fcntl(fd, F_ADD_SEALS, all_seals) < 0) {
    const int error = errno;
    ::close(fd);
    return -error;
  }
  return fd;
}

/// Room for the descriptors of a message, aligned as the system wants it.
union control_buffer {
  cmsghdr header;
  char bytes[CMSG_SPACE((most_descriptors + 1) * sizeof(int))];
};

} // namespace

broken_pool_error::broken_pool_error(std::optional<int> status, const std::string &why)
    : std::runtime_error(describe(status, why)), status_(status) {}

std::optional<int> broken_pool_error::exit_code() const noexcept {
  return status_ && WIFEXITED(*status_) ? std::optional(WEXITSTATUS(*status_)) : std::nullopt;
}

std::optional<int> broken_pool_error::signal() const noexcept {
  return status_ && WIFSIGNALED(*status_) ? std::optional(WTERMSIG(*status_)) : std::nullopt;
}

void job_writer::descriptor(int fd) {
  if (count_ == most_descriptors)
    throw codec_error("a message of a job has too many descriptors");
  const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 3);
  if (copy < 0)
    throw std::system_error(errno, std::system_category(), "duplicating a descriptor for a job");
  descriptors_[count_++] = copy;
}

void job_writer::clear() noexcept {
  while (count_)
    ::close(descriptors_[--count_]);
  if (data_.capacity() > (std::size_t{1} << 20))
    data_ = {};
  data_.clear();
}

job_reader::job_reader(std::span<const std::byte> data, std::span<const int> descriptors) noexcept
    : rest_(data), count_(std::min(descriptors.size(), most_descriptors)) {
  std::copy_n(descriptors.begin(), count_, descriptors_.begin());
}

job_reader::~job_reader() {
  while (taken_ != count_)
    ::close(descriptors_[taken_++]);
}

namespace detail {

int send_message(int socket, message_kind kind, const job_writer &content, int flags) noexcept {
  const std::span<const std::byte> data = content.data();
  const std::span<const int> own = content.descriptors();
  message_header header{kind, static_cast<std::uint32_t>(own.size()), data.size()};
  std::array<int, most_descriptors + 1> descriptors{};
  std::copy(own.begin(), own.end(), descriptors.begin());
  std::size_t count = own.size();
  int file = -1;
  if (data.size() > most_inline) {
    file = sealed_file(data);
    if (file < 0)
      return -file;
    descriptors[count++] = file;
  }

  iovec parts[2] = {{&header, sizeof header},
                    {const_cast<std::byte *>(data.data()), file < 0 ? data.size() : std::size_t{0}}};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  control_buffer control{};
  if (count) {
    message.msg_control = control.bytes;
    message.msg_controllen = CMSG_SPACE(count * sizeof(int));
    cmsghdr *c = CMSG_FIRSTHDR(&message);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(count * sizeof(int));
    std::memcpy(CMSG_DATA(c), descriptors.data(), count * sizeof(int));
  }
  ssize_t sent;
  do
    sent = ::sendmsg(socket, &message, MSG_NOSIGNAL | flags);
  while (sent < 0 && errno == EINTR);
  const int error = sent < 0 ? errno : 0;
  if (file >= 0)
    ::close(file);
  return error;
}

incoming::~incoming() {
  payload_.reset();
  if (mapped_)
    ::munmap(mapped_, mapped_size_);
}

/// Only a file that nobody can change or cut off any more is read: a fault here would be one of this program.
bool incoming::map(int fd, std::uint64_t size) noexcept {
  struct stat file;
  if (::fcntl(fd, F_GET_SEALS) != all_seals || ::fstat(fd, &file) < 0 ||
      static_cast<std::uint64_t>(file.st_size) != size)
    return false;
  void *memory = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (memory == MAP_FAILED)
    return false;
  mapped_ = memory;
  mapped_size_ = size;
  return true;
}

arrival incoming::receive(int socket, packet_buffer &buffer, int flags) noexcept {
  iovec part{buffer.data(), buffer.size()};
  control_buffer control;
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof control;
  ssize_t received;
  do
    received = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC | flags);
  while (received < 0 && errno == EINTR);
  if (received < 0)
    return errno == EAGAIN || errno == EWOULDBLOCK ? arrival::nothing : arrival::end;

  // Whatever else is wrong: descriptors that came have to be closed.
  std::array<int, most_descriptors + 1> descriptors{};
  std::size_t count = 0;
  for (cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c))
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
      count = std::min((c->cmsg_len - CMSG_LEN(0)) / sizeof(int), descriptors.size());
      std::memcpy(descriptors.data(), CMSG_DATA(c), count * sizeof(int));
    }
  const auto wrong = [&] {
    while (count)
      ::close(descriptors[--count]);
    return arrival::malformed;
  };
  if (received == 0 && count == 0)
    return arrival::end;
  if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) || static_cast<std::size_t>(received) < sizeof(message_header))
    return wrong();
  message_header header;
  std::memcpy(&header, buffer.data(), sizeof header);
  const auto size = static_cast<std::size_t>(received) - sizeof header;
  if (header.kind < message_kind::hello || header.kind > message_kind::error)
    return wrong();
  std::span<const std::byte> data(buffer.data() + sizeof header, size);
  if (header.size > most_inline) {
    if (size != 0 || count != std::size_t{header.descriptors} + 1)
      return wrong();
    const bool good = map(descriptors[count - 1], header.size);
    ::close(descriptors[--count]);
    if (!good)
      return wrong();
    data = {static_cast<const std::byte *>(mapped_), mapped_size_};
  } else if (size != header.size || count != header.descriptors) {
    return wrong();
  }
  kind_ = header.kind;
  payload_.emplace(data, std::span<const int>(descriptors.data(), count));
  return arrival::message;
}

} // namespace detail
} // namespace asyncrt
