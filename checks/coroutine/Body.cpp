// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The walk over what a function body executes.

#include "coroutine/Body.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Analysis/CFG.h"

using namespace clang;

namespace asynctidy {

Body::Body(const FunctionDecl &Function, ASTContext &Context) : Function(Function), Context(Context) {
  const Stmt *S = Function.getBody();
  if ((Coroutine = dyn_cast_or_null<CoroutineBodyStmt>(S)))
    S = Coroutine->getBody();
  Root = S;
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&Function))
    for (const CXXCtorInitializer *Initializer : Constructor->inits())
      walk(Initializer->getInit(), nullptr);
  walk(Root, nullptr);
}

Body::~Body() = default;

const CXXRecordDecl *Body::task() const {
  if (!Coroutine)
    return nullptr;
  const CXXRecordDecl *Returned = recordOf(Function.getReturnType());
  // A coroutine that returns void takes its promise from its parameters.
  const VarDecl *Promise = Coroutine->getPromiseDecl();
  return Returned || !Promise ? Returned : recordOf(Promise->getType());
}

void Body::suspends(const Expr &Site, const Expr &Operand) {
  walk(&Operand, &Site);
  SuspensionAt[&Site] = Suspensions.size();
  Suspensions.push_back({&Site, Operand.IgnoreParenImpCasts(),
                         isa<CoyieldExpr>(Site) ? SuspensionPoint::Kind::Yield : SuspensionPoint::Kind::Await});
}

/// The branch of \p If that is taken at run time whenever it is reached, null for none; nothing if that is not known.
static std::optional<const Stmt *> onlyBranch(const IfStmt &If, const ASTContext &Context) {
  if (If.isConsteval())
    return If.isNonNegatedConsteval() ? If.getElse() : If.getThen();
  if (If.isConstexpr())
    if (std::optional<const Stmt *> Taken = If.getNondiscardedCase(Context))
      return Taken;
  const auto *Never = dyn_cast<CXXBoolLiteralExpr>(If.getCond()->IgnoreParenImpCasts());
  return Never && !Never->getValue() ? std::optional<const Stmt *>(If.getElse()) : std::nullopt;
}

void Body::walk(const Stmt *S, const Stmt *Parent) {
  if (!S)
    return;
  // Operands that are never evaluated.
  if (isa<UnaryExprOrTypeTraitExpr, CXXNoexceptExpr, RequiresExpr, TypeTraitExpr, ConceptSpecializationExpr>(S))
    return;
  if (const auto *TypeId = dyn_cast<CXXTypeidExpr>(S))
    if (TypeId->isTypeOperand() || !TypeId->isPotentiallyEvaluated())
      return;

  // An InitListExpr is reached in its semantic form; a default argument is shared by all calls that use it, so
  // the first parent of such a node stays.
  Parents.try_emplace(S, Parent);
  Statements.push_back(S);

  if (const auto *Lambda = dyn_cast<LambdaExpr>(S)) {
    Lambdas.push_back(Lambda);
    for (const Expr *Init : Lambda->capture_inits())
      walk(Init, S);
    return;
  }
  if (const auto *Suspend = dyn_cast<CoroutineSuspendExpr>(S)) {
    if (const auto *Await = dyn_cast<CoawaitExpr>(Suspend); Await && Await->isImplicit()) {
      walk(Await->getOperand(), S);
      return;
    }
    suspends(*Suspend, *Suspend->getOperand());
    return;
  }
  if (const auto *Await = dyn_cast<DependentCoawaitExpr>(S)) {
    suspends(*Await, *Await->getOperand());
    return;
  }
  if (const auto *Return = dyn_cast<CoreturnStmt>(S)) {
    walk(Return->getOperand(), S);
    return;
  }
  if (const auto *Argument = dyn_cast<CXXDefaultArgExpr>(S)) {
    if (!Argument->getParam()->hasUninstantiatedDefaultArg())
      walk(Argument->getExpr(), S);
    return;
  }
  if (const auto *Member = dyn_cast<CXXDefaultInitExpr>(S)) {
    walk(Member->getExpr(), S);
    return;
  }
  if (const auto *If = dyn_cast<IfStmt>(S))
    if (const std::optional<const Stmt *> Taken = onlyBranch(*If, Context)) {
      walk(If->getInit(), S);
      walk(*Taken, S);
      return;
    }
  if (isa<OpaqueValueExpr>(S))
    return; // Its source expression is walked where it stands.
  if (const auto *Declaration = dyn_cast<DeclStmt>(S)) {
    for (const Decl *D : Declaration->decls()) {
      const auto *Variable = dyn_cast<VarDecl>(D);
      if (!Variable)
        continue;
      Locals.push_back(Variable);
      Declarations[Variable] = Declaration;
      walk(Variable->getInit(), S);
      if (const auto *Decomposition = dyn_cast<DecompositionDecl>(Variable))
        for (const BindingDecl *Binding : Decomposition->bindings())
          if (const VarDecl *Holder = Binding->getHoldingVar())
            walk(Holder->getInit(), S);
    }
    return;
  }
  const auto *Try = dyn_cast<CXXTryStmt>(S);
  const size_t First = Suspensions.size();
  if (Try)
    Tries.push_back(Try);
  for (const Stmt *Child : S->children())
    walk(Child, S);
  if (Try)
    SuspensionsIn[Try] = {First, Suspensions.size()};
}

const SuspensionPoint *Body::suspensionAt(const Stmt *S) const {
  const auto Found = SuspensionAt.find(S);
  return Found == SuspensionAt.end() ? nullptr : &Suspensions[Found->second];
}

llvm::ArrayRef<SuspensionPoint> Body::suspensionsIn(const CXXTryStmt &Try) const {
  const auto [First, End] = SuspensionsIn.lookup(&Try);
  return suspensions().slice(First, End - First);
}

static bool isTransparent(const Stmt *S) {
  if (isa<ParenExpr, ImplicitCastExpr, ExprWithCleanups, MaterializeTemporaryExpr, CXXBindTemporaryExpr, ConstantExpr,
          SubstNonTypeTemplateParmExpr>(S))
    return true;
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(S))
    return Construct->isElidable();
  if (const auto *Functional = dyn_cast<CXXFunctionalCastExpr>(S))
    return Functional->getCastKind() == CK_NoOp;
  // The braces of `task t{f()}`.
  if (const auto *List = dyn_cast<InitListExpr>(S))
    return List->isSemanticForm() && List->isTransparent();
  return false;
}

const Stmt *Body::significantParent(const Stmt *S) const {
  do
    S = parent(S);
  while (S && isTransparent(S));
  return S;
}

std::vector<const VarDecl *> Body::localsAliveAt(const Stmt *S) const {
  std::vector<const VarDecl *> Alive;
  auto Add = [&](const Stmt *Declared) {
    if (const auto *Declaration = dyn_cast_or_null<DeclStmt>(Declared))
      for (const Decl *D : Declaration->decls())
        if (const auto *Variable = dyn_cast<VarDecl>(D))
          Alive.push_back(Variable);
  };
  for (const Stmt *Child = S, *P = parent(S); P; Child = P, P = parent(P)) {
    if (isa<LambdaExpr>(P))
      break;
    if (isa<CompoundStmt, IfStmt, SwitchStmt, WhileStmt, ForStmt, CXXForRangeStmt>(P))
      for (const Stmt *Before : P->children()) {
        if (Before == Child)
          break;
        Add(Before);
      }
  }
  return Alive;
}

bool Body::isAwaitedBefore(const VarDecl &Variable, const Expr &S) const {
  const size_t Here = position(&S);
  auto First = FirstAwaited.find(&Variable);
  return First != FirstAwaited.end() && Here != Statements.size() && First->second < Here;
}

void Body::measure() const {
  if (!Extents.empty())
    return;
  for (size_t At = 0; At != Statements.size(); ++At) {
    Extents.try_emplace(Statements[At], At, At + 1);
    const auto *Reference = dyn_cast<DeclRefExpr>(Statements[At]);
    const auto *Named = Reference ? dyn_cast<VarDecl>(Reference->getDecl()) : nullptr;
    if (Named && (enclosing<CoroutineSuspendExpr>(Reference) || enclosing<DependentCoawaitExpr>(Reference)))
      FirstAwaited.try_emplace(Named, At);
  }
  // Parents come before their children.
  for (size_t At = Statements.size(); At-- != 0;)
    if (const Stmt *Parent = parent(Statements[At])) {
      const size_t End = Extents.find(Statements[At])->second.second;
      size_t &ParentEnd = Extents.find(Parent)->second.second;
      ParentEnd = std::max(ParentEnd, End);
    }
}

size_t Body::position(const Stmt *S) const {
  measure();
  const auto Found = Extents.find(S);
  return Found == Extents.end() ? Statements.size() : Found->second.first;
}

bool Body::isWithin(const Stmt *S, const Stmt *Ancestor) const {
  if (S == Ancestor)
    return S != nullptr;
  measure();
  const auto Inner = Extents.find(S), Outer = Extents.find(Ancestor);
  return Inner != Extents.end() && Outer != Extents.end() && Outer->second.first <= Inner->second.first &&
         Inner->second.first < Outer->second.second;
}

bool isLoop(const Stmt *S) {
  if (const auto *Do = dyn_cast<DoStmt>(S)) {
    const Expr *Condition = Do->getCond()->IgnoreParenImpCasts();
    const auto *Number = dyn_cast<IntegerLiteral>(Condition);
    const auto *Truth = dyn_cast<CXXBoolLiteralExpr>(Condition);
    return !(Number && Number->getValue().isZero()) && !(Truth && !Truth->getValue());
  }
  return isa<WhileStmt, ForStmt, CXXForRangeStmt>(S);
}

const Expr *loopCondition(const Stmt *Loop) {
  if (const auto *While = dyn_cast<WhileStmt>(Loop))
    return While->getCond();
  if (const auto *Do = dyn_cast<DoStmt>(Loop))
    return Do->getCond();
  const auto *For = dyn_cast<ForStmt>(Loop);
  return For ? For->getCond() : nullptr;
}

const Stmt *Body::leftBy(const BreakStmt &Break) const {
  const Stmt *Around = parent(&Break);
  while (Around && !isa<WhileStmt, DoStmt, ForStmt, CXXForRangeStmt, SwitchStmt>(Around))
    Around = parent(Around);
  return Around;
}

const Stmt *Body::enclosingLoop(const Stmt *S) const {
  for (const Stmt *Child = S, *P = parent(S); P; Child = P, P = parent(P)) {
    if (isa<WhileStmt, DoStmt>(P) && isLoop(P))
      return P;
    if (const auto *For = dyn_cast<ForStmt>(P); For && Child != For->getInit())
      return P;
    if (const auto *For = dyn_cast<CXXForRangeStmt>(P); For && Child != For->getInit() &&
                                                        Child != For->getRangeStmt() && Child != For->getBeginStmt() &&
                                                        Child != For->getEndStmt())
      return P;
  }
  return nullptr;
}

const CFG *Body::cfg() const {
  if (!GraphBuilt) {
    GraphBuilt = true;
    CFG::BuildOptions Options;
    Options.setAllAlwaysAdd();
    Options.AddImplicitDtors = true;
    Options.AddInitializers = true;
    Options.AddEHEdges = true;
    Options.PruneTriviallyFalseEdges = true;
    if (!Function.isDependentContext())
      Graph = CFG::buildCFG(&Function, const_cast<Stmt *>(Root), &Context, Options);
  }
  return Graph.get();
}

const Expr *valueSource(const Expr *E) {
  while (E) {
    const Expr *Inner = E->IgnoreUnlessSpelledInSource();
    if (const auto *Functional = dyn_cast<CXXFunctionalCastExpr>(Inner); Functional && isTransparent(Functional))
      Inner = Functional->getSubExpr();
    if (const auto *List = dyn_cast<InitListExpr>(Inner); List && isTransparent(List))
      Inner = List->getInit(0);
    if (Inner == E)
      return E;
    E = Inner;
  }
  return E;
}

bool isInStaticInitialiser(const Body &In, const Stmt *S) {
  for (const Stmt *P = S; P; P = In.parent(P))
    if (const auto *Declaration = dyn_cast<DeclStmt>(P))
      for (const Decl *D : Declaration->decls())
        if (const auto *Variable = dyn_cast<VarDecl>(D);
            Variable && Variable->isStaticLocal() && Variable->getInit() && In.isWithin(S, Variable->getInit()))
          return true;
  return false;
}

const VarDecl *namedVariable(const Expr *E) {
  if (!E)
    return nullptr;
  E = E->IgnoreParenCasts();
  if (const auto *Call = dyn_cast<CallExpr>(E); Call && Call->isCallToStdMove())
    return namedVariable(Call->getArg(0));
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(E);
      Construct && Construct->getNumArgs() >= 1 && Construct->getConstructor()->isCopyOrMoveConstructor())
    return namedVariable(Construct->getArg(0));
  if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(E))
    return namedVariable(Temporary->getSubExpr());
  if (const auto *Reference = dyn_cast<DeclRefExpr>(E))
    return dyn_cast<VarDecl>(Reference->getDecl());
  return nullptr;
}

const ValueDecl *namedObject(const Expr *E) {
  if (!E)
    return nullptr;
  E = E->IgnoreParenImpCasts();
  if (const auto *Pointer = dyn_cast<UnaryOperator>(E); Pointer && Pointer->getOpcode() == UO_Deref)
    E = Pointer->getSubExpr()->IgnoreParenImpCasts();
  if (const auto *Arrow = dyn_cast<CXXOperatorCallExpr>(E); Arrow && Arrow->getOperator() == OO_Arrow)
    E = Arrow->getArg(0)->IgnoreParenImpCasts();
  if (const auto *Member = dyn_cast<MemberExpr>(E))
    return Member->getMemberDecl();
  const auto *Reference = dyn_cast<DeclRefExpr>(E);
  return Reference ? Reference->getDecl() : nullptr;
}

const CXXRecordDecl *recordOf(QualType T) {
  if (T.isNull())
    return nullptr;
  T = T.getNonReferenceType();
  if (const auto *Pointer = T->getAs<PointerType>())
    T = Pointer->getPointeeType();
  if (const CXXRecordDecl *Record = T->getAsCXXRecordDecl())
    return Record->hasDefinition() ? Record->getDefinition() : Record;
  // In a template pattern task<T> is no class yet; its template shows what it will be.
  if (const auto *Specialization = T->getAs<TemplateSpecializationType>())
    if (const auto *Template =
            dyn_cast_or_null<ClassTemplateDecl>(Specialization->getTemplateName().getAsTemplateDecl()))
      return Template->getTemplatedDecl()->hasDefinition() ? Template->getTemplatedDecl()->getDefinition()
                                                           : Template->getTemplatedDecl();
  return nullptr;
}

} // namespace asynctidy
