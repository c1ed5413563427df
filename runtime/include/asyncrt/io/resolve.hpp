// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// resolve(): names to addresses, off the loop; and connecting to a name.
#pragma once

#include <asyncrt/core/task.hpp>
#include <asyncrt/io/endpoint.hpp>
#include <asyncrt/io/tcp.hpp>

#include <cstdint>
#include <string>
#include <system_error>
#include <vector>

namespace asyncrt {

/// Of the errors of resolve(): the EAI_ numbers of getaddrinfo().
const std::error_category &resolve_category() noexcept;

/// The addresses of \p host, a name or a numeric address, with \p port, in the order in which they should be tried;
/// never empty. Looked up on a thread of the blocking_executor. Stoppable: the await ends at once, and the thread goes
/// on by itself. Resumed on the loop that awaits. std::system_error "resolve HOST" of resolve_category().
task<std::vector<endpoint>> resolve(std::string host, std::uint16_t port);

/// Connects to the first address of \p host that answers. Stoppable. Errors of resolve(), and that of the last address
/// that was tried.
task<tcp_stream> tcp_connect(std::string host, std::uint16_t port);

} // namespace asyncrt
