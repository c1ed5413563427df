// RUN: %check_async_tidy %s async-blocking-call

// Blocking in a branch that the constants of a call rule out.

#include "mini.h"
#include <array>
#include <filesystem>
#include <map>
#include <span>
#include <string_view>

using namespace std::chrono_literals;

bool exists(const std::string &) {
  std::this_thread::sleep_for(1s);
  return true;
}
bool nap() { return exists("x"); }

int configure(int n, const std::string &path = {}) {
  if (!path.empty() && exists(path))
    return n + 1;
  return n;
}
void load(std::string path = "") {
  if (path.empty())
    return;
  nap();
}
void ask(const char *name = nullptr, bool force = false, int tries = 0) {
  if (name != nullptr)
    nap();
  else if (force) {
    nap();
  }
  if (tries == 3 || tries == 4)
    nap();
  tries ? (void)nap() : (void)0;
}
void quick(bool really) {
  if (!really)
    (void)0;
  else
    nap();
}
void unless_given(std::string path) {
  if (path.empty()) {
    nap();
  }
}
template <class T> void generic(T value, bool wait = false) {
  if (wait)
    nap();
}

mini::task<> ruled_out() {
  configure(1);
  configure(2, "");
  configure(3, {});
  configure(4, std::string());
  configure(5, std::string(""));
  load();
  ask();
  ask(nullptr, false, 0);
  quick(false);
  unless_given("name");
  generic(1);
  co_return;
}

mini::task<> open(std::string path, bool flag) {
  configure(1, path);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'configure' blocks
  configure(2, "hosts");
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'configure' blocks
  load("hosts");
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'load' blocks
  ask("name");
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'ask' blocks
  ask(nullptr, true);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'ask' blocks
  ask(nullptr, false, 4);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'ask' blocks
  ask(nullptr, flag);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'ask' blocks
  quick(true);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'quick' blocks
  unless_given({});
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'unless_given' blocks
  generic(1, true);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'generic' blocks
  co_return;
}

// The parameter is not what was given when it is asked.
void changed(std::string path = {}) {
  path += "hosts";
  if (!path.empty())
    nap();
}
void changed_by_others(bool wait = false) {
  auto decide = [&] { wait = true; };
  decide();
  if (wait)
    nap();
}
void other_branch(bool wait = false) {
  if (wait)
    (void)0;
  nap();
}
void second_way(bool wait = false) {
  if (wait)
    nap();
  std::this_thread::sleep_for(1s);
}
mini::task<> not_ruled_out() {
  changed();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'changed' blocks
  changed_by_others();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'changed_by_others' blocks
  other_branch();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'other_branch' blocks
  second_way();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'second_way' blocks
  co_return;
}

// What one call rules out says nothing of the others, however deep they are.
void work(bool wait) {
  if (wait)
    nap();
}
void first_not() {
  work(false);
  work(true);
}
void first_and_last_not() {
  work(false);
  first_not();
  work(false);
}
void never() {
  work(false);
  work(false);
}
void never_at_all() {
  never();
  never();
}
void again_with(int n = 0) {
  if (n == 0)
    again_with(1);
  else
    nap();
}
void own_and_further(bool wait) {
  if (wait)
    std::this_thread::sleep_for(1s);
  else
    own_and_further(true);
}
void this_or_that(int which) {
  if (which == 1)
    work(true);
  if (which == 2)
    first_and_last_not();
}
void that() { this_or_that(2); }
void neither() { this_or_that(3); }
void lambdas(bool wait) {
  auto inner = [](bool really) {
    if (really)
      nap();
  };
  inner(false);
  if (wait)
    inner(true);
}
mini::task<> deeper() {
  first_not();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'first_not' blocks
  // CHECK-MESSAGES: :[[@LINE-47]]:3: note: which calls 'work' here
  first_and_last_not();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'first_and_last_not' blocks
  never();
  never_at_all();
  again_with();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'again_with' blocks
  own_and_further(false);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'own_and_further' blocks
  that();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'that' blocks
  neither();
  lambdas(false);
  lambdas(true);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'lambdas' blocks
  co_return;
}
mini::task<> lambdas_of_its_own() {
  auto inner = [](bool really) {
    if (really)
      nap();
    // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'nap' blocks
  };
  auto outer = [&] {
    inner(false);
    inner(true);
  };
  outer();
  auto dead = [](bool really) {
    if (really) {
      nap();
      std::this_thread::sleep_for(1s);
    }
  };
  dead(false);
  co_return;
}

// Others come past the condition: by a case of the switch around it, or by a label.
void cases(int mode, bool quick) {
  switch (mode) {
  case 1:
    if (quick)
      return;
    break;
  case 2:
    quick ? void() : (void)nap();
    break;
  case 3:
    nap();
  }
}
void one_case(int mode, bool quick) {
  switch (mode) {
  case 1:
    break;
  case 2:
    if (quick)
      return;
    nap();
  }
}
void before_switch(int mode, bool quick) {
  if (quick)
    return;
  switch (mode) {
  case 1:
    nap();
  }
}
void label(int mode, bool quick) {
  if (mode == 7)
    goto slow;
  if (quick)
    return;
slow:
  (void)mode;
  nap();
}
void label_in_branch(int mode, bool quick) {
  if (mode == 7)
    goto slow;
  if (!quick) {
  slow:
    nap();
  }
}
void label_in_block(int mode, bool quick) {
  if (mode == 7)
    goto slow;
  if (quick)
    return;
  {
  slow:
    (void)mode;
  }
  nap();
}
void label_before(bool quick, int n) {
again:
  if (quick)
    return;
  nap();
  if (n-- > 0)
    goto again;
}
void interleaved(int mode, bool quick) {
  switch (mode) {
    if (!quick) {
    case 1:
      nap();
    }
  }
}
mini::task<> jumps(int mode) {
  cases(mode, true);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'cases' blocks
  one_case(mode, true);
  one_case(mode, false);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'one_case' blocks
  before_switch(mode, true);
  label(mode, true);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'label' blocks
  label_in_branch(mode, true);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'label_in_branch' blocks
  label_in_block(mode, true);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'label_in_block' blocks
  label_before(true, mode);
  interleaved(mode, true);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'interleaved' blocks
  co_return;
}

// What is empty from the beginning: strings, paths and containers of the standard library, and nothing else.
struct Config {
  Config() : path("/etc") {}
  Config(const char *path) : path(path) {}
  bool empty() const { return path.empty(); }
  std::string path;
};
struct Plan {
  bool busy = true;
  bool empty() const { return !busy; }
};
struct Name : std::string {
  Name() : std::string("hosts") {}
};
void with_config(const Config &config = Config()) {
  if (!config.empty())
    nap();
}
void with_plan(Plan plan = {}) {
  if (!plan.empty())
    nap();
}
void with_string(const std::string &name) {
  if (!name.empty())
    nap();
}
void with_view(std::string_view name) {
  if (!name.empty())
    nap();
}
void with_names(const std::vector<std::string> &names = {}) {
  if (!names.empty())
    nap();
}
void with_map(const std::map<int, int> &map) {
  if (!map.empty())
    nap();
}
void with_path(const std::filesystem::path &path) {
  if (!path.empty())
    nap();
}
void with_array(const std::array<int, 3> &array) {
  if (!array.empty())
    nap();
}
void with_span(std::span<const char> span) {
  if (!span.empty())
    nap();
}
mini::task<> emptiness() {
  with_config();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'with_config' blocks
  with_config("");
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'with_config' blocks
  with_plan();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'with_plan' blocks
  with_plan({});
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'with_plan' blocks
  with_string(Name());
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'with_string' blocks
  with_string(std::string(3, 'x'));
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'with_string' blocks
  with_string(Config().path);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'with_string' blocks
  with_string({});
  with_string("\0hidden");
  with_view("");
  with_view({});
  with_view("hosts");
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'with_view' blocks
  with_names();
  with_names({});
  with_names({""});
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'with_names' blocks
  with_names(std::vector<std::string>(3));
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'with_names' blocks
  with_map({});
  with_path({});
  with_path("");
  with_path("hosts");
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'with_path' blocks
  with_array({});
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'with_array' blocks
  with_span({});
  with_span("");
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'with_span' blocks
  co_return;
}

// Loops that are never entered.
void while_given(bool wait = false) {
  while (wait)
    nap();
}
void for_given(int tries = 0) {
  for (int done = 0; tries != 0; nap())
    if (++done)
      nap();
}
void for_ever(bool) {
  for (;;)
    nap();
}
void at_least_once(bool wait) {
  do
    nap();
  while (wait);
}
void counted_down(int tries) {
  while (tries--)
    nap();
}
mini::task<> loops() {
  while_given();
  while_given(true);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'while_given' blocks
  for_given(0);
  for_given(3);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'for_given' blocks
  for_ever(false);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'for_ever' blocks
  at_least_once(false);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'at_least_once' blocks
  counted_down(0);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'counted_down' blocks
  co_return;
}

// Known false alarms: what is not asked.
void by_switch(int mode) {
  switch (mode) {
  case 1:
    nap();
  }
}
void by_own_variable(bool wait) {
  if (bool now = wait; now)
    nap();
}
void over_nothing(const std::vector<int> &all = {}) {
  for (int one : all)
    one ? (void)nap() : void();
}
void passed_on(bool wait) { while_given(wait); }
mini::task<> not_asked() {
  by_switch(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'by_switch' blocks
  by_own_variable(false);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'by_own_variable' blocks
  over_nothing();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'over_nothing' blocks
  passed_on(false);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'passed_on' blocks
  const bool wait = false;
  while_given(wait);
  co_return;
}
