// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What outlives the AST of a translation unit beside its findings.
#pragma once

#include "AsyncCheck.h"
#include "PathMap.h"
#include "Result.h"
#include "Suppressions.h"

namespace asynctidy {

/// Collects coroutines, the summary graph and the files that were read, while the AST is there.
class UnitFacts {
public:
  UnitFacts(SharedUnit &Shared, const Deferred &ForLink, PathMap &Paths, FileResult &Into)
      : Shared(Shared), ForLink(ForLink), Paths(Paths), Into(Into) {}

  /// To be called before the unit is parsed.
  void watch(clang::Preprocessor &Reader);
  /// To be called when the checks are done.
  void collect(clang::ASTContext &Context);
  /// The qualified name of the innermost function around \p At; empty if there is none.
  std::string functionAt(const Position &At) const;

  /// A file of the project, no system header, that was read.
  struct UserFile {
    std::string Name; ///< As clang has it.
    std::string File; ///< As results write it.
    std::string Text;
    std::vector<ByteRange> Skipped; ///< By the preprocessor.
  };
  /// Those in which NOLINT and the name of a check of ours stand somewhere, if checks of ours can run on the unit.
  const std::vector<UserFile> &filesWithComments() const { return Commented; }

private:
  struct Extent {
    std::string File;
    unsigned Begin, End;
    std::string Name;
  };
  void collectCoroutine(const clang::FunctionDecl &F, TranslationUnit &Unit);
  void collectDependencies(const clang::SourceManager &Sources);
  void collectCommented(const clang::SourceManager &Sources);
  Position at(clang::SourceLocation Loc) const;

  SharedUnit &Shared;
  const Deferred &ForLink;
  PathMap &Paths;
  FileResult &Into;
  const clang::SourceManager *Sources = nullptr;
  std::vector<Extent> Functions;
  std::vector<UserFile> Commented;
  std::vector<clang::SourceRange> Skipped;
};

} // namespace asynctidy
