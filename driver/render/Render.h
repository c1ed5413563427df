// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Output formats: only this folder knows them. One file per format, all from the one model of Result.h.
#pragma once

#include "Result.h"
#include "llvm/Support/raw_ostream.h"
#include <optional>

namespace asynctidy {

enum class Format { Text, JsonLines, Sarif, GitHub, GitLab, JUnit, Checkstyle, RdJsonl, Html };

/// The format called \p Name ("text", "jsonl", "sarif", "github", "gitlab", "junit", "checkstyle", "rdjsonl", "html").
std::optional<Format> formatFromName(llvm::StringRef Name);
/// All names, for help and messages: "text, jsonl, …".
std::string formatNames();

/// Writes the whole of \p Said in \p How, which is not Text, to \p OS.
void render(Format How, const Report &Said, llvm::raw_ostream &OS);

void renderJsonLines(const Report &Said, llvm::raw_ostream &OS);
void renderSarif(const Report &Said, llvm::raw_ostream &OS);
void renderGitHub(const Report &Said, llvm::raw_ostream &OS);
void renderGitLab(const Report &Said, llvm::raw_ostream &OS);
void renderJUnit(const Report &Said, llvm::raw_ostream &OS);
void renderCheckstyle(const Report &Said, llvm::raw_ostream &OS);
void renderRdJsonl(const Report &Said, llvm::raw_ostream &OS);
void renderHtml(const Report &Said, llvm::raw_ostream &OS);

} // namespace asynctidy
