// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Recognises awaitable types.

#include "coroutine/Awaitable.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace asynctidy {

const CXXRecordDecl *Awaitables::classOf(QualType T) {
  if (T.isNull() || T.getNonReferenceType()->isPointerType())
    return nullptr;
  return recordOf(T);
}

static void collectMembers(const CXXRecordDecl &Record, DeclarationName Name, std::vector<const NamedDecl *> &Found,
                           unsigned Depth) {
  for (const NamedDecl *Member : Record.lookup(Name)) {
    if (const auto *Using = dyn_cast<UsingShadowDecl>(Member))
      Member = Using->getTargetDecl();
    Found.push_back(Member);
  }
  if (!Found.empty() || Depth > 16)
    return; // Members of a class hide those of its bases.
  for (const CXXBaseSpecifier &Base : Record.bases())
    if (const CXXRecordDecl *BaseRecord = recordOf(Base.getType()); BaseRecord && BaseRecord->hasDefinition())
      collectMembers(*BaseRecord->getDefinition(), Name, Found, Depth + 1);
}

std::vector<const NamedDecl *> membersNamed(const CXXRecordDecl &Record, DeclarationName Name) {
  std::vector<const NamedDecl *> Found;
  if (Record.hasDefinition())
    collectMembers(*Record.getDefinition(), Name, Found, 0);
  return Found;
}

std::vector<const NamedDecl *> membersNamed(const CXXRecordDecl &Record, llvm::StringRef Name) {
  return membersNamed(Record, DeclarationName(&Record.getASTContext().Idents.get(Name)));
}

bool Awaitables::isAwaitable(const CXXRecordDecl *Record) const {
  if (!Record || !Record->hasDefinition())
    return false;
  Record = Record->getDefinition();
  auto [Entry, New] = Known.try_emplace(Record, false);
  if (!New)
    return Entry->second;
  bool Answer = computeAwaitable(*Record);
  Known[Record] = Answer;
  return Answer;
}

bool Awaitables::computeAwaitable(const CXXRecordDecl &Record) const {
  if (const TypeFact *Fact = Facts.typeOrBase(Record)) {
    if (Fact->NotAwaitable)
      return false;
    if (Fact->Awaitable)
      return true;
  }
  if (Record.isLambda())
    return false;
  if (!membersNamed(Record, Context.DeclarationNames.getCXXOperatorName(OO_Coawait)).empty())
    return true;
  if (!membersNamed(Record, "await_ready").empty() && !membersNamed(Record, "await_suspend").empty() &&
      !membersNamed(Record, "await_resume").empty())
    return true;
  return hasFreeCoAwait(Record);
}

static const Decl *templateOrSelf(const CXXRecordDecl &Record) {
  if (const auto *Specialization = dyn_cast<ClassTemplateSpecializationDecl>(&Record))
    return Specialization->getSpecializedTemplate()->getCanonicalDecl();
  if (const ClassTemplateDecl *Template = Record.getDescribedClassTemplate())
    return Template->getCanonicalDecl();
  return Record.getCanonicalDecl();
}

/// \p Record and the bases that an argument of it converts to, as far as they are visible.
static void collectClasses(const CXXRecordDecl &Record, llvm::SmallVectorImpl<const CXXRecordDecl *> &Classes) {
  constexpr size_t MaxClasses = 32;
  if (Classes.size() == MaxClasses || llvm::is_contained(Classes, &Record))
    return;
  Classes.push_back(&Record);
  if (!Record.hasDefinition())
    return;
  for (const CXXBaseSpecifier &Base : Record.getDefinition()->bases())
    if (const CXXRecordDecl *Class = recordOf(Base.getType()); Class && Base.getAccessSpecifier() == AS_public)
      collectClasses(*Class, Classes);
}

/// Whether the free operator co_await \p Operator takes \p Class: as its parameter, or as a specialization of it.
static bool takes(const FunctionDecl &Operator, const CXXRecordDecl &Class) {
  if (Operator.getNumParams() != 1)
    return false;
  const QualType Parameter = Operator.getParamDecl(0)->getType().getNonReferenceType();
  if (const CXXRecordDecl *Other = Parameter->getAsCXXRecordDecl())
    return Other->getCanonicalDecl() == Class.getCanonicalDecl();
  const auto *Other = Parameter->getAs<TemplateSpecializationType>();
  const TemplateDecl *Name = Other ? Other->getTemplateName().getAsTemplateDecl() : nullptr;
  return Name && Name->getCanonicalDecl() == templateOrSelf(Class);
}

/// Whether \p Record belongs to std or a namespace in it.
static bool isOfStandardLibrary(const CXXRecordDecl &Record) {
  for (const DeclContext *Place = Record.getDeclContext(); Place; Place = Place->getParent())
    if (Place->isStdNamespace())
      return true;
  return false;
}

/// Whether a free operator co_await takes \p Record: one for it or a base of it, found by argument-dependent lookup or
/// in the global namespace. One that takes anything says nothing about this class, unless it is constrained and the
/// program awaits such a value with it.
bool Awaitables::hasFreeCoAwait(const CXXRecordDecl &Record) const {
  llvm::SmallVector<const CXXRecordDecl *, 4> Classes;
  collectClasses(Record, Classes);
  llvm::SmallPtrSet<const DeclContext *, 4> Places;
  for (const CXXRecordDecl *Class : Classes) {
    const DeclContext *Place = Class->getEnclosingNamespaceContext();
    while (Place->isInlineNamespace()) // Lookup in a namespace finds what its inline namespaces declare.
      Place = Place->getParent();
    Places.insert(Place->getRedeclContext()->getPrimaryContext());
  }
  // The standard library's own types are values to everybody but a file that makes them awaitable for itself.
  if (!isOfStandardLibrary(Record))
    Places.insert(Context.getTranslationUnitDecl()->getPrimaryContext());
  for (const DeclContext *Place : Places)
    for (const NamedDecl *Found : Place->lookup(Context.DeclarationNames.getCXXOperatorName(OO_Coawait))) {
      if (const auto *Shadow = dyn_cast<UsingShadowDecl>(Found))
        Found = Shadow->getTargetDecl();
      const auto *Template = dyn_cast<FunctionTemplateDecl>(Found);
      const auto *Operator = Template ? Template->getTemplatedDecl() : dyn_cast<FunctionDecl>(Found);
      if (Operator && llvm::any_of(Classes, [&](const CXXRecordDecl *Class) { return takes(*Operator, *Class); }))
        return true;
      if (Template && Template->hasAssociatedConstraints() &&
          llvm::any_of(Template->specializations(), [&](const FunctionDecl *F) { return takes(*F, Record); }))
        return true;
    }
  return false;
}

bool Awaitables::hasPromise(const CXXRecordDecl *Record) const {
  return Record && Record->hasDefinition() && !membersNamed(*Record, "promise_type").empty();
}

bool Awaitables::canBeReturned(const CXXRecordDecl *Record) const {
  if (!Record || hasPromise(Record))
    return Record;
  const NamespaceDecl *Std = nullptr;
  for (const NamedDecl *Found : Context.getTranslationUnitDecl()->lookup(&Context.Idents.get("std")))
    if ((Std = dyn_cast<NamespaceDecl>(Found)))
      break;
  auto IsFor = [&](const TemplateArgument &Returned) {
    const CXXRecordDecl *Class =
        Returned.getKind() == TemplateArgument::Type ? recordOf(Returned.getAsType()) : nullptr;
    return Class && templateOrSelf(*Class) == templateOrSelf(*Record);
  };
  for (const NamedDecl *Found : Std ? Std->lookup(&Context.Idents.get("coroutine_traits")) : DeclContextLookupResult())
    if (const auto *Traits = dyn_cast<ClassTemplateDecl>(Found)) {
      llvm::SmallVector<ClassTemplatePartialSpecializationDecl *, 4> Partial;
      const_cast<ClassTemplateDecl *>(Traits)->getPartialSpecializations(Partial);
      if (llvm::any_of(Partial, [&](const auto *Special) { return IsFor(Special->getTemplateArgs()[0]); }))
        return true;
    }
  return false;
}

bool Awaitables::isTask(const CXXRecordDecl *Record) const { return hasPromise(Record) && isAwaitable(Record); }

/// The class of promises of coroutines that return \p Record, or null. A specialization that nobody has needed yet
/// has no members; its template shows them.
static const CXXRecordDecl *promiseOf(const CXXRecordDecl &Record) {
  auto Complete = [](const CXXRecordDecl *Class) {
    const auto *Specialization = dyn_cast_or_null<ClassTemplateSpecializationDecl>(Class);
    if (Specialization && !Specialization->hasDefinition())
      return static_cast<const CXXRecordDecl *>(
          Specialization->getSpecializedTemplate()->getTemplatedDecl()->getDefinition());
    return Class ? static_cast<const CXXRecordDecl *>(Class->getDefinition()) : nullptr;
  };
  for (const NamedDecl *Member : membersNamed(Record, "promise_type")) {
    if (const auto *Class = dyn_cast<CXXRecordDecl>(Member))
      return Complete(Class);
    if (const auto *Alias = dyn_cast<TypedefNameDecl>(Member))
      return Complete(Awaitables::classOf(Alias->getUnderlyingType()));
  }
  return nullptr;
}

bool Awaitables::yieldsValues(const CXXRecordDecl *Record) const {
  const CXXRecordDecl *Promise = Record ? promiseOf(*Record) : nullptr;
  return Promise && !membersNamed(*Promise, "yield_value").empty();
}

static bool isStdRecord(QualType T, llvm::StringRef Name) {
  const CXXRecordDecl *Record = Awaitables::classOf(T);
  return Record && Record->isInStdNamespace() && Record->getIdentifier() && Record->getName() == Name;
}

TypeFact::Start Awaitables::starts(const CXXRecordDecl *Record) const {
  if (!Record)
    return TypeFact::Start::Unknown;
  if (const TypeFact *Fact = Facts.typeOrBase(*Record); Fact && Fact->Starts != TypeFact::Start::Unknown)
    return Fact->Starts;
  if (const CXXRecordDecl *Promise = promiseOf(*Record))
    for (const NamedDecl *Member : membersNamed(*Promise, "initial_suspend"))
      if (const auto *Method = dyn_cast<CXXMethodDecl>(Member)) {
        if (isStdRecord(Method->getReturnType(), "suspend_never"))
          return TypeFact::Start::Eager;
        if (isStdRecord(Method->getReturnType(), "suspend_always"))
          return TypeFact::Start::Lazy;
      }
  return TypeFact::Start::Unknown;
}

/// Whether \p Method's body is visible and says nothing but `return true;`.
static bool returnsTrue(const CXXMethodDecl &Method) {
  const auto *Block = dyn_cast_or_null<CompoundStmt>(Method.getBody());
  if (!Block || Block->size() != 1)
    return false;
  const auto *Return = dyn_cast<ReturnStmt>(Block->body_front());
  const auto *Value = Return ? dyn_cast_or_null<CXXBoolLiteralExpr>(Return->getRetValue()) : nullptr;
  return Value && Value->getValue();
}

bool Awaitables::isAsynchronous(const Body &In) const {
  if (!In.isCoroutine())
    return false;
  bool Yields = false;
  for (const SuspensionPoint &P : In.suspensions()) {
    if (P.What == SuspensionPoint::Kind::Await)
      return true;
    Yields = true;
  }
  const CXXRecordDecl *Class = In.task();
  if (!Class || isAwaitable(Class))
    return true;
  // An asynchronous generator hands out awaitables: from next(), or from begin().
  if (Class->hasDefinition())
    for (const CXXMethodDecl *Method : Class->methods())
      if (!isa<CXXConstructorDecl>(Method) && isAwaitable(Method->getReturnType()) &&
          classOf(Method->getReturnType()) != Class)
        return true;
  return !Yields && membersNamed(*Class, "begin").empty();
}

bool Awaitables::maySuspend(const SuspensionPoint &P) const {
  if (P.What == SuspensionPoint::Kind::Yield)
    return true;
  QualType Type = P.Operand->getType();
  if (const CXXRecordDecl *Record = classOf(Type))
    if (const TypeFact *Fact = Facts.typeOrBase(*Record); Fact && Fact->NeverSuspends)
      return false;
  // await_ready of the awaiter that the operand turns into.
  const auto *Await = dyn_cast<CoroutineSuspendExpr>(P.Site);
  if (!Await)
    return true;
  const CXXRecordDecl *Awaiter = classOf(Await->getCommonExpr()->getType());
  if (!Awaiter || !Awaiter->hasDefinition())
    return true;
  for (const NamedDecl *Member : membersNamed(*Awaiter, "await_ready"))
    if (const auto *Method = dyn_cast<CXXMethodDecl>(Member); Method && returnsTrue(*Method))
      return false;
  return true;
}

bool Awaitables::isAcceptedIn(const CXXRecordDecl *Operand, const Body &In) const {
  const CXXRecordDecl *Task = In.task();
  if (!Operand || !Task)
    return false;
  if (templateOrSelf(*Operand) == templateOrSelf(*Task))
    return isAwaitable(Task);
  for (const SuspensionPoint &P : In.suspensions())
    if (const CXXRecordDecl *Other = classOf(P.Operand->getType());
        Other && P.What == SuspensionPoint::Kind::Await && templateOrSelf(*Other) == templateOrSelf(*Operand))
      return true;
  const CXXRecordDecl *Promise = promiseOf(*Task);
  return Promise && isAwaitable(Operand) && membersNamed(*Promise, "await_transform").empty();
}

} // namespace asynctidy
