// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Edits that let a function take a parameter by value.
#pragma once

#include "TranslationUnit.h"
#include "clang/Basic/Diagnostic.h"

namespace asynctidy {

/// Takes the reference away from the type of \p Parameter, a constant reference to something that can be copied, in
/// every declaration of its function. Nothing where not all of them stand in the main file, where a copy could be
/// something else (a class with virtual functions), where the function overrides another one or has overloads, and in
/// templates.
std::vector<clang::FixItHint> takenByValue(const clang::ParmVarDecl &Parameter, TranslationUnit &Unit);

} // namespace asynctidy
