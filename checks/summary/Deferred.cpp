// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The mark by which a deferred finding is told from others.

#include "summary/Deferred.h"

namespace asynctidy {

static constexpr llvm::StringLiteral Begin = "[deferred ", End = "] ";

std::string deferredMark(int Number) { return (Begin + llvm::Twine(Number) + End).str(); }

int takeDeferredMark(std::string &Message) {
  llvm::StringRef Rest = Message;
  int Number = -1;
  if (!Rest.consume_front(Begin) || Rest.consumeInteger(10, Number) || !Rest.consume_front(End))
    return -1;
  Message = Rest.str();
  return Number;
}

} // namespace asynctidy
