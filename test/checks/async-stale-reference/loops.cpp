// RUN: %check_async_tidy %s async-stale-reference
// RUN: %check_async_tidy %s async-stale-reference -- -- -DMINI_DISCARDABLE

// Loops over a container that another function changes: the commonest case.

#include "mini.h"
#include <list>
#include <memory>
#include <ranges>
#include <set>
#include <unordered_map>

mini::task<> save(int);
mini::task<int> load();

struct session {
  mini::task<> send(int text);
  int id = 0;
};

class room {
public:
  void leave(int at) { sessions_.erase(sessions_.begin() + at); }
  void forget(int id) { names_.erase(id); }

  mini::task<> common() {
    for (auto &s : sessions_)
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop over 'sessions_' goes on after a suspension during which it may have changed [async-stale-reference]
      // CHECK-NOTES: :[[@LINE+4]]:7: note: the coroutine is suspended here
      // CHECK-NOTES: :[[@LINE-3]]:5: note: the next element is looked for here
      // CHECK-NOTES: :[[@LINE-8]]:24: note: 'leave' removes an element here
      // A copy of the shared pointer would keep the session, not the place in the vector.
      co_await s->send(1);
  }
  mini::task<> with_copies() {
    for (std::shared_ptr<session> s : sessions_) {
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop over 'sessions_' goes on
      // CHECK-NOTES: :[[@LINE+3]]:11: note: the coroutine is suspended here
      // CHECK-NOTES: :[[@LINE-3]]:5: note: the next element is looked for here
      // CHECK-NOTES: :[[@LINE-17]]:24: note: 'leave' removes an element here
      if (co_await load() == s->id)
        co_return;
    }
  }
  mini::task<> bindings_and_views() {
    for (auto &[id, name] : names_)
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop over 'names_' goes on
      // CHECK-NOTES: :[[@LINE+3]]:7: note: the coroutine is suspended here
      // CHECK-NOTES: :[[@LINE-3]]:5: note: the next element is looked for here
      // CHECK-NOTES: :[[@LINE-26]]:25: note: 'forget' removes an element here
      co_await save(id);
    for (int id : names_ | std::views::keys)
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop over 'names_' goes on
      // CHECK-NOTES: :[[@LINE+3]]:7: note: the coroutine is suspended here
      // CHECK-NOTES: :[[@LINE-3]]:5: note: the next element is looked for here
      // CHECK-NOTES: :[[@LINE-32]]:25: note: 'forget' removes an element here
      co_await save(id);
  }
  const std::map<int, std::string> &names() const { return names_; }
  mini::task<> by_an_accessor() {
    const auto &all = names_;
    for (auto &entry : all)
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop over 'names_' goes on
      // CHECK-NOTES: :[[@LINE+3]]:7: note: the coroutine is suspended here
      // CHECK-NOTES: :[[@LINE-3]]:5: note: the next element is looked for here
      // CHECK-NOTES: :[[@LINE-42]]:25: note: 'forget' removes an element here
      co_await save(entry.first);
    for (auto &entry : names())
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop over 'names_' goes on
      // CHECK-NOTES: :[[@LINE+3]]:7: note: the coroutine is suspended here
      // CHECK-NOTES: :[[@LINE-3]]:5: note: the next element is looked for here
      // CHECK-NOTES: :[[@LINE-48]]:25: note: 'forget' removes an element here
      co_await save(entry.first);
  }

  // It ends with the suspension, or goes over a copy.
  mini::task<> first_only() {
    for (auto &s : sessions_) {
      co_await s->send(1);
      break;
    }
    auto copy = sessions_;
    for (auto &s : copy)
      co_await s->send(2);
    for (auto &s : sessions_)
      s->id = co_await_nothing();
    for (std::size_t i = 0; i < sessions_.size(); ++i)
      co_await sessions_[i]->send(3);
  }

private:
  static int co_await_nothing();
  std::vector<std::shared_ptr<session>> sessions_;
  std::map<int, std::string> names_;
};

/// What grows while the program runs, and what is filled before it does.
class server {
public:
  void add_route(int route) { routes_.push_back(route); }
  mini::task<> accept() {
    for (;;)
      clients_.push_back(co_await load());
  }
  mini::task<> greet() {
    for (int client : clients_)
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop over 'clients_' goes on
      // CHECK-NOTES: :[[@LINE+3]]:7: note: the coroutine is suspended here
      // CHECK-NOTES: :[[@LINE-3]]:5: note: the next element is looked for here
      // CHECK-NOTES: :[[@LINE-7]]:7: note: 'accept' adds an element here, which may move all others
      co_await save(client);
    for (int route : routes_)
      co_await save(route);
    for (int product : products_)
      co_await save(product);
  }
  mini::task<> stock() { products_.insert(co_await load()); }

private:
  std::vector<int> routes_, clients_;
  std::set<int> products_; // Its elements stay where they are.
};

/// A container of the program.
static std::unordered_map<int, int> scores;
void lost(int id) { scores.erase(id); }
mini::task<> show() {
  for (auto &score : scores)
    // CHECK-NOTES: :[[@LINE-1]]:3: warning: this loop over 'scores' goes on
    // CHECK-NOTES: :[[@LINE+3]]:5: note: the coroutine is suspended here
    // CHECK-NOTES: :[[@LINE-3]]:3: note: the next element is looked for here
    // CHECK-NOTES: :[[@LINE-6]]:21: note: 'lost' removes an element here
    co_await save(score.second);
}

/// What came with the await is no lock: it is used.
class connection {
public:
  connection(connection &&) noexcept;
  ~connection();
  mini::task<> send(int);
};
mini::task<connection> next();
class port {
public:
  void lost(int id) { names_.erase(id); }
  mini::task<> tell() {
    connection to = co_await next();
    for (auto &entry : names_)
      // CHECK-NOTES: :[[@LINE-1]]:5: warning: this loop over 'names_' goes on
      // CHECK-NOTES: :[[@LINE+3]]:7: note: the coroutine is suspended here
      // CHECK-NOTES: :[[@LINE-3]]:5: note: the next element is looked for here
      // CHECK-NOTES: :[[@LINE-7]]:23: note: 'lost' removes an element here
      co_await to.send(entry.first);
  }

private:
  std::map<int, int> names_;
};
