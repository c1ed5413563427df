// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The feed, which needs what is generated.
#include "feed.h"
#include "table.h"

task<int> price() { co_return first_price; }

task<int> doubled() { co_return 2 * co_await price(); }
