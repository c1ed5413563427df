// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds uses after suspension points.

#include "lifetime/LateUse.h"
#include "TranslationUnit.h"

using namespace clang;

namespace asynctidy {

/// The suspension point after which \p Use runs: before it in the source, or in a loop around both. Null for none.
static const Expr *suspensionBefore(const Expr *Use, const Body &Of, const Awaitables &Types) {
  for (const SuspensionPoint &P : Of.suspensions()) {
    if (!Types.maySuspend(P))
      continue;
    if (Of.position(P.Site) < Of.position(Use) && !Of.isWithin(Use, P.Site))
      return P.Site;
    for (const Stmt *Loop = Of.enclosingLoop(P.Site); Loop; Loop = Of.enclosingLoop(Loop))
      if (Of.isWithin(Use, Loop))
        return P.Site;
  }
  return nullptr;
}

std::optional<LateUse> lateUse(const Body &Of, const TaskFate &Fate, const Awaitables &Types) {
  const bool BeginsLater = Types.starts(Of.task()) == TypeFact::Start::Lazy &&
                           Fate.What != TaskFate::Kind::Background && Fate.What != TaskFate::Kind::Unknown;
  std::optional<LateUse> First;
  for (const Stmt *S : Of.statements()) {
    LateUse Use;
    if (const auto *Reference = dyn_cast<DeclRefExpr>(S)) {
      const auto *Variable = dyn_cast<VarDecl>(Reference->getDecl());
      if (!Reference->refersToEnclosingVariableOrCapture() && !(Variable && Variable->isInitCapture()))
        continue;
      Use = {Reference, Reference->getDecl(), nullptr};
    } else if (const auto *This = dyn_cast<CXXThisExpr>(S)) {
      Use = {This, nullptr, nullptr};
    } else {
      continue;
    }
    Use.After = suspensionBefore(Use.Site, Of, Types);
    if (Use.After)
      return Use;
    if (!First)
      First = Use;
  }
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
