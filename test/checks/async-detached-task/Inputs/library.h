// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A library of which library.yaml tells what cannot be seen here.
#pragma once

#include "mini.h"

namespace library {

template <class T = void> using task = mini::task<T>;

struct bad_row {};
struct as_value {
  as_value() noexcept {}
};

task<int> read_config();
task<int> read_config(as_value);

struct pool {
  bool run_detached(task<> work);
};

} // namespace library
