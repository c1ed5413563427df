// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <asyncrt/asyncrt.hpp>

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

inline asyncrt::task<> set_tables(std::vector<std::string> guests) {
  std::vector<asyncrt::task<>> tables;
  for (const std::string &guest : guests) {
    auto set = [](std::string card) -> asyncrt::task<> {
      co_await asyncrt::yield();
      std::printf("%s\n", card.c_str());
    };
    tables.push_back(set(guest + ", who is expected at eight"));
  }
  for (asyncrt::task<> &table : tables)
    co_await std::move(table);
}
