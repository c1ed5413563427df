// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// What goes over the socket between a program and its worker processes.
///
/// A message is one packet of a SOCK_SEQPACKET socket: a header, then the payload. A payload that is larger than a
/// packet lies in a sealed memory file, which goes along as the last descriptor: so a message is there as a whole or
/// not at all, neither end ever waits for the other in the middle of one, and nothing big is copied through the socket.
#pragma once

#include <asyncrt/exec/codec.hpp>

#include <optional>

namespace asyncrt::detail {

/// `hello`: a worker has started; its process id, and a pidfd. `job`: the function, then the arguments. `value`: what
/// the job returned. `error`: the type and the text of what it threw.
enum class message_kind : std::uint32_t { hello = 1, job = 2, value = 3, error = 4 };

struct message_header {
  message_kind kind;
  std::uint32_t descriptors; ///< Those of the payload; the memory file is not counted.
  std::uint64_t size;        ///< Of the payload, in bytes.
};

/// The largest payload that goes into the packet itself.
inline constexpr std::size_t most_inline = 32 * 1024;

/// Room for a packet.
using packet_buffer = std::array<std::byte, sizeof(message_header) + most_inline>;

/// Sends what is in \p content with \p flags of sendmsg() added. Zero, or an errno.
int send_message(int socket, message_kind kind, const job_writer &content, int flags) noexcept;

/// What receive() found: nothing yet (EAGAIN), a message, the end (the other side is closed), or something that is no
/// message.
enum class arrival : unsigned char { nothing, message, end, malformed };

/// A message that was received. Uses the buffer that it was received into.
class incoming {
public:
  incoming() = default;
  incoming(const incoming &) = delete;
  incoming &operator=(const incoming &) = delete;
  ~incoming();

  /// Receives one packet, with \p flags of recvmsg() added. To be called again only after `nothing`.
  arrival receive(int socket, packet_buffer &buffer, int flags) noexcept;

  message_kind kind() const noexcept { return kind_; }
  /// The payload and its descriptors. Valid after `message`.
  job_reader &payload() noexcept { return *payload_; }

private:
  bool map(int fd, std::uint64_t size) noexcept;

  message_kind kind_{};
  void *mapped_ = nullptr;
  std::size_t mapped_size_ = 0;
  std::optional<job_reader> payload_;
};

} // namespace asyncrt::detail
