// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parcels that are weighed, and then carried.
#pragma once

#include <asyncrt/asyncrt.hpp>

#include <stdexcept>
#include <vector>

struct parcel {
  int weight;
};

/// Throws if nobody can carry it.
inline void weigh(const parcel &p) {
  if (p.weight > 30)
    throw std::invalid_argument("too heavy");
}

/// Carries all parcels at the same time with \p carry, a function that returns a task.
template <class Carry> asyncrt::task<> carry_all(std::vector<parcel> parcels, Carry carry) {
  asyncrt::task_group carriers;
  for (const parcel &p : parcels) {
    weigh(p);
    carriers.spawn(carry(p)).detach();
  }
  co_await carriers.join();
}
