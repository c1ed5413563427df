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
  bool isHeededIn(const Stmt *Loop, const SuspensionPoint &P) {
    const auto [Known, New] = Heeded.try_emplace(Loop);
    if (New)
      Known->second = Reader.heedsAnywhere(Loop);
    return Known->second || AwaitedErrors::mentions(loopCondition(Loop), namedObject(objectOf(P)));
  }

  /// A test in \p Loop of whether there is an error at all, after which the loop goes on.
  const IfStmt *careless(const ValueDecl &Error, const Stmt *Loop, const SuspensionPoint &P) {
    if (throwsEveryRound(Loop) || isOfThisRound(P, Loop))
      return nullptr;
    // if (!acceptor.is_open()) co_return;
    for (const IfStmt *If : Errors.testsOf(namedObject(objectOf(P))))
      if (In.isWithin(If, Loop) && (Errors.leaves(If->getThen(), Loop) || Errors.leaves(If->getElse(), Loop)))
        return nullptr;
    const auto [Known, New] = Careful.try_emplace({&Error, Loop});
    if (New)
      Known->second = isHandledIn(Loop, Error);
    if (Known->second || Errors.leadsOut(P, Loop))
      return nullptr;
    for (const IfStmt *If : Errors.testsOf(&Error))
      if (In.isWithin(If, Loop) && Errors.isTestOf(*If, P))
        return If;
    return nullptr;
  }

  /// Whether a test of \p Error in \p Loop looks at which error it is, leaves, or awaits what throws.
  bool isHandledIn(const Stmt *Loop, const ValueDecl &Error) const {
    return llvm::any_of(Errors.testsOf(&Error), [&](const IfStmt *If) {
      if (!In.isWithin(If, Loop))
        return false;
      const std::optional<bool> Negated = AwaitedErrors::isGeneralTest(If->getCond(), Error);
      const Stmt *Branch = Negated && *Negated ? If->getElse() : If->getThen();
      return !Negated || Errors.leaves(Branch, Loop) || throwsOnCancellation(Branch);
    });
  }

  /// Whether every round of \p Loop awaits something whose errors, cancellation among them, are thrown.
  bool throwsEveryRound(const Stmt *Loop) {
    const auto [Known, New] = Throwing.try_emplace(Loop);
    if (New)
      Known->second = findThrowing(Loop);
    return Known->second;
  }
  bool findThrowing(const Stmt *Loop) const {
    return llvm::any_of(In.suspensions(), [&](const SuspensionPoint &P) {
      if (!Errors.throws(P) || !In.isWithin(P.Site, Loop) || !Unit.awaitables().maySuspend(P))
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
    if (!Branch || isa<LambdaExpr>(Branch))
      return false;
    const SuspensionPoint *P = In.suspensionAt(Branch);
    return (P && Errors.throws(*P) && Unit.awaitables().maySuspend(*P)) ||
           llvm::any_of(Branch->children(), [&](const Stmt *Child) { return throwsOnCancellation(Child); });
  }

  const Body &In;
  const HandlerReader &Reader;
  TranslationUnit &Unit;
  const AwaitedErrors Errors;
  llvm::DenseMap<const Stmt *, bool> Heeded, Throwing; ///< For each loop.
  llvm::DenseMap<std::pair<const ValueDecl *, const Stmt *>, bool> Careful;
  std::vector<RetryOnAnyError> Found;
};

} // namespace

std::vector<RetryOnAnyError> findRetriesOnAnyError(const Body &In, const HandlerReader &Reader, TranslationUnit &Unit) {
  if (!Reader.cancellation().errorClass())
    return {};
  return Retries(In, Reader, Unit).find();
}

} // namespace asynctidy
