// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes the summaries of a translation unit down, so that they outlive its AST.
#pragma once

#include "summary/Deferred.h"

namespace asynctidy {

/// How places of an AST become places in files.
struct PlaceReader {
  llvm::function_ref<Position(clang::SourceLocation)> At;
  llvm::function_ref<std::string(clang::SourceLocation)> Line; ///< The text of the line there.
};

/// The part of \p Unit's call graph that may matter to other files: functions that lead to an effect, to code in
/// another file or to the call of a parameter; with what \p ForLink asks.
UnitGraph writeGraph(TranslationUnit &Unit, const Deferred &ForLink, const PlaceReader &Places);

} // namespace asynctidy
