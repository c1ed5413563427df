// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads what a body does with its guards and with locks that it takes by hand.

#include "sharing/HeldLock.h"
#include "coroutine/Looking.h"
#include "coroutine/TaskFate.h"
#include "summary/CallSite.h"
#include "llvm/ADT/FoldingSet.h"
#include "llvm/ADT/STLExtras.h"
#include <map>

using namespace clang;

namespace asynctidy {
namespace {

using Role = ThreadLocks::Role;

/// The member call whose object \p Object is, through the member access \p Member; null if it is none.
const CXXMemberCallExpr *calledOn(const MemberExpr *Member, const Body &In) {
  const auto *Call = dyn_cast_or_null<CXXMemberCallExpr>(Member ? In.significantParent(Member) : nullptr);
  return Call && Call->getCallee()->IgnoreParens() == Member && Call->getMethodDecl() ? Call : nullptr;
}

/// Whether \p Site passes \p Argument so that the callee can change it.
bool canChange(const CallSite &Site, const Expr *Argument, const Body &In) {
  const auto *At = llvm::find_if(Site.arguments(), [&](const Expr *A) { return In.isWithin(Argument, A); });
  const auto Index = static_cast<unsigned>(At - Site.arguments().begin());
  return Index >= Site.callee().getNumParams() || isMutableParameter(Site.callee().getParamDecl(Index)->getType());
}

class Reader {
public:
  Reader(const Body &In, TranslationUnit &Unit, const std::vector<Named> &Listed)
      : In(In), Unit(Unit), Locks(Unit.locks()), Listed(Listed) {}

  std::vector<HeldLock> run();

private:
  void addGuard(const VarDecl &Variable);
  void addTemporary(const Expr &Temporary);
  void readUse(const Expr *Use, HeldLock &Of);
  void readCall(const CXXMemberCallExpr &Call, HeldLock &Of);
  bool isCondition(const Expr *E) const;
  void begin(const Stmt *At, HeldLock &Of);
  void end(const Stmt *At, HeldLock &Of) { Ends[&Of - Found.data()].push_back(At); }

  /// A member call, or a call of a C function, that takes or gives back the lock \p Object.
  struct ByHand {
    const CallExpr *Call;
    Role What;
    const Expr *Object;
  };
  std::optional<ByHand> byHand(const Stmt *S) const;
  void addLocksTakenByHand();
  using Objects = llvm::SmallPtrSet<const ValueDecl *, 4>;
  using Places = llvm::SmallVector<const Stmt *, 4>;
  const Objects &unlockedIn(const FunctionDecl &F);
  llvm::DenseMap<const ValueDecl *, Places> unlockedElsewhere(const Objects &Taken);
  unsigned keyOf(const Expr *Object) const;

  const Body &In;
  TranslationUnit &Unit;
  const ThreadLocks &Locks;
  const std::vector<Named> &Listed;
  std::vector<HeldLock> Found;
  std::vector<llvm::SmallVector<const Stmt *, 4>> Ends;                      ///< By lock.
  std::vector<llvm::SmallVector<std::pair<const Expr *, bool>, 2>> EndsWhen; ///< By lock.
  llvm::DenseMap<const ValueDecl *, unsigned> Guards;
  std::map<const FunctionDecl *, Objects> Unlocked;
};

/// Whether \p E is the whole of a condition that control branches on.
bool Reader::isCondition(const Expr *E) const {
  const Stmt *Child = E, *P = In.significantParent(E);
  for (; isa_and_nonnull<UnaryOperator, BinaryOperator>(P); Child = P, P = In.significantParent(P)) {
    const auto *Not = dyn_cast<UnaryOperator>(P);
    if (Not ? Not->getOpcode() != UO_LNot : !cast<BinaryOperator>(P)->isLogicalOp())
      return false;
  }
  if (const auto *If = dyn_cast_or_null<IfStmt>(P))
    return In.isWithin(Child, If->getCond());
  const Expr *Condition = P && isLoop(P) ? loopCondition(P) : nullptr;
  return Condition && In.isWithin(Child, Condition);
}

void Reader::begin(const Stmt *At, HeldLock &Of) {
  Stretch S;
  S.Begin = At;
  S.Scope = Of.Guard ? scopeOf(*Of.Guard, In) : nullptr;
  Of.Held.push_back(std::move(S));
}

/// Whether \p Init makes an object without anything to hold: `{}`, `(m, std::defer_lock)`, `(nullptr)`.
bool makesEmpty(const Expr *Init, const Knowledge &Facts) {
  const Expr *E = Init ? valueSource(Init) : nullptr;
  if (const auto *List = dyn_cast_or_null<InitListExpr>(E))
    return List->getNumInits() == 0 ||
           llvm::any_of(List->inits(), [&](const Expr *Part) { return makesEmpty(Part, Facts); });
  const auto *Made = dyn_cast_or_null<CXXConstructExpr>(E);
  if (!Made)
    return !E;
  if (Made->getNumArgs() == 0)
    return true;
  return llvm::any_of(Made->arguments(), [&](const Expr *Argument) {
    if (isa<CXXNullPtrLiteralExpr>(Argument->IgnoreParenImpCasts()))
      return true;
    const CXXRecordDecl *Class = recordOf(Argument->getType());
    return Class && Class->getIdentifier() && llvm::is_contained(Facts.terms().DeferredLocks, Class->getName());
  });
}

void Reader::addGuard(const VarDecl &Variable) {
  const CXXRecordDecl *Class = Variable.getType().getNonReferenceType()->getAsCXXRecordDecl();
  const bool IsParameter = isa<ParmVarDecl>(Variable);
  if (!Class || !Variable.hasLocalStorage())
    return;
  // A reference to a guard that somebody else holds is theirs, one to a temporary is as good as a variable.
  if (Variable.getType()->isReferenceType())
    if (const auto *Made = dyn_cast_or_null<MaterializeTemporaryExpr>(
            IsParameter || !Variable.getInit() ? nullptr : Variable.getInit()->IgnoreImpCasts());
        !Made || Made->getExtendingDecl() != &Variable)
      return;
  HeldLock Lock;
  if (const Named *Entry = find(Listed, *Class)) {
    Lock.What = HeldLock::Kind::Listed;
    Lock.Advice = Entry->Advice;
  } else if (!Locks.isGuard(Variable.getType()) ||
             (!IsParameter && Variable.getInit() && isa<CoawaitExpr>(valueSource(Variable.getInit())))) {
    return; // A lock that is awaited is made to be held while others run, whatever holds it then.
  }
  Lock.Guard = &Variable;
  Lock.Name = Variable.getNameAsString();
  const bool Empty =
      !IsParameter && Lock.What != HeldLock::Kind::Listed && makesEmpty(Variable.getInit(), Unit.knowledge());
  if (!Empty) {
    Stretch S;
    if (!IsParameter) {
      S.Declared = &Variable;
      S.Scope = scopeOf(Variable, In);
    }
    Lock.Held.push_back(std::move(S));
  }
  Guards[&Variable] = Found.size();
  Found.push_back(std::move(Lock));
}

/// A guard without a name that lives until the end of an expression in which something is awaited: `*map.lock()`.
void Reader::addTemporary(const Expr &Temporary) {
  const Stmt *User = In.significantParent(&Temporary);
  while (isa_and_nonnull<CXXFunctionalCastExpr>(User))
    User = In.significantParent(User);
  const auto *Operator = dyn_cast_or_null<CXXOperatorCallExpr>(User);
  const auto *Comma = dyn_cast_or_null<BinaryOperator>(User);
  if (!isa_and_nonnull<MemberExpr>(User) && !(Comma && Comma->getOpcode() == BO_Comma) &&
      !(Operator && (Operator->getOperator() == OO_Arrow || Operator->getOperator() == OO_Star)))
    return;
  const Stmt *Whole = User;
  while (isa_and_nonnull<Expr>(In.parent(Whole)) && !isa<LambdaExpr>(In.parent(Whole)))
    Whole = In.parent(Whole);
  if (llvm::none_of(In.suspensions(), [&](const SuspensionPoint &P) { return In.isWithin(P.Site, Whole); }) ||
      makesEmpty(&Temporary, Unit.knowledge()))
    return;
  HeldLock Lock;
  Lock.What = HeldLock::Kind::Temporary;
  Lock.Site = &Temporary;
  Lock.Name = Temporary.getType().getNonReferenceType()->getAsCXXRecordDecl()->getQualifiedNameAsString();
  Stretch S;
  S.Begin = &Temporary;
  S.Scope = Whole;
  Lock.Held.push_back(std::move(S));
  Found.push_back(std::move(Lock));
}

/// What calling a member of the guard does to it.
void Reader::readCall(const CXXMemberCallExpr &Call, HeldLock &Of) {
  const CXXMethodDecl &Method = *Call.getMethodDecl();
  const size_t Index = &Of - Found.data();
  switch (Locks.roleOf(Method)) {
  case Role::Takes:
    begin(&Call, Of);
    return;
  case Role::Tries:
    if (isCondition(&Call)) {
      begin(&Call, Of);
      EndsWhen[Index].push_back({&Call, false});
    }
    return;
  case Role::Gives:
    end(&Call, Of);
    return;
  case Role::Other:
    break;
  }
  if (Method.getReturnType()->isBooleanType() && Method.isConst())
    EndsWhen[Index].push_back({&Call, false}); // if (lock.owns_lock()), if (lock)
  else if (!leavesObject(Method))
    end(&Call, Of);
}

/// What \p Use, which names the guard or the member of it that is one, does to it.
void Reader::readUse(const Expr *Use, HeldLock &Of) {
  const Stmt *Parent = In.significantParent(Use);
  if (isa_and_nonnull<CompoundStmt>(Parent))
    return;
  Of.IsUsedElsewhere = true;
  if (const auto *Cast = dyn_cast_or_null<ExplicitCastExpr>(Parent); Cast && Cast->getType()->isVoidType())
    return;
  if (const auto *Member = dyn_cast_or_null<MemberExpr>(Parent)) {
    if (const CXXMemberCallExpr *Call = calledOn(Member, In))
      readCall(*Call, Of);
    else if (Locks.isGuard(Member->getType()))
      readUse(Member, Of);
    return;
  }
  if (const auto *Operator = dyn_cast_or_null<CXXOperatorCallExpr>(Parent)) {
    if (Operator->isAssignmentOp() && Operator->getNumArgs() == 2 && In.isWithin(Use, Operator->getArg(0))) {
      if (makesEmpty(Operator->getArg(1), Unit.knowledge()))
        end(Operator, Of);
      else
        begin(Operator, Of);
      return;
    }
    if (const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Operator->getDirectCallee());
        Method && !Operator->isAssignmentOp() && In.isWithin(Use, Operator->getArg(0)))
      return; // It gives what the lock protects: `*locked`, `locked->`.
  }
  if (const auto Site = CallSite::of(Parent)) {
    const FunctionFact *Fact = Unit.knowledge().function(Site->callee());
    if (!canChange(*Site, Use, In))
      return;
    if (Fact && Fact->Blocks == BlockKind::Lock) { // std::lock(a, b)
      begin(Parent, Of);
      return;
    }
    if (Fact && Fact->Blocks)
      return; // Waiting for a condition ends with the lock held again.
  }
  end(Use, Of); // Moved, lent or captured: who has it may unlock it.
}

/// Identifies the object that \p Object names.
unsigned Reader::keyOf(const Expr *Object) const {
  llvm::FoldingSetNodeID Id;
  Object->IgnoreParenImpCasts()->Profile(Id, Unit.context(), /*Canonical=*/true);
  return Id.ComputeHash();
}

std::optional<Reader::ByHand> Reader::byHand(const Stmt *S) const {
  const auto *Call = dyn_cast<CallExpr>(S);
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  if (!Callee)
    return std::nullopt;
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call)) {
    const Role What = Locks.roleOf(*Callee);
    const Expr *Object = Member->getImplicitObjectArgument();
    if (What == Role::Other || !namedObject(Object))
      return std::nullopt;
    const CXXRecordDecl *Class = recordOf(Object->getType());
    const bool IsGuardMember =
        Class && isa<MemberExpr>(Object->IgnoreParenImpCasts()) && Locks.isGuard(Object->getType());
    if (Guards.count(namedObject(Object)) || (!IsGuardMember && !Locks.isLock(Class, LockEvidence::Alone)))
      return std::nullopt;
    return ByHand{Call, What, Object};
  }
  const FunctionFact *Fact = Unit.knowledge().function(*Callee);
  if (!Fact || Fact->Lock == FunctionFact::LockRole::None || Call->getNumArgs() == 0)
    return std::nullopt;
  const Expr *Object = Call->getArg(0)->IgnoreParenImpCasts();
  if (const auto *Address = dyn_cast<UnaryOperator>(Object); Address && Address->getOpcode() == UO_AddrOf)
    Object = Address->getSubExpr();
  if (!namedObject(Object))
    return std::nullopt;
  return ByHand{Call, Fact->Lock == FunctionFact::LockRole::Takes ? Role::Takes : Role::Gives, Object};
}

/// The locks that \p F visibly unlocks.
const Reader::Objects &Reader::unlockedIn(const FunctionDecl &F) {
  auto [Entry, New] = Unlocked.try_emplace(F.getCanonicalDecl());
  const FunctionDecl *Defined = nullptr;
  if (New && F.hasBody(Defined))
    for (const Stmt *S : Unit.body(*Defined).statements())
      if (const auto Hand = byHand(S); Hand && Hand->What == Role::Gives)
        Entry->second.insert(namedObject(Hand->Object));
  return Entry->second;
}

/// Where each of \p Taken may be unlocked by somebody else: it is lent to a function, or a function is called that
/// visibly unlocks it.
llvm::DenseMap<const ValueDecl *, Reader::Places> Reader::unlockedElsewhere(const Objects &Taken) {
  llvm::DenseMap<const ValueDecl *, Places> Elsewhere;
  for (const Stmt *S : In.statements()) {
    const auto Site = CallSite::of(S);
    if (!Site || byHand(S))
      continue;
    const FunctionFact *Fact = Unit.knowledge().function(Site->callee());
    for (const Expr *Argument : Site->arguments()) {
      const Expr *Given = Argument->IgnoreParenImpCasts();
      if (const auto *Address = dyn_cast<UnaryOperator>(Given); Address && Address->getOpcode() == UO_AddrOf)
        Given = Address->getSubExpr();
      const ValueDecl *Lock = namedObject(Given);
      if (Lock && Taken.count(Lock) && !(Fact && Fact->Blocks) && canChange(*Site, Argument, In))
        Elsewhere[Lock].push_back(S);
    }
    for (const ValueDecl *Lock : unlockedIn(Site->callee()))
      if (Taken.count(Lock))
        Elsewhere[Lock].push_back(S);
  }
  return Elsewhere;
}

/// Adds the locks that are taken and given back in this body by calls of their own members.
void Reader::addLocksTakenByHand() {
  constexpr size_t MaxTaken = 256;
  std::vector<ByHand> Taken;
  Objects Locked, InLambdas;
  llvm::DenseMap<unsigned, Places> Given;
  for (const Stmt *S : In.statements())
    if (const auto Hand = byHand(S)) {
      if (Hand->What == Role::Gives) {
        Given[keyOf(Hand->Object)].push_back(Hand->Call);
      } else if (Taken.size() != MaxTaken && (Hand->What == Role::Takes || isCondition(Hand->Call))) {
        Taken.push_back(*Hand);
        Locked.insert(namedObject(Hand->Object));
      }
    }
  if (Taken.empty() || Given.empty())
    return;
  for (const LambdaExpr *Lambda : In.lambdas())
    for (const ValueDecl *Lock : unlockedIn(*Lambda->getCallOperator()))
      InLambdas.insert(Lock);
  const auto Elsewhere = unlockedElsewhere(Locked);
  for (const ByHand &Hand : Taken) {
    const ValueDecl *Lock = namedObject(Hand.Object);
    const auto Back = Given.find(keyOf(Hand.Object));
    if (Back == Given.end() || InLambdas.count(Lock))
      continue; // Somebody else gives it back.
    HeldLock Held;
    Held.What = HeldLock::Kind::ByHand;
    Held.Site = Hand.Call;
    Held.Name = Lock->getNameAsString();
    Stretch S;
    S.Begin = Hand.Call;
    if (const auto *Variable = dyn_cast<VarDecl>(Lock))
      S.Scope = scopeOf(*Variable, In);
    S.Ends.insert(Back->second.begin(), Back->second.end());
    if (const auto Others = Elsewhere.find(Lock); Others != Elsewhere.end())
      S.Ends.insert(Others->second.begin(), Others->second.end());
    if (Hand.What == Role::Tries)
      S.EndsWhen[Hand.Call] = false;
    Held.Held.push_back(std::move(S));
    Found.push_back(std::move(Held));
  }
}

std::vector<HeldLock> Reader::run() {
  for (const ParmVarDecl *Parameter : In.function().parameters())
    addGuard(*Parameter);
  for (const VarDecl *Local : In.locals())
    addGuard(*Local);
  Ends.resize(Found.size());
  EndsWhen.resize(Found.size());
  const size_t Variables = Found.size();
  for (const Stmt *S : In.statements()) {
    if (const auto *Site = dyn_cast<DeclRefExpr>(S)) {
      if (auto Guard = Guards.find(Site->getDecl()); Guard != Guards.end())
        readUse(Site, Found[Guard->second]);
    } else if (const auto *Lambda = dyn_cast<LambdaExpr>(S)) {
      for (const LambdaCapture &Capture : Lambda->captures())
        if (Capture.capturesVariable())
          if (auto Guard = Guards.find(Capture.getCapturedVar()); Guard != Guards.end())
            end(Lambda, Found[Guard->second]);
    }
  }
  for (size_t I = 0; I != Variables; ++I)
    for (Stretch &Held : Found[I].Held) {
      Held.Ends.insert(Ends[I].begin(), Ends[I].end());
      for (const auto &[Condition, Value] : EndsWhen[I])
        Held.EndsWhen[Condition] = Value;
    }
  for (const Stmt *S : In.statements())
    if (const auto *Temporary = dyn_cast<CXXBindTemporaryExpr>(S); Temporary && Locks.isGuard(Temporary->getType()))
      addTemporary(*Temporary);
  addLocksTakenByHand();
  return std::move(Found);
}

} // namespace

std::vector<HeldLock> locksHeldIn(const Body &In, TranslationUnit &Unit, const std::vector<Named> &Listed) {
  return Reader(In, Unit, Listed).run();
}

} // namespace asynctidy
