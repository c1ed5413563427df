// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Follows tasks upwards through expressions and onwards through variables, to whoever runs them.

#include "coroutine/TaskFate.h"
#include "TranslationUnit.h"
#include "coroutine/Discard.h"
#include "summary/Summaries.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace asynctidy {

/// How far tasks are followed: from variable to variable, and into functions that take them.
constexpr unsigned MaxDepth = 8;

using Kind = TaskFate::Kind;
using Mentions = llvm::SmallPtrSet<const ValueDecl *, 8>;

const Stmt *scopeOf(const VarDecl &Local, const Body &In) {
  if (Local.hasGlobalStorage())
    return nullptr;
  if (isa<ParmVarDecl>(Local))
    return Local.getDeclContext() == &In.function() ? In.root() : nullptr;
  const DeclStmt *Declaration = In.declarationOf(Local);
  return Declaration ? In.parent(Declaration) : nullptr;
}

namespace {

/// What is done with a value by the expression around it, when that is not handed on.
struct Passing {
  const Stmt *At;    ///< The last expression that has the value.
  bool Whole = true; ///< What has it is seen to be a task or to keep one, and nothing else.
};

} // namespace

struct TaskFates::State {
  State(const Body &In, TranslationUnit &Unit, unsigned Depth)
      : In(In), Unit(Unit), Facts(Unit.knowledge()), Types(Unit.awaitables()), Depth(Depth) {}

  TaskFate follow(Passing Value);
  TaskFate held(const VarDecl &Variable, bool Whole);
  Outlives outlives(const TaskFate &Fate, const VarDecl &Local);
  Outlives outlivesBody(const TaskFate &Fate);
  bool mayBeWaitedFor(const TaskFate &Fate, const Stmt *Scope);

private:
  std::optional<TaskFate> takenBy(const Expr *Call, Passing &Value);
  TaskFate spawnedBy(const Expr *Call, const CallSite &Site, bool Inferred, bool Whole);
  TaskFate storedBy(const Expr *Object, const Stmt *Where, bool Whole);
  std::optional<TaskFate> insideCallee(const CallSite &Site, const Stmt *Argument, const Expr *Call);
  TaskFate discarded(const Stmt *Value, const VarDecl *Holder);
  bool holdsTask(QualType T) const;
  bool waits(const CallSite &Site, const Mentions &Known);
  bool leaves(const Stmt *From, const Stmt *Scope);

  const Body &In;
  TranslationUnit &Unit;
  const Knowledge &Facts;
  const Awaitables &Types;
  unsigned Depth;
  std::unique_ptr<Flow> Ways;
  bool WaysBuilt = false;
  llvm::SmallPtrSet<const VarDecl *, 4> Followed;
};

/// Whether a value of type \p T is a task, or an array or standard container of some.
bool TaskFates::State::holdsTask(QualType T) const {
  if (T.isNull())
    return false;
  T = T.getNonReferenceType();
  if (const ArrayType *Array = Unit.context().getAsArrayType(T))
    return holdsTask(Array->getElementType());
  if (Types.isAwaitable(T))
    return true;
  const auto *Class = dyn_cast_or_null<ClassTemplateSpecializationDecl>(T->getAsCXXRecordDecl());
  return Class && Class->isInStdNamespace() &&
         llvm::any_of(Class->getTemplateArgs().asArray(), [&](const TemplateArgument &A) {
           auto Holds = [&](const TemplateArgument &Type) {
             return Type.getKind() == TemplateArgument::Type && holdsTask(Type.getAsType());
           };
           return A.getKind() == TemplateArgument::Pack ? llvm::any_of(A.pack_elements(), Holds) : Holds(A);
         });
}

/// Whether dropping an object of \p Class that is known to run by itself leaves it running: knowledge says that it
/// runs, or nothing is done when it is destroyed.
static bool runsOn(const CXXRecordDecl &Class, const Knowledge &Facts) {
  if (const TypeFact *Fact = Facts.typeOrBase(Class); Fact && Fact->Starts == TypeFact::Start::Eager)
    return !Fact->JoinsOnDestruction;
  return Class.hasDefinition() && Class.hasTrivialDestructor();
}

/// The fate of a task when nobody takes \p Value, or the variable \p Holder is never used.
TaskFate TaskFates::State::discarded(const Stmt *Value, const VarDecl *Holder) {
  const auto *E = dyn_cast<Expr>(Value);
  const CXXRecordDecl *Class = Awaitables::classOf(Holder ? Holder->getType() : E ? E->getType() : QualType());
  if (!Class)
    return {};
  switch (Types.starts(Class)) {
  case TypeFact::Start::Lazy:
    return {Kind::Dropped, Value, Holder};
  case TypeFact::Start::Eager:
    return runsOn(*Class, Facts) ? TaskFate{Kind::Background, Value, Holder} : TaskFate();
  case TypeFact::Start::Unknown:
    return {};
  }
  llvm_unreachable("covered switch");
}

/// The local variable of \p In that \p E names, or an object that was got from one: `loop.get_executor()`.
static const VarDecl *localBehind(const Expr *E, const Body &In, unsigned Depth = 4) {
  if (!E || Depth == 0)
    return nullptr;
  E = valueSource(E);
  if (const VarDecl *Variable = namedVariable(E)) {
    if (Variable->getDeclContext() != &In.function() || Variable->hasGlobalStorage())
      return nullptr;
    const VarDecl *Behind = isa<ParmVarDecl>(Variable) ? nullptr : localBehind(Variable->getInit(), In, Depth - 1);
    return Behind ? Behind : Variable->getType()->isReferenceType() ? nullptr : Variable;
  }
  if (const auto Get = isa<CallExpr>(E) ? CallSite::of(E) : std::nullopt)
    return localBehind(Get->object() ? Get->object() : Get->argument(0), In, Depth - 1);
  return nullptr;
}

/// What becomes of a task that \p Call takes and runs beside its caller.
TaskFate TaskFates::State::spawnedBy(const Expr *Call, const CallSite &Site, bool Inferred, bool Whole) {
  TaskFate Spawned{Kind::Background, Call, nullptr, Inferred, nullptr};
  Spawned.Into = localBehind(Site.object() ? Site.object() : Site.argument(0), In);
  if (!Whole)
    return {};
  if (Call->getType()->isVoidType())
    return Spawned;
  // What it returns may be a handle: whoever awaits that waits for the task.
  const TaskFate Handle = follow({Call, true});
  switch (Handle.What) {
  case Kind::Awaited:
  case Kind::Returned:
  case Kind::Stored:
  case Kind::Dropped:
    return Handle;
  case Kind::Background:
    Spawned.Holder = Handle.Holder;
    return Spawned;
  case Kind::Unknown:
    break;
  }
  // A handle whose type says nothing, such as an std::future that does not belong to std::async.
  const CXXRecordDecl *Class = Awaitables::classOf(Call->getType());
  const TypeFact *Fact = Class ? Facts.typeOrBase(*Class) : nullptr;
  return discardOf(Call, In) != Discard::No && !(Fact && Fact->JoinsOnDestruction) ? Spawned : TaskFate();
}

TaskFate TaskFates::State::storedBy(const Expr *Object, const Stmt *Where, bool Whole) {
  if (const VarDecl *Variable = namedVariable(Object);
      Variable && Variable->hasLocalStorage() && !Variable->getType()->isReferenceType())
    return held(*Variable, Whole && holdsTask(Variable->getType()));
  return Whole ? TaskFate{Kind::Stored, Where} : TaskFate();
}

/// What a function whose body is seen does with the task that it takes for good as \p Argument; nothing if it gives it
/// back.
std::optional<TaskFate> TaskFates::State::insideCallee(const CallSite &Site, const Stmt *Argument, const Expr *Call) {
  const FunctionDecl *Definition = nullptr;
  if (Depth >= 3 || !Site.callee().hasBody(Definition) || !isTransparent(*Definition, Unit))
    return TaskFate();
  for (unsigned I = 0; I != Site.arguments().size() && I != Definition->getNumParams(); ++I) {
    if (!In.isWithin(Argument, Site.arguments()[I]))
      continue;
    const ParmVarDecl &Parameter = *Definition->getParamDecl(I);
    const Body &Inner = Unit.body(*Definition);
    State Inside(Inner, Unit, Depth + 1);
    TaskFate Fate = Inside.held(Parameter, true);
    if (Fate.What == Kind::Background && Inside.mayBeWaitedFor(Fate, Inner.root()))
      return TaskFate();
    switch (Fate.What) {
    case Kind::Returned:
      return std::nullopt;
    case Kind::Awaited:
      // A coroutine that nobody can await goes on by itself.
      return TaskFate{Inner.isCoroutine() ? Kind::Background : Kind::Awaited, Call};
    default:
      Fate.Where = Call;
      Fate.Holder = Fate.Into = nullptr;
      return Fate;
    }
  }
  return TaskFate();
}

/// What becomes of a task that the call \p Call has as its object or argument \p Value; nothing if what the call
/// returns is or keeps it.
std::optional<TaskFate> TaskFates::State::takenBy(const Expr *Call, Passing &Value) {
  const auto Site = CallSite::of(Call);
  const QualType Result = Call->getType();
  if (!Site) {
    Value.Whole = Value.Whole && holdsTask(Result);
    return Result->isVoidType() ? std::optional(TaskFate()) : std::nullopt;
  }
  const FunctionDecl &Callee = Site->callee();
  const FunctionFact *Fact = Facts.function(Callee);
  const StandardTerms &Terms = Facts.terms();
  const bool Undescribed = !Fact && !Facts.isDescribed(Callee);
  const bool IsObject = Site->object() && In.isWithin(Value.At, Site->object());
  auto Called = [&](const std::vector<std::string> &Names) {
    return Undescribed && Callee.getIdentifier() && llvm::is_contained(Names, Callee.getName());
  };
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(Call); Construct && !Fact) {
    if (!Construct->getConstructor()->isCopyOrMoveConstructor())
      Value.Whole = Value.Whole && holdsTask(Result);
    return std::nullopt;
  }
  if ((Fact && (Fact->WaitsForTask || Fact->Blocks)) || (Called(Terms.Waiting) && !Types.isAwaitable(Result)))
    return TaskFate{Kind::Awaited, Call};
  if (Fact && Fact->Observes)
    return TaskFate();
  if (Fact && Fact->Stores && Site->object() && !IsObject)
    return storedBy(Site->object(), Call, Value.Whole);
  if (Fact && (Fact->Spawns || Fact->Detaches))
    return spawnedBy(Call, *Site, false, Value.Whole);
  const bool Gives = holdsTask(Result);
  if (Undescribed && !Gives)
    if (auto Inside = insideCallee(*Site, Value.At, Call); !Inside || Inside->What != Kind::Unknown)
      return Inside;
  if (Called(Terms.Spawning) || (!IsObject && !Gives && (Called(Terms.Offloading) || Called(Terms.Posting))))
    return spawnedBy(Call, *Site, true, Value.Whole);
  // A function that gives an awaitable for an awaitable: when_all, with_timeout, operator||.
  Value.Whole = Value.Whole && Gives;
  return Result->isVoidType() ? std::optional(TaskFate()) : std::nullopt;
}

/// Nodes that hand on the value of an operand.
static bool handsOn(const Stmt *P) {
  if (const auto *Call = dyn_cast<CallExpr>(P))
    return Call->isCallToStdMove();
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(P))
    return Construct->isElidable() || Construct->getConstructor()->isCopyOrMoveConstructor();
  return isa<ParenExpr, CastExpr, ExprWithCleanups, MaterializeTemporaryExpr, CXXBindTemporaryExpr, ConstantExpr,
             CXXStdInitializerListExpr, SubstNonTypeTemplateParmExpr>(P);
}

TaskFate TaskFates::State::follow(Passing Value) {
  for (const Stmt *P = In.parent(Value.At); P; Value.At = P, P = In.parent(P)) {
    if (const auto *Cast = dyn_cast<CastExpr>(P); Cast && Cast->getCastKind() == CK_ToVoid)
      return Value.Whole ? discarded(Value.At, nullptr) : TaskFate();
    if (handsOn(P))
      continue;
    if (const auto *Await = dyn_cast<CoawaitExpr>(P); Await && Await->isImplicit())
      return {};
    if (isa<CoawaitExpr, DependentCoawaitExpr>(P))
      return {Kind::Awaited, P};
    if (isa<ReturnStmt, CoreturnStmt>(P))
      return Value.Whole ? TaskFate{Kind::Returned, P} : TaskFate();
    if (const auto *Comma = dyn_cast<BinaryOperator>(P)) {
      if (!Comma->isCommaOp())
        return {};
      if (Value.At == Comma->getLHS())
        return Value.Whole ? discarded(Value.At, nullptr) : TaskFate();
      continue;
    }
    if (const auto *Choice = dyn_cast<AbstractConditionalOperator>(P)) {
      if (Value.At == Choice->getCond())
        return {};
      continue;
    }
    if (const auto *Declaration = dyn_cast<DeclStmt>(P)) {
      for (const Decl *D : Declaration->decls())
        if (const auto *Variable = dyn_cast<VarDecl>(D);
            Variable && Variable->getInit() && In.isWithin(Value.At, Variable->getInit()))
          return Variable->hasLocalStorage() ? held(*Variable, Value.Whole)
                                             : TaskFate{Value.Whole ? Kind::Stored : Kind::Unknown, P};
      return {};
    }
    if (const auto *Assignment = dyn_cast<CXXOperatorCallExpr>(P);
        Assignment && Assignment->getOperator() == OO_Equal && Assignment->getNumArgs() == 2) {
      const bool Gets = In.isWithin(Value.At, Assignment->getArg(1));
      return Gets ? storedBy(Assignment->getArg(0), P, Value.Whole) : TaskFate();
    }
    if (isa<MemberExpr>(P)) {
      const auto *Call = dyn_cast_or_null<CXXMemberCallExpr>(In.parent(P));
      Value.Whole = Value.Whole && Call && Call->getCallee()->IgnoreParens() == P;
      continue;
    }
    if (isa<CallExpr, CXXConstructExpr>(P)) {
      if (auto Fate = takenBy(cast<Expr>(P), Value))
        return *Fate;
      continue;
    }
    if (const auto *List = dyn_cast<InitListExpr>(P)) {
      Value.Whole = Value.Whole && (List->isTransparent() || holdsTask(List->getType()));
      continue;
    }
    if (isa<UnaryOperator, ArraySubscriptExpr, CXXRewrittenBinaryOperator>(P)) {
      Value.Whole = false;
      continue;
    }
    if (isa<CompoundStmt, IfStmt, WhileStmt, DoStmt, ForStmt, CXXForRangeStmt, CaseStmt, DefaultStmt, LabelStmt,
            AttributedStmt>(P))
      return Value.Whole && isa<Expr>(Value.At) ? discarded(Value.At, nullptr) : TaskFate();
    return {};
  }
  // The initialiser of a member.
  const bool IsMember = isa<CXXConstructorDecl>(In.function()) && isa<Expr>(Value.At);
  return IsMember && Value.Whole ? TaskFate{Kind::Stored, Value.At} : TaskFate();
}

/// How much the fate \p What says when a variable is used in several ways.
static unsigned weight(Kind What) {
  switch (What) {
  case Kind::Background:
    return 5;
  case Kind::Awaited:
    return 4;
  case Kind::Returned:
    return 3;
  case Kind::Stored:
    return 2;
  case Kind::Dropped:
  case Kind::Unknown:
    return 1;
  }
  llvm_unreachable("covered switch");
}

TaskFate TaskFates::State::held(const VarDecl &Variable, bool Whole) {
  if (!Variable.hasLocalStorage() || Followed.size() > MaxDepth || !Followed.insert(&Variable).second)
    return {};
  const ValueDecl *Names[] = {&Variable};
  const VariableUses Uses(Names, In, Facts);
  TaskFate Worst;
  bool Used = false;
  for (const VariableUse &Use : Uses.of(Variable)) {
    const FunctionDecl *Asked =
        Use.What == VariableUse::Kind::Observes && Use.Call ? Use.Call->getDirectCallee() : nullptr;
    const FunctionFact *Waits = Asked ? Facts.function(*Asked) : nullptr;
    if (Use.What != VariableUse::Kind::Consumes && !(Waits && (Waits->Blocks || Waits->WaitsForTask)))
      continue;
    const TaskFate Fate = isa<LambdaExpr>(Use.Site) ? TaskFate() : follow({Use.Site, Whole});
    if (!Used || weight(Fate.What) > weight(Worst.What))
      Worst = Fate;
    Used = true;
  }
  Followed.erase(&Variable);
  if (!Used)
    return Whole && In.declarationOf(Variable) ? discarded(In.declarationOf(Variable), &Variable) : TaskFate();
  if (Worst.What == Kind::Unknown)
    return {};
  if (!isa<ParmVarDecl>(Variable))
    Worst.Holder = &Variable;
  return Worst;
}

//===-- What dies first ---------------------------------------------------------------------------------------===//

/// The variables and members that \p S names, in lambdas too.
static void collectNames(const Stmt *S, Mentions &Into) {
  if (!S)
    return;
  if (const auto *Reference = dyn_cast<DeclRefExpr>(S); Reference && isa<VarDecl>(Reference->getDecl()))
    Into.insert(Reference->getDecl());
  if (const auto *Member = dyn_cast<MemberExpr>(S); Member && isa<FieldDecl>(Member->getMemberDecl()))
    Into.insert(Member->getMemberDecl());
  for (const Stmt *Child : S->children())
    collectNames(Child, Into);
}

static bool namesOneOf(const Stmt *S, const Mentions &Known) {
  Mentions Here;
  collectNames(S, Here);
  return llvm::any_of(Here, [&](const ValueDecl *Name) { return Known.contains(Name); });
}

/// Whether the call at \p Site may wait until the work is done that was given what is \p Known.
bool TaskFates::State::waits(const CallSite &Site, const Mentions &Known) {
  const FunctionDecl &Callee = Site.callee();
  if (const FunctionFact *Fact = Facts.function(Callee))
    return Fact->RunsLoop || Fact->WaitsForTask || Fact->Blocks;
  const StandardTerms &Terms = Facts.terms();
  if (Callee.getIdentifier() && !Facts.isDescribed(Callee) &&
      (llvm::is_contained(Terms.Waiting, Callee.getName()) || llvm::is_contained(Terms.TearDown, Callee.getName())))
    return true;
  const FunctionDecl *Definition = nullptr;
  if (Callee.hasBody(Definition) && isTransparent(*Definition, Unit))
    return llvm::any_of(Unit.summaries().effects(*Definition),
                        [](const Witness &W) { return W.What && W.What->What == Effect::Kind::Blocks; });
  // Whatever else is done with the loop or scope in a plain function may run it.
  return !In.isCoroutine() && !isa<CXXConstructorDecl>(Callee) && namesOneOf(Site.expression(), Known);
}

/// Whether something after \p Fate's Where in \p Scope may wait for the task.
bool TaskFates::State::mayBeWaitedFor(const TaskFate &Fate, const Stmt *Scope) {
  const Stmt *Whole = Fate.Where;
  while (const Stmt *P = In.parent(Whole)) {
    if (!isa<Expr, DeclStmt>(P))
      break;
    Whole = P;
  }
  Mentions Known;
  collectNames(Whole, Known);
  if (Fate.Holder)
    Known.insert(Fate.Holder);
  for (const ValueDecl *Name : llvm::SmallVector<const ValueDecl *, 8>(Known.begin(), Known.end()))
    if (const auto *Variable = dyn_cast<VarDecl>(Name); Variable && Variable->hasLocalStorage())
      collectNames(Variable->getInit(), Known);
  const Stmt *Loop = In.enclosingLoop(Fate.Where);
  const size_t Here = In.position(Whole);
  for (const Stmt *S : In.statements()) {
    if (!In.isWithin(S, Scope) || In.isWithin(S, Whole) || (In.position(S) < Here && !(Loop && In.isWithin(S, Loop))))
      continue;
    if (const SuspensionPoint *P = In.suspensionAt(S); P && namesOneOf(P->Operand, Known))
      return true;
    if (const auto Site = CallSite::of(S); Site && waits(*Site, Known))
      return true;
  }
  return false;
}

/// Whether control can come from \p From to the end of \p Scope, exceptions aside.
bool TaskFates::State::leaves(const Stmt *From, const Stmt *Scope) {
  if (!WaysBuilt) {
    WaysBuilt = true;
    Ways = Flow::of(In);
  }
  const CFGBlock *Start = Ways ? Ways->place(From).Block : nullptr;
  if (!Start)
    return true;
  llvm::SmallPtrSet<const CFGBlock *, 16> Seen{Start};
  llvm::SmallVector<const CFGBlock *, 16> Pending{Start};
  while (!Pending.empty()) {
    const CFGBlock *Block = Pending.pop_back_val();
    if (Block == &Ways->graph().getExit())
      return true;
    if (auto Position = Ways->position(*Block); Block != Start && Position && !Ways->isWithin(*Position, Scope))
      return true;
    if (Block->hasNoReturnElement())
      continue;
    for (const CFGBlock::AdjacentBlock &Next : Block->succs())
      if (const CFGBlock *Successor = Next.getReachableBlock(); Successor && Seen.insert(Successor).second)
        Pending.push_back(Successor);
  }
  return false;
}

Outlives TaskFates::State::outlives(const TaskFate &Fate, const VarDecl &Local) {
  const Stmt *Scope = scopeOf(Local, In);
  if (Local.hasGlobalStorage())
    return Outlives::No;
  if (!Scope || Local.getType()->isReferenceType())
    return Outlives::Unknown;
  switch (Fate.What) {
  case Kind::Unknown:
  case Kind::Stored:
    return Outlives::Unknown;
  case Kind::Dropped:
    return Outlives::No;
  case Kind::Awaited:
    return In.isWithin(Fate.Where, Scope) ? Outlives::No : Outlives::Yes;
  case Kind::Returned:
    return Outlives::Yes;
  case Kind::Background:
    if (!In.isWithin(Fate.Where, Scope) || !leaves(Fate.Where, Scope))
      return Outlives::No;
    // What waits when it is destroyed dies before what was declared earlier.
    if (Fate.Into && In.isWithin(In.declarationOf(*Fate.Into), Scope) &&
        In.position(In.declarationOf(Local)) < In.position(In.declarationOf(*Fate.Into)))
      return Outlives::Unknown;
    return mayBeWaitedFor(Fate, Scope) ? Outlives::Unknown : Outlives::Yes;
  }
  llvm_unreachable("covered switch");
}

Outlives TaskFates::State::outlivesBody(const TaskFate &Fate) {
  switch (Fate.What) {
  case Kind::Unknown:
  case Kind::Stored:
    return Outlives::Unknown;
  case Kind::Dropped:
  case Kind::Awaited:
    return Outlives::No;
  case Kind::Returned:
    return Outlives::Yes;
  case Kind::Background:
    return !leaves(Fate.Where, In.root())    ? Outlives::No
           : mayBeWaitedFor(Fate, In.root()) ? Outlives::Unknown
                                             : Outlives::Yes;
  }
  llvm_unreachable("covered switch");
}

//===-- The face ----------------------------------------------------------------------------------------------===//

TaskFates::TaskFates(const Body &In, TranslationUnit &Unit) : S(std::make_unique<State>(In, Unit, 0)) {}
TaskFates::~TaskFates() = default;

TaskFate TaskFates::of(const Expr &E) { return S->follow({&E, true}); }
TaskFate TaskFates::of(const VarDecl &Variable) { return S->held(Variable, true); }
Outlives TaskFates::outlives(const TaskFate &Fate, const VarDecl &Local) { return S->outlives(Fate, Local); }

Outlives TaskFates::outlivesBody(const TaskFate &Fate) { return S->outlivesBody(Fate); }

Outlives TaskFates::outlivesExpression(const TaskFate &Fate) {
  switch (Fate.What) {
  case Kind::Unknown:
    return Outlives::Unknown;
  case Kind::Dropped:
    return Outlives::No;
  case Kind::Awaited:
    return Fate.Holder ? Outlives::Yes : Outlives::No;
  case Kind::Returned:
  case Kind::Background:
  case Kind::Stored:
    return Outlives::Yes;
  }
  llvm_unreachable("covered switch");
}

} // namespace asynctidy
