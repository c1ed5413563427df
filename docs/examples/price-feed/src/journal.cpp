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

void Journal::commit() {
  while (!pending_.empty()) {
    ssize_t written = ::write(file_, pending_.data(), pending_.size());
    if (written < 0)
      throw std::system_error(errno, std::generic_category(), "journal");
    pending_.erase(0, static_cast<std::size_t>(written));
  }
  if (::fsync(file_) != 0)
    throw std::system_error(errno, std::generic_category(), "journal");
}

} // namespace price_feed
