// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Follows the branch that is taken when an awaited operation has failed.

#include "cancellation/ErrorCode.h"
#include "cancellation/AwaitedErrors.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {
namespace {

class Retries {
public:
  Retries(const Body &In, const HandlerReader &Reader, TranslationUnit &Unit)
      : In(In), Reader(Reader), Unit(Unit), Errors(In, *Reader.cancellation().errorClass(), Unit.knowledge()) {}

  std::vector<RetryOnAnyError> find() {
    for (const SuspensionPoint &P : In.suspensions()) {
      const Stmt *Loop = P.What == SuspensionPoint::Kind::Await ? In.enclosingLoop(P.Site) : nullptr;
      // One that goes through a range, such as the endpoints of a host, ends by itself.
      const ValueDecl *Error = Loop && !isa<CXXForRangeStmt>(Loop) ? Errors.errorOf(P) : nullptr;
      if (Error && !isTimer(P) && !isHeededIn(Loop, P))
        if (const IfStmt *Test = careless(*Error, Loop, P))
          Found.push_back({Test, &P, Loop, Error});
    }
    return std::move(Found);
  }

private:
  static const Expr *objectOf(const SuspensionPoint &P) {
    const auto *Call = dyn_cast<CXXMemberCallExpr>(P.Operand->IgnoreUnlessSpelledInSource());
    return Call ? Call->getImplicitObjectArgument() : nullptr;
  }

  /// Whether \p P waits on something that can also be slept on. Cancelling a timer is how a coroutine is woken.
  bool isTimer(const SuspensionPoint &P) const {
    const Expr *Object = objectOf(P);
    const CXXRecordDecl *Record = Object ? recordOf(Object->getType()) : nullptr;
    return Record && Record->hasDefinition() && llvm::any_of(Record->methods(), [&](const CXXMethodDecl *Method) {
             const FunctionFact *Fact = Unit.knowledge().function(*Method);
             return Fact && Fact->Blocks == BlockKind::Sleep;
           });
  }

  /// The variable at the root of \p E: s of s, *s, s->next_layer(), s.socket.
  static const VarDecl *rootOf(const Expr *E) {
    for (unsigned Steps = 0; E && Steps != 16; ++Steps) {
      E = E->IgnoreParenImpCasts();
      if (const auto *Member = dyn_cast<MemberExpr>(E))
        E = Member->getBase();
      else if (const auto *Call = dyn_cast<CXXMemberCallExpr>(E))
        E = Call->getImplicitObjectArgument();
      else if (const auto *Overloaded = dyn_cast<CXXOperatorCallExpr>(E))
        E = Overloaded->getArg(0);
      else if (const auto *Operator = dyn_cast<UnaryOperator>(E);
               Operator && (Operator->getOpcode() == UO_Deref || Operator->getOpcode() == UO_AddrOf))
        E = Operator->getSubExpr();
      else if (const VarDecl *Variable = namedVariable(E);
               Variable && Variable->getInit() && !isa<ParmVarDecl>(Variable) &&
               (Variable->getType()->isReferenceType() || Variable->getType()->isPointerType()))
        E = Variable->getInit();
      else
        return namedVariable(E);
    }
    return nullptr;
  }

  /// Whether \p P is about an object that was made in this round of \p Loop: its errors end the round.
  bool isOfThisRound(const SuspensionPoint &P, const Stmt *Loop) const {
    const auto *Call = dyn_cast<CallExpr>(P.Operand->IgnoreUnlessSpelledInSource());
    const Expr *Object = objectOf(P);
    // async_read(socket, ...)
    if (!Object && Call && Call->getNumArgs() > 0)
      Object = Call->getArg(0);
    const VarDecl *Root = rootOf(Object);
    const DeclStmt *Declaration = Root ? In.declarationOf(*Root) : nullptr;
    return Declaration && In.isWithin(Declaration, Loop);
  }

  /// Whether \p Loop asks for cancellation, asks the object of the operation whether to go on, or awaits something
  /// that throws when cancelled.
  bool isHeededIn(const Stmt *Loop, const SuspensionPoint &P) const {
    return Reader.heedsAnywhere(Loop) || AwaitedErrors::mentions(loopCondition(Loop), namedObject(objectOf(P)));
  }

  /// A test in \p Loop of whether there is an error at all, after which the loop goes on.
  const IfStmt *careless(const ValueDecl &Error, const Stmt *Loop, const SuspensionPoint &P) const {
    if (throwsEveryRound(Loop, P) || isOfThisRound(P, Loop))
      return nullptr;
    const IfStmt *Careless = nullptr;
    for (const Stmt *S : In.statements()) {
      const auto *If = dyn_cast<IfStmt>(S);
      if (!If || !In.isWithin(S, Loop))
        continue;
      // if (!acceptor.is_open()) co_return;
      if (AwaitedErrors::mentions(If->getCond(), namedObject(objectOf(P))) &&
          (Errors.leaves(If->getThen(), Loop) || Errors.leaves(If->getElse(), Loop)))
        return nullptr;
      if (!AwaitedErrors::mentions(If->getCond(), &Error))
        continue;
      const std::optional<bool> Negated = AwaitedErrors::isGeneralTest(If->getCond(), Error);
      if (!Negated)
        return nullptr; // It looks at which error it is.
      const Stmt *Branch = *Negated ? If->getElse() : If->getThen();
      if (Errors.leaves(Branch, Loop) || throwsOnCancellation(Branch))
        return nullptr;
      if (!Careless && Errors.isTestOf(*If, P))
        Careless = If;
    }
    return Careless;
  }

  /// Whether every round of \p Loop awaits something besides \p Retried whose errors, cancellation among them, are
  /// thrown.
  bool throwsEveryRound(const Stmt *Loop, const SuspensionPoint &Retried) const {
    return llvm::any_of(In.suspensions(), [&](const SuspensionPoint &P) {
      if (P.Site == Retried.Site || !Unit.awaitables().maySuspend(P) || Errors.errorOf(P))
        return false;
      const Stmt *Around = In.parent(P.Site);
      while (Around && Around != Loop && (isa<Expr, DeclStmt, CompoundStmt>(Around)) &&
             !isa<AbstractConditionalOperator, LambdaExpr>(Around))
        Around = In.parent(Around);
      return Around == Loop;
    });
  }

  /// Whether \p Branch awaits something whose errors, cancellation among them, are thrown.
  bool throwsOnCancellation(const Stmt *Branch) const {
    return Branch && llvm::any_of(In.suspensions(), [&](const SuspensionPoint &P) {
             return In.isWithin(P.Site, Branch) && Unit.awaitables().maySuspend(P) && !Errors.errorOf(P);
           });
  }

  const Body &In;
  const HandlerReader &Reader;
  TranslationUnit &Unit;
  const AwaitedErrors Errors;
  std::vector<RetryOnAnyError> Found;
};

} // namespace

std::vector<RetryOnAnyError> findRetriesOnAnyError(const Body &In, const HandlerReader &Reader, TranslationUnit &Unit) {
  if (!Reader.cancellation().errorClass())
    return {};
  return Retries(In, Reader, Unit).find();
}

} // namespace asynctidy
