// Fourteen capturing lambda coroutines. Four outlive their closures, those in functions called `bad`.
#include "mini.h"

mini::task<> step();
mini::task<> both(mini::task<> a, mini::task<> b);
mini::task<> with_timeout(mini::task<> a, int seconds);
void use(int);
void keep(std::function<mini::task<>()> f);
template <class F> mini::task<> co_invoke(F f) { co_await f(); }

mini::task<> bad(int x) {
  mini::spawn([x]() -> mini::task<> { co_await step(); use(x); }());
  auto later = [&]() -> mini::task<> { co_await step(); use(x); }();
  co_await std::move(later);
  for (int i = 0; i != 2; ++i) {
    auto local = [&x]() -> mini::task<> { co_await step(); use(x); };
    mini::spawn(local());
  }
}

mini::task<> bad_return(int x) {
  return [=]() -> mini::task<> { co_await step(); use(x); }();
}

mini::task<> good(int x) {
  co_await [x]() -> mini::task<> { co_await step(); use(x); }();
  co_await both([&]() -> mini::task<> { co_await step(); use(x); }(),
                [&]() -> mini::task<> { co_await step(); use(x); }());
  co_await with_timeout([=]() -> mini::task<> { co_await step(); use(x); }(), 1);
  auto named = [&]() -> mini::task<> { co_await step(); use(x); };
  co_await named();
  auto started = named();
  co_await std::move(started);
  co_await co_invoke([&]() -> mini::task<> { co_await step(); use(x); });
  keep([x]() -> mini::task<> { co_await step(); use(x); });
  static auto lives_on = [x]() -> mini::task<> { co_await step(); use(x); };
  mini::spawn(lives_on());
  auto waits = [&] { mini::sync_wait([&]() -> mini::task<> { co_await step(); use(x); }()); };
  waits();
}

auto good_closure(int x) {
  return [x]() -> mini::task<> { co_await step(); use(x); };
}
