// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reports lambda coroutines that outlive their closures.

#include "lifetime/CapturingLambdaCheck.h"
#include "lifetime/CaptureFix.h"

using namespace clang;

namespace asynctidy {

CapturingLambdaCheck::CapturingLambdaCheck(llvm::StringRef Name, tidy::ClangTidyContext *Context,
                                           std::shared_ptr<SharedUnit> Shared)
    : AsyncCheck(Name, Context, std::move(Shared)),
      InferSpawners(*this, "InferSpawners", true,
                    "take functions of libraries nobody described for spawners by name and shape") {}

void CapturingLambdaCheck::checkFunction(const FunctionDecl &F, TranslationUnit &Unit) {
  const Body &In = Unit.body(F);
  std::optional<Closures> Judged;
  for (const LambdaExpr *Lambda : In.lambdas()) {
    if (!readsClosure(*Lambda))
      continue;
    if (!Judged)
      Judged.emplace(In, Unit);
    if (const auto Orphan = Judged->orphanOf(*Lambda); Orphan && (*InferSpawners || !Orphan->Fate.Inferred))
      reportOrphan(*Lambda, *Orphan, In, Unit);
  }
}

static std::string nameOf(const LateUse &Use) {
  return Use.Variable ? "'" + Use.Variable->getNameAsString() + "'" : "'this'";
}

/// Where \p Orphan's closure dies.
void CapturingLambdaCheck::tellDeath(const LambdaExpr &Lambda, const OrphanedTask &Orphan) {
  if (Orphan.Caller && !Orphan.CalledAt) {
    note(Orphan.Call->getBeginLoc(), "'%0' destroys the closure as soon as its call has returned")
        << Orphan.Caller->getQualifiedNameAsString();
    return;
  }
  if (Orphan.Caller)
    note(Orphan.CalledAt->getBeginLoc(), "'%0' calls it here") << Orphan.Caller->getQualifiedNameAsString();
  const VarDecl *Dies = Orphan.Parameter ? Orphan.Parameter : Orphan.Closure;
  for (const FateNote &Told : fateNotes(Orphan.Fate, Orphan.CalledAt ? Orphan.CalledAt : Orphan.Call))
    note(Told.Loc, "%0") << Told.Text;
  if (Dies)
    note(Dies->getLocation(), "the closure is %0, which is gone by then") << Dies;
  else
    note(Lambda.getEndLoc(), "the closure is a temporary, which is gone by then");
}

void CapturingLambdaCheck::reportOrphan(const LambdaExpr &Lambda, const OrphanedTask &Orphan, const Body &In,
                                        TranslationUnit &Unit) {
  const bool InPlace = !Orphan.Caller && !Orphan.Closure;
  const auto Copy = closureAsParameter(Lambda, InPlace, In);
  {
    auto Finding = report(Lambda.getBeginLoc(), "this lambda coroutine uses its capture %0 when the closure is gone");
    if (!Finding)
      return;
    *Finding << nameOf(Orphan.Use);
    if (Copy)
      *Finding << *Copy;
  }
  tellDeath(Lambda, Orphan);
  if (Orphan.Use.After)
    note(Orphan.Use.After->getBeginLoc(), "it is suspended here");
  note(Orphan.Use.Site->getBeginLoc(), "%0 is read from the closure here") << nameOf(Orphan.Use);
  if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(Orphan.Call); InPlace && Call)
    if (const auto Edits = capturesAsParameters(Lambda, *Call, In, Unit); !Edits.empty())
      note(Lambda.getBeginLoc(), "pass what it captures as parameters: those live in the coroutine's frame") << Edits;
  if (In.function().isTemplateInstantiation() && In.function().getPointOfInstantiation().isValid())
    note(In.function().getPointOfInstantiation(), "in the instantiation of %q0 here") << &In.function();
}

} // namespace asynctidy
