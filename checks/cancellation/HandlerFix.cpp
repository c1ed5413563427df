// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes the handlers and statements that are inserted.

#include "cancellation/HandlerFix.h"
#include "knowledge/QualifiedName.h"

using namespace clang;

namespace asynctidy {

/// \p Type as it can be written at \p Where in \p In; nothing if it cannot: local, a template, not yet declared.
static std::optional<std::string> spelling(const CXXRecordDecl &Type, SourceLocation Where, const Body &In) {
  const SourceManager &Sources = In.function().getASTContext().getSourceManager();
  if (!Type.getDeclContext()->isFileContext() || isa<ClassTemplateSpecializationDecl>(Type) ||
      !Sources.isBeforeInTranslationUnit(Type.getLocation(), Where))
    return std::nullopt;
  std::string Name = qualifiedName(Type);
  // Another entity of the outermost name nearer by hides it.
  const std::string First = Name.substr(0, Name.find("::"));
  const ASTContext &Context = In.function().getASTContext();
  for (const DeclContext *Scope = &In.function(); Scope && !Scope->isTranslationUnit(); Scope = Scope->getParent())
    if (!Scope->isFunctionOrMethod() && !Scope->lookup(DeclarationName(&Context.Idents.get(First))).empty())
      return "::" + Name;
  return Name;
}

/// The white space before \p At in its line, and whether there is nothing else before it.
static std::pair<std::string, bool> indentation(llvm::StringRef Text, unsigned At) {
  const size_t LineBegin = Text.rfind('\n', At) + 1;
  const llvm::StringRef Before = Text.substr(LineBegin, At - LineBegin);
  const llvm::StringRef White = Before.take_while([](char C) { return C == ' ' || C == '\t'; });
  return {White.str(), Before.size() == White.size()};
}

namespace {
/// The white space of the lines around a handler.
struct Layout {
  Layout(const CXXCatchStmt &Handler, const ASTContext &Context) {
    const SourceManager &Sources = Context.getSourceManager();
    const SourceLocation Catch = Handler.getCatchLoc();
    const llvm::StringRef Text = Sources.getBufferData(Sources.getFileID(Catch));
    const unsigned At = Sources.getFileOffset(Catch);
    std::tie(Indent, OwnLine) = indentation(Text, At);
    // One step is what the handler's own statements are indented by, if they stand on lines of their own.
    const auto *Block = cast<CompoundStmt>(Handler.getHandlerBlock());
    if (!Block->body_empty() && Block->body_front()->getBeginLoc().isFileID()) {
      const auto [Inner, Alone] = indentation(Text, Sources.getFileOffset(Block->body_front()->getBeginLoc()));
      if (Alone && llvm::StringRef(Inner).starts_with(Indent) && Inner.size() > Indent.size())
        Step = Inner.substr(Indent.size());
    }
    const unsigned Brace = Sources.getFileOffset(Block->getLBracLoc());
    BraceOnOwnLine = Text.substr(At, Brace - At).contains('\n');
  }
  std::string Indent;
  std::string Step = "  ";
  bool OwnLine = false;
  bool BraceOnOwnLine = false;
};
} // namespace

static bool isWrittenOutsideMacros(const CXXCatchStmt &Handler) {
  const auto *Block = cast<CompoundStmt>(Handler.getHandlerBlock());
  return Handler.getCatchLoc().isFileID() && Block->getLBracLoc().isFileID() && Block->getRBracLoc().isFileID() &&
         (Block->body_empty() ||
          (Block->body_front()->getBeginLoc().isFileID() && Block->body_back()->getBeginLoc().isFileID()));
}

/// `catch (const Cancelled &) { throw; }` before the handler.
static FixItHint handlerBefore(const CXXCatchStmt &Handler, llvm::StringRef Type, const Layout &L) {
  const std::string Open = L.BraceOnOwnLine ? "\n" + L.Indent + "{\n" : " {\n";
  const std::string Text = ("catch (const " + Type + " &)" + Open + L.Indent + L.Step + "throw;\n" + L.Indent + "}" +
                            (L.OwnLine ? "\n" + L.Indent : " "))
                               .str();
  return FixItHint::CreateInsertion(Handler.getCatchLoc(), Text);
}

/// The test of the error value as the first statement of a handler for exactly its type.
static FixItHint testFirst(const CXXCatchStmt &Handler, const Cancellation &What, const Layout &L) {
  const auto *Block = cast<CompoundStmt>(Handler.getHandlerBlock());
  const std::string Exception = Handler.getExceptionDecl()->getNameAsString();
  std::string Text = "\n" + L.Indent + L.Step + "if (" + Exception + "." + What.codeAccessor()->getNameAsString() +
                     "() == " + What.code().str() + ")\n" + L.Indent + L.Step + L.Step + "throw;";
  if (Block->body_empty())
    Text += "\n" + L.Indent;
  return FixItHint::CreateInsertion(Block->getLBracLoc().getLocWithOffset(1), Text);
}

HandlerFix::HandlerFix(const CXXCatchStmt &Handler, const Cancellation &What, const CXXRecordDecl *Type, const Body &In,
                       const ASTContext &Context) {
  if (!isWrittenOutsideMacros(Handler))
    return;
  const Layout L(Handler, Context);
  if (Type && !What.needsCode(Type) && caughtClass(Handler) != Type) {
    if (auto Name = spelling(*Type, Handler.getCatchLoc(), In))
      Safe = handlerBefore(Handler, *Name, L);
  } else if (What.needsCode(Type) && What.codeAccessor() && caughtClass(Handler) == Type &&
             !Handler.getExceptionDecl()->getName().empty()) {
    Safe = testFirst(Handler, What, L);
  }
  if (Safe)
    return;
  const auto *Block = cast<CompoundStmt>(Handler.getHandlerBlock());
  if (Block->body_empty()) {
    Unsafe = FixItHint::CreateReplacement(SourceRange(Block->getLBracLoc(), Block->getRBracLoc()),
                                          "{\n" + L.Indent + L.Step + "throw;\n" + L.Indent + "}");
    return;
  }
  // Behind a jump it would never be reached.
  if (isa<BreakStmt, ContinueStmt, CoreturnStmt, GotoStmt>(Block->body_back()))
    return;
  const SourceManager &Sources = Context.getSourceManager();
  const bool OneLine =
      Sources.getSpellingLineNumber(Block->getLBracLoc()) == Sources.getSpellingLineNumber(Block->getRBracLoc());
  Unsafe = FixItHint::CreateInsertion(Block->getRBracLoc(), OneLine ? "throw; " : L.Step + "throw;\n" + L.Indent);
}

std::optional<FixItHint> leaveLoopWhenCancelled(const IfStmt &Test, const Stmt &Loop, const ValueDecl &Error,
                                                const Cancellation &What, const Body &In) {
  if (Test.getInit() || Test.getConditionVariable() || !isa_and_nonnull<CompoundStmt>(In.parent(&Test)) ||
      !Test.getBeginLoc().isFileID() || isa<FieldDecl>(Error))
    return std::nullopt;
  // `break` has to mean the loop.
  for (const Stmt *Parent = In.parent(&Test); Parent != &Loop; Parent = In.parent(Parent))
    if (!Parent || isa<SwitchStmt>(Parent))
      return std::nullopt;
  const SourceManager &Sources = In.function().getASTContext().getSourceManager();
  const auto [Indent, Alone] = indentation(Sources.getBufferData(Sources.getFileID(Test.getBeginLoc())),
                                           Sources.getFileOffset(Test.getBeginLoc()));
  if (!Alone)
    return std::nullopt;
  return FixItHint::CreateInsertion(
      Test.getBeginLoc(),
      ("if (" + Error.getName() + " == " + What.code() + ")\n" + Indent + "  break;\n" + Indent).str());
}

} // namespace asynctidy
