// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Workers, progress, session.

#include "Run.h"
#include "Progress.h"
#include <chrono>

namespace asynctidy {

RunResult run(const OpenedProject &Of, llvm::function_ref<void(const Finding &)> Tell,
              llvm::function_ref<void(size_t, const FileResult &)> Store) {
  const auto Begun = std::chrono::steady_clock::now();
  std::vector<Job> Jobs;
  for (const clang::tooling::CompileCommand &C : Of.Files.Commands)
    Jobs.push_back({C, {}});
  Session All(Of.Files.Root, Jobs.size(), Of.Files.IsWhole);
  Progress Shown(Jobs.size());
  auto TellInstead = [&](const Finding &Said) {
    Shown.clear();
    Tell(Said);
  };
  analyseAll(
      Jobs, Of.Chosen, Of.Workers, [&](size_t I) { Shown.begin(fileOf(Jobs[I].Command)); },
      [&](size_t I, FileResult Result) {
        Shown.done();
        if (Store)
          Store(I, Result);
        All.add(I, std::move(Result), TellInstead);
      });
  RunResult Done;
  Done.Said = All.finish(TellInstead);
  Done.Files = All.takeResults();
  Done.IsWhole = Of.Files.IsWhole;
  Done.Said.Seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - Begun).count();
  return Done;
}

} // namespace asynctidy
