// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The one model of what an analysis says, from which every output format is rendered; and its form as JSON, in which
// workers, the cache and shards hand it on.
#pragma once

#include "summary/ProjectGraph.h"
#include "llvm/Support/JSON.h"
#include <string>
#include <vector>

namespace asynctidy {

/// One replacement; offsets and lengths count bytes.
struct Edit {
  std::string File;
  unsigned Offset = 0;
  unsigned Length = 0;
  std::string Text;

  auto operator<=>(const Edit &) const = default;
};

/// What is said beside a finding: a step of the way to it, advice, or a fix that needs a decision.
struct Note {
  Position At;
  std::string Source; ///< The text of the line.
  std::string Message;
  std::vector<Edit> Edits; ///< A fix that changes behaviour or design; empty for most notes.

  bool operator==(const Note &) const = default;
};

struct Finding {
  enum class Level { Warning, Error };

  std::string Check;
  Level Shown = Level::Warning; ///< Error where WarningsAsErrors says so.
  Position At;
  unsigned Length = 1;  ///< Bytes to underline, on the same line.
  std::string Source;   ///< The text of the line.
  std::string Function; ///< The qualified name of the function around it; empty outside of functions.
  std::string Message;
  std::vector<Edit> Edits; ///< The safe fix; empty if there is none.
  std::vector<Note> Notes;
  bool Suppressed = false; ///< By a NOLINT comment.
  std::string Statement;   ///< What is written around it, without white space and comments; empty in reports.
  /// What stays the same when lines move or the file is renamed: check, function and text of the statement, and how
  /// many such came before in the function. 32 hexadecimal digits.
  std::string Fingerprint;

  bool operator==(const Finding &) const = default;
};

/// One coroutine that was looked at.
struct CoroutineInfo {
  Position At;
  std::string Name;
  std::vector<Position> Suspensions; ///< The co_await, co_yield and `for co_await` in it.
};

/// A NOLINT comment that names checks of ours and suppresses nothing.
struct UnusedSuppression {
  Position At;
  std::string Source;
  std::string Check;       ///< As the comment names it; several with commas between.
  std::vector<Edit> Edits; ///< Takes the names, or the whole comment, away.
};

/// A NOLINT comment that names checks of ours, as one translation unit sees it.
struct Suppression {
  /// One name or glob of its list.
  struct Item {
    std::string Pattern;
    bool Judged = false;           ///< It means checks of ours only, and all of them ran.
    bool Used = false;             ///< It suppressed a finding.
    std::vector<unsigned> Waiting; ///< The deferred findings of the unit that it suppresses, if they hold.
  };
  /// What is to be edited: the comment itself, and for NOLINTBEGIN its NOLINTEND too.
  struct Part {
    unsigned Offset = 0; ///< Of the list between the brackets.
    unsigned Length = 0;
    Edit Removal; ///< Takes the whole comment away.
  };

  Position At; ///< Of the word NOLINT.
  std::string Source;
  std::vector<Item> Items;
  std::vector<Part> Parts;
};

/// A file that a result depends on.
struct Dependency {
  std::string File;
  std::string Hash; ///< Its state when it was read, as stateOf writes it; empty: looked for, and not there.
};

/// What the analysis of one source file, with one command of the compile database, came to.
struct FileResult {
  enum class Outcome {
    Analysed,
    Broken,        ///< It does not compile: findings may be missing.
    Crashed,       ///< The process that analysed it ended.
    TimedOut,      ///< It took longer than it was given.
    Missing,       ///< There is no such file, or it cannot be read.
    Misconfigured, ///< The configuration or a knowledge file is wrong.
  };

  std::string File;
  Outcome How = Outcome::Analysed;
  std::string Reason; ///< Why it is not Analysed: one line, with the first error.
  std::vector<Finding> Findings;
  std::vector<CoroutineInfo> Coroutines;
  std::vector<std::string> Checks; ///< Those of ours that ran.
  std::vector<Suppression> Suppressions;
  /// Empty if they changed while they were read; only the project's own files, where a run does not keep all.
  std::vector<Dependency> Dependencies;
  UnitGraph Graph; ///< What other files need to know, and what this one needs to know of them.
  /// Findings that depend on other files, which Graph speaks of. Their messages have {subject}, {does} and {root} where
  /// the link puts what it has found.
  std::vector<Finding> Deferred;
  double Seconds = 0;
};

/// Everything that a run says, in the order in which it is told: by file, line, column, check.
struct Report {
  std::string Root;       ///< Absolute; the paths of the findings are relative to it.
  std::string Invocation; ///< The command line, for formats that tell it.
  std::vector<Finding> Findings;
  std::vector<CoroutineInfo> Coroutines;
  std::vector<UnusedSuppression> Unused;
  /// A file that was not, or not fully, analysed.
  struct Problem {
    std::string File;
    FileResult::Outcome How;
    std::string Reason;
  };
  std::vector<Problem> Problems;
  unsigned Files = 0; ///< Source files that were to be analysed.
  unsigned Done = 0;  ///< Those of which something is known, Problems included.
  /// Whether it was interrupted before it was decided what depends on several files.
  bool IsUnlinked = false;
  unsigned FromCache = 0; ///< Those of which a former run knew all; machine formats leave it out.
  unsigned Baselined = 0; ///< Findings that were left out because they are not new.
  unsigned Stale = 0;     ///< Entries of the baseline that match nothing any more.
  double Seconds = 0;     ///< Time on the clock; machine formats leave it out.

  bool isComplete() const { return Done == Files && !IsUnlinked; }
  /// Findings that are neither suppressed nor in the baseline.
  unsigned count() const;
  unsigned suppressed() const;
  /// Suspension points of all coroutines.
  size_t suspensions() const;
};

llvm::StringRef name(FileResult::Outcome How);

llvm::json::Value toJSON(const Position &);
llvm::json::Value toJSON(const Edit &);
llvm::json::Value toJSON(const Note &);
llvm::json::Value toJSON(const Finding &);
llvm::json::Value toJSON(const CoroutineInfo &);
llvm::json::Value toJSON(const UnusedSuppression &);
llvm::json::Value toJSON(const Dependency &);
llvm::json::Value toJSON(const FileResult &);
llvm::json::Value toJSON(const Report &);
bool fromJSON(const llvm::json::Value &, Position &, llvm::json::Path);
bool fromJSON(const llvm::json::Value &, Edit &, llvm::json::Path);
bool fromJSON(const llvm::json::Value &, Note &, llvm::json::Path);
bool fromJSON(const llvm::json::Value &, Finding &, llvm::json::Path);
bool fromJSON(const llvm::json::Value &, CoroutineInfo &, llvm::json::Path);
bool fromJSON(const llvm::json::Value &, UnusedSuppression &, llvm::json::Path);
bool fromJSON(const llvm::json::Value &, Dependency &, llvm::json::Path);
bool fromJSON(const llvm::json::Value &, FileResult &, llvm::json::Path);
bool fromJSON(const llvm::json::Value &, Report &, llvm::json::Path);

} // namespace asynctidy
