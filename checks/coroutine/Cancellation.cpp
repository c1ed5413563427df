// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds the exception types that mean cancelled, from knowledge or from names, and recognises questions about it.

#include "coroutine/Cancellation.h"
#include "coroutine/Awaitable.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

const CXXRecordDecl *caughtClass(const CXXCatchStmt &Handler) {
  const QualType Caught = Handler.getCaughtType();
  return Caught.isNull() ? nullptr : Awaitables::classOf(Caught);
}

static bool isSameOrBase(const CXXRecordDecl &Base, const CXXRecordDecl &Derived) {
  return Base.getCanonicalDecl() == Derived.getCanonicalDecl() ||
         (Derived.hasDefinition() && Base.hasDefinition() && Derived.isDerivedFrom(&Base));
}

static bool isStdException(const CXXRecordDecl &Record) {
  return Record.isInStdNamespace() && Record.getIdentifier() && Record.getName() == "exception";
}

static bool derivesFromStdException(const CXXRecordDecl &Record) {
  return Record.hasDefinition() && !Record.isDependentContext() &&
         (isStdException(Record) ||
          !Record.forallBases([](const CXXRecordDecl *Base) { return !isStdException(*Base); }));
}

/// The outermost namespace around \p D, or null at global scope: what marks a library.
static const NamespaceDecl *libraryOf(const Decl &D) {
  const NamespaceDecl *Outermost = nullptr;
  for (const DeclContext *Context = D.getDeclContext(); Context; Context = Context->getParent())
    if (const auto *Namespace = dyn_cast<NamespaceDecl>(Context); Namespace && !Namespace->isAnonymousNamespace())
      Outermost = Namespace->getCanonicalDecl();
  return Outermost;
}

bool isExceptionPointer(QualType T) {
  // Standard libraries define it in a namespace of theirs.
  const CXXRecordDecl *Record = Awaitables::classOf(T);
  const NamespaceDecl *Library = Record ? libraryOf(*Record) : nullptr;
  return Library && Library->isStdNamespace() && Record->getIdentifier() && Record->getName() == "exception_ptr";
}

/// The class called \p Qualified, seen through aliases; null if this translation unit has none.
static const CXXRecordDecl *lookUpClass(llvm::StringRef Qualified, const ASTContext &Context) {
  llvm::SmallVector<llvm::StringRef, 4> Parts;
  Qualified.split(Parts, "::");
  const DeclContext *Scope = Context.getTranslationUnitDecl();
  for (llvm::StringRef Part : Parts) {
    const DeclContext *Next = nullptr;
    for (const NamedDecl *Found : Scope->lookup(DeclarationName(&Context.Idents.get(Part)))) {
      Found = Found->getUnderlyingDecl();
      if (const auto *Alias = dyn_cast<TypedefNameDecl>(Found))
        Next = Awaitables::classOf(Alias->getUnderlyingType());
      else if (const auto *Alias = dyn_cast<NamespaceAliasDecl>(Found))
        Next = Alias->getNamespace();
      else if (isa<NamespaceDecl, CXXRecordDecl>(Found))
        Next = cast<DeclContext>(Found);
    }
    if (!Next)
      return nullptr;
    Scope = Next;
  }
  const auto *Record = dyn_cast<CXXRecordDecl>(Scope);
  return Record ? Record->getDefinition() : nullptr;
}

Cancellation::Cancellation(const CXXRecordDecl &Task, const ASTContext &Context, const Knowledge &Facts,
                           const CancellationSettings &Chosen)
    : Context(Context), Facts(Facts), Chosen(Chosen) {
  for (const Named &Entry : *Chosen.Types)
    if (const CXXRecordDecl *Type = lookUpClass(Entry.Pattern, Context)) {
      Types.push_back(Type);
      if (Advice.empty())
        Advice = Entry.Advice;
    }
  if (const CancellationFact *Fact = Facts.cancellation(Task)) {
    addKnown(*Fact, Context);
  } else if (Types.empty()) {
    // Who describes a library names what cancels in it.
    Exception = Chosen.Infer && !Facts.isDescribed(Task);
    Inferred = true;
    if (Exception)
      addInferred(Task, Context);
  }
}

void Cancellation::addKnown(const CancellationFact &Fact, const ASTContext &Context) {
  Exception = !Types.empty() || Fact.By == CancellationFact::Delivery::Exception;
  if (Fact.By != CancellationFact::Delivery::Exception)
    return;
  const CXXRecordDecl *Type = lookUpClass(Fact.Type, Context);
  if (!Type)
    return;
  Types.push_back(Type);
  DisabledBy = Fact.DisabledBy;
  Code = Fact.Code;
  if (Code.empty())
    return;
  Coded = Type;
  // An exception that carries an error value has one member that answers it: not its text, no parameters.
  for (const CXXMethodDecl *Method : Type->methods())
    if (!Method->isStatic() && Method->getNumParams() == 0 && Method->getIdentifier() &&
        Awaitables::classOf(Method->getReturnType()))
      Accessor = Method;
}

const CXXRecordDecl *Cancellation::errorClass() const {
  return Accessor ? Awaitables::classOf(Accessor->getReturnType()) : nullptr;
}

/// Collects classes that are named like a cancellation, outside the standard library and outside what knowledge
/// describes.
static void collectCancelled(const DeclContext &Scope, const Knowledge &Facts,
                             llvm::function_ref<bool(llvm::StringRef)> SaysCancelled,
                             llvm::SmallVectorImpl<const CXXRecordDecl *> &Found) {
  for (const Decl *D : Scope.decls()) {
    if (const auto *Namespace = dyn_cast<NamespaceDecl>(D)) {
      if (!Namespace->isStdNamespace() && !Facts.isDescribed(*Namespace))
        collectCancelled(*Namespace, Facts, SaysCancelled, Found);
    } else if (const auto *Linkage = dyn_cast<LinkageSpecDecl>(D)) {
      collectCancelled(*Linkage, Facts, SaysCancelled, Found);
    } else if (const auto *Record = dyn_cast<CXXRecordDecl>(D); Record && Record->isThisDeclarationADefinition() &&
                                                                Record->getIdentifier() &&
                                                                SaysCancelled(Record->getName())) {
      Found.push_back(Record);
    }
  }
}

void Cancellation::addInferred(const CXXRecordDecl &Task, const ASTContext &Context) {
  llvm::SmallVector<const CXXRecordDecl *, 8> Found;
  collectCancelled(
      *Context.getTranslationUnitDecl(), Facts, [this](llvm::StringRef Name) { return saysCancelled(Name); }, Found);
  // The library's own exception if it has one. Otherwise any of the project's, but not those of other libraries.
  const SourceManager &Sources = Context.getSourceManager();
  llvm::SmallVector<const CXXRecordDecl *, 8> Project;
  for (const CXXRecordDecl *Record : Found) {
    const bool Own = libraryOf(*Record) == libraryOf(Task);
    if (!Own && Sources.isInSystemHeader(Sources.getExpansionLoc(Record->getLocation())))
      continue;
    if (!derivesFromStdException(*Record))
      Suspects.push_back(Record);
    else if (Own)
      Types.push_back(Record);
    else
      Project.push_back(Record);
  }
  if (Types.empty())
    Types.append(Project.begin(), Project.end());
}

const CXXCatchStmt *Cancellation::firstHandler(const CXXTryStmt &Try, const CXXRecordDecl *Type) {
  for (unsigned I = 0; I != Try.getNumHandlers(); ++I) {
    const CXXCatchStmt *Handler = Try.getHandler(I);
    const CXXRecordDecl *Caught = caughtClass(*Handler);
    if (!Handler->getExceptionDecl() || (Caught && Type && isSameOrBase(*Caught, *Type)))
      return Handler;
  }
  return nullptr;
}

bool Cancellation::meansCancelled(const CXXRecordDecl &Type) const {
  auto IsBase = [&](const CXXRecordDecl *Known) { return isSameOrBase(*Known, Type); };
  return llvm::any_of(Types, IsBase) || llvm::any_of(Suspects, IsBase) ||
         (Type.getIdentifier() && saysCancelled(Type.getName()));
}

bool Cancellation::isForCancellationOnly(const CXXCatchStmt &Handler) const {
  const CXXRecordDecl *Caught = caughtClass(Handler);
  return Caught && Caught != Coded && (llvm::is_contained(Types, Caught) || llvm::is_contained(Suspects, Caught));
}

bool Cancellation::saysCancelled(llvm::StringRef Name) const {
  return llvm::any_of(Facts.terms().CancelledWords, [&](llvm::StringRef Word) { return Name.contains(Word); });
}

/// Whether \p S makes or names a value of the type that is called \p Name, seen through no alias.
static bool mentionsType(const Stmt *S, llvm::StringRef Name) {
  if (!S || isa<LambdaExpr>(S))
    return false;
  const auto *E = dyn_cast<Expr>(S);
  const auto *Alias = E ? E->getType()->getAs<TypedefType>() : nullptr;
  return (Alias && hasQualifiedName(*Alias->getDecl(), Name)) ||
         llvm::any_of(S->children(), [&](const Stmt *Child) { return mentionsType(Child, Name); });
}

bool Cancellation::isDisabledAt(const Stmt &S, const Body &In) const {
  if (DisabledBy.empty())
    return false;
  const SourceManager &Sources = Context.getSourceManager();
  const FunctionDecl *Switch = nullptr; // What has switched it off may switch it on again.
  bool Disabled = false;
  for (const SuspensionPoint &P : In.suspensions()) {
    if (!Sources.isBeforeInTranslationUnit(P.Site->getBeginLoc(), S.getBeginLoc()))
      break;
    const auto *Call = dyn_cast<CallExpr>(P.Operand->IgnoreUnlessSpelledInSource());
    const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
    if (!Callee)
      continue;
    if (mentionsType(Call, DisabledBy)) {
      Switch = Callee;
      Disabled = In.isWithin(&S, In.enclosing<CompoundStmt>(P.Site));
    } else if (Switch && Switch->getDeclName() == Callee->getDeclName()) {
      Disabled = false;
    }
  }
  return Disabled;
}

/// "stopped" for stopped_, m_stopped and _stopped.
static llvm::StringRef withoutDecoration(llvm::StringRef Name) {
  Name.consume_front("m_");
  return Name.trim('_');
}

bool Cancellation::isStopName(llvm::StringRef Name) const {
  return llvm::is_contained(Facts.terms().StopTests, Name) ||
         llvm::is_contained(Facts.terms().StopTests, withoutDecoration(Name)) || find(*Chosen.StopTests, Name);
}

bool Cancellation::tests(const NamedDecl &D) const {
  if (const auto *Function = D.getAsFunction()) {
    if (const FunctionFact *Fact = Facts.function(*Function); Fact && Fact->TestsCancellation)
      return true;
    if (find(*Chosen.StopTests, *Function))
      return true;
    const IdentifierInfo *Name = Function->getIdentifier();
    if (!Name)
      return false;
    // is_cancelled() and throw_if_cancelled() ask, cancel() and stop() act.
    const bool Cancelled = saysCancelled(Name->getName());
    // So does what has parameters: shutdown(socket, how).
    const QualType Answer = Function->getReturnType();
    if (Answer->isBooleanType())
      return Cancelled || isStopName(Name->getName());
    return isStopName(Name->getName()) &&
           (Cancelled || (!Answer->isVoidType() && Function->getNumParams() == 0 && !Answer->isRecordType()));
  }
  if (!isa<VarDecl, FieldDecl, BindingDecl, EnumConstantDecl>(D) || !D.getIdentifier())
    return false;
  if (const auto *Variable = dyn_cast<VarDecl>(&D); Variable && Variable->isExceptionVariable())
    return false;
  return isStopName(D.getName()) || saysCancelled(D.getName()) || (!Code.empty() && hasQualifiedName(D, Code));
}

bool Cancellation::isStopTest(const Stmt *S) const {
  auto Names = [&](DeclarationName Name) {
    const IdentifierInfo *Identifier = Name.getAsIdentifierInfo();
    return Identifier && isStopName(Identifier->getName());
  };
  auto IsOurs = [&](QualType T) {
    const CXXRecordDecl *Record = recordOf(T);
    return Record && llvm::any_of(Types, [&](const CXXRecordDecl *Type) {
             return Type->getCanonicalDecl() == Record->getCanonicalDecl();
           });
  };
  if (const auto *Reference = dyn_cast<DeclRefExpr>(S)) {
    // is<operation_cancelled>(error)
    return tests(*Reference->getDecl()) ||
           llvm::any_of(Reference->template_arguments(), [&](const TemplateArgumentLoc &Argument) {
             return Argument.getArgument().getKind() == TemplateArgument::Type &&
                    IsOurs(Argument.getArgument().getAsType());
           });
  }
  if (const auto *Member = dyn_cast<MemberExpr>(S))
    return tests(*Member->getMemberDecl());
  // ECANCELED
  if (isa<IntegerLiteral>(S) && S->getBeginLoc().isMacroID())
    return saysCancelled(
        Lexer::getImmediateMacroName(S->getBeginLoc(), Context.getSourceManager(), Context.getLangOpts()));
  if (const auto *Cast = dyn_cast<CXXDynamicCastExpr>(S))
    return IsOurs(Cast->getTypeAsWritten());
  if (const auto *Overloads = dyn_cast<OverloadExpr>(S))
    return Names(Overloads->getName());
  if (const auto *Dependent = dyn_cast<CXXDependentScopeMemberExpr>(S))
    return Names(Dependent->getMember());
  if (const auto *Dependent = dyn_cast<DependentScopeDeclRefExpr>(S))
    return Names(Dependent->getDeclName());
  return false;
}

} // namespace asynctidy
