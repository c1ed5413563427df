// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Recognises conditions by their structure.

#include "coroutine/Conditions.h"
#include "coroutine/Looking.h"
#include "llvm/ADT/FoldingSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include <algorithm>

using namespace clang;

namespace asynctidy {

const Expr *conditionOf(const CFGBlock &Block) {
  return Block.succ_size() == 2 && !isa_and_nonnull<SwitchStmt, CXXForRangeStmt>(Block.getTerminatorStmt())
             ? Block.getLastCondition()
             : nullptr;
}

/// So many changes before an operation are looked at for what is known where it begins.
constexpr ptrdiff_t MaxLookBack = 32;

/// The variable or member that \p E names, or whose element or target it names; null if none.
static const ValueDecl *namedBy(const Expr *E) {
  for (;;) {
    E = E->IgnoreParenCasts();
    if (const auto *Reference = dyn_cast<DeclRefExpr>(E))
      return Reference->getDecl();
    if (const auto *Member = dyn_cast<MemberExpr>(E))
      return Member->getMemberDecl();
    if (const auto *Element = dyn_cast<ArraySubscriptExpr>(E))
      E = Element->getBase();
    else if (const auto *Operator = dyn_cast<UnaryOperator>(E);
             Operator && (Operator->getOpcode() == UO_Deref || Operator->getOpcode() == UO_AddrOf))
      E = Operator->getSubExpr();
    else
      return nullptr;
  }
}

static std::optional<bool> constantOf(const Expr *E) {
  const auto *Literal = E ? dyn_cast<CXXBoolLiteralExpr>(E->IgnoreParenImpCasts()) : nullptr;
  return Literal ? std::optional(Literal->getValue()) : std::nullopt;
}

/// The key of a condition that is just a variable.
static unsigned keyOf(const ValueDecl &Variable) {
  llvm::FoldingSetNodeID Id;
  Id.AddPointer(Variable.getCanonicalDecl());
  return Id.ComputeHash();
}

/// The `a || b` or `a && b` that the condition of \p Block is a part of, when it can be decided there; else null.
static const Expr *wholeCondition(const CFGBlock &Block) {
  if (!conditionOf(Block))
    return nullptr;
  if (const auto *Logical = dyn_cast_or_null<BinaryOperator>(Block.getTerminatorStmt()))
    return Logical;
  const auto *Whole = dyn_cast_or_null<Expr>(Block.getTerminatorCondition(/*StripParens=*/true));
  return Whole == conditionOf(Block) ? nullptr : Whole;
}

Conditions::Conditions(const Flow &Ways)
    : Ways(Ways), Context(Ways.body().function().getASTContext()), Changes(Ways.graph().getNumBlockIDs()) {
  llvm::DenseMap<unsigned, unsigned> Times;
  for (const CFGBlock *Block : Ways.graph())
    for (unsigned I = 0; I != Block->size(); ++I)
      if (auto Element = (*Block)[I].getAs<CFGStmt>()) {
        const Stmt *S = Element->getStmt();
        findChanges(S, [&](const ValueDecl *What, std::optional<bool> To) {
          Changes[Block->getBlockID()].push_back({I, Ways.position(S).value_or(0), What, S, To});
          if (To)
            Times.try_emplace(keyOf(*What), 1);
        });
      }
  for (const auto &OfBlock : Changes)
    for (const Change &C : OfBlock)
      InOrder.push_back(&C);
  llvm::sort(InOrder, [](const Change *A, const Change *B) { return A->At < B->At; });
  llvm::SmallPtrSet<const Expr *, 16> Asked;
  for (const CFGBlock *Block : Ways.graph())
    for (const Expr *Condition : {conditionOf(*Block), wholeCondition(*Block)})
      if (Condition && Asked.insert(Condition).second)
        if (const Literal L = literal(Condition); onlyLooks(*Condition) && ++Times[L.Key] > 1)
          Until.try_emplace(L.Key, 0);
  for (const Expr *Condition : Asked) {
    auto Remembered = Until.find(literal(Condition).Key);
    if (Remembered == Until.end())
      continue;
    Remembered->second = std::max(Remembered->second, Ways.reachableUntil(Condition));
    llvm::SmallVector<const Stmt *, 8> Parts{Condition};
    while (!Parts.empty()) {
      const Stmt *Part = Parts.pop_back_val();
      const ValueDecl *Named = isa<DeclRefExpr, MemberExpr>(Part) ? namedBy(cast<Expr>(Part)) : nullptr;
      if (Named && !llvm::is_contained(Mentions[Named], Remembered->first))
        Mentions[Named].push_back(Remembered->first);
      for (const Stmt *Child : Part->children())
        if (Child)
          Parts.push_back(Child);
    }
  }
}

/// Tells \p Add what executing \p S itself changes.
void Conditions::findChanges(const Stmt *S, llvm::function_ref<void(const ValueDecl *, std::optional<bool>)> Add) {
  auto AddNamed = [&](const Expr *E, std::optional<bool> To = std::nullopt) {
    if (const ValueDecl *Named = namedBy(E))
      Add(Named, isa<DeclRefExpr>(E->IgnoreParenImpCasts()) ? To : std::nullopt);
  };
  if (const auto *Declaration = dyn_cast<DeclStmt>(S)) {
    for (const Decl *D : Declaration->decls()) {
      if (const auto *Variable = dyn_cast<VarDecl>(D))
        Add(Variable, Variable->getType()->isBooleanType() ? constantOf(Variable->getInit()) : std::nullopt);
      if (const auto *Decomposition = dyn_cast<DecompositionDecl>(D))
        for (const BindingDecl *Binding : Decomposition->bindings())
          Add(Binding, std::nullopt);
    }
  } else if (const auto *Binary = dyn_cast<BinaryOperator>(S)) {
    if (Binary->isAssignmentOp())
      AddNamed(Binary->getLHS(), Binary->getOpcode() == BO_Assign ? constantOf(Binary->getRHS()) : std::nullopt);
  } else if (const auto *Unary = dyn_cast<UnaryOperator>(S)) {
    if (Unary->isIncrementDecrementOp())
      AddNamed(Unary->getSubExpr());
  } else if (const auto *Call = dyn_cast<CallExpr>(S)) {
    const FunctionDecl *Callee = Call->getDirectCallee();
    const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Callee);
    const auto *MemberCall = dyn_cast<CXXMemberCallExpr>(Call);
    const bool OnArgument = isa<CXXOperatorCallExpr>(Call) && Method && Method->isInstance();
    const Expr *Object = MemberCall ? MemberCall->getImplicitObjectArgument() : OnArgument ? Call->getArg(0) : nullptr;
    if (Object && Method && !leavesObject(*Method))
      AddNamed(Object);
    if (Callee)
      for (unsigned I = OnArgument, P = 0; I < Call->getNumArgs() && P < Callee->getNumParams(); ++I, ++P)
        if (const QualType Type = Callee->getParamDecl(P)->getType();
            isMutableParameter(Type) && !Type->isRValueReferenceType() &&
            (Type->isReferenceType() || isa<UnaryOperator>(Call->getArg(I)->IgnoreParenCasts())))
          AddNamed(Call->getArg(I));
  }
}

namespace {
/// A comparison, built in or overloaded.
struct Comparison {
  BinaryOperatorKind Kind;
  const Expr *Left, *Right;
  bool Total; ///< Of numbers or the like, so that either `<` or `>=` holds.
};
} // namespace

static std::optional<Comparison> comparison(const Expr *E) {
  if (const auto *Built = dyn_cast<BinaryOperator>(E); Built && Built->isComparisonOp())
    return Comparison{Built->getOpcode(), Built->getLHS(), Built->getRHS(),
                      !Built->getLHS()->getType()->isFloatingType()};
  if (const auto *Rewritten = dyn_cast<CXXRewrittenBinaryOperator>(E); Rewritten && Rewritten->isComparisonOp())
    return Comparison{Rewritten->getOperator(), Rewritten->getLHS(), Rewritten->getRHS(), false};
  if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(E); Call && Call->isComparisonOp() && Call->getNumArgs() == 2)
    return Comparison{BinaryOperator::getOverloadedOpcode(Call->getOperator()), Call->getArg(0), Call->getArg(1),
                      false};
  return std::nullopt;
}

/// What \p Call returns, if it is a const member that does nothing but `return <something>;`: then `if (o)` and
/// `if (o.has_value())` are one question.
static const Expr *answerOf(const CXXMemberCallExpr *Call) {
  const CXXMethodDecl *Method = Call && Call->getNumArgs() == 0 ? Call->getMethodDecl() : nullptr;
  const auto *Block = Method && Method->isConst() ? dyn_cast_or_null<CompoundStmt>(Method->getBody()) : nullptr;
  const auto *Return = Block && Block->size() == 1 ? dyn_cast<ReturnStmt>(Block->body_front()) : nullptr;
  return Return ? Return->getRetValue() : nullptr;
}

Conditions::Literal Conditions::literal(const Expr *Condition) const {
  if (auto Seen = Literals.find(Condition); Seen != Literals.end())
    return Seen->second;
  const Expr *E = Condition->IgnoreParenImpCasts();
  Literal L;
  llvm::FoldingSetNodeID Id;
  auto Add = [&](const Expr *Part) { Part->IgnoreParenImpCasts()->Profile(Id, Context, /*Canonical=*/true); };
  if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(E)) {
    L = literal(Cleanups->getSubExpr());
  } else if (const auto *Not = dyn_cast<UnaryOperator>(E); Not && Not->getOpcode() == UO_LNot) {
    L = literal(Not->getSubExpr());
    L.Negated = !L.Negated;
  } else if (const auto Compared = comparison(E)) {
    // Written as the negation of what its opposite says; `p != nullptr` is `p`.
    const BinaryOperatorKind Kind = Compared->Kind;
    L.Negated = Kind == BO_NE || (Compared->Total && (Kind == BO_GE || Kind == BO_LE));
    const BinaryOperatorKind Canonical = L.Negated ? BinaryOperator::negateComparisonOp(Kind) : Kind;
    if (Canonical == BO_EQ &&
        Compared->Right->isNullPointerConstant(const_cast<ASTContext &>(Context), Expr::NPC_ValueDependentIsNotNull)) {
      const bool Negated = L.Negated;
      L = literal(Compared->Left);
      L.Negated = L.Negated == Negated;
    } else {
      Id.AddInteger(Canonical);
      Add(Compared->Left);
      Add(Compared->Right);
      L.Key = Id.ComputeHash();
    }
  } else if (const auto *Reference = dyn_cast<DeclRefExpr>(E)) {
    L.Key = keyOf(*Reference->getDecl());
  } else {
    const auto *Call = dyn_cast<CXXMemberCallExpr>(E);
    const Expr *Answer = answerOf(Call);
    if (Answer)
      Add(Answer);
    Add(Answer ? Call->getImplicitObjectArgument() : E);
    L.Key = Id.ComputeHash();
  }
  return Literals[Condition] = L;
}

static Decisions::iterator firstFrom(Decisions &Decided, unsigned Key) {
  return std::lower_bound(Decided.begin(), Decided.end(), Key,
                          [](const auto &Entry, unsigned K) { return Entry.first < K; });
}

bool Conditions::isPossible(const Expr *Condition, bool Value, const Decisions &Decided) const {
  if (Decided.empty())
    return true;
  const Literal L = literal(Condition);
  return llvm::none_of(Decided,
                       [&](const auto &Known) { return Known.first == L.Key && Known.second != (Value != L.Negated); });
}

void Conditions::set(unsigned Key, bool Value, Decisions &Decided) const {
  if (!Until.count(Key))
    return;
  auto At = firstFrom(Decided, Key);
  if (At == Decided.end() || At->first != Key)
    Decided.insert(At, {Key, Value});
}

void Conditions::decide(const Expr *Condition, bool Value, Decisions &Decided) const {
  const Expr *E = Condition->IgnoreParenImpCasts();
  if (const auto *Both = dyn_cast<BinaryOperator>(E);
      Both && ((Both->getOpcode() == BO_LAnd && Value) || (Both->getOpcode() == BO_LOr && !Value))) {
    decide(Both->getLHS(), Value, Decided);
    decide(Both->getRHS(), Value, Decided);
    return;
  }
  const Literal L = literal(E);
  set(L.Key, Value != L.Negated, Decided);
}

bool Conditions::take(const CFGBlock &Block, bool Value, Decisions &Decided) const {
  const Expr *Condition = conditionOf(Block), *Whole = wholeCondition(Block);
  // The first operand of `a || b` decides it by being true, that of `a && b` by being false.
  if (const auto *Logical = dyn_cast_or_null<BinaryOperator>(Block.getTerminatorStmt());
      Logical && Value != (Logical->getOpcode() == BO_LOr))
    Whole = nullptr;
  if (!isPossible(Condition, Value, Decided) || (Whole && !isPossible(Whole, Value, Decided)))
    return false;
  decide(Condition, Value, Decided);
  if (Whole)
    decide(Whole, Value, Decided);
  return true;
}

void Conditions::apply(const Change &C, Decisions &Decided) const {
  if (auto In = Mentions.find(C.What); In != Mentions.end())
    llvm::erase_if(Decided, [&](const auto &Known) { return llvm::is_contained(In->second, Known.first); });
  if (C.To)
    set(keyOf(*C.What), *C.To, Decided);
}

void Conditions::pass(const CFGBlock &Block, unsigned First, Decisions &Decided) const {
  for (const Change &C : Changes[Block.getBlockID()])
    if (C.Index >= First)
      apply(C, Decided);
}

void Conditions::forget(const CFGBlock &Block, Decisions &Decided) const {
  if (auto Here = Ways.position(Block); Here && !Decided.empty())
    llvm::erase_if(Decided, [&](const auto &Known) { return Until.lookup(Known.first) <= *Here; });
}

Decisions Conditions::decideAround(const Stmt *S) const {
  const Body &In = Ways.body();
  const unsigned Here = Ways.position(S).value_or(0);
  struct Choice {
    unsigned Begin;
    const Expr *Condition;
    bool Value;
  };
  llvm::SmallVector<Choice, 4> Around; // Innermost first.
  for (const Stmt *Child = S, *P = In.parent(Child); P; Child = P, P = In.parent(P)) {
    const unsigned Begin = Ways.position(Child).value_or(0);
    if (const auto *If = dyn_cast<IfStmt>(P); If && If->getCond() && (Child == If->getThen() || Child == If->getElse()))
      Around.push_back({Begin, If->getCond(), Child == If->getThen()});
    else if (const auto *Arms = dyn_cast<ConditionalOperator>(P); Arms && Child != Arms->getCond())
      Around.push_back({Begin, Arms->getCond(), Child == Arms->getTrueExpr()});
  }
  auto Next = llvm::partition_point(InOrder, [&](const Change *C) { return C->At < Here; });
  Next -= std::min<ptrdiff_t>(Next - InOrder.begin(), MaxLookBack);
  Decisions Decided;
  auto PassUntil = [&](unsigned Position) {
    for (; Next != InOrder.end() && (*Next)->At < Position; ++Next) {
      Change C = **Next;
      if (!Ways.isWithin(Here, In.parent(C.Site)))
        C.To.reset(); // In a branch that need not have been taken.
      apply(C, Decided);
    }
  };
  for (const Choice &C : llvm::reverse(Around)) {
    PassUntil(C.Begin);
    decide(C.Condition, C.Value, Decided);
  }
  PassUntil(Here);
  return Decided;
}

} // namespace asynctidy
