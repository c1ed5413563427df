// RUN: %check_async_tidy %s async-blocking-call

// The notes tell the way from the coroutine to the call that blocks.

#include "mini.h"
#include <netdb.h>

namespace config {
addrinfo *resolve(const char *host) {
  addrinfo *found = nullptr;
  ::getaddrinfo(host, "80", nullptr, &found);
  return found;
}
addrinfo *load(const char *host) { return resolve(host); }
} // namespace config

mini::task<> two_calls_away() {
  config::load("example.org");
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: 'load' blocks the thread that runs coroutine 'two_calls_away': it leads to 'getaddrinfo', which waits for a name server [async-blocking-call]
  // CHECK-NOTES: :[[@LINE-6]]:43: note: which calls 'resolve' here
  // CHECK-NOTES: :[[@LINE-10]]:3: note: which calls 'getaddrinfo' here
  co_return;
}
