// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <asyncrt/asyncrt.hpp>

#include <cstdio>
#include <string>
#include <string_view>

inline asyncrt::task<> light(std::string_view lamp) {
  co_await asyncrt::yield();
  std::printf("%s is on\n", std::string(lamp).c_str());
}

inline asyncrt::task<> light_room(int number) {
  const std::string name = "the lamp on the ceiling of room " + std::to_string(number);
  auto ceiling = light(name);
  co_await light("the lamp at the door");
  co_await std::move(ceiling);
}
