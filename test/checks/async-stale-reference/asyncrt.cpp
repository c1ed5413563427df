// RUN: %check_async_tidy %s async-stale-reference -- -- -I%project/runtime/include

// This project's own runtime: its mutex keeps others out, its channels and scopes are no containers.

#include <asyncrt/asyncrt.hpp>
#include <map>
#include <string>

using namespace asyncrt;
using namespace std::chrono_literals;

class hub {
public:
  task<> drop(int id) {
    co_await sleep_for(1ms);
    clients_.erase(id);
  }
  task<> broadcast() {
    for (auto &[id, name] : clients_) {
      // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: this loop over 'clients_' goes on
      co_await sleep_for(1ms);
    }
  }
  task<> broadcast_locked() {
    auto lock = co_await mutex_.lock_guard();
    for (auto &[id, name] : clients_)
      co_await sleep_for(1ms);
  }

private:
  async_mutex mutex_;
  std::map<int, std::string> clients_;
};
