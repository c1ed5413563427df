// RUN: %check_async_tidy %s async-stale-reference -check-suffix=ALL
// RUN: %check_async_tidy %s async-stale-reference -check-suffix=ALLOWED -- --config="{CheckOptions: {async-stale-reference.AllowedContainers: 'room::guests_ -> copied when it changes; no_such_*'}}"

// Every option, with the value that changes what is found.

#include "mini.h"

mini::task<> save(int);

class room {
public:
  void leave() { guests_.pop_back(); }
  void burn() { chairs_.pop_back(); }
  mini::task<> greet() {
    for (int guest : guests_)
      // CHECK-MESSAGES-ALL: :[[@LINE-1]]:5: warning: this loop over 'guests_'
      co_await save(guest);
    for (int chair : chairs_)
      // CHECK-MESSAGES-ALL: :[[@LINE-1]]:5: warning: this loop over 'chairs_'
      // CHECK-MESSAGES-ALLOWED: :[[@LINE-2]]:5: warning: this loop over 'chairs_'
      co_await save(chair);
  }

private:
  std::vector<int> guests_, chairs_;
};
