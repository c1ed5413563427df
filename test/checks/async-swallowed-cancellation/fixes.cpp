// RUN: %check_async_tidy %s async-swallowed-cancellation

// The edits: where they go, how they are laid out, and when none is offered.

#include "mini.h"
#include <cstdio>

using namespace std::chrono_literals;

mini::task<> same_line_as_the_brace(mini::event_loop &loop) {
    for (;;) {
        try {
            co_await loop.sleep_for(1s);
        } catch (const std::exception &e) {
            // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'catch (const std::exception &)' swallows
            // CHECK-FIXES: {{^}}        } catch (const mini::operation_cancelled &) {
            // CHECK-FIXES-NEXT: {{^}}            throw;
            // CHECK-FIXES-NEXT: {{^}}        } catch (const std::exception &e) {
            std::puts(e.what());
        }
    }
}

mini::task<> lines_of_their_own(mini::event_loop &loop)
{
    for (;;)
    {
        try
        {
            co_await loop.sleep_for(1s);
        }
        catch (...)
        {
            // CHECK-MESSAGES: :[[@LINE-2]]:9: warning: 'catch (...)' swallows
            // CHECK-FIXES: {{^}}        catch (const mini::operation_cancelled &)
            // CHECK-FIXES-NEXT: {{^}}        {
            // CHECK-FIXES-NEXT: {{^}}            throw;
            // CHECK-FIXES-NEXT: {{^}}        }
            // CHECK-FIXES-NEXT: {{^}}        catch (...)
            // CHECK-FIXES-NEXT: {{^}}        {
            std::puts("failed");
        }
    }
}

mini::task<> one_line(mini::event_loop &loop) {
  for (;;) {
    try { co_await loop.schedule(); } catch (...) {}
    // CHECK-MESSAGES: :[[@LINE-1]]:39: warning: 'catch (...)' swallows
    // CHECK-FIXES: {{^}}    try { co_await loop.schedule(); } catch (const mini::operation_cancelled &) {
    // CHECK-FIXES-NEXT: {{^}}      throw;
    // CHECK-FIXES-NEXT: {{^}}    } catch (...) {}
  }
}

// A nearer namespace of the same name hides the library.
namespace app::mini {
::mini::task<> hidden(::mini::event_loop &loop) {
  for (;;) {
    try {
      co_await loop.sleep_for(1s);
    } catch (...) {
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'catch (...)' swallows
      // CHECK-FIXES: {{^}}    } catch (const ::mini::operation_cancelled &) {
    }
  }
}
} // namespace app::mini

#define SWALLOW                                                                                                        \
  catch (...) {                                                                                                        \
  }
mini::task<> macro(mini::event_loop &loop) {
  for (;;)
    try {
      co_await loop.sleep_for(1s);
    }
    SWALLOW
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'catch (...)' swallows
  // CHECK-FIXES: {{^}}    SWALLOW
}
