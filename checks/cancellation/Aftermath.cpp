// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Follows the statements after a handler in source order. The control flow graph is not used: templates have none,
// and what matters is what the author wrote after the handler, not which branch is taken.

#include "cancellation/Aftermath.h"
#include "cancellation/AwaitedErrors.h"
#include "cancellation/Word.h"
#include "summary/FunctionSummary.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace asynctidy {
namespace {

/// Follows what comes after a handler.
class Follower {
public:
  Follower(const Body &In, const HandlerReader &Reader, const TranslationUnit &Unit)
      : In(In), Reader(Reader), Types(Unit.awaitables()), Facts(Unit.knowledge()) {
    if (const CXXRecordDecl *ErrorClass = Reader.cancellation().errorClass())
      Errors.emplace(In, *ErrorClass, Facts);
  }

  Aftermath afterHandler(const CXXTryStmt &Try, const CXXCatchStmt &Handler) {
    const auto *Block = cast<CompoundStmt>(Handler.getHandlerBlock());
    Said = Word(Try, Handler, In);
    Tried = &Try;
    if (decides(Block, Handler.getExceptionDecl()))
      return {Aftermath::Kind::Heeded, Block->getBeginLoc()};
    const Stmt *Last = Block->body_empty() ? nullptr : Block->body_back();
    if (const auto *Return = dyn_cast_or_null<CoreturnStmt>(Last))
      return returned(*Return);
    const Aftermath Found = jump(Last, &Try).value_or(Worked);
    const bool OnPurpose = Left && (isa<GotoStmt>(Left) || Asked.contains(Left));
    if (Left && (Found.What == Aftermath::Kind::Ends || (OnPurpose && Found.What == Aftermath::Kind::Works)))
      return {Aftermath::Kind::Leaves, Left->getBeginLoc()};
    return Found;
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
  static bool awaitsMore(const Aftermath &Found) {
    return Found.What == Aftermath::Kind::Suspends || Found.What == Aftermath::Kind::Repeats;
  }

  /// Whether the value that the coroutine returns is the exit code of a program: `co_main(int argc, char **argv)`.
  bool returnsExitCode() const {
    const FunctionDecl &F = In.function();
    return F.getNumParams() == 2 && F.getParamDecl(0)->getType()->isIntegerType() &&
           F.getParamDecl(1)->getType().getCanonicalType().getAsString() == "char **";
  }

  Aftermath returned(const CoreturnStmt &Return) const {
    if (!Return.getOperand() || returnsExitCode())
      return {Aftermath::Kind::Leaves, Return.getBeginLoc()};
    return {tellsFailure(Return.getOperand()) ? Aftermath::Kind::Heeded : Aftermath::Kind::Answers,
            Return.getBeginLoc()};
  }

  /// What \p E calls or names: internal_server_error(), status::unavailable, response.failed.
  static const NamedDecl *namedBy(const Expr *E) {
    if (const auto *Call = dyn_cast<CallExpr>(E))
      return dyn_cast_or_null<NamedDecl>(Call->getCalleeDecl());
    if (const auto *Reference = dyn_cast<DeclRefExpr>(E))
      return Reference->getDecl();
    const auto *Member = dyn_cast<MemberExpr>(E);
    return Member ? Member->getMemberDecl() : nullptr;
  }

  /// Whether \p Answer is what a coroutine returns when it has nothing (false, null, no value), or is called a failure.
  bool tellsFailure(const Expr *Answer) const {
    const Expr *Source = valueSource(Answer);
    if (Said.truth(Source) == false || isa<CXXNullPtrLiteralExpr>(Source->IgnoreParenCasts()))
      return true;
    const CXXRecordDecl *Record = recordOf(Source->getType());
    if (Record && Record->getIdentifier() && llvm::is_contained(Facts.terms().FailureTypes, Record->getName()))
      return true;
    const NamedDecl *Named = namedBy(Source->IgnoreParenCasts());
    Named = Named ? Named : Record;
    return Named && isCalledFailure(*Named);
  }

  bool isCalledFailure(const NamedDecl &D) const {
    return D.getIdentifier() &&
           llvm::any_of(Facts.terms().FailureWords, [&](llvm::StringRef Word) { return D.getName().contains(Word); });
  }

  /// `response.set_status(internal_server_error)`: an object that outlives the handler is told, and no logger.
  bool tellsOfFailure(const Stmt *S) const {
    const auto *Call = dyn_cast<CXXMemberCallExpr>(S);
    return Call && Call->getMethodDecl() && !Call->getMethodDecl()->isConst() &&
           !isLogging(*Call->getMethodDecl(), Facts) && llvm::any_of(Call->arguments(), [&](const Expr *Argument) {
             const auto *Status =
                 dyn_cast_or_null<EnumConstantDecl>(namedBy(valueSource(Argument)->IgnoreParenCasts()));
             return Status && isCalledFailure(*Status);
           });
  }

  bool isBackward(const GotoStmt &Goto) const {
    return Goto.getLabel()->getLocation().isInvalid() ||
           In.function().getASTContext().getSourceManager().isBeforeInTranslationUnit(Goto.getLabel()->getLocation(),
                                                                                      Goto.getBeginLoc());
  }

  /// Where a jump at \p S leads; what follows after \p Otherwise if \p S is no jump.
  std::optional<Aftermath> jump(const Stmt *S, const Stmt *Otherwise) {
    if (isa_and_nonnull<ContinueStmt>(S))
      return again(In.enclosingLoop(S));
    if (const auto *Break = dyn_cast_or_null<BreakStmt>(S)) {
      const Stmt *Around = In.leftBy(*Break);
      if (!Around)
        return Aftermath{};
      Left = isLoop(Around) ? S : Left;
      return after(Around);
    }
    if (const auto *Goto = dyn_cast_or_null<GotoStmt>(S)) {
      const LabelStmt *Label = Goto->getLabel()->getStmt();
      if (!Label)
        return Worked;
      if (isBackward(*Goto))
        return Aftermath{Aftermath::Kind::Repeats, Label->getBeginLoc()};
      Left = S;
      if (auto Found = statement(Label->getSubStmt()))
        return Found;
      return after(Label);
    }
    if (const auto *Return = dyn_cast_or_null<CoreturnStmt>(S)) {
      if (Worked.What == Aftermath::Kind::Ends && Return->getOperand() && !tellsFailure(Return->getOperand()) &&
          !returnsExitCode())
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
    if (isa<BreakStmt, ContinueStmt, CoreturnStmt, GotoStmt>(S))
      return jump(S, nullptr);
    if (Worked.What == Aftermath::Kind::Ends && !isa<NullStmt>(S) && !Asked.contains(S))
      Worked = {Aftermath::Kind::Works, S->getBeginLoc()};
    return std::nullopt;
  }

  /// \p Loop begins anew: its condition and increment, then its body up to a suspension point.
  Aftermath again(const Stmt *Loop) {
    if (!Loop)
      return Worked;
    if (const Expr *Condition = loopCondition(Loop)) {
      const std::optional<bool> Goes = Said.truth(Condition);
      if (Goes ? !*Goes : Said.isSetByHandler(Condition)) {
        Left = Loop;
        Asked.insert(Loop);
        const Aftermath Found = after(Loop);
        return Goes || awaitsMore(Found) ? Found : Aftermath{Aftermath::Kind::Heeded, Condition->getBeginLoc()};
      }
      if (Said.asksObject(Condition, /*Whether=*/true))
        return {Aftermath::Kind::Heeded, Condition->getBeginLoc()};
    }
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
    if (const auto *If = dyn_cast<IfStmt>(S); If && (Said.isIn(If->getCond()) || leavesWithObject(*If)))
      return follow(*If);
    if (const Expr *Condition = isa<WhileStmt, ForStmt>(S) ? loopCondition(S) : nullptr;
        Condition && Said.truth(Condition) == false && Asked.insert(S).second) {
      Left = S;
      return std::nullopt;
    }
    if (!Said.isKnown(S) && Reader.heeds(S))
      return Aftermath{Aftermath::Kind::Heeded, S->getBeginLoc()};
    if (const auto *Suspend = dyn_cast<CoroutineSuspendExpr>(S)) {
      if (auto Found = search(Suspend->getOperand()))
        return Found;
    } else {
      for (const Stmt *Child : S->children())
        if (auto Found = search(Child))
          return Found;
    }
    if (const SuspensionPoint *P = In.suspensionAt(S); P && Types.maySuspend(*P))
      return Aftermath{tellsAgain(*P) ? Aftermath::Kind::Heeded : Aftermath::Kind::Suspends, S->getBeginLoc()};
    return std::nullopt;
  }

  /// Whether \p P gives its error as a value, which leads out: who is cancelled cannot await anything more.
  bool tellsAgain(const SuspensionPoint &P) const {
    return Errors && !In.isWithin(P.Site, Tried) && isCertain(P) &&
           Errors->leadsOut(P, Tried ? In.enclosingLoop(Tried) : nullptr);
  }

  /// Whether every way from the handler comes by \p P, or leaves before.
  bool isCertain(const SuspensionPoint &P) const {
    for (const Stmt *Child = P.Site, *Parent = In.parent(Child); Parent && !In.isWithin(Tried, Parent);
         Child = Parent, Parent = In.parent(Parent)) {
      const auto *If = dyn_cast<IfStmt>(Parent);
      const bool Asks = If && Child != If->getThen() && Child != If->getElse();
      if (!Asks && (!isa<Expr, DeclStmt, CompoundStmt, DoStmt>(Parent) || isa<AbstractConditionalOperator>(Parent)))
        return false;
    }
    return true;
  }

  /// An `if` that asks for word of the handler: it heeds it by leaving, or by skipping the rest.
  std::optional<Aftermath> follow(const IfStmt &If) {
    if (!Asked.insert(&If).second)
      return std::nullopt;
    if (leavesWithObject(If))
      return Aftermath{Aftermath::Kind::Heeded, If.getBeginLoc()};
    for (const Stmt *First : {If.getInit(), static_cast<const Stmt *>(If.getCond())})
      if (auto Found = search(First))
        return Found;
    const std::optional<bool> Truth = Said.truth(If.getCond());
    const Stmt *Then = Truth == false ? nullptr : If.getThen();
    const Stmt *Else = Truth == true ? nullptr : If.getElse();
    for (const Stmt *Branch : {Then, Else})
      if (const Stmt *Exit = exitFrom(Branch, Branch)) {
        const auto *Return = dyn_cast<CoreturnStmt>(Exit);
        const bool Jumps = isa<BreakStmt, GotoStmt>(Exit);
        const Aftermath Found = Return ? returned(*Return) : Jumps ? *jump(Exit, nullptr) : Aftermath{};
        return awaitsMore(Found) || Found.What == Aftermath::Kind::Answers
                   ? Found
                   : Aftermath{Aftermath::Kind::Heeded, If.getBeginLoc()};
      }
    if (Truth) {
      Left = (*Truth ? If.getElse() : If.getThen()) ? &If : Left;
      return branch(*Truth ? Then : Else);
    }
    const auto InThen = branch(Then);
    const auto InElse = branch(Else);
    if (InThen && InThen->What != Aftermath::Kind::Suspends)
      return InThen;
    if (InElse && (InThen || InElse->What != Aftermath::Kind::Suspends))
      return InElse;
    Left = &If;
    return std::nullopt;
  }

  /// What is done in \p S only because of the failure; that alone is no going on.
  std::optional<Aftermath> branch(const Stmt *S) {
    if (!S || isTearDown(S, Types, Facts))
      return std::nullopt;
    if (isa<ContinueStmt>(S))
      return jump(S, nullptr);
    if (const auto *Block = dyn_cast<CompoundStmt>(S)) {
      for (const Stmt *Child : Block->body())
        if (auto Found = branch(Child))
          return Found;
      return std::nullopt;
    }
    return search(S);
  }

  /// A statement in \p S that leaves the coroutine, a loop around \p Branch, or jumps ahead.
  const Stmt *exitFrom(const Stmt *S, const Stmt *Branch) const {
    if (!S || isa<LambdaExpr, CXXTryStmt>(S))
      return nullptr;
    if (isa<CoreturnStmt, CXXThrowExpr>(S))
      return S;
    if (const auto *Goto = dyn_cast<GotoStmt>(S))
      return isBackward(*Goto) ? nullptr : S;
    if (const auto *Break = dyn_cast<BreakStmt>(S))
      return In.isWithin(In.leftBy(*Break), Branch) ? nullptr : S;
    for (const Stmt *Child : S->children())
      if (const Stmt *Exit = exitFrom(Child, Branch))
        return Exit;
    return nullptr;
  }

  /// `if (!acceptor.is_open()) break;`
  bool leavesWithObject(const IfStmt &If) const {
    return (Said.asksObject(If.getCond(), /*Whether=*/false) && exitFrom(If.getThen(), If.getThen())) ||
           (Said.asksObject(If.getCond(), /*Whether=*/true) && exitFrom(If.getElse(), If.getElse()));
  }

  /// Whether the handler leaves or goes on depending on which error it is, or on what has become of the object, or
  /// answers with a failure.
  bool decides(const Stmt *S, const VarDecl *Exception) const {
    if (!S || isa<LambdaExpr>(S))
      return false;
    if (tellsOfFailure(S))
      return true;
    if (const auto *If = dyn_cast<IfStmt>(S)) {
      const bool OfError = HandlerReader::mentions(If->getInit(), Exception, /*OrText=*/true) ||
                           HandlerReader::mentions(If->getConditionVariableDeclStmt(), Exception, /*OrText=*/true) ||
                           HandlerReader::mentions(If->getCond(), Exception, /*OrText=*/true);
      if ((OfError && (exitFrom(If->getThen(), If->getThen()) || exitFrom(If->getElse(), If->getElse()))) ||
          leavesWithObject(*If))
        return true;
    }
    if (const auto *Switch = dyn_cast<SwitchStmt>(S);
        Switch && HandlerReader::mentions(Switch->getCond(), Exception, /*OrText=*/true) && exitFrom(Switch, Switch))
      return true;
    return llvm::any_of(S->children(), [&](const Stmt *Child) { return decides(Child, Exception); });
  }

  const Body &In;
  const HandlerReader &Reader;
  const Awaitables &Types;
  const Knowledge &Facts;
  std::optional<AwaitedErrors> Errors; ///< Nothing if the library has no error values.
  const CXXTryStmt *Tried = nullptr;
  Word Said;
  Aftermath Worked;
  const Stmt *Left = nullptr; ///< What leaves a loop, or skips what else would follow.
  llvm::SmallPtrSet<const Stmt *, 4> Asked;
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
  else if (const auto *Dependent = dyn_cast<DependentCoawaitExpr>(E))
    E = valueSource(Dependent->getOperand());
  const auto *Call = dyn_cast<CallExpr>(E);
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  const auto *Unresolved = Call ? dyn_cast<CXXDependentScopeMemberExpr>(Call->getCallee()) : nullptr;
  const DeclarationName Name = Callee       ? Callee->getDeclName()
                               : Unresolved ? Unresolved->getMember()
                                            : DeclarationName();
  return Name.isIdentifier() && !Name.isEmpty() && llvm::is_contained(Facts.terms().TearDown, Name.getAsString()) &&
         llvm::none_of(Call->arguments(), [&](const Expr *Argument) {
           return Types.isAwaitable(Argument->getType()) || makesAwaitable(Argument, Types);
         });
}

Aftermath aftermathOf(const CXXTryStmt &Try, const CXXCatchStmt &Handler, const Body &In, const HandlerReader &Reader,
                      const TranslationUnit &Unit) {
  return Follower(In, Reader, Unit).afterHandler(Try, Handler);
}

Aftermath aftermathOf(const Stmt &S, const Body &In, const HandlerReader &Reader, const TranslationUnit &Unit) {
  return Follower(In, Reader, Unit).after(&S);
}

} // namespace asynctidy
