// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds uses after suspension points.

#include "lifetime/LateUse.h"
#include "TranslationUnit.h"
#include "coroutine/Across.h"

using namespace clang;

namespace asynctidy {

std::optional<LateUse> lateUse(const Body &Of, const TaskFate &Fate, const Awaitables &Types) {
  std::optional<LateUse> First;
  llvm::SmallPtrSet<const Stmt *, 8> Sites;
  for (const Stmt *S : Of.statements()) {
    const auto *Reference = dyn_cast<DeclRefExpr>(S);
    const auto *Variable = Reference ? dyn_cast<VarDecl>(Reference->getDecl()) : nullptr;
    const bool IsCapture =
        Reference && (Reference->refersToEnclosingVariableOrCapture() || (Variable && Variable->isInitCapture()));
    if (!IsCapture && !isa<CXXThisExpr>(S))
      continue;
    Sites.insert(S);
    if (!First)
      First = {cast<Expr>(S), Reference ? Reference->getDecl() : nullptr, nullptr};
  }
  if (!First)
    return std::nullopt;
  if (const auto Use = Across(Of, Types).firstUse(Stretch(), Sites)) {
    const auto *Reference = dyn_cast<DeclRefExpr>(Use->Site);
    return LateUse{cast<Expr>(Use->Site), Reference ? Reference->getDecl() : nullptr, Use->Across->Site};
  }
  const bool BeginsLater = Types.starts(Of.task()) == TypeFact::Start::Lazy &&
                           Fate.What != TaskFate::Kind::Background && Fate.What != TaskFate::Kind::Unknown;
  return BeginsLater ? First : std::nullopt;
}

/// What takes the task at \p Where: "'spawn'".
static std::string takerAt(const Stmt *Where) {
  const auto Site = CallSite::of(Where);
  return Site ? "'" + Site->callee().getQualifiedNameAsString() + "'" : "it";
}

std::vector<FateNote> fateNotes(const TaskFate &Fate, const Expr *Made) {
  const SourceLocation Loc = Fate.Where->getBeginLoc();
  switch (Fate.What) {
  case TaskFate::Kind::Background: {
    if (Fate.Where == Made || !CallSite::of(Fate.Where))
      return {{Loc, "the task goes on by itself"}};
    std::vector<FateNote> Notes{{Loc, takerAt(Fate.Where) + " runs the task beyond the end of this expression"}};
    if (Fate.Inferred)
      Notes.push_back(
          {Loc, takerAt(Fate.Where) + " is taken for a function that runs tasks in the background, by its name"});
    return Notes;
  }
  case TaskFate::Kind::Returned:
    return {{Loc, "the task is returned to the caller here"}};
  case TaskFate::Kind::Stored:
    return {{Loc, "the task is kept for later here"}};
  default:
    return {{Loc, "the task is awaited only here"}};
  }
}

} // namespace asynctidy
