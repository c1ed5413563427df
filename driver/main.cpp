// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// async-tidy: the table of verbs.

#include "Output.h"
#include "Verb.h"
#include "Workers.h"
#include "verbs/ProjectOptions.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"
#include <csignal>

namespace cl = llvm::cl;

namespace asynctidy {

ExitCode complain(const llvm::Twine &Problem, const llvm::Twine &Cure) {
  llvm::errs() << "async-tidy: " << Problem << "\n            " << Cure << "\n";
  return Usage;
}

} // namespace asynctidy

/// LLVM's own help lists the options of everything that is linked in.
static void printHelp() {
  llvm::outs() << "Finds async misuse in C++20 coroutine code.\n\n"
                  "usage: async-tidy [check] [options] [file or folder]...\n"
                  "       async-tidy <verb> [options]\n\n";
  for (const asynctidy::Verb &V : asynctidy::verbs())
    llvm::outs() << llvm::formatv("  {0,-10} {1}\n", V.Command->getName(), V.Command->getDescription());
  llvm::outs() << "\n`async-tidy <verb> --help` tells the options of a verb.\n"
                  "exit code: 0 clean, 1 findings, 2 usage or configuration, 3 some file could not be analysed,\n"
                  "           4 incomplete run\n";
}

int main(int Count, char **Arguments) {
  using namespace asynctidy;
  llvm::setBugReportMsg("async-tidy itself failed. Please report this with the file it was analysing.\n");
  llvm::InitLLVM Init(Count, Arguments);
  // Who reads our output may have seen enough: writing fails then, and that is told by the exit code.
  std::signal(SIGPIPE, SIG_IGN);
  cl::SetVersionPrinter([](llvm::raw_ostream &OS) { OS << "async-tidy " ASYNC_TIDY_VERSION "\n"; });

  if (Count == 2 && llvm::StringRef(Arguments[1]) == "worker")
    return runWorker();
  // What follows "--" is the compiler's.
  for (int I = 1; I < Count; ++I)
    if (llvm::StringRef(Arguments[I]) == "--") {
      CompilerArguments::given() = true;
      CompilerArguments::get().assign(Arguments + I + 1, Arguments + Count);
      Count = I;
    }
  std::vector<const char *> All(Arguments, Arguments + Count);
  auto IsVerb = [](llvm::StringRef Word) {
    return llvm::any_of(verbs(), [&](const Verb &V) { return V.Command->getName() == Word; });
  };
  const llvm::StringRef First = Count > 1 ? Arguments[1] : "";
  if (First == "--help" || First == "-h" || First == "help") {
    printHelp();
    return Clean;
  }
  if (!IsVerb(First) && First != "--version")
    All.insert(All.begin() + 1, verbs().front().Command->getName().data());

  if (!cl::ParseCommandLineOptions(static_cast<int>(All.size()), All.data(),
                                   "Finds async misuse in C++20 coroutine code.\n", &llvm::errs()))
    return Usage;
  for (const Verb &V : verbs())
    if (*V.Command) {
      const ExitCode Code = V.Run();
      return write("", [](llvm::raw_ostream &) {}) ? Code : Incomplete;
    }
  return Usage;
}
