// RUN: %check_async_tidy %s async-cancellation-not-forwarded -- -- -I%project/runtime/include

// This project's own runtime. Its awaits hear of a stop by themselves; a token is for work that asks.

#include <asyncrt/asyncrt.hpp>

using namespace asyncrt;
using namespace std::chrono_literals;

task<int> compress(int page, inplace_stop_token stop = {});

task<int> compress_all(int pages, inplace_stop_token stop) {
  int size = 0;
  for (int page = 0; page != pages && !stop.stop_requested(); ++page)
    size += co_await compress(page);
  // CHECK-NOTES: :[[@LINE-1]]:22: warning: 'compress' takes a stop token, and coroutine 'compress_all' does not pass its own, 'stop', on to it [async-cancellation-not-forwarded]
  // CHECK-NOTES: :10:49: note: this parameter is left at its default
  // CHECK-FIXES: {{^}}    size += co_await compress(page, stop);{{$}}
  co_return size;
}

task<> keeps_the_last_page(inplace_stop_token stop) {
  co_await compress_all(3, stop);
  co_await unstoppable(compress(4));
}
