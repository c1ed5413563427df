// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// `async-tidy undo`: puts back what the last `async-tidy fix` of the project replaced.

#include "EditableFiles.h"
#include "FileState.h"
#include "Journal.h"
#include "Project.h"
#include "Spelling.h"
#include "verbs/Verbs.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"

namespace cl = llvm::cl;

namespace asynctidy {

static cl::SubCommand Command("undo", "take back what the last fix of the project changed");
static cl::opt<bool> List("list", cl::desc("list what can be undone, the last one first"), cl::sub(Command));
static cl::opt<bool> Force("force", cl::desc("also put back files that were changed since"), cl::sub(Command));
static cl::opt<std::string> Root("root", cl::desc("folder of the project (default: the git checkout)"),
                                 cl::value_desc("folder"), cl::sub(Command));

static ExitCode list(const Journal &Of) {
  const std::vector<std::string> Names = Of.names();
  for (const std::string &Name : llvm::reverse(Names)) {
    const auto Entry = Of.read(Name);
    if (!Entry) {
      llvm::outs() << Of.folder() << "/" << Name << ": it cannot be read\n";
      continue;
    }
    llvm::outs() << Entry->Time << ": " << plural(Entry->Fixes, "fix") << " in " << plural(Entry->Files.size(), "file")
                 << "\n";
    for (const JournalEntry::File &F : Entry->Files)
      llvm::outs() << "  " << F.Path << "\n";
  }
  return Clean;
}

static ExitCode undo() {
  const std::string Project = findRoot(Root);
  Journal Of(Project);
  // Before anything is read: of two at once the second one sees what the first one has left.
  if (Of.exists())
    if (const std::string Why = Of.lock(); !Why.empty())
      return complain("nothing was undone: " + Why, "is the folder read-only?");
  if (List)
    return list(Of);
  const std::vector<std::string> Names = Of.names();
  if (Names.empty())
    return complain("there is nothing to undo in " + Project,
                    "run it in the project that was fixed, or name that: --root=FOLDER");
  const auto Entry = Of.read(Names.back());
  if (!Entry)
    return complain(Of.folder() + "/" + Names.back() + " cannot be read", "remove it to undo the fixes before it");

  std::vector<FileReplacement> All;
  std::vector<std::string> Refused;
  for (const JournalEntry::File &F : Entry->Files) {
    const auto Is = llvm::MemoryBuffer::getFile(F.Path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
    if (!Is) {
      const std::string Why = F.Path + " cannot be read: " + Is.getError().message();
      if (Force)
        llvm::errs() << "async-tidy: passed over: " << Why << "\n";
      else
        Refused.push_back(Why);
      continue;
    }
    const llvm::StringRef Text = (*Is)->getBuffer();
    if (Text == F.Before) // The run was ended by force before it came to this one.
      continue;
    if (hashOf(Text) != F.Hash && !Force)
      Refused.push_back(F.Path + " was changed since");
    else
      All.push_back({F.Path, Text.str(), F.Before});
  }
  if (!Refused.empty())
    return complain("nothing was undone: " + llvm::join(Refused, "\n            "),
                    "undo that by hand, or have it overwritten: async-tidy undo --force");
  if (const auto Failed = replaceFiles(All)) {
    complain((Failed->AsBefore ? "nothing was undone: " : "not everything was undone: ") + Failed->Why,
             "is the disk full, or a folder read-only? Then run async-tidy undo again");
    return Incomplete;
  }
  Of.remove(Names.back());
  for (const FileReplacement &R : All)
    llvm::outs() << "restored: " << R.File << "\n";
  llvm::outs() << "undone: " << plural(Entry->Fixes, "fix") << " of " << Entry->Time << "\n";
  return Clean;
}

Verb undoVerb() { return {&Command, undo}; }

} // namespace asynctidy
