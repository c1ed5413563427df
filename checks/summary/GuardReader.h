// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads guards from a function's body, and what a call says of them from its arguments.
#pragma once

#include "summary/CallSite.h"
#include "summary/Guard.h"

namespace asynctidy {

/// What keeps a call of \p In's function from coming to \p S, as far as its parameters decide.
std::vector<Guard> guardsOf(const clang::Stmt *S, const Body &In);

/// The constants that \p Site gives \p Callee's parameters: default arguments, empty strings, nullptr, numbers.
std::vector<Known> knownArguments(const CallSite &Site, const clang::FunctionDecl &Callee, clang::ASTContext &Context);

} // namespace asynctidy
