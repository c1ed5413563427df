// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds error values of awaited operations and follows the branch that is taken when there is an error.

#include "cancellation/ErrorCode.h"
#include "summary/CallSite.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {
namespace {

class Retries {
public:
  Retries(const Body &In, const HandlerReader &Reader, TranslationUnit &Unit)
      : In(In), Reader(Reader), Unit(Unit), Errors(*Reader.cancellation().errorClass()) {}

  std::vector<RetryOnAnyError> find() {
    for (const SuspensionPoint &P : In.suspensions()) {
      const Stmt *Loop = P.What == SuspensionPoint::Kind::Await ? In.enclosingLoop(P.Site) : nullptr;
      const ValueDecl *Error = Loop ? errorOf(P) : nullptr;
      if (Error && !isTimer(P) && !isHeededIn(Loop, P))
        if (const IfStmt *Test = careless(*Error, Loop, P))
          Found.push_back({Test, &P, Loop, Error});
    }
    return std::move(Found);
  }

private:
  bool isError(QualType T) const {
    const CXXRecordDecl *Record = Awaitables::classOf(T);
    return Record && Record->getCanonicalDecl() == Errors.getCanonicalDecl();
  }

  /// Where the error of \p P goes: an argument of its completion token, a structured binding, a variable.
  const ValueDecl *errorOf(const SuspensionPoint &P) const {
    if (const ValueDecl *Redirected = redirected(P.Operand))
      return Redirected;
    const Stmt *User = P.Site;
    for (const Stmt *Parent = In.parent(User); Parent && !isa<CompoundStmt>(Parent); Parent = In.parent(Parent)) {
      if (const auto *Declaration = dyn_cast<DeclStmt>(Parent))
        return Declaration->isSingleDecl() ? declared(*Declaration->getSingleDecl()) : nullptr;
      if (const auto *Assign = dyn_cast<CXXOperatorCallExpr>(Parent); Assign && Assign->isAssignmentOp())
        return isError(Assign->getArg(0)->getType()) ? namedVariable(Assign->getArg(0)) : tied(Assign->getArg(0));
    }
    return nullptr;
  }

  const ValueDecl *declared(const Decl &D) const {
    if (const auto *Bindings = dyn_cast<DecompositionDecl>(&D)) {
      const BindingDecl *First = Bindings->bindings().empty() ? nullptr : Bindings->bindings().front();
      return First && isError(First->getType()) ? First : nullptr;
    }
    const auto *Variable = dyn_cast<VarDecl>(&D);
    return Variable && isError(Variable->getType()) ? Variable : nullptr;
  }

  /// std::tie(error, n) = co_await ...
  const ValueDecl *tied(const Expr *Target) const {
    const auto *Call = dyn_cast<CallExpr>(Target->IgnoreUnlessSpelledInSource());
    if (Call)
      for (const Expr *Argument : Call->arguments())
        if (const VarDecl *Variable = namedVariable(Argument); Variable && isError(Variable->getType()))
          return Variable;
    return nullptr;
  }

  /// The error variable of a completion token that knowledge says turns errors into values.
  const ValueDecl *redirected(const Stmt *S) const {
    if (!S || isa<LambdaExpr>(S))
      return nullptr;
    if (const auto Site = CallSite::of(S))
      if (const FunctionFact *Fact = Unit.knowledge().function(Site->callee()); Fact && Fact->ReportsErrorsAsValues)
        for (const Expr *Argument : Site->arguments())
          if (const VarDecl *Variable = namedVariable(Argument); Variable && isError(Variable->getType()))
            return Variable;
    for (const Stmt *Child : S->children())
      if (const ValueDecl *Variable = redirected(Child))
        return Variable;
    return nullptr;
  }

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

  static const ValueDecl *named(const Expr *E) {
    E = E ? E->IgnoreParenImpCasts() : nullptr;
    if (const auto *Member = dyn_cast_or_null<MemberExpr>(E))
      return Member->getMemberDecl();
    if (const auto *Reference = dyn_cast_or_null<DeclRefExpr>(E))
      return Reference->getDecl();
    return nullptr;
  }

  static bool mentions(const Stmt *S, const ValueDecl *D) {
    if (!S || !D)
      return false;
    if (const auto *E = dyn_cast<Expr>(S); E && named(E) == D)
      return true;
    return llvm::any_of(S->children(), [&](const Stmt *Child) { return mentions(Child, D); });
  }

  /// Whether \p Loop asks for cancellation, asks the object of the operation whether to go on, or awaits something
  /// that throws when cancelled.
  bool isHeededIn(const Stmt *Loop, const SuspensionPoint &P) const {
    if (Reader.heedsAnywhere(Loop))
      return true;
    const Stmt *Condition = nullptr;
    if (const auto *While = dyn_cast<WhileStmt>(Loop))
      Condition = While->getCond();
    else if (const auto *For = dyn_cast<ForStmt>(Loop))
      Condition = For->getCond();
    else if (const auto *Do = dyn_cast<DoStmt>(Loop))
      Condition = Do->getCond();
    return mentions(Condition, named(objectOf(P)));
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
      if (mentions(If->getCond(), named(objectOf(P))) && (leaves(If->getThen(), Loop) || leaves(If->getElse(), Loop)))
        return nullptr;
      if (!mentions(If->getCond(), &Error))
        continue;
      const std::optional<bool> Negated = isGeneralTest(If->getCond(), Error);
      if (!Negated)
        return nullptr; // It looks at which error it is.
      const Stmt *Branch = *Negated ? If->getElse() : If->getThen();
      if (leaves(Branch, Loop) || throwsOnCancellation(Branch))
        return nullptr;
      if (!Careless && !In.isWithin(P.Site, If->getThen()) && !In.isWithin(P.Site, If->getElse()))
        Careless = If;
    }
    return Careless;
  }

  /// `error` or `!error`, as a condition: whether it is negated. Nothing if it is another condition.
  static std::optional<bool> isGeneralTest(const Expr *Condition, const ValueDecl &Error) {
    Condition = Condition->IgnoreParenImpCasts();
    if (const auto *Not = dyn_cast<UnaryOperator>(Condition); Not && Not->getOpcode() == UO_LNot) {
      const std::optional<bool> Inner = isGeneralTest(Not->getSubExpr(), Error);
      return Inner ? std::optional(!*Inner) : std::nullopt;
    }
    if (const auto *Call = dyn_cast<CXXMemberCallExpr>(Condition); Call && Call->getNumArgs() == 0)
      Condition = Call->getImplicitObjectArgument()->IgnoreParenImpCasts();
    return named(Condition) == &Error ? std::optional(false) : std::nullopt;
  }

  /// Whether \p Branch leaves \p Loop on some path.
  bool leaves(const Stmt *Branch, const Stmt *Loop) const {
    if (!Branch || isa<LambdaExpr>(Branch))
      return false;
    if (isa<CoreturnStmt, ReturnStmt, CXXThrowExpr, GotoStmt>(Branch))
      return true;
    if (isa<BreakStmt>(Branch)) {
      const Stmt *Left = In.parent(Branch);
      while (Left && !isa<WhileStmt, DoStmt, ForStmt, CXXForRangeStmt, SwitchStmt>(Left))
        Left = In.parent(Left);
      return Left == Loop;
    }
    return llvm::any_of(Branch->children(), [&](const Stmt *Child) { return leaves(Child, Loop); });
  }

  /// Whether every round of \p Loop awaits something besides \p Retried whose errors, cancellation among them, are
  /// thrown.
  bool throwsEveryRound(const Stmt *Loop, const SuspensionPoint &Retried) const {
    return llvm::any_of(In.suspensions(), [&](const SuspensionPoint &P) {
      if (P.Site == Retried.Site || !Unit.awaitables().maySuspend(P) || errorOf(P))
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
             return In.isWithin(P.Site, Branch) && Unit.awaitables().maySuspend(P) && !errorOf(P);
           });
  }

  const Body &In;
  const HandlerReader &Reader;
  TranslationUnit &Unit;
  const CXXRecordDecl &Errors;
  std::vector<RetryOnAnyError> Found;
};

} // namespace

std::vector<RetryOnAnyError> findRetriesOnAnyError(const Body &In, const HandlerReader &Reader, TranslationUnit &Unit) {
  if (!Reader.cancellation().errorClass())
    return {};
  return Retries(In, Reader, Unit).find();
}

} // namespace asynctidy
