// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a result depends on beside the files that clang reads.
#pragma once

#include "Configuration.h"
#include "clang/Tooling/CompilationDatabase.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/BLAKE3.h"

namespace asynctidy {

/// A hash of a sequence of texts, each with its length.
class KeyBuilder {
public:
  void add(llvm::StringRef Text);
  std::string take();

private:
  llvm::BLAKE3 Hasher;
};

/// What this program is: changes with each bit of it. Empty if that cannot be found out.
std::string programIdentity();

/// The key of \p Command: what it says, the options of its file, the knowledge they name, and the environment.
std::string commandKey(const clang::tooling::CompileCommand &Command, const Configuration &Chosen,
                       llvm::StringRef Program);

} // namespace asynctidy
