// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Lists every single misuse that can be planted in a coroutine, as edits of the main file's text.
#pragma once

#include "CoroutineFinder.h"

namespace mutation {

struct Edit {
  Span Where;
  std::string Text;
};

/// One planted misuse. The word PLANTED in a text stands for a name that the driver makes unique.
struct Mutant {
  /// What was planted: "sleep-direct", …
  std::string Kind;
  /// Which way of doing it: "ifstream", "std-thread", …
  std::string Form;
  /// The check that owes a finding.
  std::string Check;
  /// The coroutine and what encloses the place: "lambda/loop".
  std::string Place;
  unsigned Container = 0;
  std::vector<Edit> Edits;
  /// The finding must lie in the text that stands for these original bytes after the edits.
  Span Expected;
  /// A definition needed in front of the container's top-level declaration.
  std::string Helper;
  std::vector<std::string> Includes;
};

/// What the file at hand offers for an executor of its own.
struct ExecutorForms {
  /// "asio" or "boost::asio"; empty if the file has none.
  std::string AsioNamespace;
};

std::vector<Mutant> findMutants(const Coroutines &Found, const ExecutorForms &Forms, clang::ASTContext &Context);

} // namespace mutation
