// RUN: %check_async_tidy %s async-cancellation-not-forwarded

// Every stop reaches what it should reach here, or is kept from it on purpose.

#include "mini.h"
#include <stop_token>

using namespace std::chrono_literals;

mini::task<int> fetch(int id, std::stop_token stop = {});
mini::task<> take_a_nap(std::stop_token stop = {});
mini::task<> close(std::stop_token stop = {});
mini::task<> when_any(mini::task<> a, mini::task<> b);
mini::task<> stopped(std::stop_token stop);
template <class T> mini::task<T> with_stop(std::stop_token stop, mini::task<T> work);
mini::task<> unstoppable(mini::task<> work);
std::stop_token linked(std::stop_token a, std::stop_token b);

mini::task<int> no_token() { co_return co_await fetch(1); }

mini::task<int> passes(std::stop_token stop) { co_return co_await fetch(1, stop) + co_await fetch(2, stop); }

// None, and says so.
mini::task<int> on_purpose(std::stop_token stop) {
  const int a = co_await fetch(1, std::stop_token());
  co_return a + co_await fetch(2, stop);
}

// A wrapper is given the token, or waits for the stop beside the work.
mini::task<int> wrapped(std::stop_token stop) { co_return co_await with_stop(stop, fetch(1)); }
mini::task<> raced(std::stop_token stop) { co_await when_any(take_a_nap(), stopped(stop)); }

// Whoever registers a callback, derives a token or keeps one has a way of his own.
mini::task<> callback(std::stop_token stop, mini::event_loop &loop) {
  std::stop_callback ends(stop, [&] { loop.stop(); });
  co_await take_a_nap();
}
mini::task<int> derived(std::stop_token stop, std::stop_token *other) {
  std::stop_token both = linked(stop, *other);
  co_return co_await fetch(1);
}
mini::task<> captured(std::stop_token stop, mini::event_loop &loop) {
  loop.post([stop, &loop] {
    if (stop.stop_requested())
      loop.stop();
  });
  co_await take_a_nap();
}

// Clean-up: in a shield, when stop was seen, of a function that ends things, and in the background.
mini::task<> cleans_up(std::stop_token stop) {
  co_await unstoppable(take_a_nap());
  co_await close();
  if (stop.stop_requested())
    co_await take_a_nap();
}
mini::task<> after_the_loop(std::stop_token stop) {
  while (!stop.stop_requested())
    co_await take_a_nap(stop);
  co_await take_a_nap();
}
mini::task<> after_a_break(std::stop_token stop) {
  for (;;) {
    if (stop.stop_requested())
      break;
    co_await take_a_nap(stop);
  }
  co_await take_a_nap();
}
mini::task<> in_the_background(std::stop_token stop) {
  mini::spawn(take_a_nap());
  co_await take_a_nap(stop);
}

// An overload that adds a token to the other one, and awaits it.
mini::task<int> read(int id);
mini::task<int> read(int id, std::stop_token stop) {
  if (stop.stop_requested())
    throw mini::operation_cancelled();
  co_return co_await read(id);
}

// No call of it: it has more than a token to itself, is not to be used, or is for another kind of token.
struct other_token {
  bool stop_requested() const;
};
mini::task<> write(int value);
mini::task<> write(int value, int retries, std::stop_token stop);
mini::task<> write(int value, other_token stop);
[[deprecated]] mini::task<> erase(int value, std::stop_token stop);
mini::task<> erase(int value);
class journal {
public:
  mini::task<> append(int value);

private:
  mini::task<> append(int value, std::stop_token stop);
};
mini::task<> no_slot(std::stop_token stop, journal &j) {
  co_await write(1);
  co_await erase(1);
  co_await j.append(1);
  co_await take_a_nap(stop);
}

// Two tokens: which of them is for what?
mini::task<> two(std::stop_token request, std::stop_token server) {
  co_await take_a_nap();
  co_await take_a_nap(request);
  co_await take_a_nap(server);
}

//--- A token that is not used because somebody else wants the parameter, or nobody could wait.

struct handler {
  virtual ~handler() = default;
  virtual mini::task<> handle(int request, std::stop_token stop) = 0;
};
struct echo : handler {
  mini::task<> handle(int, std::stop_token stop) override { co_await close(); }
};
mini::task<> unnamed(int id, std::stop_token) { co_await mini::sync_wait(mini::task<mini::task<>>()); }
mini::task<> marked([[maybe_unused]] std::stop_token stop) { co_await close(); }
mini::task<> cast_away(std::stop_token stop) {
  (void)stop;
  co_await close();
}
mini::task<> tells_why(std::stop_token stop) {
  // stop is not looked at: closing takes no time.
  co_await close();
}
mini::task<> elsewhere_only(std::stop_token stop) {
#ifdef NEVER
  co_await take_a_nap(stop);
#endif
  co_await close();
}
mini::task<> given_as_a_handler(std::stop_token stop) { co_await close(); }
using handlers = std::vector<mini::task<> (*)(std::stop_token)>;
handlers all() { return {given_as_a_handler}; }
auto given_as_a_lambda = [](std::stop_token stop) -> mini::task<> { co_await close(); };
mini::task<> never_waits(std::stop_token stop) { co_return; }
