// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What clang-tidy's engine reports about one translation unit, as the model has it.
#pragma once

#include "Result.h"
#include "SourceTexts.h"
#include "Suppressions.h"
#include "clang-tidy/ClangTidyDiagnosticConsumer.h"

namespace asynctidy {

class UnitFacts;

/// Stands before clang-tidy's consumer to see what that drops because of a NOLINT comment.
class Diagnostics final : public clang::DiagnosticConsumer {
public:
  Diagnostics(clang::tidy::ClangTidyContext &Context, clang::tidy::ClangTidyDiagnosticConsumer &Behind, PathMap &Paths)
      : Context(Context), Behind(Behind), Paths(Paths) {}

  void BeginSourceFile(const clang::LangOptions &Language, const clang::Preprocessor *PP) override {
    Behind.BeginSourceFile(Language, PP);
  }
  void EndSourceFile() override { Behind.EndSourceFile(); }
  void finish() override { Behind.finish(); }
  bool IncludeInDiagnosticCounts() const override { return Behind.IncludeInDiagnosticCounts(); }
  void HandleDiagnostic(clang::DiagnosticsEngine::Level Level, const clang::Diagnostic &Info) override;

  /// Puts everything that was reported into \p Result, of which \p DeferredCount findings are deferred. \p Failed: the
  /// frontend said so.
  void into(FileResult &Result, int DeferredCount, const UnitFacts &Facts, SourceTexts &Texts, bool Failed);
  /// Where comments have suppressed something.
  const std::vector<SuppressedAt> &suppressed() const { return Places; }

private:
  clang::tidy::ClangTidyContext &Context;
  clang::tidy::ClangTidyDiagnosticConsumer &Behind;
  PathMap &Paths;
  std::vector<Finding> Suppressed;
  std::vector<SuppressedAt> Places;
};

} // namespace asynctidy
