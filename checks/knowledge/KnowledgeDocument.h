// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A knowledge file as it was written: `$` unexpanded, sources not yet inherited.
#pragma once

#include "knowledge/KnowledgeFile.h"
#include "knowledge/YamlReader.h"

namespace asynctidy {

/// One item of a section. An entry may name several things that share all its facts.
template <class F> struct Entry {
  F Fact;
  std::vector<std::string> Names;
  std::vector<std::pair<std::string, std::string>> Includes; ///< Headers by root; "" stands for every root.
  std::string Since;
  EntryOrigin Origin;
};

struct KnowledgeDocument {
  KnowledgeFile Head; ///< The keys at the top of the file, and the terms.
  std::string Source;
  std::vector<std::string> Roots;
  std::vector<Entry<FunctionFact>> Functions;
  std::vector<Entry<TypeFact>> Types;
  std::vector<Entry<CancellationFact>> Cancellations;
  std::vector<Entry<OperationFact>> Operations;
};

/// Reads the keys of a file; KnowledgeSchema.cpp holds their tables.
bool readDocument(YamlReader &Reader, llvm::yaml::Node &Root, KnowledgeDocument &Into);

} // namespace asynctidy
