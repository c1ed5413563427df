// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Recognises values that may be dropped by their shape.

#include "lost_work/Harmless.h"
#include "coroutine/Context.h"
#include "summary/Summaries.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

bool isPlainValue(const CXXRecordDecl &Class, const TranslationUnit &Unit) {
  ASTContext &Context = Unit.context();
  auto Has = [&](DeclarationName Name, unsigned Parameters) {
    return llvm::any_of(membersNamed(Class, Name), [&](const NamedDecl *Member) {
      const auto *Method = dyn_cast<CXXMethodDecl>(Member);
      return Method && Method->getNumParams() == Parameters;
    });
  };
  auto Called = [&](llvm::StringRef Name) { return DeclarationName(&Context.Idents.get(Name)); };
  // The vocabulary of the standard library's own types.
  const bool Tells =
      Has(Called("has_value"), 0) || Has(Context.DeclarationNames.getCXXConversionFunctionName(Context.BoolTy), 0);
  const bool Gives = Has(Called("value"), 0) || Has(Context.DeclarationNames.getCXXOperatorName(OO_Star), 0);
  return Tells && Gives && Unit.awaitables().starts(&Class) != TypeFact::Start::Lazy;
}

bool isBareSuspension(const CXXRecordDecl &Class) {
  if (Class.isInStdNamespace())
    return Class.getIdentifier() && (Class.getName() == "suspend_always" || Class.getName() == "suspend_never");
  if (!Class.hasDefinition() || !Class.isEmpty() || Class.getNumBases() != 1)
    return false;
  const CXXRecordDecl *Base = Class.bases_begin()->getType()->getAsCXXRecordDecl();
  return Base && isBareSuspension(*Base) &&
         llvm::all_of(Class.methods(), [](const CXXMethodDecl *M) { return M->isImplicit(); });
}

static bool waits(const CXXRecordDecl &Class, TranslationUnit &Unit, unsigned Depth) {
  if (!Class.hasDefinition() || Class.isInStdNamespace() || Depth > 4)
    return false;
  const CXXDestructorDecl *Destructor = Class.getDestructor();
  const FunctionDecl *Body = nullptr;
  if (Destructor && Destructor->isUserProvided() && Destructor->hasBody(Body) &&
      llvm::any_of(Unit.summaries().effects(*Body), [](const Witness &W) {
        return W.What->What == Effect::Kind::WaitsForTask ||
               (W.What->What == Effect::Kind::Blocks && (W.What->Declared || W.What->Blocking == BlockKind::SyncWait));
      }))
    return true;
  return llvm::any_of(Class.bases(), [&](const CXXBaseSpecifier &Base) {
    const CXXRecordDecl *Record = Base.getType()->getAsCXXRecordDecl();
    return Record && waits(*Record, Unit, Depth + 1);
  });
}

bool waitsInDestructor(const CXXRecordDecl &Class, TranslationUnit &Unit) { return waits(Class, Unit, 0); }

bool isPromiseProtocol(const FunctionDecl &Method) {
  const auto *Member = dyn_cast<CXXMethodDecl>(&Method);
  return Member && Member->getIdentifier() &&
         (Member->getName() == "initial_suspend" || Member->getName() == "final_suspend" ||
          Member->getName() == "yield_value" || Member->getName() == "await_transform");
}

/// What calling an object of the class type \p T gives, if all of its call operators agree.
static QualType resultOfCalling(QualType T, ASTContext &Context) {
  const CXXRecordDecl *Class = Awaitables::classOf(T);
  QualType Result;
  if (!Class)
    return Result;
  for (const NamedDecl *Member : membersNamed(*Class, Context.DeclarationNames.getCXXOperatorName(OO_Call))) {
    if (const auto *Template = dyn_cast<FunctionTemplateDecl>(Member))
      Member = Template->getTemplatedDecl();
    const auto *Method = dyn_cast<CXXMethodDecl>(Member);
    if (!Method || (!Result.isNull() && !Context.hasSameType(Result, Method->getReturnType())))
      return {};
    Result = Method->getReturnType();
  }
  return Result;
}

QualType resultOfCalling(const Expr &E) {
  if (const FunctionDecl *Callable = callableOf(&E))
    return Callable->getReturnType();
  const QualType T = E.getType();
  const Type *Pointee = T->isFunctionPointerType() ? T->getPointeeType().getTypePtr() : T.getTypePtr();
  if (const auto *Function = Pointee->getAs<FunctionType>())
    return Function->getReturnType();
  const CXXRecordDecl *Class = Awaitables::classOf(T);
  return Class ? resultOfCalling(T, Class->getASTContext()) : QualType();
}

static bool keeps(QualType T, const Awaitables &Types, unsigned Depth);

static bool keepsInside(const CXXRecordDecl &Class, const Awaitables &Types, unsigned Depth) {
  if (Depth > 4)
    return false;
  if (const auto *Specialization = dyn_cast<ClassTemplateSpecializationDecl>(&Class))
    for (const TemplateArgument &Argument : Specialization->getTemplateArgs().asArray()) {
      auto Keeps = [&](const TemplateArgument &A) {
        return A.getKind() == TemplateArgument::Type && keeps(A.getAsType(), Types, Depth + 1);
      };
      if (Argument.getKind() == TemplateArgument::Pack ? llvm::any_of(Argument.pack_elements(), Keeps)
                                                       : Keeps(Argument))
        return true;
    }
  if (!Class.hasDefinition() || Class.isInStdNamespace())
    return false;
  return llvm::any_of(Class.fields(), [&](const FieldDecl *F) { return keeps(F->getType(), Types, Depth + 1); }) ||
         llvm::any_of(Class.bases(), [&](const CXXBaseSpecifier &B) {
           const CXXRecordDecl *Base = B.getType()->getAsCXXRecordDecl(); // What it makes awaitable, it need not keep.
           return Base && keepsInside(*Base, Types, Depth + 1);
         });
}

static bool keeps(QualType T, const Awaitables &Types, unsigned Depth) {
  T = T.getNonReferenceType();
  if (Types.isAwaitable(T))
    return true;
  if (const auto *Function = T->getAs<FunctionType>())
    return Types.isAwaitable(Function->getReturnType());
  const CXXRecordDecl *Class = Awaitables::classOf(T);
  if (!Class)
    return false;
  const QualType Result = resultOfCalling(T, Class->getASTContext());
  return (!Result.isNull() && Types.isAwaitable(Result)) || keepsInside(*Class, Types, Depth);
}

bool keepsOperation(const CXXRecordDecl &Class, const Awaitables &Types) { return keepsInside(Class, Types, 0); }

} // namespace asynctidy
