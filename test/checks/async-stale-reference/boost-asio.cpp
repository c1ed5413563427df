// REQUIRES: boost-asio
// RUN: %check_async_tidy %s async-stale-reference

// Boost.Asio, and the containers of Boost.

#include <boost/asio.hpp>
#include <boost/container/flat_map.hpp>
#include <boost/unordered_map.hpp>
#include <memory>
#include <set>
#include <string>

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;

class room {
public:
  awaitable<void> broadcast(std::string text) {
    for (auto &client : clients_)
      // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: this loop over 'clients_' goes on
      co_await asio::async_write(*client, asio::buffer(text), use_awaitable);
  }
  awaitable<void> serve(std::shared_ptr<tcp::socket> client) {
    clients_.insert(client);
    std::string &name = flat_[client->native_handle()];
    // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: 'name' refers into 'flat_'
    int &visits = hashed_[client->native_handle()];
    co_await asio::async_read_until(*client, asio::dynamic_buffer(name), '\n', use_awaitable);
    ++visits;
    name.pop_back();
    clients_.erase(client);
  }
  awaitable<void> number(int id) {
    co_await asio::post(use_awaitable);
    flat_.emplace(id, "nobody");
    hashed_.emplace(id, 0);
  }

private:
  std::set<std::shared_ptr<tcp::socket>> clients_;
  boost::container::flat_map<int, std::string> flat_;
  boost::unordered_map<int, int> hashed_;
};
