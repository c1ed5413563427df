// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Walks handlers and visible callees.

#include "cancellation/Handler.h"
#include "summary/CallSite.h"
#include "summary/FunctionSummary.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

bool HandlerReader::letsOut(const CXXCatchStmt &Handler) const {
  return reads(Handler.getHandlerBlock(), Handler.getExceptionDecl(), MaximalDepth, /*InCallee=*/false);
}

const CXXThrowExpr *HandlerReader::replaces(const CXXCatchStmt &Handler) const {
  const auto *Block = cast<CompoundStmt>(Handler.getHandlerBlock());
  const VarDecl *Exception = Handler.getExceptionDecl();
  const auto *Last = Block->body_empty() ? nullptr : dyn_cast<Expr>(Block->body_back());
  const auto *Throw = Last ? dyn_cast<CXXThrowExpr>(Last->IgnoreImplicit()) : nullptr;
  const Expr *Thrown = Throw ? Throw->getSubExpr() : nullptr;
  if (!Thrown || mentions(Thrown, Exception, /*OrText=*/false) || llvm::any_of(Block->body(), [&](const Stmt *S) {
        return reads(S == Last ? Thrown : S, Exception, MaximalDepth, /*InCallee=*/false);
      }))
    return nullptr;
  return Throw;
}

bool HandlerReader::mentions(const Stmt *S, const VarDecl *Exception, bool OrText) {
  if (!S || !Exception || isa<LambdaExpr>(S))
    return false;
  if (const auto *Reference = dyn_cast<DeclRefExpr>(S))
    return Reference->getDecl() == Exception;
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(S); Call && !OrText && Call->getType()->isPointerType() &&
                                                         namedVariable(Call->getImplicitObjectArgument()) == Exception)
    return false; // what()
  return llvm::any_of(S->children(), [&](const Stmt *Child) { return mentions(Child, Exception, OrText); });
}

/// Whether \p S gives the exception to somebody who may heed it.
bool HandlerReader::handsOn(const Stmt *S, const VarDecl &Exception) const {
  if (const auto *Return = dyn_cast<CoreturnStmt>(S))
    return mentions(Return->getOperand(), &Exception, /*OrText=*/true);
  if (const auto *Return = dyn_cast<ReturnStmt>(S))
    return mentions(Return->getRetValue(), &Exception, /*OrText=*/true);
  if (const auto *Operator = dyn_cast<BinaryOperator>(S))
    return Operator->isAssignmentOp() && mentions(Operator->getRHS(), &Exception, /*OrText=*/false);
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(S); Operator && Operator->isAssignmentOp())
    return mentions(Operator->getArg(1), &Exception, /*OrText=*/false);
  const auto Site = CallSite::of(S);
  if (!Site || !isa<CallExpr>(S))
    return false;
  // What the standard library and the described ones do with an exception is to print it; a visible function is
  // looked into instead.
  const SourceManager &Sources = Unit.context().getSourceManager();
  const FunctionDecl *Definition = nullptr;
  if (Sources.isInSystemHeader(Sources.getExpansionLoc(Site->callee().getLocation())) ||
      Unit.knowledge().isDescribed(Site->callee()) || isLogging(Site->callee(), Unit.knowledge()) ||
      (Site->callee().isDefined(Definition) && isTransparent(*Definition, Unit)))
    return false;
  return llvm::any_of(Site->arguments(),
                      [&](const Expr *Argument) { return mentions(Argument, &Exception, /*OrText=*/false); });
}

bool HandlerReader::heeds(const Stmt *S, unsigned Depth) const {
  if (What.isStopTest(S))
    return true;
  if (const auto *E = dyn_cast<Expr>(S); E && isExceptionPointer(E->getType()))
    return true;
  const auto *Call = dyn_cast<CallExpr>(S);
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  if (!Callee)
    return false;
  // Not what an assertion does when it fails.
  if (Callee->isNoReturn() && !Call->getBeginLoc().isMacroID())
    return true;
  // A coroutine that is called is judged on its own.
  const FunctionDecl *Definition = nullptr;
  return Depth != 0 && Callee->isDefined(Definition) && isTransparent(*Definition, Unit) &&
         !isa_and_nonnull<CoroutineBodyStmt>(Definition->getBody()) &&
         reads(Definition->getBody(), nullptr, Depth - 1, /*InCallee=*/true);
}

bool HandlerReader::reads(const Stmt *S, const VarDecl *Exception, unsigned Depth, bool InCallee) const {
  if (!S || isa<LambdaExpr>(S))
    return false;
  // Any exception tells the caller that the work did not succeed; in a function that is called, only the one in
  // flight counts, for what else it throws is about the function's own failure.
  if (const auto *Throw = dyn_cast<CXXThrowExpr>(S); Throw && (!InCallee || !Throw->getSubExpr()))
    return true;
  if (heeds(S, Depth) || (Exception && handsOn(S, *Exception)))
    return true;
  if (const auto *Try = dyn_cast<CXXTryStmt>(S))
    return readsTry(*Try, Exception, Depth, InCallee);
  if (const auto *Suspend = dyn_cast<CoroutineSuspendExpr>(S))
    return reads(Suspend->getOperand(), Exception, Depth, InCallee);
  return llvm::any_of(S->children(), [&](const Stmt *Child) { return reads(Child, Exception, Depth, InCallee); });
}

/// The handler that rethrows to look at the exception: try { throw; } catch (const A &) {} catch (...) {}
bool HandlerReader::readsTry(const CXXTryStmt &Try, const VarDecl *Exception, unsigned Depth, bool InCallee) const {
  if (!reads(Try.getTryBlock(), Exception, Depth, InCallee))
    return false;
  const CXXRecordDecl *Type = What.types().empty() ? nullptr : What.types().front();
  const CXXCatchStmt *Handler = Cancellation::firstHandler(Try, Type);
  return !Handler || What.isForCancellationOnly(*Handler) ||
         reads(Handler->getHandlerBlock(), Handler->getExceptionDecl(), Depth, InCallee);
}

} // namespace asynctidy
