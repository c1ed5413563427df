// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads flags with clang's own table of options.

#include "CompileFlags.h"
#include "clang/Options/Options.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Option/ArgList.h"
#include "llvm/Option/OptTable.h"
#include "llvm/Support/Path.h"

using llvm::StringRef;
namespace path = llvm::sys::path;

namespace asynctidy {

static constexpr llvm::StringLiteral GccOnly[] = {"-fconcepts",
                                                  "-fno-canonical-system-headers",
                                                  "-fcoroutines",
                                                  "-fmodules-ts",
                                                  "-fanalyzer",
                                                  "-fno-ipa-cp-clone",
                                                  "-fno-var-tracking-assignments",
                                                  "-fno-tree-vectorize",
                                                  "-fno-reorder-blocks",
                                                  "-fno-aggressive-loop-optimizations",
                                                  "-fno-devirtualize",
                                                  "-fno-ipa-sra"};

llvm::ArrayRef<llvm::StringLiteral> gccOnlyFlags() { return GccOnly; }

std::vector<std::string> unknownFlags(const CompileEntry &Entry) {
  std::vector<std::string> Flags;
  if (path::stem(Entry.Arguments.front()).ends_with("cl"))
    return Flags; // Another set of options.
  llvm::SmallVector<const char *, 64> Arguments;
  for (const std::string &Argument : llvm::drop_begin(Entry.Arguments))
    Arguments.push_back(Argument.c_str());
  unsigned MissingIndex = 0, MissingCount = 0;
  const llvm::opt::InputArgList Parsed = clang::getDriverOptTable().ParseArgs(
      Arguments, MissingIndex, MissingCount, llvm::opt::Visibility(clang::options::ClangOption));
  for (const llvm::opt::Arg *A : Parsed.filtered(clang::options::OPT_UNKNOWN))
    if (const std::string Flag = A->getSpelling().str(); !llvm::is_contained(GccOnly, Flag))
      Flags.push_back(Flag);
  return Flags;
}

bool isCxx(const CompileEntry &Entry) {
  for (size_t I = 0; I + 1 < Entry.Arguments.size(); ++I)
    if (Entry.Arguments[I] == "-x")
      return StringRef(Entry.Arguments[I + 1]).starts_with("c++");
  const StringRef Extension = path::extension(Entry.File);
  return !llvm::is_contained({".c", ".m", ".s", ".S", ".asm", ".rc", ".cu"}, Extension);
}

bool isBelowCxx20(const CompileEntry &Entry) {
  StringRef Standard = "c++17"; // What clang takes if it is told nothing.
  for (StringRef Argument : Entry.Arguments)
    for (StringRef Prefix : {"-std=", "--std=", "/std:", "-std:"})
      if (Argument.consume_front(Prefix))
        Standard = Argument;
  Standard.consume_front("gnu") || Standard.consume_front("c");
  return llvm::is_contained({"++98", "++03", "++0x", "++11", "++1y", "++14", "++1z", "++17"}, Standard);
}

} // namespace asynctidy
