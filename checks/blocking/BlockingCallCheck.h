// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds calls that block the thread of an event loop.
#pragma once

#include "AsyncCheck.h"
#include "blocking/AwaitableTwin.h"
#include "clang-tidy/utils/IncludeInserter.h"
#include "summary/CallPath.h"

namespace asynctidy {

/// A set of BlockKind, written as names separated by semicolons.
struct KindSet {
  unsigned Bits = 0;
  bool contains(BlockKind Kind) const { return Bits >> static_cast<unsigned>(Kind) & 1; }
};
Complaint parseOption(llvm::StringRef Text, KindSet &Value);
std::string printOption(const KindSet &Value);

/// How clang-tidy's checks call the order of includes: llvm, google.
struct IncludeStyle {
  clang::tidy::utils::IncludeSorter::IncludeStyle Value = clang::tidy::utils::IncludeSorter::IS_LLVM;
};
Complaint parseOption(llvm::StringRef Text, IncludeStyle &Value);
std::string printOption(const IncludeStyle &Value);

/// A call that blocks the thread, directly or through any chain of visible functions, in code that runs on an
/// event loop: a coroutine, or a callable that a loop runs. Page: docs/checks/async-blocking-call.md
class BlockingCallCheck final : public AsyncCheck {
public:
  BlockingCallCheck(llvm::StringRef Name, clang::tidy::ClangTidyContext *Context, std::shared_ptr<SharedUnit> Shared);
  void registerPPCallbacks(const clang::SourceManager &Sources, clang::Preprocessor *PP,
                           clang::Preprocessor *ModuleExpanderPP) override;

protected:
  void checkFunction(const clang::FunctionDecl &F, TranslationUnit &Unit) override;

private:
  void reportWitness(const Witness &W, const LoopCode &Root, TranslationUnit &Unit);
  void deferWitness(const Witness &W, const LoopCode &Root);
  void noteInference(const LoopCode &Root);
  void offer(clang::DiagnosticBuilder &Finding, const Rewrite &Fix, TranslationUnit &Unit);
  bool isAllowed(const clang::FunctionDecl &F) const;

  const Option<KindSet> Kinds;
  const Option<std::vector<Named>> BlockingFunctions;
  const Option<std::vector<Named>> AllowedFunctions;
  const Option<bool> FollowCalls;
  const Option<bool> CheckTests;
  const Option<bool> InferLibraries;
  const Option<IncludeStyle> Style;
  clang::tidy::utils::IncludeInserter Includes;
};

} // namespace asynctidy
