// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Comparing declarations with names as knowledge files write them, without printing a name per comparison.
#pragma once

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <utility>

namespace clang {
class DeclContext;
class NamedDecl;
} // namespace clang

namespace asynctidy {

/// The name of \p D itself as knowledge files spell it: "post", "thread_pool" for its constructor,
/// "~thread_pool", "operator()". Empty for what they cannot name (conversions, literal operators, guides).
llvm::StringRef ownName(const clang::NamedDecl &D, llvm::SmallVectorImpl<char> &Storage);

/// Whether \p Context is \p Scope ("boost::asio", "" for the global scope), not counting inline and anonymous
/// namespaces, linkage specifications and template arguments.
bool isScope(const clang::DeclContext *Context, llvm::StringRef Scope);

/// The qualified name of \p D as knowledge files and options spell it, without inline and anonymous namespaces and
/// template arguments. What is local to a function has the function's name before its own.
std::string qualifiedName(const clang::NamedDecl &D);

/// "a::b::c" as {"a::b", "c"}.
std::pair<llvm::StringRef, llvm::StringRef> splitQualifiedName(llvm::StringRef Name);

/// Whether \p Name is of the form that \ref splitQualifiedName and \ref ownName understand.
bool isQualifiedName(llvm::StringRef Name);

} // namespace asynctidy
