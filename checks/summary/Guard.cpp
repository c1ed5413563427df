// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Asks conditions with the constants of one call.

#include "summary/Guard.h"
#include "llvm/ADT/STLExtras.h"

namespace asynctidy {

static const Known *find(const std::vector<Known> &Arguments, int Parameter) {
  const auto Found = llvm::find_if(
      Arguments, [&](const Known &Argument) { return Parameter >= 0 && Argument.Parameter == unsigned(Parameter); });
  return Found == Arguments.end() ? nullptr : &*Found;
}

static std::optional<int64_t> number(const ParameterCondition::Operand &From, const std::vector<Known> &Arguments) {
  if (From.Parameter < 0)
    return From.Number;
  const Known *Given = find(Arguments, From.Parameter);
  return Given ? Given->Number : std::nullopt;
}

std::optional<bool> evaluate(const ParameterCondition &Asked, const std::vector<Known> &Arguments) {
  switch (Asked.What) {
  case ParameterCondition::Kind::Unknown:
    return std::nullopt;
  case ParameterCondition::Kind::True: {
    const auto Given = number(Asked.Left, Arguments);
    return Given ? std::optional(*Given != 0) : std::nullopt;
  }
  case ParameterCondition::Kind::Empty: {
    const Known *Given = find(Arguments, Asked.Left.Parameter);
    return Given ? Given->Empty : std::nullopt;
  }
  case ParameterCondition::Kind::Equal: {
    const auto Left = number(Asked.Left, Arguments), Right = number(Asked.Right, Arguments);
    return Left && Right ? std::optional(*Left == *Right) : std::nullopt;
  }
  case ParameterCondition::Kind::Not: {
    const auto Inner = evaluate(Asked.Parts.front(), Arguments);
    return Inner ? std::optional(!*Inner) : std::nullopt;
  }
  case ParameterCondition::Kind::And:
  case ParameterCondition::Kind::Or: {
    const bool Decisive = Asked.What == ParameterCondition::Kind::Or;
    bool AllKnown = true;
    for (const ParameterCondition &Part : Asked.Parts) {
      const auto Value = evaluate(Part, Arguments);
      if (Value == Decisive)
        return Decisive;
      AllKnown &= Value.has_value();
    }
    return AllKnown ? std::optional(!Decisive) : std::nullopt;
  }
  }
  return std::nullopt;
}

bool isSkipped(const std::vector<Guard> &Guards, const std::vector<Known> &Arguments) {
  return !Arguments.empty() &&
         llvm::any_of(Guards, [&](const Guard &G) { return evaluate(G.Asked, Arguments) == G.Skips; });
}

} // namespace asynctidy
