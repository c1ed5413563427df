// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One knowledge file, checked and with its roots expanded, and the files that are compiled in.
#pragma once

#include "knowledge/Knowledge.h"

namespace asynctidy {

/// What is known about an entry besides its facts.
struct EntryOrigin {
  unsigned Line = 0;
  bool Mock = false; ///< The real header cannot be had; the existence test declares the name in a mock.
};

/// The contents of one knowledge file. Facts and origins run in parallel.
struct KnowledgeFile {
  std::string Library;
  std::string Title;
  bool IsC = false;                   ///< The functions are extern "C" and at global scope.
  std::vector<std::string> Describes; ///< Namespaces that the file describes as a whole.
  std::vector<std::string> Packages;  ///< Debian packages that hold the headers.
  std::vector<std::string> Headers;   ///< What declares the entries; in quotes: a mock among the test inputs.
  std::vector<std::string> Defines;   ///< Macros to define before the headers are included.
  std::string Unchecked;              ///< Why the test of the built-in files cannot look the entries up.

  std::vector<FunctionFact> Functions;
  std::vector<EntryOrigin> FunctionOrigins;
  std::vector<TypeFact> Types;
  std::vector<EntryOrigin> TypeOrigins;
  std::vector<CancellationFact> Cancellations;
  std::vector<EntryOrigin> CancellationOrigins;
  std::vector<OperationFact> Operations;
  std::vector<EntryOrigin> OperationOrigins;
  StandardTerms Terms;
};

/// Parses \p Text, which must be followed by a zero byte. Errors begin with "FileName:line: ".
llvm::Expected<KnowledgeFile> parseKnowledge(llvm::StringRef Text, llvm::StringRef FileName);

/// One mapping of the format and the keys it takes.
struct SchemaSection {
  llvm::StringRef Name;
  std::vector<llvm::StringRef> Keys;
};
/// The whole format, for the test that compares it with its documentation.
std::vector<SchemaSection> knowledgeSchema();

/// A file compiled into the linter.
struct BuiltInFile {
  llvm::StringRef Name;
  llvm::StringRef Text;
};
/// In the order of their names.
std::vector<BuiltInFile> builtInFiles();

} // namespace asynctidy
