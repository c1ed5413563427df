// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Follows an exception that takes the place of a cancellation to whoever awaits.

#include "cancellation/Replacement.h"
#include "summary/References.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace asynctidy {
namespace {

class Follower {
public:
  Follower(const CXXRecordDecl &Cancelled, const CXXRecordDecl &Thrown, const HandlerReader &Reader,
           TranslationUnit &Unit)
      : Cancelled(Cancelled), Thrown(Thrown), Reader(Reader), Unit(Unit) {}

  /// Where what comes out of \p F is handled and the work goes on.
  std::optional<Replacement> outOf(const FunctionDecl &F, unsigned Depth) {
    if (Depth == 0 || !Seen.insert(commonDeclaration(F)).second)
      return std::nullopt;
    for (const References::Use &Use : Unit.references().of(F)) {
      const Body &In = Unit.body(*Use.In);
      if (const Expr *Await = awaited(Use.Site, In))
        if (auto Found = at(*Await, In, Depth))
          return Found;
    }
    return std::nullopt;
  }

private:
  /// `co_await f()`, by the name \p Site of f: what f throws comes out of it as it is.
  static const Expr *awaited(const Expr *Site, const Body &In) {
    const auto *Call = dyn_cast_or_null<CallExpr>(In.significantParent(Site));
    if (!Call || Call->getCallee()->IgnoreParenImpCasts() != Site)
      return nullptr;
    const Stmt *Await = In.significantParent(Call);
    return isa_and_nonnull<CoawaitExpr, DependentCoawaitExpr>(Await) ? cast<Expr>(Await) : nullptr;
  }

  /// The same for what comes out of \p Await.
  std::optional<Replacement> at(const Expr &Await, const Body &In, unsigned Depth) {
    for (const Stmt *Child = &Await, *Parent = In.parent(Child); Parent; Child = Parent, Parent = In.parent(Parent)) {
      const auto *Try = dyn_cast<CXXTryStmt>(Parent);
      const CXXCatchStmt *Handler =
          Try && Child == Try->getTryBlock() ? Cancellation::firstHandler(*Try, &Thrown) : nullptr;
      if (!Handler)
        continue;
      // A handler that catches cancellation as well is judged by itself.
      if (Cancellation::firstHandler(*Try, &Cancelled) == Handler || Reader.letsOut(*Handler))
        return std::nullopt;
      const Aftermath After = aftermathOf(*Try, *Handler, In, Reader, Unit);
      return After.goesOn() || After.What == Aftermath::Kind::Answers
                 ? std::optional(Replacement{&Thrown, Handler, After})
                 : std::nullopt;
    }
    return outOf(In.function(), Depth - 1);
  }

  const CXXRecordDecl &Cancelled;
  const CXXRecordDecl &Thrown;
  const HandlerReader &Reader;
  TranslationUnit &Unit;
  llvm::SmallPtrSet<const Decl *, 4> Seen;
};

} // namespace

std::optional<Replacement> replacementBy(const CXXCatchStmt &Handler, const FunctionDecl &F,
                                         const CXXRecordDecl &Cancelled, const HandlerReader &Reader,
                                         TranslationUnit &Unit) {
  const Cancellation &What = Reader.cancellation();
  const CXXThrowExpr *Throw = Reader.replaces(Handler);
  const CXXRecordDecl *Thrown = Throw ? Throw->getSubExpr()->getType()->getAsCXXRecordDecl() : nullptr;
  if (!Thrown || !Thrown->hasDefinition() || Thrown->isDependentContext() || What.isForCancellationOnly(Handler) ||
      What.meansCancelled(*Thrown))
    return std::nullopt;
  constexpr unsigned MaximalDepth = 3;
  return Follower(Cancelled, *Thrown, Reader, Unit).outOf(F, MaximalDepth);
}

} // namespace asynctidy
