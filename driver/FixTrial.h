// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One set of fixes as if it were made: the texts, and what findings of before and after have to do with each other.
#pragma once

#include "Fix.h"
#include <optional>

namespace asynctidy {

/// What is wrong with a trial.
struct TrialProblem {
  std::string Why;   ///< "with its fix a.cpp does not compile: ...".
  std::string File;  ///< Where it shows; empty if that is not known.
  unsigned Line = 0; ///< In the edited text.
};

class FixTrial {
public:
  /// What tells a finding from others: its file, the line as it is after the edits, and the check.
  using Key = std::tuple<std::string, unsigned, std::string>;

  FixTrial(EditableFiles &Files, llvm::ArrayRef<const Fix *> Made);

  /// The edited texts that the file number \p Unit depends on.
  std::vector<std::pair<std::string, std::string>> overlayFor(size_t Unit) const;
  /// The key of a finding of before.
  Key before(const Finding &F) const;
  /// The key of a finding in the edited texts.
  Key after(const Finding &F) const;
  /// Whether it is one of those that are fixed.
  bool isFixed(const Finding &F) const;
  /// What is wrong with \p After, which was \p Before without the edits. Findings of \p Known may come.
  std::optional<TrialProblem> problem(const FileResult &Before, const FileResult &After,
                                      const std::set<Key> &Known) const;
  /// Whether \p F, which is one of the fixes, edits the line of \p Problem.
  bool touches(const Fix &F, const TrialProblem &Problem) const;
  const EditsByFile &edits() const { return Edits; }
  const std::map<std::string, std::string> &texts() const { return Texts; }

private:
  EditableFiles &Files;
  EditsByFile Edits;
  std::map<std::string, std::string> Texts;
  std::set<std::tuple<std::string, unsigned, std::string>> Fixed;
};

/// How many findings of the report \p Said, of the files \p Before, are still there with \p Made. \p After: the results
/// of the files that see the edits, by their numbers.
unsigned countLeft(const Report &Said, llvm::ArrayRef<FileResult> Before, const std::map<size_t, FileResult> &After,
                   const FixTrial &Made);

/// "a.cpp:3:1: the message [the check]".
std::string described(const Finding &F);

} // namespace asynctidy
