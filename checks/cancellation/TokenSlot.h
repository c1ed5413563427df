// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where a call could be given a stop token, and is not.
#pragma once

#include "summary/CallSite.h"

namespace asynctidy {

/// A parameter for a stop token that a call leaves out.
struct TokenSlot {
  const clang::FunctionDecl *Function; ///< What is called, or an overload of it that takes a token as well.
  const clang::ParmVarDecl *Parameter;
  bool Defaulted; ///< The parameter has a default argument, which the call takes.
};

/// The place for a value of the class \p Token at \p Site, a call in \p In: a parameter that is left at its default, or
/// that another overload, equal in everything else, has. Nothing if the call is given one, or takes none.
std::optional<TokenSlot> tokenSlot(const CallSite &Site, const clang::CXXRecordDecl &Token, const Body &In,
                                   const Knowledge &Facts);

} // namespace asynctidy
