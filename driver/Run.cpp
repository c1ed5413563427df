// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Cache, workers, progress, session.

#include "Run.h"
#include "Cache.h"
#include "Interrupt.h"
#include "Progress.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>

namespace asynctidy {

/// Whether \p Read is a file of the project, which is there.
static bool isOwnFile(const Dependency &Read) {
  return !llvm::sys::path::is_absolute(Read.File) && !Read.Hash.empty() && Read.Hash.front() != 'd';
}

RunResult run(const OpenedProject &Of, llvm::function_ref<void(const Finding &)> Tell,
              llvm::function_ref<void(size_t, const FileResult &)> Store) {
  const InterruptWatch Watch;
  const auto Begun = std::chrono::steady_clock::now();
  const std::vector<clang::tooling::CompileCommand> &Commands = Of.Files.Commands;
  Session All(Of.Files.Root, Commands.size(), Of.Files.IsWhole);
  Progress Shown(Commands.size());
  auto TellInstead = [&](const Finding &Said) {
    Shown.clear();
    Tell(Said);
  };
  Cache Kept(Of.Cached, Of.Chosen);
  struct Unknown {
    size_t Which;
    std::string Key;
  };
  std::vector<Unknown> Left;
  std::vector<Job> Jobs;
  for (size_t I = 0; I != Commands.size() && !InterruptWatch::interrupted(); ++I) {
    std::string Key = Kept.keyOf(Commands[I]);
    if (auto Result = Of.KeepsDependencies ? std::nullopt : Kept.find(Key)) {
      Shown.done();
      if (Store)
        Store(I, *Result);
      All.add(I, std::move(*Result), TellInstead);
    } else {
      Left.push_back({I, std::move(Key)});
      Jobs.push_back({Commands[I], {}});
    }
  }
  analyseAll(
      Jobs, Of.Chosen, Of.Workers, [&](size_t I) { Shown.begin(fileOf(Jobs[I].Command)); },
      [&](size_t I, FileResult Result) {
        Shown.done();
        // They are most of a result, and few ask for those outside of the project.
        std::vector<Dependency> Read = std::exchange(Result.Dependencies, {});
        llvm::copy_if(Read, std::back_inserter(Result.Dependencies), isOwnFile);
        Kept.store(Left[I].Key, Jobs[I].Command, Result, Read);
        if (Of.KeepsDependencies)
          Result.Dependencies = std::move(Read);
        if (Store)
          Store(Left[I].Which, Result);
        All.add(Left[I].Which, std::move(Result), TellInstead);
      });
  RunResult Done;
  Done.Said = All.finish(TellInstead);
  Done.Said.FromCache = Kept.hits();
  if (const std::string Trouble = Kept.finish(); !Trouble.empty()) {
    Shown.clear();
    llvm::errs() << "async-tidy: " << Trouble << "\n";
  }
  Done.Files = All.takeResults();
  Done.IsWhole = Of.Files.IsWhole;
  Done.Said.Seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - Begun).count();
  return Done;
}

} // namespace asynctidy
