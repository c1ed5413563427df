// RUN: %check_async_tidy %s async-stale-reference -- -- -I%project/runtime/include

// This project's own runtime: its mutex keeps others out, its channels and scopes are no containers.

#include <asyncrt/asyncrt.hpp>
#include <map>
#include <string>
#include <vector>

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

/// One function fills it, waits for that, and reads it then.
struct benchmark {
  std::vector<int> clients;
};
task<> open_all(benchmark &b) {
  for (int i = 0; i < 8; ++i) {
    co_await sleep_for(1ms);
    b.clients.push_back(i);
  }
}
task<> close_all(benchmark &b) {
  for (int client : b.clients)
    co_await sleep_for(std::chrono::milliseconds(client));
}
void hold() {
  benchmark b;
  event_loop loop;
  loop.run_until(open_all(b));
  loop.run_until(close_all(b));
}

struct meeting {
  std::vector<int> guests;
};
task<> invite(meeting &m) {
  for (int i = 0; i < 8; ++i) {
    co_await sleep_for(1ms);
    m.guests.push_back(i);
  }
}
task<> greet(meeting &m) {
  for (int guest : m.guests)
    co_await sleep_for(std::chrono::milliseconds(guest));
}
task<> in_turn() {
  meeting m;
  co_await invite(m);
  co_await greet(m);
}

/// Everybody who runs this shares the object.
struct room {
  std::vector<int> guests;
};
task<> enter(room &r) {
  co_await sleep_for(1ms);
  r.guests.push_back(1);
}
task<> greet(room &r) {
  for (int guest : r.guests)
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop over 'guests' goes on
    co_await sleep_for(std::chrono::milliseconds(guest));
}
task<> visit(room &r) {
  co_await enter(r);
  co_await greet(r);
}

struct hall {
  std::vector<int> guests;
};
task<> enter(hall &r) {
  co_await sleep_for(1ms);
  r.guests.push_back(1);
}
task<> greet(hall &r) {
  for (int guest : r.guests)
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop over 'guests' goes on
    co_await sleep_for(std::chrono::milliseconds(guest));
}
task<> at_once() {
  hall h;
  co_await when_all(enter(h), greet(h));
}
