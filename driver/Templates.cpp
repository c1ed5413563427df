// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The texts of driver/templates/, compiled in.

#include "Templates.h"
#include "knowledge/EmbeddedFile.h"

namespace asynctidy {
namespace {

#include "EmbeddedTemplates.inc"

llvm::StringRef text(llvm::StringRef Name) {
  // The first line is the licence of the template; what becomes of it belongs to the project.
  return embeddedText(EmbeddedFiles, Name).split('\n').second;
}

} // namespace

llvm::ArrayRef<Template> templates() {
  static const Template All[] = {
      {"github", ".github/workflows/async-tidy.yml", text("github.yml")},
      {"gitlab", ".gitlab-ci.yml", text("gitlab.yml")},
      {"pre-commit", ".pre-commit-config.yaml", text("pre-commit.yaml")},
      {"cmake", "cmake/AsyncTidy.cmake", text("AsyncTidy.cmake")},
  };
  return All;
}

} // namespace asynctidy
