// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Findings for people: as compilers show them, one after the other while the run goes on, and a summary at the end.
#pragma once

#include "Result.h"
#include "llvm/Support/raw_ostream.h"

namespace asynctidy {

class TextRenderer {
public:
  /// Paths of the report are relative to \p Root and shown as seen from \p Here, both absolute.
  TextRenderer(llvm::raw_ostream &OS, bool Color, std::string Root, std::string Here)
      : OS(OS), Color(Color), Root(std::move(Root)), Here(std::move(Here)) {}

  void print(const Finding &Said);
  void print(const UnusedSuppression &Unused);
  /// Files, coroutines, suspension points, findings by check, suppressed, what was skipped and why, time.
  void summarise(const Report &Said);
  /// The files that were not, or not fully, analysed, and whether the run was interrupted.
  void listProblems(const Report &Said);
  /// How a path of the report is written for the reader.
  std::string shown(llvm::StringRef File) const;

private:
  void place(const Position &At);
  void excerpt(const Position &At, unsigned Length, llvm::StringRef Source);
  void proposal(const Position &At, llvm::StringRef Source, const std::vector<Edit> &Edits);
  llvm::raw_ostream &paint(llvm::raw_ostream::Colors As, bool Bold = true);
  void plain();

  llvm::raw_ostream &OS;
  const bool Color;
  const std::string Root, Here;
};

} // namespace asynctidy
