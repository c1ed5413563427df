// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Fixes of a whole project: gathered from all files that saw a finding, and held against each other.
#pragma once

#include "EditableFiles.h"
#include "Result.h"
#include <map>

namespace asynctidy {

inline constexpr llvm::StringLiteral UnusedSuppressionName = "unused-suppression";

/// What one finding, or a comment that suppresses nothing, wants. It is made whole or not at all.
struct Fix {
  Finding Of;              ///< Of a comment, its Check is UnusedSuppressionName.
  std::vector<Edit> Edits; ///< Sorted; their files are absolute paths without symbolic links.
};

/// A finding that is not fixed though it has a fix.
struct LeftAlone {
  Finding Of;
  std::string Reason; ///< "it is read-only".
};

struct ProposedFixes {
  std::vector<Fix> Fixes; ///< In the order of the report.
  std::vector<LeftAlone> Left;
  unsigned Decisions = 0; ///< Findings whose only fixes hang on notes, which were not asked for.
};

/// The fixes that \p Units, which \p Said puts together, propose for files that may be edited. A finding that several
/// files see through a header has one, with what each of them needs. \p Unsafe: where there is no safe fix the first
/// one on a note is taken. Comments that suppress nothing are taken away.
ProposedFixes proposedFixes(const Report &Said, llvm::ArrayRef<FileResult> Units, EditableFiles &Files, bool Unsafe);

/// Whether two edits, which are not the same, cannot both be made. #includes may be added in one place.
bool exclude(const Edit &A, const Edit &B);

/// Edits of each file, each once and sorted.
using EditsByFile = std::map<std::string, std::vector<Edit>>;
void addTo(EditsByFile &All, const Fix &Added);

/// \p Text with \p Edits made, which are sorted and do not exclude each other.
std::string edited(llvm::StringRef Text, llvm::ArrayRef<Edit> Edits);
/// Where the byte at \p Offset is when \p Edits are made.
unsigned moved(unsigned Offset, llvm::ArrayRef<Edit> Edits);
/// The line, from 1, of the byte at \p Offset.
unsigned lineAt(llvm::StringRef Text, unsigned Offset);

} // namespace asynctidy
