// REQUIRES: boost-asio
// RUN: %check_async_tidy %s async-blocking-call

// Boost's own spelling of files.

#include "mini.h"
#include <boost/filesystem.hpp>
#include <boost/filesystem/fstream.hpp>
#include <boost/nowide/fstream.hpp>

namespace fs = boost::filesystem;

mini::task<bool> looks(const fs::path &path) {
  boost::system::error_code ec;
  bool there = fs::exists(path, ec);
  // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: 'boost::filesystem::exists' waits for the file system
  for (fs::directory_iterator it(path), end; it != end; it.increment(ec))
    // CHECK-MESSAGES: :[[@LINE-1]]:31: warning: {{.*}}directory_iterator' waits for the file system
    // CHECK-MESSAGES: :[[@LINE-2]]:60: warning: {{.*}}increment' waits for the file system
    there = there && fs::file_size(it->path()) > 0;
  // CHECK-MESSAGES: :[[@LINE-1]]:22: warning: {{.*}}file_size' waits for the file system
  fs::ifstream in(path);
  // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: {{.*}}ifstream' waits for the file system
  boost::nowide::ofstream out("out.txt");
  // CHECK-MESSAGES: :[[@LINE-1]]:27: warning: {{.*}}ofstream' waits for the file system
  co_return there && path.has_filename() && in && out;
}
