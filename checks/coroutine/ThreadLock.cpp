// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Recognises locks and guards.

#include "coroutine/ThreadLock.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

static bool isNamed(const FunctionDecl &F, llvm::ArrayRef<std::string> Terms) {
  return F.getIdentifier() && llvm::is_contained(Terms, F.getName());
}

ThreadLocks::Role ThreadLocks::roleOf(const FunctionDecl &Member) const {
  if (Member.hasAttr<AcquireCapabilityAttr>())
    return Role::Takes;
  if (Member.hasAttr<TryAcquireCapabilityAttr>())
    return Role::Tries;
  if (Member.hasAttr<ReleaseCapabilityAttr>())
    return Role::Gives;
  if (const FunctionFact *Fact = Facts.function(Member); Fact && Fact->Lock != FunctionFact::LockRole::None)
    return Fact->Lock == FunctionFact::LockRole::Takes ? Role::Takes : Role::Gives;
  // What is awaited takes the lock for the coroutine, not for the thread.
  const QualType Result = Member.getReturnType();
  if (Result->isVoidType() && isNamed(Member, Facts.terms().Unlocking))
    return Role::Gives;
  if (Result->isBooleanType() && isNamed(Member, Facts.terms().TryLocking))
    return Role::Tries;
  if ((Result->isVoidType() || Result->isBooleanType()) && Member.getMinRequiredArguments() == 0 &&
      isNamed(Member, Facts.terms().Locking))
    return Role::Takes;
  return Role::Other;
}

/// Whether the body of \p F is visible and empty.
static bool doesNothing(const FunctionDecl &F) {
  const auto *Block = dyn_cast_or_null<CompoundStmt>(F.getBody());
  return Block && Block->body_empty();
}

bool ThreadLocks::isLock(const CXXRecordDecl *Record, LockEvidence Seen) const {
  if (!Record || !Record->hasDefinition() || Types.isAwaitable(Record))
    return false;
  Record = Record->getDefinition();
  if (Record->hasAttr<CapabilityAttr>())
    return true;
  bool Takes = false, Tries = false, Gives = false, Works = false, Known = false;
  auto Look = [&](llvm::ArrayRef<std::string> Terms) {
    for (llvm::StringRef Term : Terms)
      for (const NamedDecl *Found : membersNamed(*Record, Term))
        if (const auto *Member = dyn_cast<CXXMethodDecl>(Found)) {
          const Role What = roleOf(*Member);
          Takes |= What == Role::Takes;
          Tries |= What == Role::Tries;
          Gives |= What == Role::Gives;
          Works |= What == Role::Takes && !doesNothing(*Member);
          const FunctionFact *Fact = Facts.function(*Member);
          Known |= Fact && Fact->Blocks == BlockKind::Lock;
        }
  };
  Look(Facts.terms().Locking);
  if (!Takes || !Works)
    return false;
  if (Known)
    return true;
  Look(Facts.terms().Unlocking);
  Look(Facts.terms().TryLocking);
  return Gives && (Tries || Seen == LockEvidence::Guard);
}

/// Whether the destructor of \p Record is seen to unlock what a reference or pointer in it leads to.
bool ThreadLocks::unlocksAtEnd(const CXXRecordDecl &Record) const {
  const CXXDestructorDecl *End = Record.getDestructor();
  const Stmt *Does = End && !End->isImplicit() ? End->getBody() : nullptr;
  if (!Does || llvm::none_of(Record.fields(), [&](const FieldDecl *Field) {
        return Field->getType()->isPointerType() || Field->getType()->isReferenceType();
      }))
    return false;
  llvm::SmallVector<const Stmt *, 16> Pending{Does};
  while (!Pending.empty()) {
    const Stmt *S = Pending.pop_back_val();
    if (const auto *Call = dyn_cast_or_null<CXXMemberCallExpr>(S); Call && Call->getMethodDecl())
      if (roleOf(*Call->getMethodDecl()) == Role::Gives &&
          isLock(recordOf(Call->getImplicitObjectArgument()->getType()), LockEvidence::Guard))
        return true;
    if (S && !isa<LambdaExpr>(S))
      Pending.append(S->child_begin(), S->child_end());
  }
  return false;
}

/// Whether one of the classes that \p Record is made of as a template is a lock, or there are none.
static bool guardsLock(const CXXRecordDecl &Record, llvm::function_ref<bool(const CXXRecordDecl &)> IsLock) {
  const auto *Specialization = dyn_cast<ClassTemplateSpecializationDecl>(&Record);
  if (!Specialization)
    return true;
  bool None = true, Found = false;
  auto Look = [&](const TemplateArgument &Argument) {
    const CXXRecordDecl *Class =
        Argument.getKind() == TemplateArgument::Type ? recordOf(Argument.getAsType()) : nullptr;
    if (!Class)
      return;
    None = false;
    Found |= !Class->hasDefinition() || IsLock(*Class);
  };
  const ArrayRef<TemplateArgument> Arguments = Specialization->getTemplateArgs().asArray();
  for (const TemplateArgument &Argument : Arguments)
    if (Argument.getKind() == TemplateArgument::Pack)
      llvm::for_each(Argument.pack_elements(), Look);
    else
      Look(Argument);
  // std::scoped_lock<> holds nothing.
  const bool Empty =
      Arguments.size() == 1 && Arguments[0].getKind() == TemplateArgument::Pack && Arguments[0].pack_size() == 0;
  return !Empty && (None || Found);
}

/// Whether each object of \p Record that is made from something gives its member \p Field a value right away: it is an
/// aggregate, or its constructors are seen to.
static bool isAlwaysGiven(const FieldDecl &Field, const CXXRecordDecl &Record) {
  if (Record.isAggregate() || Record.isInStdNamespace())
    return true;
  return llvm::all_of(Record.ctors(), [&](const CXXConstructorDecl *Made) {
    const FunctionDecl *Defined = nullptr;
    if (Made->isCopyOrMoveConstructor() || Made->isDefaultConstructor() || Made->isDeleted())
      return true;
    return Made->hasBody(Defined) &&
           llvm::any_of(cast<CXXConstructorDecl>(Defined)->inits(), [&](const CXXCtorInitializer *Initializer) {
             return Initializer->getMember() == &Field && Initializer->isWritten();
           });
  });
}

bool ThreadLocks::isGuardClass(const CXXRecordDecl &Record, unsigned Depth) const {
  const TypeFact *Fact = Facts.typeOrBase(Record);
  if (Fact && Fact->AsyncGuard)
    return false;
  if ((Fact && Fact->ThreadGuard) || Record.hasAttr<ScopedLockableAttr>())
    return guardsLock(Record, [&](const CXXRecordDecl &Class) { return isLock(&Class, LockEvidence::Guard); });
  constexpr unsigned MaxDepth = 3;
  if (!Record.hasDefinition() || Depth > MaxDepth || Types.isAwaitable(&Record))
    return false;
  const CXXRecordDecl &Class = *Record.getDefinition();
  if (Class.isDependentContext())
    return false;
  if (unlocksAtEnd(Class))
    return true;
  auto Holds = [&](QualType T) {
    const CXXRecordDecl *Part = T->getAsCXXRecordDecl();
    return Part && Part != &Class && isGuardClass(*Part, Depth + 1);
  };
  return llvm::any_of(
             Class.fields(),
             [&](const FieldDecl *Field) { return Holds(Field->getType()) && isAlwaysGiven(*Field, Class); }) ||
         llvm::any_of(Class.bases(), [&](const CXXBaseSpecifier &Base) { return Holds(Base.getType()); });
}

bool ThreadLocks::isGuard(QualType T) const {
  const CXXRecordDecl *Record = T.isNull() ? nullptr : T.getNonReferenceType()->getAsCXXRecordDecl();
  if (!Record)
    return false;
  auto [Entry, New] = Guards.try_emplace(Record, false);
  if (New) {
    const bool Answer = isGuardClass(*Record, 0);
    Guards[Record] = Answer;
    return Answer;
  }
  return Entry->second;
}

} // namespace asynctidy
