// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The walk that extracts a function's own effects and calls.

#include "summary/FunctionSummary.h"
#include "TranslationUnit.h"
#include "knowledge/QualifiedName.h"
#include "summary/ExecutorCreation.h"
#include "summary/TaskWait.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {
namespace {

/// `[[clang::blocking]]`, `[[clang::nonblocking]]` and `[[clang::annotate("async::...")]]` on a declaration.
enum class Annotation { None, Blocking, NonBlocking };

Annotation annotation(const FunctionDecl &F) {
  for (const FunctionDecl *Declaration : F.redecls())
    for (const auto *Annotate : Declaration->specific_attrs<AnnotateAttr>()) {
      if (Annotate->getAnnotation() == "async::blocking")
        return Annotation::Blocking;
      if (Annotate->getAnnotation() == "async::nonblocking")
        return Annotation::NonBlocking;
    }
  for (const FunctionEffectWithCondition &Effect : FunctionEffectsRef::get(F.getType())) {
    if (Effect.Effect.kind() == FunctionEffect::Kind::Blocking)
      return Annotation::Blocking;
    if (Effect.Effect.kind() == FunctionEffect::Kind::NonBlocking && !Effect.Cond.getCondition())
      return Annotation::NonBlocking;
  }
  return Annotation::None;
}

class Summariser {
public:
  Summariser(const FunctionDecl &F, TranslationUnit &Unit) : F(F), Unit(Unit), Facts(Unit.knowledge()) {
    Summary.Function = &F;
  }

  FunctionSummary run() {
    if (F.doesThisDeclarationHaveABody()) {
      const Body &In = Unit.body(F);
      Summary.IsCoroutine = In.isCoroutine();
      const OffLoop Off(In, Unit);
      for (const Stmt *S : In.statements())
        if (!isInStaticInitialiser(In, S) && !Off.contains(S) && !endsProgram(S, In))
          visit(S, In);
      for (const VarDecl *Variable : In.locals())
        if (!Off.contains(In.declarationOf(*Variable)))
          visitLocal(*Variable, In);
      findCreatedExecutors(In, Unit, Summary.Effects);
    }
    if (const auto *Destructor = dyn_cast<CXXDestructorDecl>(&F))
      visitDestructor(*Destructor);
    return std::move(Summary);
  }

private:
  /// Whether \p S stands in a block that ends the program: nobody is kept waiting by what it does before.
  bool endsProgram(const Stmt *S, const Body &In) {
    for (const Stmt *P = In.parent(S); P; P = In.parent(P))
      if (const auto *Block = dyn_cast<CompoundStmt>(P); Block && Block != In.root()) {
        auto [Known, New] = Ending.try_emplace(Block, false);
        if (New)
          Known->second = llvm::any_of(Block->body(), [](const Stmt *Child) {
            const auto *E = dyn_cast<Expr>(Child);
            const auto *Call = E ? dyn_cast<CallExpr>(E->IgnoreImplicit()->IgnoreParens()) : nullptr;
            return Call && Call->getDirectCallee() && Call->getDirectCallee()->isNoReturn();
          });
        if (Known->second)
          return true;
      }
    return false;
  }

  void visit(const Stmt *S, const Body &In) {
    if (const auto *Delete = dyn_cast<CXXDeleteExpr>(S)) {
      QualType Destroyed = Delete->getDestroyedType();
      if (!Destroyed.isNull())
        destroys(Destroyed->getAsCXXRecordDecl(), Delete->getBeginLoc(), Delete, /*ExactType=*/false);
      return;
    }
    if (const auto *Temporary = dyn_cast<CXXBindTemporaryExpr>(S)) {
      if (diesHere(*Temporary, In))
        destroys(Temporary->getType()->getAsCXXRecordDecl(), Temporary->getBeginLoc(), Temporary, /*ExactType=*/true);
      return;
    }
    if (auto Site = CallSite::of(S)) {
      visitCall(*Site, In);
      return;
    }
    if (const auto *Call = dyn_cast<CallExpr>(S); Call && !Call->getDirectCallee())
      visitIndirectCall(Call->getCallee(), *Call);
  }

  /// Where the reader finds the call: a default argument runs where it is used, not where it is written.
  static SourceLocation locationOf(const CallSite &Site, const Body &In) {
    SourceLocation Loc = Site.expression()->getExprLoc();
    for (const Stmt *S = Site.expression(); S; S = In.parent(S))
      if (const auto *Default = dyn_cast<CXXDefaultArgExpr>(S))
        Loc = Default->getUsedLocation();
      else if (const auto *Member = dyn_cast<CXXDefaultInitExpr>(S))
        Loc = Member->getUsedLocation();
    return Loc;
  }

  void visitCall(const CallSite &Site, const Body &In) {
    const FunctionDecl &Callee = Site.callee();
    const FunctionFact *Fact = Facts.function(Callee);
    auto Wait = find(Unit.settings().BlockingFunctions, Callee) ? std::nullopt : taskWait(Site, In, Unit);
    if (Wait) {
      waits(Site, In, *Wait, Fact ? Fact->Name : qualifiedName(Callee));
    } else if (Fact && Fact->Blocks && applies(*Fact, Site, In, Unit)) {
      blocks(Site, In, Fact->Name, *Fact->Blocks, Fact);
    } else if (!Fact) {
      if (const Named *Extra = find(Unit.settings().BlockingFunctions, Callee))
        blocks(Site, In, qualifiedName(Callee), std::nullopt, nullptr, Extra->Advice);
      else if (annotation(Callee) == Annotation::Blocking)
        blocks(Site, In, qualifiedName(Callee), std::nullopt, nullptr);
    }

    if (Fact && Fact->Constructs)
      constructs(Site, In);

    CallEdge Edge;
    Edge.From = &F;
    Edge.To = Callee.getDefinition() ? Callee.getDefinition() : &Callee;
    Edge.Site = Site.expression();
    Edge.Loc = locationOf(Site, In);
    if (isa<CXXConstructorDecl>(Callee))
      Edge.How = CallEdge::Kind::Constructor;
    const bool Unknown =
        !Fact && !Wait && annotation(Callee) == Annotation::None && !find(Unit.settings().BlockingFunctions, Callee);
    const bool Follow =
        !Fact && !Wait && annotation(Callee) != Annotation::NonBlocking && isTransparent(*Edge.To, Unit);
    for (unsigned I = 0; I != Site.arguments().size(); ++I)
      visitArgument(Site, I, In, Follow ? &Edge : nullptr);
    if (Follow)
      Summary.Calls.push_back(std::move(Edge));
    else if (Unknown && isOutside(*Edge.To, Unit))
      Summary.Outside.push_back(outside(std::move(Edge), Site));
    // std::function and the like: calling the object runs what it was made from.
    if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Site.expression());
        Operator && Operator->getOperator() == OO_Call && !Follow && Site.object())
      visitIndirectCall(Site.object(), *Operator);
  }

  /// The class that a function such as make_unique or emplace_back makes an object of.
  static const CXXRecordDecl *madeBy(const FunctionDecl &Callee) {
    const auto *Method = dyn_cast<CXXMethodDecl>(&Callee);
    const auto *Class = Method ? dyn_cast<ClassTemplateSpecializationDecl>(Method->getParent()) : nullptr;
    const TemplateArgumentList *Arguments = Class    ? &Class->getTemplateArgs()
                                            : Method ? nullptr
                                                     : Callee.getTemplateSpecializationArgs();
    if (!Arguments || Arguments->size() == 0 || Arguments->get(0).getKind() != TemplateArgument::Type)
      return nullptr;
    const CXXRecordDecl *Made = Arguments->get(0).getAsType()->getAsCXXRecordDecl();
    return Made ? Made->getDefinition() : nullptr;
  }

  /// The only constructor that takes as many arguments as \p Site has runs as well.
  void constructs(const CallSite &Site, const Body &In) {
    const CXXRecordDecl *Made = madeBy(Site.callee());
    if (!Made || Unit.context().getSourceManager().isInSystemHeader(Made->getLocation()))
      return;
    const CXXConstructorDecl *Only = nullptr;
    const auto Count = static_cast<unsigned>(
        llvm::count_if(Site.arguments(), [](const Expr *Argument) { return !isa<CXXDefaultArgExpr>(Argument); }));
    for (const CXXConstructorDecl *Constructor : Made->ctors()) {
      if (Constructor->isCopyOrMoveConstructor() || Constructor->isDeleted() ||
          Constructor->getMinRequiredArguments() > Count || Constructor->getNumParams() < Count)
        continue;
      if (Only)
        return;
      Only = Constructor;
    }
    const FunctionDecl *Definition = Only ? Only->getDefinition() : nullptr;
    if (Definition && !Facts.function(*Only) && isTransparent(*Definition, Unit))
      Summary.Calls.push_back(
          {&F, Definition, Site.expression(), locationOf(Site, In), CallEdge::Kind::Constructor, {}});
  }

  /// What runs when \p Argument is called, also as a part of what boost::bind and the like make of it.
  const FunctionDecl *callableIn(const Expr *Argument) {
    if (const FunctionDecl *Callable = callableOf(Argument))
      return Callable;
    if (const FunctionDecl *Operator = callOperatorOf(Argument))
      return Operator;
    const auto Binder = CallSite::of(valueSource(Argument));
    const FunctionFact *Fact = Binder ? Facts.function(Binder->callee()) : nullptr;
    return Fact && Fact->BindsArguments && Binder->argument(0) ? callableIn(Binder->argument(0)) : nullptr;
  }

  /// \p Edge with what its callee runs if it calls its parameters.
  CallEdge outside(CallEdge Edge, const CallSite &Site) {
    for (unsigned I = 0; I != Site.arguments().size(); ++I) {
      const Expr *Argument = Site.arguments()[I];
      const VarDecl *Variable = namedVariable(Argument);
      if (const auto *Parameter = dyn_cast_or_null<ParmVarDecl>(Variable)) {
        if (Parameter->getDeclContext() == &F)
          Edge.Callables.push_back({I, nullptr, static_cast<int>(Parameter->getFunctionScopeIndex())});
      } else if (const FunctionDecl *Callable = callableIn(Argument)) {
        Edge.Callables.push_back({I, Callable});
      }
    }
    return Edge;
  }

  /// A callable among the arguments: run now by a described function, or handed to somebody.
  void visitArgument(const CallSite &Site, unsigned Index, const Body &In, CallEdge *Edge) {
    const Expr *Argument = Site.arguments()[Index];
    if (const VarDecl *Variable = namedVariable(Argument); Edge && Variable)
      if (const auto *Parameter = dyn_cast<ParmVarDecl>(Variable); Parameter && Parameter->getDeclContext() == &F) {
        Edge->Callables.push_back({Index, nullptr, static_cast<int>(Parameter->getFunctionScopeIndex())});
        return;
      }
    const FunctionDecl *Callable = callableIn(Argument);
    if (!Callable)
      return;
    if (Edge) {
      Edge->Callables.push_back({Index, Callable});
      // A template that is visible calls its argument itself, which the calls in its own body show; what a
      // visible function does with the callable otherwise is not known.
      Summary.Handed.push_back({Callable, Site.expression(), &Site.callee(), inferred(Site, Index)});
      return;
    }
    Handling How = handlingOf(Site, Index, In, Facts);
    if (How.Where == Place::Caller)
      runsNow(Callable, Site.expression());
    Summary.Handed.push_back({Callable, Site.expression(), &Site.callee(), How});
  }

  /// What a standard term says of a function that is followed anyway.
  Handling inferred(const CallSite &Site, unsigned Index) {
    Handling How = handlingOf(Site, Index, Facts);
    return How.Where == Place::Caller ? Handling() : How;
  }

  void runsNow(const FunctionDecl *Callable, const Expr *Site) {
    const FunctionDecl *Definition = Callable->getDefinition() ? Callable->getDefinition() : Callable;
    if (isTransparent(*Definition, Unit))
      Summary.Calls.push_back({&F, Definition, Site, Site->getExprLoc(), CallEdge::Kind::Callable, {}});
  }

  /// A call through a function pointer or a function object: the caller's parameter, or a variable set once.
  void visitIndirectCall(const Expr *Through, const Expr &Call) {
    const VarDecl *Variable = namedVariable(Through);
    if (const auto *Dereference = dyn_cast<UnaryOperator>(Through->IgnoreParenImpCasts());
        Dereference && Dereference->getOpcode() == UO_Deref)
      Variable = namedVariable(Dereference->getSubExpr());
    if (!Variable)
      return;
    if (const auto *Parameter = dyn_cast<ParmVarDecl>(Variable)) {
      if (Parameter->getDeclContext() == &F)
        Summary.InvokedParameters.push_back(Parameter->getFunctionScopeIndex());
      return;
    }
    if (!Variable->hasInit() || mayChange(*Variable))
      return;
    if (const FunctionDecl *Callable = callableOf(Variable->getInit()))
      runsNow(Callable, &Call);
  }

  /// Whether \p Variable may hold something else than what it was initialised with: it is used in any other way than
  /// by calling it, copying it or asking whether it is empty.
  bool mayChange(const VarDecl &Variable) {
    if (Variable.getType().isConstQualified())
      return false;
    if (!Variable.isLocalVarDecl() || !F.doesThisDeclarationHaveABody())
      return true;
    const Body &In = Unit.body(F);
    auto OnlyRead = [&](const DeclRefExpr *Name) {
      const Stmt *P = In.parent(Name);
      if (const auto *Operator = dyn_cast_or_null<CXXOperatorCallExpr>(P))
        return Operator->getOperator() == OO_Call && Operator->getArg(0)->IgnoreParenImpCasts() == Name;
      // Reading the value, or a member of the const object.
      const auto *Cast = dyn_cast_or_null<ImplicitCastExpr>(P);
      return Cast && (Cast->getCastKind() == CK_LValueToRValue || Cast->getType().isConstQualified());
    };
    for (const Stmt *S : In.statements()) {
      if (const auto *Name = dyn_cast<DeclRefExpr>(S); Name && Name->getDecl() == &Variable && !OnlyRead(Name))
        return true;
      if (const auto *Lambda = dyn_cast<LambdaExpr>(S))
        for (const LambdaCapture &Capture : Lambda->captures())
          if (Capture.capturesVariable() && Capture.getCapturedVar() == &Variable &&
              Capture.getCaptureKind() == LCK_ByRef)
            return true;
    }
    return false;
  }

  Effect &effect(Effect::Kind What, const CallSite &Site, const Body &In, std::string Subject) {
    Effect &E = Summary.Effects.emplace_back();
    E.What = What;
    E.In = &F;
    E.Site = Site.expression();
    E.Loc = locationOf(Site, In);
    E.Subject = std::move(Subject);
    return E;
  }

  void waits(const CallSite &Site, const Body &In, TaskWait &Wait, std::string Subject) {
    Effect &E = effect(Effect::Kind::WaitsForTask, Site, In, std::move(Subject));
    E.RunsLoop = Wait.RunsLoop;
    E.Awaited = Wait.Awaited;
    E.Inferred = std::move(Wait.Inferred);
    E.Advice = std::move(Wait.Advice);
  }

  void blocks(const CallSite &Site, const Body &In, std::string Subject, std::optional<BlockKind> Kind,
              const FunctionFact *Fact, std::string Advice = {}) {
    Effect &E = effect(Effect::Kind::Blocks, Site, In, std::move(Subject));
    E.Declared = !Kind;
    E.Blocking = Kind.value_or(BlockKind::Sleep);
    E.Fact = Fact;
    E.Advice = Fact ? Fact->Advice : std::move(Advice);
  }

  /// Whether the object that \p Temporary makes is a temporary: not a variable, a result, or somebody's parameter, who
  /// may move from it.
  static bool diesHere(const CXXBindTemporaryExpr &Temporary, const Body &In) {
    const Stmt *P = In.parent(&Temporary);
    while (isa_and_nonnull<ExprWithCleanups, ParenExpr, CastExpr, ConditionalOperator>(P))
      P = In.parent(P);
    return isa_and_nonnull<MaterializeTemporaryExpr, CompoundStmt>(P);
  }

  void visitLocal(const VarDecl &Variable, const Body &In) {
    if (Variable.isStaticLocal() || Variable.isNRVOVariable() || Variable.getType()->isReferenceType() ||
        Variable.getType()->isDependentType())
      return;
    const CXXRecordDecl *Record = Variable.getType()->getBaseElementTypeUnsafe()->getAsCXXRecordDecl();
    // What was moved from, or awaited, has nothing left to wait for.
    if (Record && Record->hasDefinition() && !Record->hasTrivialDestructor() && !isMovedFrom(Variable, In) &&
        !isAwaited(Variable, In))
      destroys(Record, Variable.getLocation(), nullptr, /*ExactType=*/true);
  }

  static bool isAwaited(const VarDecl &Variable, const Body &In) {
    return llvm::any_of(In.suspensions(),
                        [&](const SuspensionPoint &P) { return namedVariable(P.Operand) == &Variable; });
  }

  static bool isMovedFrom(const VarDecl &Variable, const Body &In) {
    return llvm::any_of(In.statements(), [&](const Stmt *S) {
      if (const auto *Call = dyn_cast<CallExpr>(S))
        return Call->isCallToStdMove() && namedVariable(Call->getArg(0)) == &Variable;
      if (const auto *Return = dyn_cast<ReturnStmt>(S))
        return Return->getRetValue() && namedVariable(Return->getRetValue()) == &Variable;
      if (const auto *Return = dyn_cast<CoreturnStmt>(S))
        return Return->getOperand() && namedVariable(Return->getOperand()) == &Variable;
      return false;
    });
  }

  void visitDestructor(const CXXDestructorDecl &Destructor) {
    const CXXRecordDecl *Class = Destructor.getParent();
    for (const FieldDecl *Field : Class->fields())
      destroys(Field->getType()->getBaseElementTypeUnsafe()->getAsCXXRecordDecl(), Field->getLocation(), nullptr, true);
    for (const CXXBaseSpecifier &Base : Class->bases())
      destroys(Base.getType()->getAsCXXRecordDecl(), Base.getBeginLoc(), nullptr, true);
  }

  /// Destroying a \p Record at \p Loc runs its destructor; through a pointer only a non-virtual one is known.
  void destroys(const CXXRecordDecl *Record, SourceLocation Loc, const Stmt *Site, bool ExactType) {
    if (!Record || !Record->hasDefinition() || Record->hasTrivialDestructor())
      return;
    const CXXDestructorDecl *Destructor = Record->getDefinition()->getDestructor();
    if (!Destructor || (!ExactType && Destructor->isVirtual() && !Record->isEffectivelyFinal()))
      return;
    const FunctionDecl *Definition = Destructor->getDefinition() ? Destructor->getDefinition() : Destructor;
    if (Facts.function(*Destructor))
      return;
    if (isTransparent(*Definition, Unit))
      Summary.Calls.push_back({&F, Definition, Site, Loc, CallEdge::Kind::Destructor, {}});
    else if (isOutside(*Definition, Unit))
      Summary.Outside.push_back({&F, Definition, Site, Loc, CallEdge::Kind::Destructor, {}});
  }

  const FunctionDecl &F;
  TranslationUnit &Unit;
  const Knowledge &Facts;
  FunctionSummary Summary;
  llvm::DenseMap<const CompoundStmt *, bool> Ending;
};

} // namespace

llvm::StringRef doing(const Effect &E) {
  if (E.What == Effect::Kind::WaitsForTask)
    return E.RunsLoop ? "runs an event loop" : "waits for a task";
  return E.Declared ? "is declared as blocking" : doing(E.Blocking);
}

const Stmt *siteOf(const Effect &E, TranslationUnit &Unit) {
  return E.Site || !E.Variable ? E.Site : Unit.body(*E.In).declarationOf(*E.Variable);
}

bool isLogging(const FunctionDecl &F, const Knowledge &Facts) {
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  const IdentifierInfo *Class = Method ? Method->getParent()->getIdentifier() : nullptr;
  if (!Class)
    return false;
  std::string Name = Class->getName().lower();
  llvm::erase(Name, '_');
  return Name == "log" || llvm::any_of(Facts.terms().LoggerWords,
                                       [&](llvm::StringRef Word) { return llvm::StringRef(Name).contains(Word); });
}

/// Whether \p F has code that is looked into, wherever that is.
static bool isOfUser(const FunctionDecl &F, TranslationUnit &Unit) {
  if (F.isDependentContext() || F.isInvalidDecl())
    return false;
  const SourceManager &Sources = Unit.context().getSourceManager();
  SourceLocation Loc = Sources.getExpansionLoc(F.getLocation());
  if (Sources.isInSystemHeader(Loc))
    return false;
  return (!Unit.knowledge().isDescribed(F) || Sources.isInMainFile(Loc)) && !isLogging(F, Unit.knowledge());
}

static bool hasCode(const FunctionDecl &F) {
  return F.doesThisDeclarationHaveABody() || (isa<CXXDestructorDecl>(F) && !F.isUserProvided());
}

bool isTransparent(const FunctionDecl &F, TranslationUnit &Unit) { return hasCode(F) && isOfUser(F, Unit); }

bool isOutside(const FunctionDecl &F, TranslationUnit &Unit) {
  return !hasCode(F) && F.isExternallyVisible() && !F.isDefaulted() && !F.isDeleted() && !F.isImplicit() &&
         !F.getBuiltinID() && isOfUser(F, Unit);
}

FunctionSummary summarise(const FunctionDecl &F, TranslationUnit &Unit) { return Summariser(F, Unit).run(); }

} // namespace asynctidy
