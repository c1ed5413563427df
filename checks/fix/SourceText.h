// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The text of expressions, for edits that move or wrap them.
#pragma once

#include "clang/AST/ASTContext.h"
#include "clang/AST/Expr.h"
#include <optional>
#include <string>

namespace asynctidy {

/// Whether every token from \p Range's begin to its end was written outside macros, in one file.
bool isEditable(clang::SourceRange Range);

/// \p E as it is written; nothing where a macro has a part in it or nothing was written (a default argument).
std::optional<std::string> sourceText(const clang::Expr *E, const clang::ASTContext &Context);

/// \p Text with each `{Name}` replaced by \p Value.
std::string filledIn(std::string Text, llvm::StringRef Name, llvm::StringRef Value);

/// Whether \p E needs parentheses to be the operand of a prefix operator such as co_await.
bool needsParentheses(const clang::Expr *E);

} // namespace asynctidy
