// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// What the warehouse has.
#pragma once

#include <asyncrt/core/task.hpp>

#include <string>

class inventory {
public:
  explicit inventory(int lamps) : lamps_(lamps) {}

  asyncrt::task<int> ask(std::string article);
  /// For those who cannot await.
  int count(const std::string &article);
  bool has(const std::string &article, int pieces);

private:
  int lamps_;
};
