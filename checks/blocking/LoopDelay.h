// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the checks have in common that look for calls which keep an event loop from running.
#pragma once

#include "AsyncCheck.h"
#include "clang-tidy/utils/IncludeInserter.h"
#include "fix/Rewrite.h"
#include "summary/CallPath.h"

namespace asynctidy {

/// How clang-tidy's checks call the order of includes: llvm, google.
struct IncludeStyle {
  clang::tidy::utils::IncludeSorter::IncludeStyle Value = clang::tidy::utils::IncludeSorter::IS_LLVM;
};
Complaint parseOption(llvm::StringRef Text, IncludeStyle &Value);
std::string printOption(const IncludeStyle &Value);

/// A check for something that delays all that runs on an event loop, done there directly or through any chain of
/// functions, in this file or, where a driver links files, in others.
class LoopDelayCheck : public AsyncCheck {
public:
  /// \p Verb is what the call does to the loop's thread: "blocks". \p Infers is the help of the option InferLibraries.
  LoopDelayCheck(llvm::StringRef Name, clang::tidy::ClangTidyContext *Context, std::shared_ptr<SharedUnit> Shared,
                 llvm::StringRef Verb, llvm::StringRef Infers);
  void registerPPCallbacks(const clang::SourceManager &Sources, clang::Preprocessor *PP,
                           clang::Preprocessor *ModuleExpanderPP) final;

protected:
  /// What can be done about an effect, where co_await can be written.
  struct Cure {
    std::optional<Rewrite> Safe;
    std::optional<Rewrite> ToChoose; ///< Offered on a note if there is no safe one.
    std::string Note;                ///< What that note says.
  };

  void checkFunction(const clang::FunctionDecl &F, TranslationUnit &Unit) final;
  /// Whether \p E is of the sort that this check is about.
  virtual bool wants(const Effect &E) const = 0;
  /// Says in \p Root what of other files counts.
  virtual void ask(GraphRoot &Root) const = 0;
  /// The cure for \p E, which the coroutine \p In does itself.
  virtual Cure cure(const Effect &E, const Body &In, TranslationUnit &Unit) const = 0;
  bool infers() const { return *InferLibraries; }

private:
  void offer(clang::DiagnosticBuilder &Finding, const Rewrite &Fix, TranslationUnit &Unit);
  void reportWitness(const Witness &W, const LoopCode &Root, TranslationUnit &Unit);
  void deferWitness(const Witness &W, const LoopCode &Root);
  void noteWay(const Witness &W, const CallEdge &Leaving);
  void noteInference(const LoopCode &Root);
  bool isAllowed(const clang::FunctionDecl &F) const;

  const std::string Verb;
  const Option<std::vector<Named>> AllowedFunctions;
  const Option<bool> FollowCalls;
  const Option<bool> CheckTests;
  const Option<bool> InferLibraries;
  const Option<IncludeStyle> Style;
  clang::tidy::utils::IncludeInserter Includes;
};

} // namespace asynctidy
