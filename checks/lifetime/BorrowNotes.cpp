// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Words for borrowed things.

#include "lifetime/BorrowNotes.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/QualTypeNames.h"

using namespace clang;

namespace asynctidy {

/// The name of \p T with its namespaces, by the name that the code uses for it where that is shorter; what is too long
/// to read goes without template arguments.
static std::string nameOf(QualType T, const ASTContext &Context) {
  constexpr size_t Readable = 60;
  PrintingPolicy Policy = Context.getPrintingPolicy();
  T = T.getNonReferenceType().getUnqualifiedType();
  std::string Name = T.getCanonicalType().getAsString(Policy);
  if (std::string Written = TypeName::getFullyQualifiedName(T, Context, Policy); Written.size() < Name.size())
    Name = Written;
  if (const CXXRecordDecl *Class = T->getAsCXXRecordDecl(); Class && Name.size() > Readable)
    Name = Class->getQualifiedNameAsString();
  return Name;
}

static bool isClosure(QualType T) {
  const CXXRecordDecl *Class = T->getAsCXXRecordDecl();
  return Class && Class->isLambda();
}

std::string describe(const Borrow &B, const ASTContext &Context) {
  const std::string Part = B.From.Inside ? "what " : "";
  const std::string Owns = B.From.Inside ? " holds" : "";
  switch (B.From.What) {
  case Origin::Kind::Local:
    // A decomposition has no name, and the range of a loop none of the author's.
    if (!B.From.Variable->getDeclName() || B.From.Variable->isImplicit())
      return "a local variable";
    return Part + "local variable '" + B.From.Variable->getNameAsString() + "'" + Owns;
  case Origin::Kind::Parameter:
    return Part + "parameter '" + B.From.Variable->getNameAsString() + "'" + Owns;
  default:
    break;
  }
  const QualType T = B.From.Site ? B.From.Site->getType() : QualType();
  if (T.isNull())
    return "a temporary";
  return isClosure(T) ? "a temporary closure" : "a temporary '" + nameOf(T, Context) + "'";
}

static std::string nameOf(const FunctionDecl &F) {
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  return Method && Method->getParent()->isLambda() ? "the lambda" : "'" + F.getNameAsString() + "'";
}

void explain(const Borrow &B, llvm::function_ref<void(SourceLocation, const std::string &)> Note) {
  const std::string Callee = nameOf(*B.Callee);
  switch (B.How) {
  case Borrow::By::Argument:
    if (B.Parameter) {
      const QualType T = B.Parameter->getType();
      const llvm::StringRef What = T->isReferenceType() ? "reference" : T->isPointerType() ? "pointer" : "view";
      const std::string Name = B.Parameter->getDeclName() ? " '" + B.Parameter->getNameAsString() + "'" : std::string();
      Note(B.Parameter->getLocation(),
           Callee + " takes it by " + What.str() + (Name.empty() ? std::string() : ", as its parameter" + Name));
    }
    break;
  case Borrow::By::Object:
    Note(B.Callee->getLocation(), Callee + " is a member function of it");
    break;
  case Borrow::By::Closure:
    Note(B.Callee->getLocation(), "the coroutine is a lambda, whose captures live in its closure");
    break;
  case Borrow::By::Capture:
    Note(B.Site->getBeginLoc(), "this lambda captures it by reference");
    break;
  }
  if (!B.Use)
    return;
  if (B.Suspension)
    Note(B.Suspension->getBeginLoc(), "the coroutine is suspended here");
  Note(B.Use->getBeginLoc(), B.Suspension ? "and uses it here afterwards"
                             : isa<CXXThisExpr>(B.Use) && B.How == Borrow::By::Object
                                 ? "it uses its object here, once the task runs"
                                 : "it is used here, once the task runs");
}

} // namespace asynctidy
