// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads from bodies and declarations what tasks keep of what they were given.

#include "coroutine/Borrow.h"
#include "TranslationUnit.h"
#include "coroutine/AwaitResult.h"
#include "coroutine/Context.h"
#include "coroutine/Discard.h"
#include "clang/Analysis/CFG.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace asynctidy {

bool dies(const Borrow &B) {
  return B.From.What == Origin::Kind::Temporary || B.From.What == Origin::Kind::Local ||
         B.From.What == Origin::Kind::Parameter;
}

/// The definition of \p F, if it is looked into: neither system headers nor what knowledge describes are.
static const FunctionDecl *visibleDefinition(const FunctionDecl &F, const TranslationUnit &Unit) {
  const FunctionDecl *Definition = F.getDefinition();
  if (!Definition || !Definition->getBody() || Definition->isDependentContext())
    return nullptr;
  const SourceManager &Sources = Unit.context().getSourceManager();
  const SourceLocation Loc = Sources.getExpansionLoc(Definition->getLocation());
  return Sources.isInSystemHeader(Loc) || (Unit.knowledge().isDescribed(F) && !Sources.isInMainFile(Loc)) ? nullptr
                                                                                                          : Definition;
}

static bool isLambda(const FunctionDecl &F) {
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  return Method && Method->getParent()->isLambda();
}

//===-- What a coroutine uses late ----------------------------------------------------------------------------===//

namespace {

/// For the statements of a coroutine, a suspension that may have happened before they run.
class AfterSuspension {
public:
  AfterSuspension(const Body &In, const Awaitables &Types) : In(In) {
    for (const SuspensionPoint &P : In.suspensions())
      if (Types.maySuspend(P))
        Points.insert(P.Site);
    StartsSuspended = Types.starts(In.task()) == TypeFact::Start::Lazy;
    if (!StartsSuspended && !Points.empty())
      spread();
  }

  bool startsSuspended() const { return StartsSuspended; }
  /// Null if none is certain to lie on a way to \p S.
  const Expr *before(const Stmt *S) const {
    for (; S; S = In.parent(S))
      if (auto Found = First.find(S); Found != First.end())
        return Found->second;
    return nullptr;
  }

private:
  /// Forward, each block as soon as its entry is known to follow a suspension.
  void spread() {
    const CFG *Graph = In.cfg();
    if (!Graph)
      return;
    llvm::DenseMap<const CFGBlock *, const Expr *> Entry;
    llvm::SmallVector<const CFGBlock *, 16> Pending{&Graph->getEntry()};
    Entry[&Graph->getEntry()] = nullptr;
    while (!Pending.empty()) {
      const CFGBlock *Block = Pending.pop_back_val();
      const Expr *Last = Entry.lookup(Block);
      for (const CFGElement &Element : *Block)
        if (auto Statement = Element.getAs<CFGStmt>()) {
          const Expr *&Before = First[Statement->getStmt()];
          Before = Before ? Before : Last;
          if (!Last && Points.count(Statement->getStmt()))
            Last = cast<Expr>(Statement->getStmt());
        }
      for (const CFGBlock::AdjacentBlock &Next : Block->succs())
        if (const CFGBlock *Successor = Next.getReachableBlock()) {
          auto [State, New] = Entry.try_emplace(Successor, Last);
          if (New || (Last && !State->second)) {
            State->second = State->second ? State->second : Last;
            Pending.push_back(Successor);
          }
        }
    }
  }

  const Body &In;
  llvm::SmallPtrSet<const Stmt *, 8> Points;
  llvm::DenseMap<const Stmt *, const Expr *> First;
  bool StartsSuspended = false;
};

/// Where a coroutine uses something when the function that called it may have gone on.
struct LateUse {
  const Expr *Suspension;
  const Expr *Use;
};

} // namespace

/// The first use in \p In that \p IsUse accepts and that a suspension may precede.
static std::optional<LateUse> lateUse(const Body &In, const AfterSuspension &After,
                                      llvm::function_ref<bool(const Expr &)> IsUse) {
  for (const Stmt *S : In.statements()) {
    const auto *E = dyn_cast<Expr>(S);
    if (!E || !IsUse(*E))
      continue;
    if (!isa<LambdaExpr>(E) && discardOf(E, In) != Discard::No)
      continue;
    if (After.startsSuspended())
      return LateUse{nullptr, E};
    if (const Expr *Suspension = After.before(E))
      return LateUse{Suspension, E};
  }
  return std::nullopt;
}

static bool names(const Expr &E, const ValueDecl &Variable) {
  const auto *Name = dyn_cast<DeclRefExpr>(&E);
  return Name && Name->getDecl() == &Variable;
}

/// \p Parameter and the local references, pointers and views that are made from its name alone.
static llvm::SmallPtrSet<const ValueDecl *, 4> namesOf(const ParmVarDecl &Parameter, const Body &In,
                                                       const Knowledge &Facts) {
  llvm::SmallPtrSet<const ValueDecl *, 4> Names{&Parameter};
  for (const VarDecl *Local : In.locals()) {
    const QualType T = Local->getType();
    if ((T->isReferenceType() || T->isPointerType() || isView(T, Facts)) && Local->getInit())
      if (const VarDecl *Named = namedVariable(Local->getInit()); Named && Names.count(Named))
        Names.insert(Local);
  }
  return Names;
}

std::vector<Borrows::Kept> Borrows::keptByCoroutine(const Body &In) {
  const Knowledge &Facts = Unit.knowledge();
  const FunctionDecl &F = In.function();
  const AfterSuspension After(In, Unit.awaitables());
  std::vector<Kept> All;
  auto Keep = [&](Kept K, const LateUse &Late) {
    K.Callee = &F;
    K.Suspension = Late.Suspension;
    K.Use = Late.Use;
    All.push_back(K);
  };
  for (const ParmVarDecl *Parameter : F.parameters()) {
    const QualType T = Parameter->getType();
    const bool Refers = T->isReferenceType() || T->isPointerType() || isView(T, Facts);
    if (!Refers && !T->isRecordType())
      continue;
    const auto Names = namesOf(*Parameter, In, Facts);
    if (auto Late = lateUse(In, After, [&](const Expr &E) {
          const auto *Name = dyn_cast<DeclRefExpr>(&E);
          return Name && Names.count(Name->getDecl());
        }))
      Keep({Borrow::By::Argument, Parameter->getFunctionScopeIndex(), nullptr, !Refers, false, nullptr, Parameter},
           *Late);
  }
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  if (!Method || !Method->isInstance() || Method->isExplicitObjectMemberFunction())
    return All;
  if (!isLambda(F)) {
    if (auto Late = lateUse(In, After, [](const Expr &E) { return isa<CXXThisExpr>(E); }))
      Keep({Borrow::By::Object}, *Late);
    return All;
  }
  if (auto Late = lateUse(In, After, [](const Expr &E) {
        const auto *Name = dyn_cast<DeclRefExpr>(&E);
        return isa<CXXThisExpr>(E) || (Name && Name->refersToEnclosingVariableOrCapture());
      }))
    Keep({Borrow::By::Closure}, *Late);
  for (const LambdaCapture &Capture : Method->getParent()->captures())
    if (Capture.capturesVariable() && Capture.getCaptureKind() == LCK_ByRef)
      if (const auto *Variable = dyn_cast<VarDecl>(Capture.getCapturedVar()))
        if (auto Late = lateUse(In, After, [&](const Expr &E) { return names(E, *Variable); }))
          Keep({Borrow::By::Capture, 0, Variable}, *Late);
  return All;
}

//===-- What other functions give on --------------------------------------------------------------------------===//

namespace {

/// What a lambda holds by reference: for each such capture the origin of what it refers to.
void forEachCapturedReference(const LambdaExpr &Lambda, const Body &In, const Knowledge &Facts,
                              llvm::function_ref<void(const VarDecl *, const Origin &, const Expr *)> Visit) {
  auto Init = Lambda.capture_init_begin();
  for (const LambdaCapture &Capture : Lambda.captures()) {
    const Expr *Value = *Init++;
    if (Capture.capturesThis() && Capture.getCaptureKind() != LCK_StarThis) {
      Visit(nullptr, {Origin::Kind::Object}, Value);
      continue;
    }
    const auto *Variable = Capture.capturesVariable() ? dyn_cast<VarDecl>(Capture.getCapturedVar()) : nullptr;
    if (!Variable || !Value)
      continue;
    if (Capture.getCaptureKind() == LCK_ByRef)
      Visit(Variable, originOfObject(Value, In, Facts), Value);
    else if (auto Looked = originOfArgument(Value, Variable->getType(), In, Facts))
      Visit(Variable, *Looked, Value); // A copy of a pointer or a view.
  }
}

/// Where the body of \p Lambda names \p Variable, or uses this if that is null.
const Expr *useIn(const LambdaExpr &Lambda, const VarDecl *Variable, TranslationUnit &Unit) {
  const FunctionDecl *Operator = Lambda.getCallOperator();
  if (!Operator || !Operator->getBody())
    return nullptr;
  for (const Stmt *S : Unit.body(*Operator).statements())
    if (const auto *E = dyn_cast<Expr>(S); E && (Variable ? names(*E, *Variable) : isa<CXXThisExpr>(E)))
      return E;
  return nullptr;
}

} // namespace

/// Collects what the task of one expression borrows.
class Borrows::Collector {
public:
  Collector(Borrows &Owner, const Body &In) : Owner(Owner), Unit(Owner.Unit), In(In), Facts(Unit.knowledge()) {}

  void value(const Expr *E, unsigned Depth = 0) {
    if (!E || Depth > 16)
      return;
    E = valueSource(E);
    if (const auto *Bound = dyn_cast<CXXBindTemporaryExpr>(E))
      return value(Bound->getSubExpr(), Depth + 1);
    if (const auto *Choice = dyn_cast<ConditionalOperator>(E)) {
      value(Choice->getTrueExpr(), Depth + 1);
      return value(Choice->getFalseExpr(), Depth + 1);
    }
    if (const auto *Comma = dyn_cast<BinaryOperator>(E); Comma && Comma->isCommaOp())
      return value(Comma->getRHS(), Depth + 1);
    if (const auto *Construct = dyn_cast<CXXConstructExpr>(E)) {
      if (Construct->getNumArgs() >= 1 && isTask(Construct->getArg(0)->getType()))
        value(Construct->getArg(0), Depth + 1);
      return;
    }
    if (const auto *Name = dyn_cast<DeclRefExpr>(E)) {
      if (const VarDecl *Held = heldUntilNamed(*Name))
        value(Held->getInit(), Depth + 1);
      return;
    }
    const auto *Call = dyn_cast<CallExpr>(E);
    if (!Call)
      return;
    if (Call->isCallToStdMove())
      return value(Call->getArg(0), Depth + 1);
    call(*Call);
    if (isTask(Call->getType()))
      for (const Expr *Argument : Call->arguments())
        if (isTask(Argument->getType()))
          value(Argument, Depth + 1);
  }

  void call(const CallExpr &Call) {
    const FunctionDecl *Callee = Call.getDirectCallee();
    if (!Callee || !isTask(Call.getType()))
      return;
    const FunctionDecl *Definition = CallSite::of(&Call) ? visibleDefinition(*Callee, Unit) : nullptr;
    if (Definition)
      for (const Kept &K : Owner.keptBy(*Definition))
        lend(K, Call);
    else
      for (const Kept &K : Owner.keptByDeclaration(Call, *Callee))
        lend(K, Call);
  }

  std::vector<Loan> Found;

private:
  bool isTask(QualType T) const { return Unit.awaitables().isAwaitable(T); }

  /// The local variable that \p Name names, if it holds a task that nobody touched before.
  const VarDecl *heldUntilNamed(const DeclRefExpr &Name) const {
    const auto *Variable = dyn_cast<VarDecl>(Name.getDecl());
    if (!Variable || !Variable->isLocalVarDecl() || !Variable->hasLocalStorage() ||
        Variable->getType()->isReferenceType() || !isTask(Variable->getType()))
      return nullptr;
    const bool Alone = llvm::none_of(In.statements(), [&](const Stmt *S) {
      const auto *Other = dyn_cast<DeclRefExpr>(S);
      return Other && Other != &Name && Other->getDecl() == Variable;
    });
    return Alone ? Variable : nullptr;
  }

  bool isMovedAway(const VarDecl &Variable) const {
    return llvm::any_of(In.statements(), [&](const Stmt *S) {
      const auto *Move = dyn_cast<CallExpr>(S);
      return Move && Move->isCallToStdMove() && namedVariable(Move->getArg(0)) == &Variable;
    });
  }

  static const Expr *objectOf(const CallExpr &Call) {
    if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call))
      return Member->getImplicitObjectArgument();
    const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Call.getDirectCallee());
    return isa<CXXOperatorCallExpr>(Call) && Method && Method->isInstance() && Call.getNumArgs() > 0 ? Call.getArg(0)
                                                                                                     : nullptr;
  }

  static const Expr *argumentOf(const CallExpr &Call, unsigned Index) {
    const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Call.getDirectCallee());
    const bool Shifted = isa<CXXOperatorCallExpr>(Call) && Method && Method->isInstance();
    return Index + Shifted < Call.getNumArgs() ? Call.getArg(Index + Shifted) : nullptr;
  }

  void add(const Kept &K, const CallExpr &Call, Borrow::By How, const Origin &From, const Expr *Site,
           const Expr *Use = nullptr) {
    if (From.Inside && From.Variable && isMovedAway(*From.Variable))
      return; // Whoever has it now keeps what it owns.
    Loan New;
    New.How = How;
    New.From = From;
    New.Site = Site;
    New.Call = &Call;
    New.Callee = K.Callee;
    New.Parameter = K.Used;
    New.Suspension = K.Suspension;
    New.Use = Use ? Use : K.Use;
    Found.push_back(New);
  }

  Origin originOfImplicitObject(const Expr &Object) const {
    return Object.getType()->isPointerType() ? originOfPointee(&Object, In, Facts) : originOfObject(&Object, In, Facts);
  }

  /// Notes what \p Call lends to a callee that keeps \p K.
  void lend(const Kept &K, const CallExpr &Call) {
    switch (K.How) {
    case Borrow::By::Object:
    case Borrow::By::Closure:
      if (const Expr *Object = objectOf(Call))
        add(K, Call, K.How, originOfImplicitObject(*Object), Object);
      return;
    case Borrow::By::Capture:
      if (const LambdaExpr *Lambda = objectOf(Call) ? closureIn(objectOf(Call)) : nullptr)
        forEachCapturedReference(*Lambda, In, Facts, [&](const VarDecl *Variable, const Origin &From, const Expr *) {
          if (Variable == K.Captured)
            add(K, Call, K.How, From, Lambda);
        });
      return;
    case Borrow::By::Argument:
      break;
    }
    const Expr *Argument = argumentOf(Call, K.Parameter);
    if (!Argument)
      return;
    if (K.Value)
      return lendValue(K, Call, Argument);
    const FunctionDecl *Callee = Call.getDirectCallee();
    QualType T =
        K.Parameter < Callee->getNumParams() ? Callee->getParamDecl(K.Parameter)->getType() : Argument->getType();
    if (K.Copied)
      T = T.getNonReferenceType();
    if (auto From = originOfArgument(Argument, T, In, Facts))
      add(K, Call, K.How, *From, Argument);
  }

  /// The value of \p Argument moves into the task, with what it refers to: a lambda with what it captured.
  void lendValue(const Kept &K, const CallExpr &Call, const Expr *Argument) {
    if (const LambdaExpr *Lambda = closureIn(Argument)) {
      forEachCapturedReference(*Lambda, In, Facts, [&](const VarDecl *Variable, const Origin &From, const Expr *) {
        if (const Expr *Use = useIn(*Lambda, Variable, Unit))
          add(K, Call, Borrow::By::Capture, From, Lambda, Use);
      });
      return;
    }
    if (const ParmVarDecl *Parameter = passedOn(Argument)) {
      add(K, Call, K.How, {Origin::Kind::Lent, Parameter, Argument}, Argument);
      Found.back().Value = true;
    }
  }

  /// The parameter whose value \p E copies, moves or forwards.
  static const ParmVarDecl *passedOn(const Expr *E) {
    for (unsigned Depth = 0; Depth < 8; ++Depth) {
      E = valueSource(E)->IgnoreParenImpCasts();
      if (const auto *Name = dyn_cast<DeclRefExpr>(E))
        return dyn_cast<ParmVarDecl>(Name->getDecl());
      const auto *Construct = dyn_cast<CXXConstructExpr>(E);
      const auto *Call = dyn_cast<CallExpr>(E);
      const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
      if (Construct && Construct->getConstructor()->isCopyOrMoveConstructor())
        E = Construct->getArg(0);
      else if (Callee && Callee->isInStdNamespace() && Call->getNumArgs() == 1 && Call->isGLValue())
        E = Call->getArg(0); // std::move, std::forward
      else
        break;
    }
    return nullptr;
  }

  Borrows &Owner;
  TranslationUnit &Unit;
  const Body &In;
  const Knowledge &Facts;
};

std::vector<Borrows::Kept> Borrows::keptByFunction(const Body &In) {
  Collector Returned(*this, In);
  for (const Stmt *S : In.statements())
    if (const auto *Return = dyn_cast<ReturnStmt>(S))
      Returned.value(Return->getRetValue());
  std::vector<Kept> All;
  for (const Loan &L : Returned.Found) {
    Kept K{L.How, 0, nullptr, L.Value, false, L.Callee, L.Parameter, L.Suspension, L.Use};
    const auto *Parameter = dyn_cast_or_null<ParmVarDecl>(L.From.Variable);
    if (L.From.What == Origin::Kind::Object) {
      K.How = Borrow::By::Object;
      All.push_back(K);
    } else if (L.From.What == Origin::Kind::Lent && Parameter && Parameter->getDeclContext() == &In.function()) {
      K.How = Borrow::By::Argument;
      K.Parameter = Parameter->getFunctionScopeIndex();
      All.push_back(K);
    } else if (L.From.What == Origin::Kind::Lent && L.From.Variable) {
      K.How = Borrow::By::Capture;
      K.Captured = L.From.Variable;
      All.push_back(K);
    } else if (L.From.What == Origin::Kind::Copied) {
      K.How = Borrow::By::Closure;
      All.push_back(K);
    }
  }
  return All;
}

/// Whether an object of type \p T that dies while a member function of it is pending is likely to take what that needs
/// with it: it owns something and is no copy of others.
static bool isOneOfItsKind(QualType T, const Knowledge &Facts) {
  return !T->isPointerType() && ownerClass(T.getNonReferenceType().getUnqualifiedType(), Facts);
}

/// Whether parameter \p Index of \p Callee is a forwarding reference (`Args &&...`), or has a type that \p Call says
/// itself because another function has got it by such a one (`async_initiate<Token, Signature>(start, token)`): what is
/// given to it may as well be kept by value, whatever its type has become.
static bool isForwarding(const CallExpr &Call, const FunctionDecl &Callee, unsigned Index) {
  const FunctionTemplateDecl *Template = Callee.getPrimaryTemplate();
  const FunctionDecl *Pattern = Template ? Template->getTemplatedDecl() : nullptr;
  if (!Pattern || !Pattern->getNumParams())
    return false;
  QualType T = Pattern->getParamDecl(std::min(Index, Pattern->getNumParams() - 1))->getType();
  if (const auto *Pack = T->getAs<PackExpansionType>())
    T = Pack->getPattern();
  if (!T->isReferenceType())
    return false;
  const QualType To = T.getNonReferenceType().getCanonicalType();
  const auto *Chosen = dyn_cast<TemplateTypeParmType>(To);
  const auto *Named = dyn_cast<DeclRefExpr>(Call.getCallee()->IgnoreParenImpCasts());
  const bool IsSaid = Chosen && Named && Named->getNumTemplateArgs() > Chosen->getIndex();
  return isa<DependentNameType>(To) || IsSaid || (Chosen && T->isRValueReferenceType());
}

std::vector<Borrows::Kept> Borrows::keptByDeclaration(const CallExpr &Call, const FunctionDecl &Callee) {
  const Awaitables &Types = Unit.awaitables();
  const Knowledge &Facts = Unit.knowledge();
  const CXXRecordDecl *Task = Awaitables::classOf(Call.getType());
  if (!Types.isAwaitable(Task) || Types.starts(Task) != TypeFact::Start::Lazy || isa<CXXOperatorCallExpr>(Call))
    return {};
  const bool Described = Facts.isDescribed(Callee) || Callee.isInStdNamespace();
  std::vector<Kept> All;
  for (const ParmVarDecl *Parameter : Callee.parameters()) {
    const QualType T = Parameter->getType();
    const unsigned Index = Parameter->getFunctionScopeIndex();
    if (Index >= Call.getNumArgs())
      break;
    const Expr *Argument = Call.getArg(Index);
    Kept K{Borrow::By::Argument, Index, nullptr, false, false, &Callee, Parameter};
    if (closureIn(Argument)) {
      const FunctionDecl *Called = callableOf(Argument);
      const auto Site = CallSite::of(&Call);
      const Place Where = Site ? handlingOf(*Site, Index, Facts).Where : Place::Unknown;
      K.Value = true;
      if (Where == Place::Loop || Where == Place::Elsewhere ||
          (!Described && Called && Where == Place::Unknown && Types.isAwaitable(Called->getReturnType())))
        All.push_back(K);
    } else if (isForwarding(Call, Callee, Index)) {
      continue;
    } else if (T->isLValueReferenceType() && !T.getNonReferenceType().isConstQualified()) {
      if (!Types.isAwaitable(T) && !T.getNonReferenceType()->isFunctionType())
        All.push_back(K);
    } else if (!Described && (T->isLValueReferenceType() || T->isPointerType() || isView(T, Facts))) {
      if (!Types.isAwaitable(T))
        All.push_back(K);
    } else if (Described && isView(T, Facts)) {
      K.Copied = T->isReferenceType(); // Buffers are handed on by value, and so is the rest of such a library.
      All.push_back(K);
    }
  }
  const auto *Method = dyn_cast<CXXMethodDecl>(&Callee);
  const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call);
  if (Method && Member && Method->isInstance() && Method->getRefQualifier() != RQ_RValue &&
      isOneOfItsKind(Member->getImplicitObjectArgument()->getType(), Facts) &&
      !Types.isAwaitable(Member->getImplicitObjectArgument()->getType()))
    All.push_back({Borrow::By::Object, 0, nullptr, false, false, &Callee});
  return All;
}

const std::vector<Borrows::Kept> &Borrows::keptBy(const FunctionDecl &Definition) {
  static const std::vector<Kept> Nothing;
  constexpr unsigned MaxDepth = 24;
  if (auto Found = Known.find(&Definition); Found != Known.end())
    return Found->second ? *Found->second : Nothing; // It calls itself.
  if (Depth >= MaxDepth)
    return Nothing;
  Known[&Definition] = nullptr;
  ++Depth;
  const Body &In = Unit.body(Definition);
  auto All = std::make_unique<std::vector<Kept>>(In.isCoroutine() ? keptByCoroutine(In) : keptByFunction(In));
  --Depth;
  return *(Known[&Definition] = std::move(All));
}

std::vector<Borrow> Borrows::ofCall(const CallExpr &Call, const Body &In) {
  Collector Found(*this, In);
  Found.call(Call);
  return {Found.Found.begin(), Found.Found.end()};
}

std::vector<Borrow> Borrows::ofValue(const Expr *E, const Body &In) {
  Collector Found(*this, In);
  Found.value(E);
  return {Found.Found.begin(), Found.Found.end()};
}

} // namespace asynctidy
