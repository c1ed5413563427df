// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Asks git.

#include "GitChanges.h"
#include "MarkdownInline.h"
#include "PathMap.h"
#include "Verb.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"

using llvm::StringRef;
namespace fs = llvm::sys::fs;

namespace asynctidy {
namespace {

/// A git that works in one directory.
class Git {
public:
  /// What it printed; nothing if it failed.
  std::optional<std::string> ask(llvm::ArrayRef<StringRef> What) {
    llvm::SmallString<128> Output, Errors;
    if (fs::createTemporaryFile("async-tidy-git", "out", Output) ||
        fs::createTemporaryFile("async-tidy-git", "err", Errors)) {
      Complaint = "no temporary file can be made";
      return std::nullopt;
    }
    const llvm::FileRemover RemoveOutput(Output), RemoveErrors(Errors);
    std::vector<StringRef> Arguments{"git", "-C", Directory, "-c", "core.quotePath=false"};
    Arguments.insert(Arguments.end(), What.begin(), What.end());
    const std::optional<StringRef> Redirects[] = {"", Output.str(), Errors.str()};
    const int Code = llvm::sys::ExecuteAndWait(Program, Arguments, std::nullopt, Redirects);
    auto Said = llvm::MemoryBuffer::getFile(Code ? Errors : Output);
    if (!Said || Code) {
      Complaint = Said ? harmless((*Said)->getBuffer().trim().split('\n').first) : Said.getError().message();
      return std::nullopt;
    }
    return (*Said)->getBuffer().str();
  }

  std::string Program;
  std::string Directory;
  std::string Complaint; ///< The first line of what it said when it failed.
};

} // namespace

std::optional<ChangedFiles> changesSince(const std::string &Root, const std::string &Revision) {
  auto Fail = [](const llvm::Twine &Problem, const llvm::Twine &Cure) {
    complain("--new-from: " + Problem, Cure);
    return std::nullopt;
  };
  const auto Program = llvm::sys::findProgramByName("git");
  if (!Program)
    return Fail("git is not on PATH", "install git, or use a baseline: async-tidy baseline accept");
  Git Asked{*Program, Root, {}};
  auto Top = Asked.ask({"rev-parse", "--show-toplevel"});
  if (!Top)
    return Fail(Root + " is in no git checkout: " + Asked.Complaint,
                "run it in a checkout, or use a baseline: async-tidy baseline accept");
  Asked.Directory = StringRef(*Top).rtrim('\n').str();
  // What is diffed is a tree, so that no REV is an option or a path.
  const auto Tree = Asked.ask({"rev-parse", "--verify", "--quiet", "--end-of-options", Revision + "^{tree}"});
  if (!Tree) {
    const auto Shallow = Asked.ask({"rev-parse", "--is-shallow-repository"});
    if (Shallow && StringRef(*Shallow).trim() == "true")
      return Fail("this shallow clone has no revision '" + Revision + "'",
                  "fetch the whole history: `fetch-depth: 0` for actions/checkout, GIT_DEPTH: 0 for GitLab, or "
                  "git fetch --unshallow");
    return Fail("git knows no revision '" + Revision + "'", "name a commit, branch or tag; is a `git fetch` missing?");
  }
  const auto Diff = Asked.ask({"diff", "--unified=0", "--inter-hunk-context=0", "--no-color", "--no-ext-diff",
                               "--no-textconv", "--no-relative", "--src-prefix=a/", "--dst-prefix=b/",
                               "--submodule=short", "-M", StringRef(*Tree).trim(), "--"});
  if (!Diff)
    return Fail("git diff failed: " + Asked.Complaint, "does `git diff " + Revision + "` work?");
  const auto Untracked = Asked.ask({"ls-files", "--others", "--exclude-standard", "--full-name", "-z"});
  if (!Untracked)
    return Fail("git ls-files failed: " + Asked.Complaint, "does `git status` work?");

  PathMap Paths(Root, Asked.Directory);
  ChangedFiles Changed;
  for (auto &[Path, Lines] : parseDiff(*Diff))
    Changed[Paths.get(Path)] = Lines;
  for (StringRef Rest = *Untracked; !Rest.empty();) {
    const auto [Path, Behind] = Rest.split('\0');
    if (!Path.empty())
      Changed[Paths.get(Path)].All = true;
    Rest = Behind;
  }
  return Changed;
}

} // namespace asynctidy
