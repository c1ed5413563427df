// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Renders expressions from the source.

#include "fix/SourceText.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Lex/Lexer.h"

using namespace clang;

namespace asynctidy {

bool isEditable(SourceRange Range) {
  return Range.isValid() && !Range.getBegin().isMacroID() && !Range.getEnd().isMacroID();
}

std::optional<std::string> sourceText(const Expr *E, const ASTContext &Context) {
  if (!isEditable(E->getSourceRange()) || isa<CXXDefaultArgExpr, CXXDefaultInitExpr>(E))
    return std::nullopt;
  bool Invalid = false;
  llvm::StringRef Text = Lexer::getSourceText(CharSourceRange::getTokenRange(E->getSourceRange()),
                                              Context.getSourceManager(), Context.getLangOpts(), &Invalid);
  if (Invalid || Text.empty())
    return std::nullopt;
  return Text.str();
}

std::string filledIn(std::string Text, llvm::StringRef Name, llvm::StringRef Value) {
  const std::string Key = ("{" + Name + "}").str();
  for (size_t At = Text.find(Key); At != std::string::npos; At = Text.find(Key, At + Value.size()))
    Text.replace(At, Key.size(), Value.str());
  return Text;
}

bool needsParentheses(const Expr *E) {
  const Expr *Written = E->IgnoreUnlessSpelledInSource();
  if (isa<BinaryOperator, AbstractConditionalOperator, CXXThrowExpr, CoyieldExpr, CXXFoldExpr>(Written))
    return true;
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Written))
    return Operator->isInfixBinaryOp();
  return false;
}

} // namespace asynctidy
