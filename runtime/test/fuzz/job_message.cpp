// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Feeds arbitrary packets to what reads the answers of worker processes. Whatever comes, it must say what it is, own
/// what it says it owns, leave no descriptor open, and decode it or throw codec_error.
#include <asyncrt/exec/message.hpp>
#include <asyncrt/exec/shared_region.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <source_location>
#include <sys/mman.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

using namespace asyncrt;
using namespace asyncrt::detail;

namespace {

void require(bool condition, std::source_location where = std::source_location::current()) {
  if (condition)
    return;
  std::fprintf(stderr, "line %u does not hold\n", static_cast<unsigned>(where.line()));
  std::abort();
}

int open_files() {
  const int next = ::dup(0);
  ::close(next);
  return next;
}

using everything = std::tuple<int, bool, std::string, std::vector<int>, std::vector<std::string>,
                              std::vector<std::pair<std::string, double>>, std::array<std::string, 2>>;

/// What can be decoded is written back as the same bytes.
template <class T> void decode(std::span<const std::byte> data) {
  try {
    job_reader in(data);
    const T value = in.value<T>();
    const std::span<const std::byte> used = data.first(data.size() - in.left());
    job_writer out;
    out.values(value);
    require(std::equal(used.begin(), used.end(), out.data().begin(), out.data().end()));
  } catch (const codec_error &) {
  }
}

} // namespace

/// The first byte says how many descriptors go along, and whether the last one is a sealed file; the rest is the
/// packet.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  if (size == 0)
    return 0;
  const int first = open_files();
  static packet_buffer buffer;
  const std::uint8_t extra = *data++;
  --size;

  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte *>(data), size);
  decode<everything>(bytes);
  decode<std::vector<everything>>(bytes);
  decode<std::vector<std::vector<std::vector<char>>>>(bytes);

  int ends[2];
  require(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) == 0);
  job_writer files; // Owns the descriptors that are sent.
  for (unsigned i = 0; i < (extra & 15u); ++i)
    files.descriptor(0);
  if (extra & 16) {
    const int file = ::memfd_create("fuzz", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    require(::ftruncate(file, (extra & 32) ? most_inline + 1 : most_inline * 2) == 0);
    if (extra & 64)
      require(::fcntl(file, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0);
    files.descriptor(file);
    ::close(file);
  }
  iovec part{const_cast<std::uint8_t *>(data), size};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  alignas(cmsghdr) char control[CMSG_SPACE(most_descriptors * sizeof(int))] = {};
  if (const std::span<const int> all = files.descriptors(); !all.empty()) {
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(all.size_bytes());
    cmsghdr *c = CMSG_FIRSTHDR(&message);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(all.size_bytes());
    std::memcpy(CMSG_DATA(c), all.data(), all.size_bytes());
  }
  require(::sendmsg(ends[1], &message, MSG_NOSIGNAL) == static_cast<ssize_t>(size));
  {
    incoming in;
    const arrival a = in.receive(ends[0], buffer, MSG_DONTWAIT);
    require(a == arrival::message || a == arrival::malformed || (a == arrival::end && size == 0));
    if (a == arrival::message) {
      require(in.kind() >= message_kind::hello && in.kind() <= message_kind::error);
      try {
        (void)in.payload().value<everything>();
        (void)in.payload().value<shared_region>();
        in.payload().finish();
      } catch (const codec_error &) {
      } catch (const std::system_error &) {
        // The file may be one that cannot be written to.
      }
    }
  }
  files.clear();
  ::close(ends[0]);
  ::close(ends[1]);
  require(open_files() == first);
  return 0;
}
