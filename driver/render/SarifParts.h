// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The parts that a SARIF file is made of. Each writes attributes of the object that is open in the stream.
#pragma once

#include "CheckInfo.h"
#include "render/SourceFiles.h"
#include "llvm/Support/JSON.h"

namespace asynctidy {

/// What GitHub's code scanning takes of a code flow, and of all locations of a result.
inline constexpr size_t MostSarifSteps = 10000;
inline constexpr size_t MostSarifLocations = 1000;

/// A path as a URI reference: percent-encoded, and with file:// in front if it is absolute.
std::string sarifUri(llvm::StringRef File);

/// "error", "warning" or "note".
llvm::StringRef sarifLevel(CheckInfo::Severity S);

/// Where the rule stands among those that sarifDriver writes; -1 if it is none of them.
int sarifRuleIndex(llvm::StringRef Check);

/// The tool with its rules.
void sarifDriver(llvm::json::OStream &J);

/// artifactLocation of \p File.
void sarifArtifact(llvm::json::OStream &J, llvm::StringRef File);

/// A location: \p Length bytes at \p At, whose line reads \p Source. Length 0 is a place without extent, Message and
/// Function may be empty.
void sarifLocation(llvm::json::OStream &J, const Position &At, unsigned Length, llvm::StringRef Source,
                   llvm::StringRef Message, llvm::StringRef Function);

/// The safe fix of \p F, and those of its notes, which say that they change behaviour.
///
/// What is replaced is told by lines and columns, as the standard asks for text. It also rules out that a byte offset
/// stands for them, and a character offset needs the whole file before it. Where the source is gone or no longer the
/// same, so that lines and columns cannot be told, the replacement is a binary one, by byte offset.
void sarifFixes(llvm::json::OStream &J, const Finding &F, SourceFiles &Sources);

} // namespace asynctidy
