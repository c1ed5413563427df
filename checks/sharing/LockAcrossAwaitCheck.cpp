// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reports locks that are held across a suspension.

#include "sharing/LockAcrossAwaitCheck.h"
#include "fix/SourceText.h"
#include "summary/CallSite.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

LockAcrossAwaitCheck::LockAcrossAwaitCheck(llvm::StringRef Name, tidy::ClangTidyContext *Context,
                                           std::shared_ptr<SharedUnit> Shared)
    : AsyncCheck(Name, Context, std::move(Shared)),
      GuardTypes(*this, "GuardTypes", {},
                 "further classes whose objects must not live across a suspension, as `name -> reason`"),
      AllowedTypes(*this, "AllowedTypes", {}, "guards and locks that may be held, as `name -> reason`"),
      AllowedAwaitables(*this, "AllowedAwaitables", {},
                        "what may be awaited with a lock held, types or functions, as `name -> reason`") {}

/// Whether the class of what holds \p Lock, the lock itself, or a class that the guard is made for is in \p Allowed.
static bool isIn(const std::vector<Named> &Allowed, const HeldLock &Lock) {
  if (Allowed.empty())
    return false;
  QualType Type = Lock.Guard ? Lock.Guard->getType() : Lock.Site->getType();
  if (const auto *Call = dyn_cast_or_null<CXXMemberCallExpr>(Lock.Site))
    Type = Call->getImplicitObjectArgument()->getType();
  const CXXRecordDecl *Class = recordOf(Type);
  if (!Class || find(Allowed, *Class))
    return Class != nullptr;
  const auto *Specialization = dyn_cast<ClassTemplateSpecializationDecl>(Class);
  return Specialization && llvm::any_of(Specialization->getTemplateArgs().asArray(), [&](const TemplateArgument &A) {
           const CXXRecordDecl *Of = A.getKind() == TemplateArgument::Type ? recordOf(A.getAsType()) : nullptr;
           return Of && find(Allowed, *Of);
         });
}

bool LockAcrossAwaitCheck::isAllowed(const SuspensionPoint &P) const {
  if (AllowedAwaitables->empty())
    return false;
  const CXXRecordDecl *Class = Awaitables::classOf(P.Operand->getType());
  const auto Site = CallSite::of(valueSource(P.Operand));
  return (Class && find(*AllowedAwaitables, *Class)) || (Site && find(*AllowedAwaitables, Site->callee()));
}

void LockAcrossAwaitCheck::checkFunction(const FunctionDecl &F, TranslationUnit &Unit) {
  const Body &In = Unit.body(F);
  if (In.suspensions().empty() || F.isDependentContext() || !Unit.awaitables().isAsynchronous(In))
    return;
  Across Ways(In, Unit.awaitables());
  for (const HeldLock &Lock : locksHeldIn(In, Unit, *GuardTypes)) {
    if (isIn(*AllowedTypes, Lock))
      continue;
    std::vector<const SuspensionPoint *> Crossed;
    for (const Stretch &Held : Lock.Held)
      for (const SuspensionPoint *P : Ways.suspensions(Held))
        if (!isAllowed(*P))
          Crossed.push_back(P);
    llvm::sort(Crossed);
    Crossed.erase(llvm::unique(Crossed), Crossed.end());
    if (!Crossed.empty())
      reportLock(Lock, Crossed, In, Unit);
  }
}

static llvm::StringRef message(HeldLock::Kind What) {
  switch (What) {
  case HeldLock::Kind::Guard:
    return "'%0' holds a lock of this thread while the coroutine is suspended";
  case HeldLock::Kind::Listed:
    return "'%0' lives on while the coroutine is suspended";
  case HeldLock::Kind::ByHand:
    return "'%0' stays locked by this thread while the coroutine is suspended";
  case HeldLock::Kind::Temporary:
    return "this '%0' holds a lock of this thread while the coroutine is suspended";
  }
  llvm_unreachable("covered switch");
}

void LockAcrossAwaitCheck::reportLock(const HeldLock &Lock, llvm::ArrayRef<const SuspensionPoint *> Crossed,
                                      const Body &In, TranslationUnit &Unit) {
  if (auto Finding = report(Lock.location(), message(Lock.What)))
    *Finding << Lock.Name;
  else
    return;
  for (const SuspensionPoint *P : Crossed)
    note(P->Site->getBeginLoc(), "it is suspended here");
  if (!Lock.Advice.empty())
    note(Lock.location(), "%0") << Lock.Advice;
  offerRelease(Lock, *Crossed.front(), In, Unit);
}

/// The statement of \p Block that \p S is or lies in.
static const Stmt *childOf(const CompoundStmt &Block, const Stmt *S, const Body &In) {
  while (S && In.parent(S) != &Block)
    S = In.parent(S);
  return S;
}

/// Offers to give the lock back right before the first suspension point.
void LockAcrossAwaitCheck::offerRelease(const HeldLock &Lock, const SuspensionPoint &First, const Body &In,
                                        TranslationUnit &Unit) {
  const DeclStmt *Declaration = Lock.Guard ? In.declarationOf(*Lock.Guard) : nullptr;
  const auto *Block = dyn_cast_or_null<CompoundStmt>(Declaration ? In.parent(Declaration) : nullptr);
  if (!Block || Lock.IsUsedElsewhere || !Declaration->isSingleDecl() || In.function().isTemplateInstantiation() ||
      Lock.Guard->getType()->isReferenceType())
    return;
  const Stmt *Suspended = childOf(*Block, First.Site, In);
  const auto *From = llvm::find(Block->body(), Declaration), *Until = llvm::find(Block->body(), Suspended);
  if (From == Block->body_end() || Until == Block->body_end() || Until - From < 2)
    return; // There is nothing in between that could need the lock.
  const SourceLocation Here = Suspended->getBeginLoc();
  if (!isEditable(Declaration->getSourceRange()) || Here.isMacroID())
    return;
  const SourceManager &Sources = Unit.context().getSourceManager();
  const std::string Line = "\n" + Lexer::getIndentationForLine(Here, Sources).str();
  const auto Between = llvm::make_range(From + 1, Until);
  if (llvm::none_of(Between, [](const Stmt *S) { return isa<DeclStmt, LabelStmt, SwitchCase>(S); })) {
    note(Lock.location(), "let it end before the coroutine is suspended; what comes then is not protected any more")
        << FixItHint::CreateInsertion(Declaration->getBeginLoc(), "{" + Line)
        << FixItHint::CreateInsertion(Here, "}" + Line);
    return;
  }
  // Other declarations live on, so the block has to as well.
  const CXXRecordDecl *Class = Lock.Guard->getType()->getAsCXXRecordDecl();
  for (llvm::StringRef Term : Unit.knowledge().terms().Unlocking)
    for (const NamedDecl *Member : Class ? membersNamed(*Class, Term) : std::vector<const NamedDecl *>())
      if (const auto *Method = dyn_cast<CXXMethodDecl>(Member);
          Method && Method->getAccess() == AS_public && Method->param_empty()) {
        note(Lock.location(), "unlock before the coroutine is suspended; what comes then is not protected any more")
            << FixItHint::CreateInsertion(Here, Lock.Name + "." + Term.str() + "();" + Line);
        return;
      }
}

} // namespace asynctidy
