// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds executors that live no longer than the call that makes them.

#include "summary/ExecutorCreation.h"
#include "TranslationUnit.h"
#include "knowledge/QualifiedName.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace clang;

namespace asynctidy {
namespace {

/// An executor that a value of some type owns.
struct Owned {
  Executor What;
  bool IsContainer; ///< Filled later, if at all.
};

class Finder {
public:
  Finder(const Body &In, TranslationUnit &Unit, std::deque<Effect> &Effects)
      : In(In), Facts(Unit.knowledge()), Effects(Effects), Unit(Unit) {}

  void run() {
    for (const VarDecl *Variable : In.locals())
      visitLocal(*Variable);
    for (const Stmt *S : In.statements())
      visitExpression(S);
  }

private:
  /// The executor that a local of type \p T owns: itself, through a smart pointer, or in a standard container.
  std::optional<Owned> ownedBy(QualType T) {
    if (T->isReferenceType() || T->isPointerType())
      return std::nullopt;
    const CXXRecordDecl *Record = recordOf(T);
    if (auto Found = executor(Record, Facts))
      return Owned{*Found, false};
    const auto *Specialization = dyn_cast_or_null<ClassTemplateSpecializationDecl>(Record);
    if (!Specialization || !Specialization->isInStdNamespace() || Specialization->getTemplateArgs().size() == 0 ||
        Specialization->getTemplateArgs()[0].getKind() != TemplateArgument::Type)
      return std::nullopt;
    QualType Inner = Specialization->getTemplateArgs()[0].getAsType();
    if (Inner->isPointerType() || Inner->isReferenceType())
      return std::nullopt;
    if (auto Found = executor(recordOf(Inner), Facts))
      return Owned{*Found, !dereferences(*Specialization)};
    return std::nullopt;
  }

  /// A smart pointer or optional: operator* and operator-> but no begin().
  static bool dereferences(const CXXRecordDecl &Record) {
    DeclarationNameTable &Names = Record.getASTContext().DeclarationNames;
    return !membersNamed(Record, Names.getCXXOperatorName(OO_Arrow)).empty() && membersNamed(Record, "begin").empty();
  }

  /// Uses of \p Variable in \p Where, outside lambdas.
  static std::vector<const DeclRefExpr *> usesOf(const VarDecl &Variable, const Body &Where) {
    std::vector<const DeclRefExpr *> Uses;
    for (const Stmt *S : Where.statements())
      if (const auto *Reference = dyn_cast<DeclRefExpr>(S); Reference && Reference->getDecl() == &Variable)
        Uses.push_back(Reference);
    return Uses;
  }

  /// Whether the executor may get another owner: returned, moved, swapped, or, for smart pointers, given to anybody.
  bool isHandedOn(const VarDecl &Variable, bool Shared) {
    return llvm::any_of(usesOf(Variable, In),
                        [&](const DeclRefExpr *Use) { return isHandedOnBy(Use, Shared, /*Captured=*/Shared, In); });
  }

  /// Whether executors in the container \p Variable may get another owner; a lambda that has it by reference gives
  /// away what is given away in its body.
  bool isContentHandedOn(const VarDecl &Variable, const Body &Where) {
    return llvm::any_of(
               usesOf(Variable, Where),
               [&](const DeclRefExpr *Use) { return isHandedOnBy(Use, /*Shared=*/true, /*Captured=*/false, Where); }) ||
           isElementMoved(Variable, Where) || llvm::any_of(Where.lambdas(), [&](const LambdaExpr *Lambda) {
             return isContentHandedOn(Variable, Unit.body(*Lambda->getCallOperator()));
           });
  }

  /// `for (std::thread &t : threads) kept.push_back(std::move(t));`
  bool isElementMoved(const VarDecl &Variable, const Body &Where) {
    return llvm::any_of(Where.statements(), [&](const Stmt *S) {
      const auto *Move = dyn_cast<CallExpr>(S);
      if (!Move || !Move->isCallToStdMove())
        return false;
      const VarDecl *Element = namedVariable(Move->getArg(0));
      const auto *Loop = Element ? Where.enclosing<CXXForRangeStmt>(Move) : nullptr;
      while (Loop && Loop->getLoopVariable() != Element)
        Loop = Where.enclosing<CXXForRangeStmt>(Loop);
      return Loop && namedVariable(Loop->getRangeInit()) == &Variable;
    });
  }

  bool isHandedOnBy(const DeclRefExpr *Use, bool Shared, bool Captured, const Body &Where) {
    for (const Stmt *S = Use, *P = Where.parent(S); P; S = P, P = Where.parent(P)) {
      if (isa<ReturnStmt, CoreturnStmt, InitListExpr, CXXNewExpr>(P))
        return true;
      if (isa<LambdaExpr>(P))
        return Captured;
      if (const auto *Construct = dyn_cast<CXXConstructExpr>(P);
          Construct && Shared && Construct->getConstructor()->isCopyOrMoveConstructor())
        return true;
      if (const auto *Member = dyn_cast<MemberExpr>(P)) {
        const auto *Method = dyn_cast<CXXMethodDecl>(Member->getMemberDecl());
        if (Method && Method->getIdentifier() && Method->getName() == "swap")
          return true;
        const FunctionFact *Fact = Method && Shared ? Facts.function(*Method) : nullptr;
        return Fact && Fact->ReleasesOwnership;
      }
      if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(P))
        return Shared && Operator->getOperator() == OO_Equal && Operator->getArg(0) != S;
      if (const auto *Call = dyn_cast<CallExpr>(P)) {
        const FunctionDecl *Callee = Call->getDirectCallee();
        const bool Swaps = Callee && Callee->getIdentifier() && Callee->getName() == "swap";
        return Shared || Swaps || Call->isCallToStdMove();
      }
      if (!isa<ImplicitCastExpr, ParenExpr, MaterializeTemporaryExpr, CXXBindTemporaryExpr, ExprWithCleanups,
               CXXFunctionalCastExpr, CXXConstructExpr>(P))
        return false;
    }
    return false;
  }

  /// Where a container gets its first element; an invalid place if it gets none.
  SourceLocation filledAt(const VarDecl &Variable) {
    if (const auto *Construct =
            dyn_cast_or_null<CXXConstructExpr>(Variable.getInit() ? Variable.getInit()->IgnoreImplicit() : nullptr);
        Construct && Construct->getNumArgs() > 0 && !isa<CXXDefaultArgExpr>(Construct->getArg(0)))
      return Variable.getLocation();
    for (const DeclRefExpr *Use : usesOf(Variable, In))
      if (const auto *Member = dyn_cast_or_null<MemberExpr>(In.significantParent(Use)))
        if (const auto *Method = dyn_cast<CXXMethodDecl>(Member->getMemberDecl()))
          if (const FunctionFact *Fact = Facts.function(*Method); Fact && Fact->Stores)
            return Use->getLocation();
    return {};
  }

  /// A default-constructed std::thread runs nothing.
  bool startsNothing(const VarDecl &Variable, const Executor &What) {
    if (What.Kind != ExecutorKind::Thread)
      return false;
    const Expr *Init = Variable.getInit();
    const auto *Construct = Init ? dyn_cast<CXXConstructExpr>(Init->IgnoreImplicit()) : nullptr;
    return Construct && Construct->getNumArgs() == 0;
  }

  void visitLocal(const VarDecl &Variable) {
    if (Variable.isStaticLocal() || Variable.getStorageDuration() != SD_Automatic || isa<ParmVarDecl>(Variable))
      return;
    if (Variable.getType()->isPointerType()) {
      visitNew(Variable);
      return;
    }
    auto Found = ownedBy(Variable.getType());
    if (!Found)
      return;
    bool Pointer = !executor(recordOf(Variable.getType()), Facts);
    // A pointer or a reference taken from elsewhere creates nothing; neither does an executor that is returned by
    // a function: whoever made it is asked there.
    const Expr *Init = Variable.getInit();
    if (Pointer && !Found->IsContainer && !isMadeHere(Init, *Found)) {
      visitLaterFills(Variable, *Found);
      return;
    }
    const auto *Construct = Init ? dyn_cast<CXXConstructExpr>(valueSource(Init)) : nullptr;
    if (!Pointer && (!Construct || Construct->getConstructor()->isCopyOrMoveConstructor()))
      return;
    const SourceLocation FilledAt = Found->IsContainer ? filledAt(Variable) : SourceLocation();
    if (Found->IsContainer ? FilledAt.isInvalid() : startsNothing(Variable, Found->What))
      return;
    if (Found->IsContainer ? isContentHandedOn(Variable, In) : isHandedOn(Variable, Pointer))
      return;
    add(Found->What, Variable.getLocation(), nullptr, &Variable);
    Effects.back().FilledAt = FilledAt;
  }

  /// `std::optional<Pool> pool; if (many) pool.emplace(4);`, and the same with an assignment.
  void visitLaterFills(const VarDecl &Variable, const Owned &What) {
    if (isHandedOn(Variable, /*Shared=*/true))
      return;
    for (const DeclRefExpr *Use : usesOf(Variable, In)) {
      const Stmt *Parent = In.significantParent(Use);
      if (const auto *Assignment = dyn_cast_or_null<CXXOperatorCallExpr>(Parent)) {
        if (Assignment->getOperator() == OO_Equal && namedVariable(Assignment->getArg(0)) == &Variable &&
            isMadeHere(Assignment->getArg(1), What))
          add(What.What, Assignment->getBeginLoc(), Assignment, &Variable);
      } else if (const auto *Member = dyn_cast_or_null<MemberExpr>(Parent)) {
        const auto *Method = dyn_cast<CXXMethodDecl>(Member->getMemberDecl());
        if (const FunctionFact *Fact = Method ? Facts.function(*Method) : nullptr; Fact && Fact->Stores)
          add(What.What, Member->getBeginLoc(), Member, &Variable);
      }
    }
  }

  /// `std::make_unique<Pool>(4)`, `unique_ptr<Pool>(new Pool)`, or an optional built in place.
  bool isMadeHere(const Expr *Init, const Owned &What) {
    if (!Init)
      return false;
    Init = valueSource(Init);
    if (const auto *Construct = dyn_cast<CXXConstructExpr>(Init)) {
      if (Construct->getNumArgs() == 0)
        return false;
      const Expr *First = valueSource(Construct->getArg(0));
      return isa<CXXNewExpr>(First) || (Construct->getNumArgs() >= 1 && !First->getType()->isPointerType() &&
                                        recordOf(First->getType()) != recordOf(Init->getType()));
    }
    const auto *Call = dyn_cast<CallExpr>(Init);
    const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
    if (!Callee || !Callee->isInStdNamespace() || !Callee->getTemplateSpecializationArgs())
      return false;
    const TemplateArgument &First = Callee->getTemplateSpecializationArgs()->get(0);
    return First.getKind() == TemplateArgument::Type && recordOf(First.getAsType()) == What.What.Class;
  }

  /// `auto *P = new Pool; ... delete P;`
  void visitNew(const VarDecl &Variable) {
    const auto *New = dyn_cast_or_null<CXXNewExpr>(Variable.getInit() ? valueSource(Variable.getInit()) : nullptr);
    if (!New)
      return;
    auto Found = executor(recordOf(New->getAllocatedType()), Facts);
    if (!Found)
      return;
    for (const Stmt *S : In.statements())
      if (const auto *Delete = dyn_cast<CXXDeleteExpr>(S);
          Delete && namedVariable(Delete->getArgument()) == &Variable) {
        add(*Found, Variable.getLocation(), nullptr, &Variable);
        return;
      }
  }

  void visitExpression(const Stmt *S) {
    auto Site = CallSite::of(S);
    if (!Site || isInStaticInitialiser(In, S))
      return;
    if (const FunctionFact *Fact = Facts.function(Site->callee()); Fact && Fact->CreatesThread) {
      if (!applies(*Fact, *Site, In, Unit))
        return;
      Effect E;
      E.Fact = Fact;
      E.Subject = Fact->Name;
      E.Advice = Fact->Advice;
      E.Creates = ExecutorKind::Thread;
      push(std::move(E), Site->expression()->getBeginLoc(), S, nullptr);
      return;
    }
    // A temporary executor: one on which a member is called, or that is dropped at once.
    const auto *Construct = dyn_cast<CXXConstructExpr>(S);
    if (!Construct || Construct->getConstructor()->isCopyOrMoveConstructor())
      return;
    auto Found = executor(Construct->getConstructor()->getParent(), Facts);
    if (!Found)
      return;
    const Stmt *Parent = In.significantParent(S);
    while (Parent && isa<CXXFunctionalCastExpr>(Parent))
      Parent = In.significantParent(Parent);
    const bool Dropped = isa_and_nonnull<MemberExpr>(Parent) || isa_and_nonnull<CompoundStmt>(Parent);
    if (Dropped || fillsLocal(Parent, *Construct))
      add(*Found, Construct->getBeginLoc(), S, nullptr);
  }

  /// `std::jthread worker; worker = std::jthread(f);`: given to a local that keeps it.
  bool fillsLocal(const Stmt *Parent, const CXXConstructExpr &Made) {
    const auto *Assignment = dyn_cast_or_null<CXXOperatorCallExpr>(Parent);
    if (!Assignment || Assignment->getOperator() != OO_Equal || Made.getNumArgs() == 0)
      return false;
    const VarDecl *To = namedVariable(Assignment->getArg(0));
    return To && To->getStorageDuration() == SD_Automatic && !isa<ParmVarDecl>(To) && To->getType()->isRecordType() &&
           In.declarationOf(*To) && !isHandedOn(*To, /*Shared=*/false);
  }

  void add(const Executor &What, SourceLocation Loc, const Stmt *Site, const VarDecl *Variable) {
    Effect E;
    E.Creates = What.Kind;
    E.Subject = What.Fact ? What.Fact->Name : qualifiedName(*What.Class);
    if (What.Fact)
      E.Advice = What.Fact->Advice;
    if (What.Inferred)
      E.Inferred = "'" + E.Subject + "' is taken for " + (What.Kind == ExecutorKind::EventLoop ? "an " : "a ") +
                   llvm::join(llvm::split(name(What.Kind), '-'), " ") + " because of its name and members";
    push(std::move(E), Loc, Site, Variable);
  }

  void push(Effect E, SourceLocation Loc, const Stmt *Site, const VarDecl *Variable) {
    E.What = Effect::Kind::CreatesExecutor;
    E.In = &In.function();
    E.Loc = Loc;
    E.Site = Site;
    E.Variable = Variable;
    Effects.push_back(std::move(E));
  }

  const Body &In;
  const Knowledge &Facts;
  std::deque<Effect> &Effects;
  TranslationUnit &Unit;
};

} // namespace

void findCreatedExecutors(const Body &In, TranslationUnit &Unit, std::deque<Effect> &Effects) {
  Finder(In, Unit, Effects).run();
}

} // namespace asynctidy
