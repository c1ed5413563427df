// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ends a clang-tidy of another LLVM version that loads this module: clang's C++ interface differs from version to
// version, and such a clang-tidy would find nothing, silently, or crash.

#include "clang/Basic/Version.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <unistd.h>

namespace {

bool isBuiltFor(llvm::StringRef Host) {
  llvm::StringRef Version = Host.split("clang version ").second;
  return Version.consume_front(CLANG_VERSION_STRING) && (Version.empty() || Version.front() == ' ');
}

// Runs before every other initialiser of the module, so that nothing has been handed to the wrong LLVM yet, and
// leaves by _exit because the destructors of two mixed LLVMs do not survive. getClangFullVersion is answered by
// the process that loads us: its symbols come before those of the libraries this module names.
[[gnu::constructor(101)]] void guardVersion() {
  const std::string Host = clang::getClangFullVersion();
  if (isBuiltFor(Host))
    return;
  const std::string Line = "AsyncTidy.so: built for LLVM " CLANG_VERSION_STRING " but loaded by " + Host +
                           "; run clang-tidy-" + std::to_string(CLANG_VERSION_MAJOR) +
                           " (" CLANG_VERSION_STRING ") or build the module for that version (see README.md)\n";
  [[maybe_unused]] ssize_t Written = ::write(STDERR_FILENO, Line.data(), Line.size());
  ::_exit(2);
}

} // namespace
