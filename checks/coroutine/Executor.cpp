// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Recognises executors.

#include "coroutine/Executor.h"
#include "coroutine/Body.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

/// Whether \p T can be called: a class with operator(), a function pointer, or a deduced template parameter.
static bool isCallableType(QualType T) {
  T = T.getNonReferenceType();
  if (T->isTemplateTypeParmType() || T->isFunctionPointerType())
    return true;
  const CXXRecordDecl *Record = recordOf(T);
  if (!Record || !Record->hasDefinition())
    return false;
  return !Record->lookup(Record->getASTContext().DeclarationNames.getCXXOperatorName(OO_Call)).empty();
}

bool hasExecutorShape(const CXXRecordDecl &Record) {
  for (const Decl *Member : Record.decls()) {
    if (const auto *Template = dyn_cast<FunctionTemplateDecl>(Member))
      Member = Template->getTemplatedDecl();
    const auto *Method = dyn_cast<CXXMethodDecl>(Member);
    if (!Method || Method->isImplicit())
      continue;
    if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(Method)) {
      if (!Constructor->param_empty() && Constructor->getParamDecl(0)->getType()->isIntegerType())
        return true;
    } else if (llvm::any_of(Method->parameters(), [](const ParmVarDecl *P) { return isCallableType(P->getType()); })) {
      return true;
    }
  }
  return false;
}

std::optional<Executor> executor(const CXXRecordDecl *Record, const Knowledge &Facts) {
  if (!Record || !Record->getIdentifier() || !Record->hasDefinition())
    return std::nullopt;
  if (const TypeFact *Fact = Facts.typeOrBase(*Record)) {
    if (Fact->Executor)
      return Executor{*Fact->Executor, Record, false, Fact};
    return std::nullopt;
  }
  if (Facts.isDescribed(*Record))
    return std::nullopt;
  auto Kind = [&]() -> std::optional<ExecutorKind> {
    const StandardTerms &Terms = Facts.terms();
    if (llvm::is_contained(Terms.EventLoopTypes, Record->getName()))
      return ExecutorKind::EventLoop;
    if (llvm::is_contained(Terms.ProcessPoolTypes, Record->getName()))
      return ExecutorKind::ProcessPool;
    if (llvm::is_contained(Terms.ExecutorTypes, Record->getName()))
      return ExecutorKind::ThreadPool;
    return std::nullopt;
  }();
  if (Kind && hasExecutorShape(*Record->getDefinition()))
    return Executor{*Kind, Record, true, nullptr};
  return std::nullopt;
}

std::optional<Executor> executorBehind(QualType T, const Knowledge &Facts) {
  const CXXRecordDecl *Record = recordOf(T);
  for (const CXXRecordDecl *R = Record; R; R = dyn_cast<CXXRecordDecl>(R->getDeclContext()))
    if (auto Found = executor(R, Facts))
      return Found;
  const auto *Specialization = dyn_cast_or_null<ClassTemplateSpecializationDecl>(Record);
  if (Specialization && Specialization->getTemplateArgs().size() >= 1 &&
      Specialization->getTemplateArgs()[0].getKind() == TemplateArgument::Type) {
    QualType Inner = Specialization->getTemplateArgs()[0].getAsType();
    if (Inner.getCanonicalType() != T.getCanonicalType())
      return executorBehind(Inner, Facts);
  }
  return std::nullopt;
}

} // namespace asynctidy
