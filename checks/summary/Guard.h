// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Conditions on a function's parameters that keep it from coming to a statement, and what a call says of them. Without
// an AST, so that the call and the function may lie in different files.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace asynctidy {

/// What a call gives a parameter, as far as it is constant.
struct Known {
  unsigned Parameter = 0;
  std::optional<int64_t> Number; ///< Also of a null pointer (0) and a bool.
  std::optional<bool> Empty;     ///< Of a string or container.
};

/// A condition about parameters that keep their value.
struct Condition {
  enum class Kind { Unknown, True, Empty, Equal, Not, And, Or };
  struct Operand {
    int Parameter = -1;
    std::optional<int64_t> Number;
  };
  Kind What = Kind::Unknown;
  Operand Left, Right;          ///< Of True, Empty (Left) and Equal.
  std::vector<Condition> Parts; ///< Of Not, And, Or.
};

/// A statement is not reached when Asked comes out as Skips.
struct Guard {
  Condition Asked;
  bool Skips = true;
};

/// What \p Asked is in a call with \p Arguments, as far as they tell.
std::optional<bool> evaluate(const Condition &Asked, const std::vector<Known> &Arguments);

/// Whether one of \p Guards keeps a call with \p Arguments away.
bool isSkipped(const std::vector<Guard> &Guards, const std::vector<Known> &Arguments);

} // namespace asynctidy
