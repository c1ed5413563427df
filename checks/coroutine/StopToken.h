// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stop tokens: which types tell whether to stop, and what a coroutine does with the one that it was given.
#pragma once

#include "coroutine/Body.h"
#include "knowledge/Knowledge.h"

namespace asynctidy {

class TranslationUnit;

/// A class whose values tell whether to stop, and how that is known.
struct StopToken {
  const clang::CXXRecordDecl *Class;
  bool Inferred; ///< From its name and members, not from knowledge.
};

/// What \p T is as a stop token, seen through references and one level of pointer; nothing if it is none.
std::optional<StopToken> stopToken(clang::QualType T, const Knowledge &Facts);

/// How a coroutine uses a parameter that is a stop token.
class TokenUses {
public:
  TokenUses(const clang::ParmVarDecl &Token, const Body &In, TranslationUnit &Unit);

  /// Whether nothing in the coroutine names it.
  bool isUnused() const { return Sites.empty(); }
  /// Whether it is only asked, and passed on to what can be awaited. Whoever does more with it (registers a callback,
  /// derives another token, keeps it) has a way of his own to stop what he calls.
  bool isOnlyAskedAndPassed() const { return Plain; }
  /// Whether \p S runs because the coroutine was asked to stop, or may: in a branch of a question about the token, or
  /// after one that does not end the coroutine. What is done then is to be done in spite of it.
  bool mayHaveStoppedAt(const clang::Stmt *S) const;

private:
  enum class Use { Asks, Passes, Other };
  Use useAt(const clang::DeclRefExpr &Site, TranslationUnit &Unit) const;
  bool hasStopped(const clang::Stmt *Question, const clang::Stmt *S) const;

  const Body &In;
  const clang::SourceManager &Sources;
  std::vector<const clang::Stmt *> Sites; ///< Where it is named, or the lambda that captures it.
  std::vector<const clang::Stmt *> Questions;
  bool Plain = true;
};

} // namespace asynctidy
