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

} // namespace asynctidy
