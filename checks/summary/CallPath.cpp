// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where code runs, and how a chain of calls is told.

#include "summary/CallPath.h"
#include "TranslationUnit.h"
#include "summary/References.h"
#include "clang/AST/ASTLambda.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace asynctidy {

namespace {
/// A lambda and the body it is written in.
struct WrittenLambda {
  const LambdaExpr *Lambda;
  const Body *In;
};
} // namespace

/// The lambda whose call operator is \p F or the pattern of it; nothing if \p F is another function, or the one around
/// it is not visible.
static std::optional<WrittenLambda> writtenLambda(const FunctionDecl &F, TranslationUnit &Unit) {
  if (!isLambdaCallOperator(&F))
    return std::nullopt;
  const auto *Around = dyn_cast<FunctionDecl>(cast<CXXMethodDecl>(F).getParent()->getDeclContext());
  if (!Around || !Around->doesThisDeclarationHaveABody())
    return std::nullopt;
  const Body &In = Unit.body(*Around);
  for (const LambdaExpr *Lambda : In.lambdas())
    if (commonDeclaration(*Lambda->getCallOperator()) == commonDeclaration(F))
      return WrittenLambda{Lambda, &In};
  return std::nullopt;
}

/// Where the coroutine that the call \p Site of \p In makes is run, as far as whoever takes it right there says.
static Place placeOfCall(const Expr *Site, const Body &In, const Knowledge &Facts) {
  const Stmt *Parent = In.significantParent(Site);
  auto Taker = Parent ? CallSite::of(Parent) : std::nullopt;
  if (!Taker)
    return Place::Unknown;
  for (unsigned I = 0; I != Taker->arguments().size(); ++I)
    if (In.isWithin(Site, Taker->arguments()[I]))
      return handlingOf(*Taker, I, Facts).Where;
  return Place::Unknown;
}

/// Whether \p Holds for every call of the coroutine \p F that can be seen, and there is one; a mention that is no call
/// does not hold.
static bool everyCall(const FunctionDecl &F, TranslationUnit &Unit,
                      llvm::function_ref<bool(const CallExpr &, const Body &)> Holds) {
  auto Check = [&](const Expr *Callee, const Body &In) {
    const auto *Call = dyn_cast_or_null<CallExpr>(In.significantParent(Callee));
    return Call && Holds(*Call, In);
  };
  if (isLambdaCallOperator(&F)) {
    // [&]() -> task { ... }() as an argument.
    const auto Written = writtenLambda(F, Unit);
    return Written && Check(Written->Lambda, *Written->In);
  }
  const auto Uses = Unit.references().of(F);
  return !Uses.empty() &&
         llvm::all_of(Uses, [&](const References::Use &Use) { return Check(Use.Site, Unit.body(*Use.In)); });
}

/// Whether every call of the coroutine \p F is handed to a pool or another thread right away, or awaited by a coroutine
/// that is.
static bool runsElsewhere(const FunctionDecl &F, TranslationUnit &Unit, unsigned Depth = 4) {
  if (const HandedOver *Handing = isLambdaCallOperator(&F) ? Unit.summaries().handingOf(F) : nullptr)
    return Handing->How.Where == Place::Elsewhere;
  return everyCall(F, Unit, [&](const CallExpr &Call, const Body &In) {
    return placeOfCall(&Call, In, Unit.knowledge()) == Place::Elsewhere ||
           (Depth > 0 && In.enclosing<CoawaitExpr>(&Call) && runsElsewhere(In.function(), Unit, Depth - 1));
  });
}

/// Whether the call \p Call of a plain function \p In is given to something like sync_wait.
static bool isWaitedFor(const CallExpr &Call, const Body &In, const Knowledge &Facts) {
  const Stmt *Parent = In.significantParent(&Call);
  auto Taker = Parent && !In.isCoroutine() ? CallSite::of(Parent) : std::nullopt;
  if (!Taker)
    return false;
  const FunctionDecl &Callee = Taker->callee();
  if (const FunctionFact *Fact = Facts.function(Callee))
    return Fact->WaitsForTask;
  return Callee.getIdentifier() && llvm::is_contained(Facts.terms().Waiting, Callee.getName());
}

/// The expression in \p In that stands for the task which \p Call makes: the lambda that returns it, if there is one.
static const Expr *takenFor(const CallExpr &Call, const Body &In, TranslationUnit &Unit, const Body *&Taker) {
  const auto Written = In.enclosing<ReturnStmt>(&Call) ? writtenLambda(In.function(), Unit) : std::nullopt;
  Taker = Written ? Written->In : &In;
  return Written ? static_cast<const Expr *>(Written->Lambda) : &Call;
}

/// Whether \p Variable is used for nothing but to run the loop that it is: in \p In, except where \p IsOther accepts a
/// use, and in the lambdas of it. Whoever runs the loop has nothing else to run there.
static bool isOnlyRun(const VarDecl &Variable, const Body &In, TranslationUnit &Unit,
                      llvm::function_ref<bool(const DeclRefExpr &)> IsOther) {
  return llvm::all_of(In.statements(), [&](const Stmt *S) {
    const auto *Use = dyn_cast<DeclRefExpr>(S);
    if (!Use || Use->getDecl() != &Variable || IsOther(*Use))
      return true;
    const Stmt *Parent = In.significantParent(Use);
    if (const auto *Lambda = dyn_cast_or_null<LambdaExpr>(Parent))
      return isOnlyRun(Variable, Unit.body(*Lambda->getCallOperator()), Unit,
                       [](const DeclRefExpr &) { return false; });
    const auto *Member = dyn_cast_or_null<MemberExpr>(Parent);
    const auto *Method = Member ? dyn_cast<CXXMethodDecl>(Member->getMemberDecl()) : nullptr;
    const FunctionFact *Fact = Method ? Unit.knowledge().function(*Method) : nullptr;
    return Fact && Fact->RunsLoop;
  });
}

/// The local variables on the way from \p E, which says on what to spawn, to the loop that is meant, which is the last
/// one: `exe` and `loop` for exe in `any_io_executor exe = loop.get_executor()`. Empty if there is no such way.
static llvm::SmallVector<const VarDecl *, 2> wayToLoop(const Expr *E, const Body &In, const Knowledge &Facts) {
  llvm::SmallVector<const VarDecl *, 2> Way;
  for (unsigned Depth = 8; E && Depth > 0; --Depth) {
    E = valueSource(E);
    if (const auto Get = isa<CallExpr>(E) ? CallSite::of(E) : std::nullopt) {
      // loop.get_executor(), make_strand(loop): what comes out belongs to the same loop.
      const Expr *From = Get->object() ? Get->object() : Get->argument(0);
      const auto Given = executorBehind(E->getType(), Facts);
      const auto Giver = From ? executorBehind(From->getType(), Facts) : std::nullopt;
      E = Given && Giver && Given->Class == Giver->Class ? From : nullptr;
    } else if (const VarDecl *Variable = namedVariable(E)) {
      if (!Variable->isLocalVarDecl() || Variable->getDeclContext() != &In.function())
        return {};
      Way.push_back(Variable);
      if (executor(recordOf(Variable->getType()), Facts))
        return Way;
      E = Variable->getInit();
    } else {
      const auto *Made = dyn_cast<CXXConstructExpr>(E);
      E = Made && Made->getNumArgs() > 0 ? Made->getArg(0) : nullptr;
    }
  }
  return {};
}

/// Whether \p Call is all that is given to a loop which a plain function has made, runs to its end and uses for nothing
/// else: that is waiting for it, only longer written.
static bool isOnlyWorkOfLoop(const CallExpr &Call, const Body &In, TranslationUnit &Unit) {
  const Body *Taker = &In;
  const auto Direct = CallSite::of(&Call);
  const FunctionFact *Own = Direct ? Unit.knowledge().function(Direct->callee()) : nullptr;
  // co_spawn(loop, [&]() -> task { co_await f(); }, detached)
  const Stmt *Parent = &Call;
  if (!Own || !Own->Spawns) {
    const Expr *Task = takenFor(Call, In, Unit, Taker);
    Parent = Taker->significantParent(Task);
  }
  const auto Spawn = Parent && !Taker->isCoroutine() ? CallSite::of(Parent) : std::nullopt;
  const FunctionFact *Spawned = Spawn ? Unit.knowledge().function(Spawn->callee()) : nullptr;
  if (!Spawned || !Spawned->Spawns || Taker->enclosingLoop(Parent))
    return false;
  const auto Way = wayToLoop(Spawn->argument(0), *Taker, Unit.knowledge());
  auto IsOnTheWay = [&](const DeclRefExpr &Use) {
    return Taker->isWithin(&Use, Parent) ||
           llvm::any_of(Way, [&](const VarDecl *Variable) { return Taker->isWithin(&Use, Variable->getInit()); });
  };
  return !Way.empty() &&
         llvm::all_of(Way, [&](const VarDecl *Variable) { return isOnlyRun(*Variable, *Taker, Unit, IsOnTheWay); });
}

/// Whether the coroutine \p In is always on the thread of a plain function that waits for it when it comes to
/// \p Site: it has not suspended yet, and neither have those that await it.
static bool runsOnWaiter(const Stmt *Site, const Body &In, TranslationUnit &Unit, unsigned Depth = 4) {
  const Stmt *Loop = In.enclosingLoop(Site);
  const SourceManager &Sources = Unit.context().getSourceManager();
  for (const SuspensionPoint &P : In.suspensions()) {
    const bool Before =
        Sources.isBeforeInTranslationUnit(P.Site->getBeginLoc(), Site->getBeginLoc()) && !In.isWithin(Site, P.Site);
    if (Unit.awaitables().maySuspend(P) && (Before || (Loop && In.isWithin(P.Site, Loop))))
      return false;
  }
  return everyCall(In.function(), Unit, [&](const CallExpr &Call, const Body &Caller) {
    return isWaitedFor(Call, Caller, Unit.knowledge()) || isOnlyWorkOfLoop(Call, Caller, Unit) ||
           (Depth > 0 && Caller.enclosing<CoawaitExpr>(&Call) && runsOnWaiter(&Call, Caller, Unit, Depth - 1));
  });
}

/// Whether what happens implicitly at \p Loc is the end of a variable that lives until the end of \p In.
static bool diesAtTheEnd(SourceLocation Loc, const Body &In) {
  return llvm::any_of(In.locals(), [&](const VarDecl *Variable) {
    return Variable->getLocation() == Loc && In.parent(In.declarationOf(*Variable)) == In.root();
  });
}

bool LoopCode::delaysOnlyWaiter(const Witness &W, TranslationUnit &Unit) const {
  // What a lambda of the coroutine does happens where the coroutine calls it; others may keep it for later.
  const CallEdge *First = W.Path.empty() ? nullptr : W.Path.front();
  if (!Coroutine || (First && First->How == CallEdge::Kind::Callable && contains(*First->To)))
    return false;
  const Body &In = Unit.body(Function);
  if (const Stmt *Site = First ? First->Site : W.What->Site)
    return runsOnWaiter(Site, In, Unit);
  return First && diesAtTheEnd(First->Loc, In) &&
         everyCall(Function, Unit, [&](const CallExpr &Call, const Body &Caller) {
           return isWaitedFor(Call, Caller, Unit.knowledge());
         });
}

/// Whether nobody outside of this file can call \p F, and nobody in it does: it is there to be compiled.
static bool isNeverRun(const FunctionDecl &F) {
  return !F.isExternallyVisible() && !F.isReferenced() && !isLambdaCallOperator(&F) && !isa<CXXMethodDecl>(F);
}

/// Whether somebody runs what \p Handed hands over, and not on a loop as far as is known.
static bool mayRunElsewhere(const HandedOver &Handed, const Knowledge &Facts) {
  const FunctionFact *Fact = Facts.function(*Handed.Taker);
  return Handed.How.Where == Place::Elsewhere ||
         (Handed.How.Where == Place::Unknown && (Handed.How.Inferred || (Fact && !Fact->BindsArguments)));
}

/// Whether an object with the call operator \p F is also given to somebody who does not run it on a loop, as far as
/// known, by \p Giver or by its own class: what takes long in it may be done there.
static bool runsElsewhereToo(const FunctionDecl &F, const FunctionSummary &Giver, TranslationUnit &Unit) {
  auto GivesAway = [&](const FunctionSummary &Function) {
    return llvm::any_of(Function.Handed, [&](const HandedOver &Handed) {
      return Handed.Callable->getCanonicalDecl() == F.getCanonicalDecl() && mayRunElsewhere(Handed, Unit.knowledge());
    });
  };
  const auto *Operator = F.getOverloadedOperator() == OO_Call ? dyn_cast<CXXMethodDecl>(&F) : nullptr;
  return Operator && (GivesAway(Giver) || llvm::any_of(Operator->getParent()->methods(), [&](const CXXMethodDecl *M) {
                        const FunctionDecl *Definition = M->getDefinition();
                        return Definition && Definition->doesThisDeclarationHaveABody() &&
                               GivesAway(Unit.summaries().of(*Definition));
                      }));
}

void LoopCode::forEach(const FunctionDecl &F, TranslationUnit &Unit, llvm::function_ref<void(const LoopCode &)> Visit) {
  Summaries &Functions = Unit.summaries();
  const FunctionSummary &Own = Functions.of(F);
  const HandedOver *Handing = isLambdaCallOperator(&F) ? Functions.handingOf(F) : nullptr;
  const Place Where = Handing ? Handing->How.Where : Place::Unknown;
  if (Own.IsCoroutine && (isNeverRun(F) || !Unit.awaitables().isAsynchronous(Unit.body(F))))
    return;
  // Whoever does nothing of interest need not be looked for in the whole translation unit.
  const bool Matters = Functions.hasEffects(F) || (Unit.settings().LinksFiles && Functions.leadsOutside(F));
  const bool OnLoop = Own.IsCoroutine ? Matters && !runsElsewhere(F, Unit) : Where == Place::Loop;
  if (OnLoop)
    Visit(LoopCode(F, Own.IsCoroutine, Own.IsCoroutine ? nullptr : Handing));
  // A named function that is handed to a loop is judged where that is seen.
  for (const HandedOver &Handed : Own.Handed) {
    const FunctionDecl *Definition = nullptr;
    if (Handed.How.Where == Place::Loop && Handed.Callable->isDefined(Definition) && Definition &&
        !isLambdaCallOperator(Definition) && isTransparent(*Definition, Unit) &&
        !Unit.body(*Definition).isCoroutine() && !runsElsewhereToo(*Definition, Own, Unit))
      Visit(LoopCode(*Definition, false, &Handed));
  }
}

std::string LoopCode::describe() const {
  if (isLambdaCallOperator(&Function))
    return Coroutine ? "a coroutine lambda" : "a callback of the event loop";
  return (Coroutine ? "coroutine '" : "event loop callback '") + Function.getNameAsString() + "'";
}

bool LoopCode::contains(const FunctionDecl &F) const {
  const FunctionDecl *Current = &F;
  while (Current && Current != &Function && isLambdaCallOperator(Current))
    Current = dyn_cast<FunctionDecl>(cast<CXXMethodDecl>(Current)->getParent()->getDeclContext());
  return Current == &Function;
}

std::string describe(const CallEdge &Step) {
  if (isLambdaCallOperator(Step.To))
    return "a lambda";
  const auto *Method = dyn_cast<CXXMethodDecl>(Step.To);
  if (Method && Step.How == CallEdge::Kind::Destructor)
    return "the destructor of '" + Method->getParent()->getNameAsString() + "'";
  if (Method && Step.How == CallEdge::Kind::Constructor)
    return "the constructor of '" + Method->getParent()->getNameAsString() + "'";
  return "'" + Step.To->getNameAsString() + "'";
}

const CallEdge *leavingStep(const Witness &W, const LoopCode &Root) {
  if (Root.contains(*W.What->In))
    return nullptr;
  for (const CallEdge *Step : llvm::reverse(W.Path))
    if (Root.contains(*Step->From))
      return Step;
  return nullptr;
}

//===-- What runs once ----------------------------------------------------------------------------------------===//

/// The named function that \p F is or is written in.
static const FunctionDecl &outermost(const FunctionDecl &F) {
  const FunctionDecl *Found = &F;
  for (const DeclContext *D = F.getParent(); D && !D->isFileContext(); D = D->getParent())
    if (const auto *Around = dyn_cast<FunctionDecl>(D))
      Found = Around;
  return *Found;
}

/// Whether \p F lies in a namespace for tests.
static bool isInTestNamespace(const FunctionDecl &F, const Knowledge &Facts) {
  for (const DeclContext *D = F.getParent(); D; D = D->getParent())
    if (const auto *Space = dyn_cast<NamespaceDecl>(D);
        Space && llvm::is_contained(Facts.terms().TestNamespaces, Space->getName()))
      return true;
  return false;
}

/// Whether nobody names \p F, a function of tests, and no header tells others of it: it is there to be compiled.
static bool isOnlyCompiled(const FunctionDecl &F, TranslationUnit &Unit) {
  const auto &Written = *cast<FunctionDecl>(commonDeclaration(F));
  return !Written.isReferenced() && Written.getMostRecentDecl() == &Written && !Written.isMain() &&
         !Written.isExternC() && !isa<CXXMethodDecl>(Written) &&
         (Unit.references().areTests() || isInTestNamespace(Written, Unit.knowledge()));
}

bool isTestCode(const FunctionDecl &F, TranslationUnit &Unit) {
  const SourceManager &Sources = Unit.context().getSourceManager();
  llvm::SmallVector<const FunctionDecl *, 8> Pending{&F};
  llvm::SmallPtrSet<const Decl *, 8> Seen;
  bool Tested = false; // Functions that name only each other are nobody's.
  for (size_t I = 0; I != Pending.size(); ++I) {
    if (isInTestScope(*Pending[I], Unit.knowledge())) {
      Tested = true;
      continue;
    }
    const FunctionDecl &Helper = outermost(*Pending[I]);
    if (!Seen.insert(commonDeclaration(Helper)).second)
      continue;
    const auto Uses = Unit.references().of(Helper);
    if (!Sources.isInMainFile(Sources.getExpansionLoc(Helper.getLocation())))
      return false;
    if (Uses.empty() && !(I == 0 && Unit.references().areTests()) && !isOnlyCompiled(Helper, Unit))
      return false;
    Tested |= Uses.empty();
    for (const References::Use &Use : Uses)
      Pending.push_back(Use.In);
  }
  return Tested;
}

/// Whether \p Lambda, if a variable of \p In holds it, is named in a loop there.
static bool isNamedInLoop(const LambdaExpr &Lambda, const Body &In) {
  const VarDecl *Holder = nullptr;
  for (const VarDecl *Variable : In.locals())
    if (Variable->getInit() && valueSource(Variable->getInit()) == &Lambda)
      Holder = Variable;
  return Holder && llvm::any_of(In.statements(), [&](const Stmt *S) {
           const auto *Reference = dyn_cast<DeclRefExpr>(S);
           return Reference && Reference->getDecl() == Holder && In.enclosingLoop(Reference);
         });
}

static bool runsOnce(const FunctionDecl &F, TranslationUnit &Unit, bool OrInTests, unsigned Depth) {
  if (F.isMain() || (OrInTests && isTestCode(F, Unit)))
    return true;
  if (Depth == 0)
    return false;
  if (isLambdaCallOperator(&F)) {
    const auto Written = writtenLambda(F, Unit);
    return Written && !Written->In->enclosingLoop(Written->Lambda) && !isNamedInLoop(*Written->Lambda, *Written->In) &&
           runsOnce(Written->In->function(), Unit, OrInTests, Depth - 1);
  }
  const auto Uses = Unit.references().of(F);
  return !Uses.empty() && llvm::all_of(Uses, [&](const References::Use &Use) {
    return !Unit.body(*Use.In).enclosingLoop(Use.Site) && runsOnce(*Use.In, Unit, OrInTests, Depth - 1);
  });
}

bool runsOnce(const LoopCode &Root, TranslationUnit &Unit, bool OrInTests) {
  return runsOnce(Root.function(), Unit, OrInTests, /*Depth=*/5);
}

bool happensOnce(const Witness &W, const LoopCode &Root, TranslationUnit &Unit, bool OrInTests) {
  auto InLoop = [&](const FunctionDecl &F, const Stmt *S) {
    return S && F.doesThisDeclarationHaveABody() && Unit.body(F).enclosingLoop(S);
  };
  const Stmt *Site = W.What->Variable ? Unit.body(*W.What->In).declarationOf(*W.What->Variable) : W.What->Site;
  if (InLoop(*W.What->In, Site) ||
      llvm::any_of(W.Path, [&](const CallEdge *Step) { return InLoop(*Step->From, Step->Site); }))
    return false;
  return runsOnce(Root, Unit, OrInTests);
}

} // namespace asynctidy
