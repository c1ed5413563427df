// RUN: %check_async_tidy %s async-blocking-call

// Constructors that a factory calls, and default member initialisers.

#include "mini.h"
#include <memory>
#include <optional>
#include <vector>

using namespace std::chrono_literals;

struct Client {
  explicit Client(int port) { std::this_thread::sleep_for(1ms * port); }
  Client(int, int) {}
};
struct Either {
  explicit Either(int) {}
  explicit Either(const char *) { std::this_thread::sleep_for(1s); }
};
mini::task<> factories(std::vector<Client> &clients) {
  auto owned = std::make_unique<Client>(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: the constructor of 'Client' blocks the thread
  auto shared = std::make_shared<Client>(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: the constructor of 'Client' blocks the thread
  clients.emplace_back(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: the constructor of 'Client' blocks the thread
  std::optional<Client> later;
  later.emplace(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: the constructor of 'Client' blocks the thread
  clients.emplace_back(1, 2);
  auto unknown = std::make_unique<Either>(1);
  co_return;
}

struct Defaults {
  int member = (std::this_thread::sleep_for(1s), 1);
};
mini::task<> one() {
  Defaults made{};
  // CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: 'std::this_thread::sleep_for' sleeps
  co_return;
}
mini::task<> two() {
  Defaults made{};
  // CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: 'std::this_thread::sleep_for' sleeps
  co_return;
}
