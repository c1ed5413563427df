// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds handlers and retry loops in coroutines that take cancellation for any other failure.

#include "cancellation/SwallowedCancellationCheck.h"
#include "cancellation/AwaitedErrors.h"
#include "cancellation/HandlerFix.h"
#include "cancellation/Replacement.h"
#include "cancellation/Waiting.h"
#include "cancellation/Word.h"
#include "knowledge/QualifiedName.h"
#include "summary/CallPath.h"
#include "summary/References.h"
#include "clang/AST/ASTLambda.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

/// One finding of the exception form.
struct SwallowedCancellationCheck::Swallow {
  const CXXCatchStmt *Handler;
  const CXXRecordDecl *Type; ///< What it swallows; null if that has no name.
  std::vector<const Expr *> Deliveries;
  Aftermath After;
  std::optional<Replacement> Instead = std::nullopt; ///< What it throws in place of it.
};

SwallowedCancellationCheck::SwallowedCancellationCheck(llvm::StringRef Name, tidy::ClangTidyContext *Context,
                                                       std::shared_ptr<SharedUnit> Shared)
    : AsyncCheck(Name, Context, std::move(Shared)),
      InferLibraries(*this, "InferLibraries", true,
                     "assume that coroutines of a library nobody described are cancelled by an exception"),
      CancellationTypes(*this, "CancellationTypes", {}, "exception types that mean cancelled, as `name -> advice`"),
      StopTests(*this, "StopTests", {},
                "functions and variables that tell whether to stop, as `name -> reason`: who asks them heeds "
                "cancellation"),
      AllowFinalHandlers(*this, "AllowFinalHandlers", true,
                         "allow a handler that is not empty where nothing goes on after it: the coroutine ends and "
                         "nobody awaits it"),
      CheckTests(*this, "CheckTests", false, "look at coroutines written in test cases too") {}

const Cancellation &SwallowedCancellationCheck::cancellationOf(const CXXRecordDecl &Task, TranslationUnit &Unit) {
  if (KnownIn != &Unit)
    Known.clear();
  KnownIn = &Unit;
  std::unique_ptr<Cancellation> &Entry = Known[Task.getCanonicalDecl()];
  if (!Entry)
    Entry = std::make_unique<Cancellation>(Task, Unit.context(), Unit.knowledge(),
                                           CancellationSettings{*InferLibraries, &*CancellationTypes, &*StopTests});
  return *Entry;
}

void SwallowedCancellationCheck::checkFunction(const FunctionDecl &F, TranslationUnit &Unit) {
  const Body &In = Unit.body(F);
  const CXXRecordDecl *Task = In.task();
  if (!Task || In.suspensions().empty())
    return;
  const Cancellation &What = cancellationOf(*Task, Unit);
  if (!What.isException())
    return;
  for (const CXXTryStmt *Try : In.tries())
    checkTry(*Try, In, What, Unit);
  for (const RetryOnAnyError &Retry : findRetriesOnAnyError(In, HandlerReader(What, Unit), Unit))
    if ((*CheckTests || !isTestCode(F, Unit)) && !What.isDisabledAt(*Retry.Test, In))
      reportRetry(Retry, In, What);
}

/// Whether an exception that \p P throws on cancellation arrives at \p Try: no handler in between keeps it.
static bool arrives(const SuspensionPoint &P, const CXXTryStmt &Try, const CXXRecordDecl *Type, const Body &In,
                    const HandlerReader &Reader) {
  for (const Stmt *Child = P.Site, *Parent = In.parent(Child); Parent; Child = Parent, Parent = In.parent(Parent)) {
    const auto *Around = dyn_cast<CXXTryStmt>(Parent);
    if (!Around || Child != Around->getTryBlock())
      continue;
    if (Around == &Try)
      return true;
    if (const CXXCatchStmt *Handler = Cancellation::firstHandler(*Around, Type); Handler && !Reader.letsOut(*Handler))
      return false;
  }
  return false;
}

/// Whether \p Handler comes out of a macro of somebody else's, or of an assertion of a test.
static bool isForeign(const CXXCatchStmt &Handler, const ASTContext &Context, const StandardTerms &Terms) {
  const SourceManager &Sources = Context.getSourceManager();
  for (SourceLocation Loc = Handler.getCatchLoc(); Loc.isMacroID(); Loc = Sources.getImmediateMacroCallerLoc(Loc))
    if (matchesTerm(Lexer::getImmediateMacroName(Loc, Sources, Context.getLangOpts()), Terms.TestMacros))
      return true;
  return Sources.isInSystemHeader(Sources.getSpellingLoc(Handler.getCatchLoc()));
}

/// Whether something is done with the value of \p E.
static bool isUsed(const Expr &E, const Body &In) {
  const Stmt *User = In.significantParent(&E);
  // Dropped on purpose: (void)co_await close();
  if (const auto *Cast = dyn_cast_or_null<CastExpr>(User); Cast && Cast->getType()->isVoidType())
    return false;
  if (const auto *Assign = dyn_cast_or_null<CXXOperatorCallExpr>(User); Assign && Assign->isAssignmentOp())
    if (const ValueDecl *Target = namedObject(Assign->getArg(0)); Target && Target->isInStdNamespace())
      return false;
  if (const auto *Declaration = dyn_cast_or_null<DeclStmt>(User); Declaration && Declaration->isSingleDecl())
    return !Declaration->getSingleDecl()->hasAttr<UnusedAttr>();
  return !E.getType()->isVoidType() && isa_and_nonnull<Expr, DeclStmt>(User);
}

void SwallowedCancellationCheck::checkTry(const CXXTryStmt &Try, const Body &In, const Cancellation &What,
                                          TranslationUnit &Unit) {
  const HandlerReader Reader(What, Unit);
  Swallow Found{nullptr, nullptr, {}, {}};
  auto Consider = [&](const CXXRecordDecl *Type) {
    const CXXCatchStmt *Handler = Cancellation::firstHandler(Try, Type);
    if (Handler && !Found.Handler) {
      Found.Handler = Handler;
      Found.Type = Type;
    }
    if (!Handler || !Reader.letsOut(*Handler))
      return true;
    if (Handler == Found.Handler && Type && !Found.Instead)
      Found.Instead = replacementBy(*Handler, In.function(), *Type, Reader, Unit);
    return Handler == Found.Handler && Found.Instead;
  };
  // Whoever lets one of several inferred types out knows about cancellation.
  if (!llvm::all_of(What.types(), Consider))
    return;
  // A handler for something that is only named like a cancellation shows that it is thrown.
  for (const CXXRecordDecl *Suspect : What.suspects())
    if (const CXXCatchStmt *Handler = Cancellation::firstHandler(Try, Suspect);
        Handler && Handler->getExceptionDecl() && !Consider(Suspect))
      return;
  if (What.types().empty() && !Consider(nullptr))
    return;
  if (!Found.Handler || isForeign(*Found.Handler, Unit.context(), Unit.knowledge().terms()))
    return;
  for (const SuspensionPoint &P : In.suspensionsIn(Try))
    if (P.What == SuspensionPoint::Kind::Await && Unit.awaitables().maySuspend(P) &&
        arrives(P, Try, Found.Type, In, Reader))
      Found.Deliveries.push_back(P.Site);
  // What only ends things has nothing else to do when it is cancelled. What gives a value does more than that.
  if (llvm::all_of(Found.Deliveries, [&](const Expr *Site) {
        return isTearDown(Site, Unit.awaitables(), Unit.knowledge()) && !isUsed(*Site, In);
      }))
    return;
  if (What.isDisabledAt(Try, In))
    return;
  if (Found.Instead) {
    if (*CheckTests || !isTestCode(In.function(), Unit))
      reportSwallow(Found, In, What);
    return;
  }
  Found.After = aftermathOf(Try, *Found.Handler, In, Reader, Unit);
  if (!isHarmless(Found, Try, In, Reader, Unit))
    reportSwallow(Found, In, What);
}

/// Whether \p S leaves word in an object that the caller gave by reference: it assigns to it, or calls a member
/// that may change it.
static bool tellsCaller(const Stmt *S) {
  if (!S || isa<LambdaExpr>(S))
    return false;
  auto BaseOf = [](const Expr *E) -> const Expr * {
    if (const auto *Member = dyn_cast<MemberExpr>(E))
      return Member->getBase();
    const auto *Dependent = dyn_cast<CXXDependentScopeMemberExpr>(E);
    return Dependent && !Dependent->isImplicitAccess() ? Dependent->getBase() : nullptr;
  };
  auto IsCallers = [&](const Expr *E) {
    E = E->IgnoreParenImpCasts();
    while (const Expr *Base = BaseOf(E))
      E = Base->IgnoreParenImpCasts();
    const auto *Parameter = dyn_cast_or_null<ParmVarDecl>(namedVariable(E));
    const QualType T = Parameter ? Parameter->getType() : QualType();
    return Parameter && (T->isLValueReferenceType() || T->isPointerType()) && !T->getPointeeType().isConstQualified();
  };
  if (const auto *Assignment = dyn_cast<BinaryOperator>(S);
      Assignment && Assignment->isAssignmentOp() && IsCallers(Assignment->getLHS()))
    return true;
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(S); Call && Call->getMethodDecl() &&
                                                         !Call->getMethodDecl()->isConst() && Call->getNumArgs() > 0 &&
                                                         IsCallers(Call->getImplicitObjectArgument()))
    return true;
  if (const auto *Call = dyn_cast<CallExpr>(S); Call && Call->getNumArgs() > 0)
    if (const auto *Callee = dyn_cast<CXXDependentScopeMemberExpr>(Call->getCallee()); Callee && IsCallers(Callee))
      return true;
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(S);
      Operator && Operator->isAssignmentOp() && IsCallers(Operator->getArg(0)))
    return true;
  return llvm::any_of(S->children(), tellsCaller);
}

/// Whether nothing stands in \p Handler, in this configuration or another.
static bool isEmpty(const CXXCatchStmt &Handler, const ASTContext &Context) {
  const auto *Block = cast<CompoundStmt>(Handler.getHandlerBlock());
  return Block->body_empty() && !Lexer::getSourceText(CharSourceRange::getTokenRange(Block->getSourceRange()),
                                                      Context.getSourceManager(), Context.getLangOpts())
                                     .contains("#if");
}

/// Whether \p Try is on the way out of a coroutine that has failed: its operations are cancelled as well.
static bool isAfterError(const CXXTryStmt &Try, const Body &In, const HandlerReader &Reader, TranslationUnit &Unit) {
  const CXXRecordDecl *ErrorClass = Reader.cancellation().errorClass();
  return ErrorClass && AwaitedErrors(In, *ErrorClass, Unit.knowledge()).isAfterError(Try);
}

bool SwallowedCancellationCheck::isHarmless(Swallow &Found, const CXXTryStmt &Try, const Body &In,
                                            const HandlerReader &Reader, TranslationUnit &Unit) const {
  const Aftermath::Kind After = Found.After.What;
  if (After == Aftermath::Kind::Heeded)
    return true;
  if (!*CheckTests && isTestCode(In.function(), Unit))
    return true;
  // Who catches cancellation by its own name has decided what is to happen then; it is lost if more is awaited.
  if (Reader.cancellation().isForCancellationOnly(*Found.Handler))
    return After != Aftermath::Kind::Suspends && After != Aftermath::Kind::Repeats;
  if (!*AllowFinalHandlers || After == Aftermath::Kind::Answers)
    return false;
  const bool Empty = isEmpty(*Found.Handler, Unit.context());
  // Nothing is awaited any more, and nobody learns how it ended.
  if (After != Aftermath::Kind::Suspends && After != Aftermath::Kind::Repeats &&
      (endsUnseen(In.function(), Reader, Unit) || (!Empty && isCallback(In.function(), Unit))))
    return true;
  if (Found.After.goesOn())
    return false;
  if (After == Aftermath::Kind::Ends) {
    if (Empty)
      return false;
    if (isAfterError(Try, In, Reader, Unit))
      return true;
    // Whoever is seen to await it is asked below; somebody else may go on after a step that is not all of the work.
    if (Unit.references().of(In.function()).empty() && llvm::any_of(In.suspensions(), [&](const SuspensionPoint &P) {
          return Unit.awaitables().maySuspend(P) && !In.isWithin(P.Site, Try.getTryBlock()) &&
                 !isTearDown(P.Site, Unit.awaitables(), Unit.knowledge());
        }))
      return false;
  }
  if (tellsCaller(Found.Handler->getHandlerBlock()))
    return true;
  Found.After.At = whereWaitersGoOn(In.function(), Reader, Unit);
  return Found.After.At.isInvalid();
}

static std::string describe(const CXXCatchStmt &Handler) {
  const VarDecl *Exception = Handler.getExceptionDecl();
  return "catch (" + (Exception ? Exception->getType().getAsString() : "...") + ")";
}

static std::string describe(const FunctionDecl &F) {
  return isLambdaCallOperator(&F) ? "a coroutine lambda" : "coroutine '" + F.getNameAsString() + "'";
}

/// What goes wrong, for the message, and what its place shows, for a note.
static std::pair<llvm::StringRef, llvm::StringRef> consequence(Aftermath::Kind After) {
  switch (After) {
  case Aftermath::Kind::Repeats:
    return {"its loop goes on", "the loop begins anew here"};
  case Aftermath::Kind::Suspends:
  case Aftermath::Kind::Works:
    return {"it goes on as if nothing had happened", "the coroutine goes on here"};
  case Aftermath::Kind::Answers:
    return {"it returns a value as if nothing had happened", "the value is returned here"};
  case Aftermath::Kind::Ends:
  case Aftermath::Kind::Leaves:
  case Aftermath::Kind::Heeded:
    return {"it ends as if it had succeeded", "who awaits it goes on here"};
  }
  llvm_unreachable("covered switch");
}

void SwallowedCancellationCheck::reportSwallow(const Swallow &Found, const Body &In, const Cancellation &What) {
  const ASTContext &Context = In.function().getASTContext();
  const auto [Lost, GoesOn] = consequence(Found.Instead ? Found.Instead->After.What : Found.After.What);
  const HandlerFix Fix(*Found.Handler, What, Found.Type, In, Context);
  {
    auto Finding = report(Found.Handler->getBeginLoc(), "'%0' swallows the cancellation of %1: %2");
    if (!Finding)
      return;
    *Finding << describe(*Found.Handler) << describe(In.function());
    if (Found.Instead)
      *Finding << "it throws '" + qualifiedName(*Found.Instead->Type) + "' instead, which is taken for a failure";
    else
      *Finding << Lost;
    if (Fix.safe())
      *Finding << *Fix.safe();
  }
  std::string As = Found.Type ? " as '" + qualifiedName(*Found.Type) + "'" : "";
  if (What.needsCode(Found.Type))
    As += " with '" + What.code().str() + "'";
  constexpr size_t MaximalNotes = 3;
  for (const Expr *Site : llvm::ArrayRef(Found.Deliveries).take_front(MaximalNotes))
    note(Site->getBeginLoc(), "cancellation arrives here%0") << As;
  if (Found.Instead)
    note(Found.Instead->Handler->getBeginLoc(), "'%0' is caught here") << qualifiedName(*Found.Instead->Type);
  if (const Aftermath &After = Found.Instead ? Found.Instead->After : Found.After; After.At.isValid())
    note(After.At, GoesOn);
  if (What.isInferred() && Found.Type)
    note(Found.Handler->getBeginLoc(),
         "no knowledge file describes '%0'; '%1' is taken for its cancellation by its name")
        << qualifiedName(*In.task()) << qualifiedName(*Found.Type);
  else if (What.isInferred())
    note(Found.Handler->getBeginLoc(), "no knowledge file describes '%0'; it is assumed to cancel by an exception")
        << qualifiedName(*In.task());
  if (!What.advice().empty())
    note(Found.Handler->getBeginLoc(), "%0") << What.advice();
  if (Fix.unsafe() && !Found.Instead)
    note(Found.Handler->getBeginLoc(), "let every exception out again after handling it") << *Fix.unsafe();
}

void SwallowedCancellationCheck::reportRetry(const RetryOnAnyError &Found, const Body &In, const Cancellation &What) {
  {
    auto Finding = report(Found.Test->getBeginLoc(),
                          "%0 treats a cancellation that %1 reports like any other error: its loop goes on");
    if (!Finding)
      return;
    *Finding << describe(In.function()) << Found.Error;
  }
  note(Found.Await->Site->getBeginLoc(), "the operation awaited here answers '%0' when it is cancelled") << What.code();
  note(Found.Loop->getBeginLoc(), consequence(Aftermath::Kind::Repeats).second);
  if (auto Fix = leaveLoopWhenCancelled(*Found.Test, *Found.Loop, *Found.Error, What, In))
    note(Found.Test->getBeginLoc(), "leave the loop when the operation was cancelled") << *Fix;
}

} // namespace asynctidy
