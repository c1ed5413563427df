// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Recognises awaitable types.

#include "coroutine/Awaitable.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"

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

/// Argument-dependent lookup of a free operator co_await whose parameter is \p Record or its own template.
/// An unconstrained template parameter does not count: such an operator says nothing about this class.
bool Awaitables::hasFreeCoAwait(const CXXRecordDecl &Record) const {
  const DeclContext *Namespace = Record.getEnclosingNamespaceContext();
  const ClassTemplateDecl *Template = Record.getDescribedClassTemplate();
  if (const auto *Specialization = dyn_cast<ClassTemplateSpecializationDecl>(&Record))
    Template = Specialization->getSpecializedTemplate();
  auto Takes = [&](const FunctionDecl *Operator) {
    if (Operator->getNumParams() != 1)
      return false;
    QualType Parameter = Operator->getParamDecl(0)->getType().getNonReferenceType();
    if (const CXXRecordDecl *Other = Parameter->getAsCXXRecordDecl())
      return Other->getCanonicalDecl() == Record.getCanonicalDecl();
    if (const auto *Other = Parameter->getAs<TemplateSpecializationType>())
      if (const TemplateDecl *Name = Other->getTemplateName().getAsTemplateDecl())
        return Template && Name->getCanonicalDecl() == Template->getCanonicalDecl();
    return false;
  };
  for (const NamedDecl *Found :
       Namespace->getRedeclContext()->lookup(Context.DeclarationNames.getCXXOperatorName(OO_Coawait))) {
    if (const auto *Operator = dyn_cast<FunctionDecl>(Found); Operator && Takes(Operator))
      return true;
    if (const auto *OperatorTemplate = dyn_cast<FunctionTemplateDecl>(Found);
        OperatorTemplate && Takes(OperatorTemplate->getTemplatedDecl()))
      return true;
  }
  return false;
}

bool Awaitables::hasPromise(const CXXRecordDecl *Record) const {
  return Record && Record->hasDefinition() && !membersNamed(*Record, "promise_type").empty();
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

static const Decl *templateOrSelf(const CXXRecordDecl &Record) {
  if (const auto *Specialization = dyn_cast<ClassTemplateSpecializationDecl>(&Record))
    return Specialization->getSpecializedTemplate()->getCanonicalDecl();
  if (const ClassTemplateDecl *Template = Record.getDescribedClassTemplate())
    return Template->getCanonicalDecl();
  return Record.getCanonicalDecl();
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
