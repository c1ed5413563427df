// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reports scopes that are not joined.

#include "lost_work/UnjoinedScopeCheck.h"
#include "coroutine/Discard.h"
#include "fix/CoAwait.h"
#include "fix/SourceText.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

UnjoinedScopeCheck::UnjoinedScopeCheck(llvm::StringRef Name, tidy::ClangTidyContext *Context,
                                       std::shared_ptr<SharedUnit> Shared)
    : AsyncCheck(Name, Context, std::move(Shared)),
      InferScopes(*this, "InferScopes", true,
                  "take classes nobody described for scopes that have a member such as join() and end the program in "
                  "their destructor") {}

void UnjoinedScopeCheck::checkFunction(const FunctionDecl &F, TranslationUnit &Unit) {
  const Body &In = Unit.body(F);
  const TaskScopes Types(Unit.awaitables(), Unit.knowledge(), *InferScopes);
  for (const OpenScope &Open : openScopes(In, Types, Unit))
    if (!isInSystemMacro(Open.Variable->getLocation(), Unit.context().getSourceManager()))
      reportOpen(Open, Types, In, Unit);
}

/// The member of \p Class, or of its bases, that joins it; null if there is none that can be called without arguments,
/// or more than one.
static const CXXMethodDecl *joiner(const CXXRecordDecl &Class, const TaskScopes &Types) {
  std::vector<const CXXMethodDecl *> Found;
  auto Look = [&](const CXXRecordDecl *In) {
    llvm::copy_if(In->methods(), std::back_inserter(Found), [&](const CXXMethodDecl *Method) {
      return Types.joins(*Method) && Method->param_empty() && Method->getAccess() == AS_public;
    });
    return true;
  };
  Look(&Class);
  Class.forallBases(Look);
  return Found.size() == 1 ? Found.front() : nullptr;
}

/// The statements that leave \p Block or the body from inside of it, behind \p After.
static std::vector<const Stmt *> exits(const Stmt *Block, const Expr *After, const Body &In) {
  std::vector<const Stmt *> Found;
  for (const Stmt *S : In.statements().drop_front(In.position(After)))
    if (In.isWithin(S, Block) && isa<CoreturnStmt, ReturnStmt, GotoStmt, BreakStmt, ContinueStmt, CXXThrowExpr>(S))
      Found.push_back(S);
  return Found;
}

/// Whether \p S names \p Variable.
static bool names(const Stmt *S, const VarDecl &Variable) {
  const auto *Reference = dyn_cast_or_null<DeclRefExpr>(S);
  return S && ((Reference && Reference->getDecl() == &Variable) ||
               llvm::any_of(S->children(), [&](const Stmt *Child) { return names(Child, Variable); }));
}

/// `co_await scope.join();` where the only way out is: at the end of the scope's block, or in front of the co_return
/// that ends it. Nothing if there are more ways, or it cannot be awaited there.
static std::optional<FixItHint> joined(const OpenScope &Open, const TaskScopes &Types, const Body &In,
                                       TranslationUnit &Unit) {
  const auto *Block = dyn_cast_or_null<CompoundStmt>(In.parent(In.declarationOf(*Open.Variable)));
  const CXXRecordDecl *Class = Open.Variable->getType()->getAsCXXRecordDecl();
  const CXXMethodDecl *Join = Class ? joiner(*Class, Types) : nullptr;
  if (!Block || !Join || !Open.Joins.empty() || Open.Thrown || !canAwaitAt(Open.Spawn, In, Unit) ||
      !isEditable(Block->getSourceRange()))
    return std::nullopt;
  const Stmt *Last = Block->body_back();
  const std::vector<const Stmt *> Exits = exits(Block, Open.Spawn, In);
  const bool Returns = Exits.size() == 1 && Exits[0] == Last && isa<CoreturnStmt>(Last);
  if (!(Exits.empty() || Returns) || (Returns && names(Last, *Open.Variable)))
    return std::nullopt;
  const SourceLocation At = Returns ? Last->getBeginLoc() : Block->getRBracLoc();
  if (At.isMacroID())
    return std::nullopt;
  const SourceManager &Sources = Unit.context().getSourceManager();
  const std::string Await = "co_await " + Open.Variable->getNameAsString() + "." + Join->getNameAsString() + "();";
  const llvm::StringRef Indent = Lexer::getIndentationForLine(At, Sources);
  // In front of a brace it stands as far in as the statement before.
  const SourceLocation Before = Last->getBeginLoc();
  const std::string Inner = Before.isMacroID() ? Indent.str() : Lexer::getIndentationForLine(Before, Sources).str();
  return FixItHint::CreateInsertion(At, Returns ? Await + "\n" + Indent.str()
                                                : Inner.substr(std::min(Indent.size(), Inner.size())) + Await + "\n" +
                                                      Indent.str());
}

void UnjoinedScopeCheck::reportOpen(const OpenScope &Open, const TaskScopes &Types, const Body &In,
                                    TranslationUnit &Unit) {
  const CXXRecordDecl &Class = *Open.Variable->getType()->getAsCXXRecordDecl();
  const std::string Name = "'" + Open.Variable->getNameAsString() + "'";
  const SourceLocation Loc = Open.Variable->getLocation();
  if (!report(Loc, (Open.Joins.empty() ? "nobody joins " + Name + ", which has work in it: "
                                       : Name + " is not joined on every path: ") +
                       Types.unjoined(Class)))
    return;
  note(Open.Spawn->getBeginLoc(), "it is given work here");
  explain(Open);
  if (Types.isInferred(Class))
    note(Loc, "%0 is taken for a scope of tasks because of its members and its destructor; see the option InferScopes")
        << &Class;
  else if (const TypeFact *Fact = Unit.knowledge().typeOrBase(Class); Fact && !Fact->Advice.empty())
    note(Loc, "%0") << Fact->Advice;
  if (auto Fix = joined(Open, Types, In, Unit))
    note(Loc, "join it before it is destroyed") << *Fix;
}

/// Tells the way on which it is not joined.
void UnjoinedScopeCheck::explain(const OpenScope &Open) {
  if (Open.Path && Open.Path->Condition)
    note(Open.Path->Condition->getBeginLoc(),
         "it is not joined %select{when this is true|when this is false|in some of these cases|when this loop ends "
         "without it}0")
        << static_cast<unsigned>(Open.Path->Choice);
  if (!Open.Thrown)
    return;
  const Failure &Why = *Open.Thrown;
  const Expr *Left = Why.Path.empty() ? Why.Site : Why.Path.front().Call;
  note(Left->getBeginLoc(), "an exception that is thrown here leaves it");
  if (!Why.Path.empty())
    note(Why.Site->getBeginLoc(), "it is thrown here");
}

} // namespace asynctidy
