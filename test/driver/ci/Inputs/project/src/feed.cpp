// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The feed, which needs what is generated.
#include "feed.h"
#include "table.h"

mini::task<int> price() { co_return first_price; }

mini::task<> refresh() {
  co_await price();
}
