// RUN: %check_async_tidy %s async-stale-reference

// Variables that refer into a container, in every way to get one.

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
  bool open = true;
};

class room {
public:
  void leave(int id) { sessions_.erase(id); }
  void kick(int id) { owned_.erase(id); }
  mini::task<> join() { list_.push_back(co_await load()); }
  mini::task<> count() { counts_.emplace(co_await load(), 1); }

  mini::task<> by_reference(int id) {
    session &s = sessions_[id];
    // CHECK-NOTES: :[[@LINE-1]]:14: warning: 's' refers into 'sessions_' and is used after a suspension during which that may have changed [async-stale-reference]
    // CHECK-NOTES: :[[@LINE+3]]:5: note: the coroutine is suspended here
    // CHECK-NOTES: :[[@LINE+3]]:5: note: it is used again here
    // CHECK-NOTES: :[[@LINE-10]]:24: note: 'leave' removes an element here
    co_await save(1);
    s.open = false;
  }
  mini::task<> by_iterator(int id) {
    const auto it = sessions_.find(id);
    // CHECK-NOTES: :[[@LINE-1]]:16: warning: 'it' is an iterator of 'sessions_' and is used after a suspension
    // CHECK-NOTES: :[[@LINE+4]]:13: note: the coroutine is suspended here
    // CHECK-NOTES: :[[@LINE+4]]:9: note: it is used again here
    // CHECK-NOTES: :[[@LINE-19]]:24: note: 'leave' removes an element here
    it->second.open = true;
    use(1 + co_await load());
    use(it->second.id);
  }
  mini::task<> by_pointer(int id) {
    session *s = nullptr;
    s = &sessions_.at(id);
    co_await save(1);
    auto *t = &sessions_.at(id);
    // CHECK-NOTES: :[[@LINE-1]]:11: warning: 't' refers into 'sessions_' and is used after a suspension
    // CHECK-NOTES: :[[@LINE+4]]:9: note: the coroutine is suspended here
    // CHECK-NOTES: :[[@LINE+4]]:7: note: it is used again here
    // CHECK-NOTES: :[[@LINE-32]]:24: note: 'leave' removes an element here
    t->open = true;
    if (co_await load())
      t->open = false;
  }
  mini::task<> by_a_part(int id) {
    auto &open = sessions_.find(id)->second.open;
    // CHECK-NOTES: :[[@LINE-1]]:11: warning: 'open' refers into 'sessions_'
    // CHECK-NOTES: :[[@LINE+3]]:9: note: the coroutine is suspended here
    // CHECK-NOTES: :[[@LINE+3]]:5: note: it is used again here
    // CHECK-NOTES: :[[@LINE-42]]:24: note: 'leave' removes an element here
    use(co_await load());
    open = true;
  }
  mini::task<> by_binding(int id) {
    auto [place, made] = sessions_.try_emplace(id);
    // CHECK-NOTES: :[[@LINE-1]]:10: warning: this binding is an iterator of 'sessions_' and is used after a suspension
    // CHECK-NOTES: :[[@LINE+4]]:7: note: the coroutine is suspended here
    // CHECK-NOTES: :[[@LINE+4]]:5: note: it is used again here
    // CHECK-NOTES: :[[@LINE-51]]:24: note: 'leave' removes an element here
    if (made)
      co_await save(id);
    place->second.open = true;
  }
  mini::task<> of_an_owner(int id) {
    session &s = *owned_[id];
    // CHECK-NOTES: :[[@LINE-1]]:14: warning: 's' refers into 'owned_' and is used after a suspension
    // CHECK-NOTES: :[[@LINE+5]]:5: note: the coroutine is suspended here
    // CHECK-NOTES: :[[@LINE+5]]:5: note: it is used again here
    // CHECK-NOTES: :[[@LINE-60]]:23: note: 'kick' removes an element here
    session *same = owned_[id].get();
    // CHECK-NOTES: :[[@LINE-1]]:14: warning: 'same' points to what is owned by 'owned_' and is used after a suspension
    co_await save(1);
    s.open = same->open;
    // CHECK-NOTES: :[[@LINE-2]]:5: note: the coroutine is suspended here
    // CHECK-NOTES: :[[@LINE-2]]:14: note: it is used again here
    // CHECK-NOTES: :[[@LINE-67]]:23: note: 'kick' removes an element here
  }
  mini::task<> of_a_vector() {
    int &last = list_.back();
    // CHECK-NOTES: :[[@LINE-1]]:10: warning: 'last' refers into 'list_'
    // CHECK-NOTES: :[[@LINE+3]]:5: note: the coroutine is suspended here
    // CHECK-NOTES: :[[@LINE+3]]:7: note: it is used again here
    // CHECK-NOTES: :[[@LINE-73]]:25: note: 'join' adds an element here, which may move all others
    co_await save(last);
    ++last;
  }
  mini::task<> of_a_table(int id) {
    int &stays = counts_[id];
    auto moves = counts_.find(id);
    // CHECK-NOTES: :[[@LINE-1]]:10: warning: 'moves' is an iterator of 'counts_'
    // CHECK-NOTES: :[[@LINE+3]]:5: note: the coroutine is suspended here
    // CHECK-NOTES: :[[@LINE+3]]:13: note: it is used again here
    // CHECK-NOTES: :[[@LINE-82]]:26: note: 'count' adds an element here, which may end all iterators
    co_await save(stays);
    stays = moves->second;
  }
  mini::task<> element_of_a_loop() {
    for (int &n : list_) {
      // CHECK-NOTES: :[[@LINE-1]]:15: warning: 'n' refers into 'list_'
      // CHECK-NOTES: :[[@LINE+3]]:7: note: the coroutine is suspended here
      // CHECK-NOTES: :[[@LINE+3]]:9: note: it is used again here
      // CHECK-NOTES: :[[@LINE-92]]:25: note: 'join' adds an element here
      co_await save(n);
      ++n;
      break;
    }
  }

private:
  std::map<int, session> sessions_;
  std::map<int, std::unique_ptr<session>> owned_;
  std::vector<int> list_;
  std::unordered_map<int, int> counts_;
};
