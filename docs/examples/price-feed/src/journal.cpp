// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "journal.h"

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace price_feed {

Journal::Journal(const std::string &path)
    : file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640)) {
  if (file_ < 0)
    throw std::system_error(errno, std::generic_category(), path);
}

Journal::~Journal() { ::close(file_); }

} // namespace price_feed
