// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads the result of an await from the types of awaitable and awaiter.

#include "coroutine/AwaitResult.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"

using namespace clang;

namespace asynctidy {

static bool isKnown(QualType T) { return !T.isNull() && !T->isUndeducedType() && !T->isDependentType(); }

/// The result of the member \p Name, if all of its overloads agree.
static QualType memberResult(const CXXRecordDecl &Record, DeclarationName Name) {
  QualType Found;
  for (const NamedDecl *Member : membersNamed(Record, Name)) {
    const auto *Method = dyn_cast<CXXMethodDecl>(Member);
    if (!Method || !isKnown(Method->getReturnType()))
      return {};
    QualType Result = Method->getReturnType();
    if (!Found.isNull() && Found.getCanonicalType() != Result.getCanonicalType())
      return {};
    Found = Result;
  }
  return Found;
}

QualType awaitResult(const CXXRecordDecl *Record, const Awaitables &Types, ASTContext &Context) {
  if (!Record || !Record->hasDefinition())
    return {};
  const DeclarationName Resume(&Context.Idents.get("await_resume"));
  if (QualType Own = memberResult(*Record, Resume); !Own.isNull())
    return Own;
  QualType Awaiter = memberResult(*Record, Context.DeclarationNames.getCXXOperatorName(OO_Coawait));
  if (const CXXRecordDecl *Class = Awaitables::classOf(Awaiter))
    if (QualType Result = memberResult(*Class, Resume); !Result.isNull())
      return Result;
  const auto *Specialization = dyn_cast<ClassTemplateSpecializationDecl>(Record);
  if (Specialization && Types.isTask(Record) && Specialization->getTemplateArgs().size() >= 1 &&
      Specialization->getTemplateArgs()[0].getKind() == TemplateArgument::Type)
    return Specialization->getTemplateArgs()[0].getAsType();
  return {};
}

const CXXRecordDecl *ownerClass(QualType T, const Knowledge &Facts) {
  if (T.isNull() || T->isReferenceType())
    return nullptr;
  const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
  if (!Record || !Record->hasDefinition())
    return nullptr;
  if (const TypeFact *Fact = Facts.typeOrBase(*Record); Fact && (Fact->AsyncGuard || Fact->ThreadGuard))
    return Record;
  if (Record->hasTrivialDestructor())
    return nullptr;
  for (const CXXConstructorDecl *Constructor : Record->ctors())
    if (Constructor->isCopyConstructor())
      return Constructor->isDeleted() ? Record : nullptr;
  // The compiler has not been asked for one yet.
  return Record->hasSimpleCopyConstructor() ? nullptr : Record;
}

} // namespace asynctidy
