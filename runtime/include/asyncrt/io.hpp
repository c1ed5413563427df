// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// All of the I/O. Each primitive has a header, which can be included alone.
#pragma once

#include <asyncrt/io/async_fd.hpp>
#include <asyncrt/io/blocking_executor.hpp>
#include <asyncrt/io/buffered_reader.hpp>
#include <asyncrt/io/buffered_writer.hpp>
#include <asyncrt/io/direct.hpp>
#include <asyncrt/io/endpoint.hpp>
#include <asyncrt/io/fd.hpp>
#include <asyncrt/io/file.hpp>
#include <asyncrt/io/pipe.hpp>
#include <asyncrt/io/process.hpp>
#include <asyncrt/io/resolve.hpp>
#include <asyncrt/io/signal_set.hpp>
#include <asyncrt/io/tcp.hpp>
#include <asyncrt/io/udp.hpp>
#include <asyncrt/io/unix_socket.hpp>
