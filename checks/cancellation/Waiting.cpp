// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Searches user code for the coroutines that await another one.

#include "cancellation/Waiting.h"
#include "summary/CallPath.h"
#include "summary/References.h"

using namespace clang;

namespace asynctidy {

/// The await around \p Site, if what \p Site names is called for it.
static const Expr *awaitedBy(const Expr *Site, const Body &In) {
  const auto *Call = dyn_cast_or_null<CallExpr>(In.significantParent(Site));
  if (!Call || Call->getCallee()->IgnoreParenImpCasts() != Site)
    return nullptr;
  if (const auto *Await = In.enclosing<CoawaitExpr>(Call))
    return Await;
  return In.enclosing<DependentCoawaitExpr>(Call);
}

SourceLocation whereWaitersGoOn(const FunctionDecl &F, const HandlerReader &Reader, TranslationUnit &Unit) {
  for (const References::Use &Use : Unit.references().of(F)) {
    const Body &In = Unit.body(*Use.In);
    if (const Expr *Await = awaitedBy(Use.Site, In); Await && aftermathOf(*Await, In, Reader, Unit).goesOn())
      return Await->getBeginLoc();
  }
  return {};
}

/// Whether \p Site gives what it takes to a function that runs it and tells nobody how it ended.
static bool detaches(const CallSite &Site, const Knowledge &Facts) {
  const FunctionFact *Fact = Facts.function(Site.callee());
  if (!Fact || (!Fact->Spawns && !Fact->Detaches))
    return false;
  return Fact->Detaches || llvm::any_of(Site.arguments(), [&](const Expr *Argument) {
           const CXXRecordDecl *Token = recordOf(Argument->getType());
           return Token && Facts.isMadeBy(*Token, &FunctionFact::Detaches);
         });
}

bool endsUnseen(const FunctionDecl &F, const HandlerReader &Reader, TranslationUnit &Unit, unsigned Depth) {
  const auto Uses = Unit.references().of(F);
  return !Uses.empty() && llvm::all_of(Uses, [&](const References::Use &Use) {
    const Body &In = Unit.body(*Use.In);
    if (const Expr *Await = awaitedBy(Use.Site, In))
      return Depth > 0 && aftermathOf(*Await, In, Reader, Unit).What == Aftermath::Kind::Ends &&
             endsUnseen(In.function(), Reader, Unit, Depth - 1);
    const Stmt *Call = In.significantParent(Use.Site);
    const Stmt *Taker = isa_and_nonnull<CallExpr>(Call) ? In.significantParent(Call) : nullptr;
    const auto Site = Taker ? CallSite::of(Taker) : std::nullopt;
    return Site && detaches(*Site, Unit.knowledge());
  });
}

bool isCallback(const FunctionDecl &F, TranslationUnit &Unit) {
  const auto Uses = Unit.references().of(F);
  const Body &Own = Unit.body(F);
  return F.getNumParams() != 0 && !Uses.empty() &&
         llvm::all_of(Uses,
                      [&](const References::Use &Use) {
                        const Body &In = Unit.body(*Use.In);
                        const Stmt *Taker = In.significantParent(Use.Site);
                        if (const auto *Address = dyn_cast_or_null<UnaryOperator>(Taker);
                            Address && Address->getOpcode() == UO_AddrOf)
                          Taker = In.significantParent(Address);
                        const auto *Call = dyn_cast_or_null<CallExpr>(Taker);
                        return Call && Call->getCallee()->IgnoreParenImpCasts() != Use.Site;
                      }) &&
         llvm::none_of(Own.statements(), [](const Stmt *S) {
           const auto *Return = dyn_cast<CoreturnStmt>(S);
           return Return && Return->getOperand();
         });
}

} // namespace asynctidy
