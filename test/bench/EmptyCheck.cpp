// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A clang-tidy module with one check that does nothing: what clang-tidy costs before anybody looks at anything.

#include "LLVMCompat.h"
#include "clang-tidy/ClangTidyCheck.h"
#include "clang/ASTMatchers/ASTMatchFinder.h"

namespace {

class EmptyCheck final : public clang::tidy::ClangTidyCheck {
public:
  using ClangTidyCheck::ClangTidyCheck;
  void registerMatchers(clang::ast_matchers::MatchFinder *Finder) override {
    Finder->addMatcher(clang::ast_matchers::translationUnitDecl().bind("unit"), this);
  }
  void check(const clang::ast_matchers::MatchFinder::MatchResult &) override {}
};

class EmptyModule final : public clang::tidy::ClangTidyModule {
  void addCheckFactories(clang::tidy::ClangTidyCheckFactories &Factories) override {
    Factories.registerCheck<EmptyCheck>("empty-check");
  }
};

clang::tidy::ClangTidyModuleRegistry::Add<EmptyModule> Registration("empty-module", "Does nothing.");

} // namespace
