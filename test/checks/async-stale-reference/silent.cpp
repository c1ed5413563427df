// RUN: %check_async_tidy %s async-stale-reference

// What is looked up again, protected, of others or of nobody's concern.

#include "mini.h"
#include <list>
#include <memory>
#include <unordered_map>

mini::task<> save(int);
mini::task<int> load();
void use(int);

struct session {
  mini::task<> send(int text);
  int id = 0;
};

class async_mutex {
public:
  class guard {
  public:
    guard(guard &&) noexcept;
    ~guard();
  };
  mini::task<guard> scoped_lock();
  mini::task<> lock();
  void unlock();
};

class room {
public:
  void leave(int id) { sessions_.erase(id); }
  void kick(int id) { shared_.erase(id); }
  mini::task<> join() { list_.push_back(co_await load()); }

  mini::task<> looked_up_again(int id) {
    auto it = sessions_.find(id);
    use(it->second.id);
    co_await save(1);
    it = sessions_.find(id);
    use(it->second.id);
  }
  mini::task<> asked_again(int id) {
    session &s = sessions_[id];
    co_await save(1);
    if (!sessions_.contains(id))
      co_return;
    use(s.id);
  }
  mini::task<> not_used_again(int id) {
    session &s = sessions_[id];
    s.id = 1;
    use(co_await load());
  }
  mini::task<> copied(int id) {
    const int number = sessions_[id].id;
    std::shared_ptr<session> kept = shared_[id];
    session *s = shared_[id].get();
    co_await save(number);
    use(kept->id + (s != nullptr));
  }
  mini::task<> only_asked(int id) {
    session *s = &sessions_[id];
    s->id = 1;
    co_await save(1);
    if (s)
      use(1);
  }
  mini::task<> protected_by_a_guard() {
    auto lock = co_await mutex_.scoped_lock();
    for (auto &entry : sessions_)
      co_await save(entry.first);
  }
  mini::task<> protected_by_hand() {
    co_await mutex_.lock();
    for (auto &entry : sessions_)
      co_await save(entry.first);
    mutex_.unlock();
  }
  mini::task<> mine_alone(int id) {
    auto place = mine_.try_emplace(id).first;
    co_await save(1);
    mine_.erase(place);
  }
  mini::task<> never_suspends() {
    for (auto &entry : sessions_) {
      co_await std::suspend_never();
      use(entry.first);
    }
  }

private:
  async_mutex mutex_;
  std::map<int, session> sessions_, mine_;
  std::map<int, std::shared_ptr<session>> shared_;
  std::vector<int> list_;
};

/// Filled and cleared, before and after everything.
class table {
public:
  table() { rows_.erase(rows_.begin()); }
  ~table() { rows_.clear(); }
  void add(int row) { rows_.push_back(row); }
  void stop() { rows_.clear(); }
  mini::task<> show() {
    for (int row : rows_)
      co_await save(row);
    const int &first = rows_.front();
    co_await save(first);
    use(first);
  }

private:
  std::vector<int> rows_;
};
mini::task<> set_up(table &t) {
  t.add(1);
  co_await t.show();
}

/// An element stays where it is until it is removed, and nobody does that.
class nodes {
public:
  mini::task<> add() { list_.push_back(co_await load()); }
  mini::task<> count() { table_.emplace(co_await load(), 1); }
  mini::task<> show() {
    for (int &n : list_) {
      co_await save(n);
      ++n;
    }
    int &counted = table_[1];
    co_await save(1);
    ++counted;
  }

private:
  std::list<int> list_;
  std::unordered_map<int, int> table_;
};

mini::task<> local(std::vector<int> mine) {
  std::vector<int> more(mine);
  for (int n : mine)
    co_await save(n);
  int &first = more.front();
  co_await save(first);
  ++first;
  more.push_back(1);
}

static const std::map<int, int> constants{{1, 2}};
mini::task<> of_the_program() {
  for (auto &entry : constants)
    co_await save(entry.second);
}
