// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A chat room whose members come and go.
#include <asyncrt/asyncrt.hpp>

#include <cstdio>
#include <list>
#include <memory>
#include <string>
#include <utility>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

struct member {
  std::string name;
  int lines = 0;

  task<> send(std::string) {
    co_await sleep_for(1ms);
    ++lines;
  }
};

class room {
public:
  void enter(std::string name) { members_.push_back(std::make_shared<member>(member{std::move(name)})); }
  void leave(const std::string &name) {
    members_.remove_if([&](const auto &m) { return m->name == name; });
  }

  task<> broadcast(std::string line) {
    for (auto m : members_) // The one that is being written to may be gone from the list when it has been.
      co_await m->send(line);
  }

  std::size_t size() const { return members_.size(); }

private:
  std::list<std::shared_ptr<member>> members_;
};

task<> leave_soon(room &r) {
  co_await sleep_for(500us);
  r.leave("ada");
}

task<> evening(room &r) {
  for (const char *name : {"ada", "edsger", "grace"})
    r.enter(name);
  co_await when_all(r.broadcast("hello"), leave_soon(r));
  std::printf("%zu are left\n", r.size());
}

} // namespace

int main() {
  room r;
  run(evening(r));
}
