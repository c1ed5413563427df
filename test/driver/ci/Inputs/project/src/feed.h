// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the feed offers.
#pragma once
#include "mini.h"

mini::task<int> price();
mini::task<> refresh();
