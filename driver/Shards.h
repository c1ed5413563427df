// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A project cut into shards for many machines: the plan that all of them agree on, and their results in a folder.
#pragma once

#include "Run.h"
#include "llvm/Support/JSON.h"

namespace asynctidy {

/// One translation unit of a plan. Paths and arguments have "${ROOT}" where the project's root was.
struct PlannedJob {
  clang::tooling::CompileCommand Command;
  std::string File;   ///< Relative to the root when it lies in it.
  std::string Digest; ///< Of command, configuration and the content of the file: 32 hexadecimal digits.
  unsigned Shard = 0; ///< From 0.
};

struct Plan {
  std::string Version;  ///< Of async-tidy: results of another one do not mix.
  Configuration Chosen; ///< Root is empty: every machine has its own.
  bool IsWhole = false; ///< The jobs are all of the project's.
  unsigned Shards = 1;
  std::vector<PlannedJob> Jobs; ///< In the order of the compile database.
};

/// Seconds that files took before, by name.
using Times = llvm::StringMap<double>;

/// Cuts \p Of into \p Shards parts that should take the same time: by \p Before, or the size of the file where nothing
/// is known. The same project gives the same plan on every machine, wherever it lies.
Plan makePlan(const OpenedProject &Of, unsigned Shards, const Times &Before);

/// The part of \p Whole that belongs to \p Shard, as a project on this machine; \p Numbers get the jobs' numbers in the
/// plan.
OpenedProject openShard(const Plan &Whole, unsigned Shard, const OpenedProject &Here, std::vector<unsigned> &Numbers);

/// Whether the file of \p Job is still what it was when the plan was made.
bool isCurrent(const Plan &Whole, const PlannedJob &Job, llvm::StringRef Root);

llvm::json::Value toJSON(const Plan &);
bool fromJSON(const llvm::json::Value &, Plan &, llvm::json::Path);
/// Reads a plan; nothing, with the reason and the cure on standard error, if that cannot be done.
std::optional<Plan> readPlan(llvm::StringRef File);

/// The folder with the results of a plan: plan.json, and a file for each job, which is there whole or not at all.
class ResultFolder {
public:
  explicit ResultFolder(std::string Folder) : Folder(std::move(Folder)) {}

  /// Makes the folder one of \p Whole; false, with the reason on standard error, if it belongs to another plan or
  /// cannot be written.
  bool enter(const Plan &Whole) const;
  bool store(const Plan &Whole, unsigned Job, const FileResult &Result) const;
  /// The result of \p Job; nothing if there is none, or it is damaged, which \p Damage is told with the reason.
  std::optional<FileResult> load(const Plan &Whole, unsigned Job, std::string *Damage = nullptr) const;
  /// Whether each result in it is one of \p Whole; false, with the reason on standard error, if one has a number that
  /// the plan does not have, or that is another one's.
  bool verify(const Plan &Whole) const;
  std::string planFile() const;

private:
  std::string fileOf(const Plan &Whole, unsigned Job) const;

  const std::string Folder;
};

} // namespace asynctidy
