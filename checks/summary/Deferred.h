// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What checks leave to be decided when the summaries of all files are linked.
#pragma once

#include "summary/FunctionSummary.h"
#include "summary/ProjectGraph.h"

namespace asynctidy {

/// Questions and findings of one translation unit that depend on other files. Only a driver that links summaries asks
/// for them: without one nothing is deferred, and what is unknown stays silent.
struct Deferred {
  struct Question {
    GraphRoot Asked;
    const clang::FunctionDecl *Function;
    const CallEdge *Call; ///< Null when the whole function is meant.
  };
  std::vector<Question> Questions;
  /// The findings that stand at an effect, if something leads to it.
  llvm::DenseMap<const Effect *, int> AtEffects;
  int Count = 0; ///< Findings that were deferred. They are reported like others, with their number before the message.
};

/// "[deferred 17] " before the message of a deferred finding.
std::string deferredMark(int Number);
/// Takes the mark off \p Message; the number, or -1 if there is none.
int takeDeferredMark(std::string &Message);

} // namespace asynctidy
