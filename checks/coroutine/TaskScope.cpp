// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Recognises scopes of tasks.

#include "coroutine/TaskScope.h"
#include "coroutine/Context.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

const TypeFact *TaskScopes::fact(const CXXRecordDecl &Class) const {
  const TypeFact *Fact = Facts.typeOrBase(Class);
  return Fact && !Fact->Unjoined.empty() ? Fact : nullptr;
}

/// Whether \p S calls something that does not return.
static bool endsProgram(const Stmt *S) {
  const auto *Call = dyn_cast_or_null<CallExpr>(S);
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  return S && ((Callee && Callee->isNoReturn()) || llvm::any_of(S->children(), endsProgram));
}

bool TaskScopes::isInferred(const CXXRecordDecl &Scope) const {
  if (!Infer || !Scope.hasDefinition() || fact(Scope) || Facts.isDescribed(Scope) || Types.isAwaitable(&Scope))
    return false;
  const CXXDestructorDecl *Destructor = Scope.getDestructor();
  const FunctionDecl *Body = nullptr;
  return Destructor && Destructor->isUserProvided() && Destructor->hasBody(Body) && endsProgram(Body->getBody()) &&
         llvm::any_of(Scope.methods(), [&](const CXXMethodDecl *Method) { return joins(*Method); });
}

bool TaskScopes::isScope(QualType T) const {
  const CXXRecordDecl *Class = T->getAsCXXRecordDecl();
  return Class && (fact(*Class) || isInferred(*Class));
}

std::string TaskScopes::unjoined(const CXXRecordDecl &Scope) const {
  const TypeFact *Fact = fact(Scope);
  return Fact ? Fact->Unjoined : "its destructor ends the program";
}

bool TaskScopes::spawns(const CXXMemberCallExpr &Call) const {
  const CXXMethodDecl *Method = Call.getMethodDecl();
  if (const FunctionFact *Fact = Method ? Facts.function(*Method) : nullptr)
    return Fact->Spawns;
  return Infer && Method && Method->getIdentifier() && matchesTerm(Method->getName(), Facts.terms().Spawning) &&
         llvm::any_of(Call.arguments(), [&](const Expr *Argument) {
           const FunctionDecl *Callable = callableOf(Argument);
           return Types.isAwaitable(Argument->getType()) || (Callable && Types.isAwaitable(Callable->getReturnType()));
         });
}

bool TaskScopes::joins(const CXXMethodDecl &Method) const {
  if (const FunctionFact *Fact = Facts.function(Method))
    return Fact->Joins;
  return Infer && Method.getIdentifier() && Method.param_empty() && Types.isAwaitable(Method.getReturnType()) &&
         matchesTerm(Method.getName(), Facts.terms().Joining);
}

bool TaskScopes::observes(const CXXMethodDecl &Method) const {
  const FunctionFact *Fact = Facts.function(Method);
  return Fact && Fact->Observes;
}

} // namespace asynctidy
