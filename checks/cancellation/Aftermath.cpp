// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Follows the statements after a handler in source order. The control flow graph is not used: templates have none,
// and what matters is what the author wrote after the handler, not which branch is taken.

#include "cancellation/Aftermath.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace asynctidy {
namespace {

class Follower {
public:
  Follower(const Body &In, const HandlerReader &Reader, const TranslationUnit &Unit)
      : In(In), Reader(Reader), Types(Unit.awaitables()), Facts(Unit.knowledge()) {}

  Aftermath afterHandler(const CXXTryStmt &Try, const CXXCatchStmt &Handler) {
    const auto *Block = cast<CompoundStmt>(Handler.getHandlerBlock());
    collectAssigned(Block);
    const Stmt *Last = Block->body_empty() ? nullptr : Block->body_back();
    if (const auto *Return = dyn_cast_or_null<CoreturnStmt>(Last))
      return {Return->getOperand() ? Aftermath::Kind::Answers : Aftermath::Kind::Leaves, Return->getBeginLoc()};
    return jump(Last, &Try).value_or(Worked);
  }

  Aftermath after(const Stmt *S) {
    for (const Stmt *Parent = In.parent(S); Parent; S = Parent, Parent = In.parent(Parent)) {
      if (const auto *Block = dyn_cast<CompoundStmt>(Parent)) {
        for (const Stmt *Next : llvm::drop_begin(llvm::make_range(llvm::find(Block->body(), S), Block->body_end())))
          if (auto Found = statement(Next))
            return *Found;
      } else if (isLoop(Parent)) {
        return again(Parent);
      }
    }
    return Worked;
  }

private:
  static bool isLoop(const Stmt *S) { return isa<WhileStmt, DoStmt, ForStmt, CXXForRangeStmt>(S); }

  /// Where a jump at \p S leads; what follows after \p Otherwise if \p S is no jump.
  std::optional<Aftermath> jump(const Stmt *S, const Stmt *Otherwise) {
    if (isa_and_nonnull<ContinueStmt>(S))
      return again(In.enclosingLoop(S));
    if (isa_and_nonnull<BreakStmt>(S)) {
      const Stmt *Left = In.parent(S);
      while (Left && !isLoop(Left) && !isa<SwitchStmt>(Left))
        Left = In.parent(Left);
      if (!Left)
        return Aftermath{};
      LeftLoop = isLoop(Left) ? S : LeftLoop;
      Aftermath Found = after(Left);
      if (Found.What == Aftermath::Kind::Ends && LeftLoop)
        return Aftermath{Aftermath::Kind::Leaves, LeftLoop->getBeginLoc()};
      return Found;
    }
    if (const auto *Return = dyn_cast_or_null<CoreturnStmt>(S)) {
      if (Worked.What == Aftermath::Kind::Ends && Return->getOperand())
        return Aftermath{Aftermath::Kind::Works, Return->getBeginLoc()};
      return Worked;
    }
    if (Otherwise)
      return after(Otherwise);
    return std::nullopt;
  }

  /// One statement that follows: an end of the search, or work to remember.
  std::optional<Aftermath> statement(const Stmt *S) {
    if (isTearDown(S, Types, Facts))
      return std::nullopt;
    if (auto Found = search(S))
      return Found;
    if (isa<BreakStmt, ContinueStmt, CoreturnStmt>(S))
      return jump(S, nullptr);
    if (Worked.What == Aftermath::Kind::Ends && !isa<NullStmt>(S))
      Worked = {Aftermath::Kind::Works, S->getBeginLoc()};
    return std::nullopt;
  }

  /// \p Loop begins anew: its condition and increment, then its body up to a suspension point.
  Aftermath again(const Stmt *Loop) {
    if (!Loop)
      return Worked;
    llvm::SmallVector<const Stmt *, 4> Parts;
    if (const auto *While = dyn_cast<WhileStmt>(Loop))
      Parts = {While->getConditionVariableDeclStmt(), While->getCond(), While->getBody()};
    else if (const auto *Do = dyn_cast<DoStmt>(Loop))
      Parts = {Do->getCond(), Do->getBody()};
    else if (const auto *For = dyn_cast<ForStmt>(Loop))
      Parts = {For->getInc(), For->getConditionVariableDeclStmt(), For->getCond(), For->getBody()};
    else if (const auto *Range = dyn_cast<CXXForRangeStmt>(Loop))
      Parts = {Range->getInc(), Range->getBody()};
    for (const Stmt *Part : Parts)
      if (auto Found = search(Part)) {
        if (Found->What == Aftermath::Kind::Suspends)
          break;
        return *Found;
      }
    return {Aftermath::Kind::Repeats, Loop->getBeginLoc()};
  }

  /// The first thing in \p S, parents first, that ends the search.
  std::optional<Aftermath> search(const Stmt *S) {
    if (!S || isa<LambdaExpr>(S))
      return std::nullopt;
    if (Reader.heeds(S) || leavesByFlag(S))
      return Aftermath{Aftermath::Kind::Heeded, S->getBeginLoc()};
    if (const auto *Suspend = dyn_cast<CoroutineSuspendExpr>(S)) {
      if (auto Found = search(Suspend->getOperand()))
        return Found;
    } else {
      for (const Stmt *Child : S->children())
        if (auto Found = search(Child))
          return Found;
    }
    for (const SuspensionPoint &P : In.suspensions())
      if (P.Site == S && Types.maySuspend(P))
        return Aftermath{Aftermath::Kind::Suspends, P.Site->getBeginLoc()};
    return std::nullopt;
  }

  /// `if (failed) throw ...;` where the handler has set `failed`: a handler cannot await, so it leaves word.
  bool leavesByFlag(const Stmt *S) {
    const auto *If = dyn_cast<IfStmt>(S);
    return If && mentionsAssigned(If->getCond()) && (leaves(If->getThen()) || leaves(If->getElse()));
  }

  static bool leaves(const Stmt *S) {
    if (!S || isa<LambdaExpr, CXXTryStmt>(S))
      return false;
    if (const auto *Return = dyn_cast<CoreturnStmt>(S))
      return !Return->getOperand();
    return isa<CXXThrowExpr>(S) || llvm::any_of(S->children(), leaves);
  }

  bool mentionsAssigned(const Stmt *S) {
    if (!S)
      return false;
    if (const auto *Reference = dyn_cast<DeclRefExpr>(S); Reference && Assigned.contains(Reference->getDecl()))
      return true;
    return llvm::any_of(S->children(), [&](const Stmt *Child) { return mentionsAssigned(Child); });
  }

  void collectAssigned(const Stmt *S) {
    if (!S)
      return;
    if (const auto *Operator = dyn_cast<BinaryOperator>(S); Operator && Operator->isAssignmentOp())
      Assigned.insert(namedVariable(Operator->getLHS()));
    else if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(S); Call && Call->isAssignmentOp())
      Assigned.insert(namedVariable(Call->getArg(0)));
    for (const Stmt *Child : S->children())
      collectAssigned(Child);
  }

  const Body &In;
  const HandlerReader &Reader;
  const Awaitables &Types;
  const Knowledge &Facts;
  Aftermath Worked;
  const Stmt *LeftLoop = nullptr;
  llvm::SmallPtrSet<const ValueDecl *, 4> Assigned;
};

bool makesAwaitable(const Stmt *S, const Awaitables &Types) {
  if (!S || isa<LambdaExpr>(S))
    return false;
  const auto *Call = dyn_cast<CallExpr>(S);
  return (Call && Call->isPRValue() && Types.isAwaitable(Call->getType())) ||
         llvm::any_of(S->children(), [&](const Stmt *Child) { return makesAwaitable(Child, Types); });
}

} // namespace

bool isTearDown(const Stmt *S, const Awaitables &Types, const Knowledge &Facts) {
  const auto *E = dyn_cast<Expr>(S);
  if (!E)
    return false;
  E = valueSource(E);
  if (const auto *Await = dyn_cast<CoawaitExpr>(E))
    E = valueSource(Await->getOperand());
  const auto *Call = dyn_cast<CallExpr>(E);
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  return Callee && Callee->getIdentifier() && llvm::is_contained(Facts.terms().TearDown, Callee->getName()) &&
         llvm::none_of(Call->arguments(), [&](const Expr *Argument) { return makesAwaitable(Argument, Types); });
}

Aftermath aftermathOf(const CXXTryStmt &Try, const CXXCatchStmt &Handler, const Body &In, const HandlerReader &Reader,
                      const TranslationUnit &Unit) {
  return Follower(In, Reader, Unit).afterHandler(Try, Handler);
}

Aftermath aftermathOf(const Stmt &S, const Body &In, const HandlerReader &Reader, const TranslationUnit &Unit) {
  return Follower(In, Reader, Unit).after(&S);
}

} // namespace asynctidy
