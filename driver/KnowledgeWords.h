// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What knowledge files say, in words.
#pragma once

#include "knowledge/KnowledgeFile.h"
#include <string>
#include <vector>

namespace asynctidy {

/// Each fact as a sentence without a full stop, in the order in which they matter to a reader.
std::vector<std::string> inWords(const FunctionFact &Fact);
std::vector<std::string> inWords(const TypeFact &Fact);
std::vector<std::string> inWords(const CancellationFact &Fact);
std::vector<std::string> inWords(const OperationFact &Fact);

/// The lists of terms that \p Name, without its scope, belongs to, in words.
std::vector<std::string> termsOf(llvm::StringRef Name, const StandardTerms &Terms);

/// Facts that \p File holds; terms count one each.
size_t countFacts(const KnowledgeFile &File);

} // namespace asynctidy
