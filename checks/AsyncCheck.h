// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The base of all checks: options, knowledge, reporting, and one shared view of the translation unit.
#pragma once

#include "Option.h"
#include "TranslationUnit.h"
#include "clang-tidy/ClangTidyCheck.h"
#include "summary/Deferred.h"
#include "llvm/ADT/DenseSet.h"
#include <memory>
#include <mutex>
#include <optional>

namespace asynctidy {

/// Holds the TranslationUnit that the checks of one run share; it is made when the first of them looks at code.
struct SharedUnit {
  Settings Chosen; ///< Complete before the first function is looked at.
  std::unique_ptr<TranslationUnit> Unit;
  Deferred *ForLink = nullptr; ///< Where a driver that links files wants to have what depends on others.
};

/// Finds the SharedUnit of a clang-tidy context, so that all checks of one translation unit share one and none
/// outlives them. Safe to use from several threads (clangd builds many files at once).
class SharedUnits {
public:
  /// The one of the process. It holds nothing by itself.
  static SharedUnits &all();
  std::shared_ptr<SharedUnit> of(const clang::tidy::ClangTidyContext &Context);

private:
  std::mutex Mutex;
  llvm::DenseMap<const clang::tidy::ClangTidyContext *, std::weak_ptr<SharedUnit>> Units;
};

/// Base class of all checks. A check implements checkFunction, which is called once for each user function
/// definition, lambda bodies and template instantiations included; patterns come before their instantiations.
class AsyncCheck : public clang::tidy::ClangTidyCheck {
public:
  AsyncCheck(llvm::StringRef Name, clang::tidy::ClangTidyContext *Context, std::shared_ptr<SharedUnit> Shared);

  bool isLanguageVersionSupported(const clang::LangOptions &LangOpts) const final { return LangOpts.Coroutines; }
  void registerMatchers(clang::ast_matchers::MatchFinder *Finder) final;
  void check(const clang::ast_matchers::MatchFinder::MatchResult &Result) final;
  void storeOptions(clang::tidy::ClangTidyOptions::OptionMap &Map) final;

  /// For Option's constructor: remembers the option and answers what the user wrote for it.
  std::optional<std::string> addOption(const OptionBase &Option);
  void reportBadOption(llvm::StringRef Name, llvm::StringRef Wrong);

protected:
  /// Looks at one function definition. \p F has a body.
  virtual void checkFunction(const clang::FunctionDecl &F, TranslationUnit &Unit) = 0;

  /// Reports \p Message at \p Loc, once: a second report of this check at the same place (from another
  /// instantiation of a template, say) answers nothing.
  std::optional<clang::DiagnosticBuilder> report(clang::SourceLocation Loc, llvm::StringRef Message);
  /// What all checks share, for options of one check that concern others; to be set in a constructor only.
  Settings &settings() { return Shared->Chosen; }
  /// Where to put what depends on other files; null if nobody links them.
  Deferred *forLink() const { return Shared->ForLink; }
  bool isReported(clang::SourceLocation Loc) const { return Reported.contains(Loc); }
  /// Reports a finding that the link decides about; its number among the deferred ones. \p Message may have {root},
  /// {subject} and {does}, where the link puts what it finds.
  int defer(clang::SourceLocation Loc, llvm::StringRef Message);
  /// Adds a note to the finding just reported.
  clang::DiagnosticBuilder note(clang::SourceLocation Loc, llvm::StringRef Message);

private:
  std::shared_ptr<SharedUnit> Shared;
  std::vector<const OptionBase *> DeclaredOptions;
  llvm::DenseSet<clang::SourceLocation> Reported;
  std::string KnowledgeFiles;
};

} // namespace asynctidy
