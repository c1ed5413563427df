// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// First everything is on disk beside its place, with a second name for what is there; then names are changed, which
// takes no room and can be taken back.

#include "FileReplacement.h"
#include "Interrupt.h"
#include "NewFile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace path = llvm::sys::path;

namespace asynctidy {
namespace {

std::string failure(const std::string &File, std::error_code Error) { return File + ": " + Error.message(); }

/// SIGINT and SIGTERM are held up as long as it lives, and then forgotten: what they were to stop is done.
class Undisturbed {
public:
  Undisturbed() {
    sigemptyset(&Held);
    sigaddset(&Held, SIGINT);
    sigaddset(&Held, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &Held, &Old);
  }
  ~Undisturbed() {
    const timespec Now = {};
    while (sigtimedwait(&Held, nullptr, &Now) > 0)
      ;
    pthread_sigmask(SIG_SETMASK, &Old, nullptr);
  }
  Undisturbed(const Undisturbed &) = delete;
  Undisturbed &operator=(const Undisturbed &) = delete;

private:
  sigset_t Held, Old;
};

/// Names are on the disk when their folder is.
void syncFolderOf(const std::string &File) {
  const int Folder = open(path::parent_path(File).str().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (Folder < 0)
    return;
  fsync(Folder);
  close(Folder);
}

/// A file with \p Text beside \p File, which is there.
NewFile written(const std::string &File, llvm::StringRef Text, const struct stat &Is) {
  NewFile Made(NewFile::beside(File), 0600);
  Made.resemble(Is);
  Made.write([&](llvm::raw_ostream &OS) { OS << Text; }, /*Durably=*/true);
  return Made;
}

} // namespace

std::optional<ReplacementFailure> replaceFiles(llvm::ArrayRef<FileReplacement> All) {
  std::vector<NewFile> New, Old;
  for (const FileReplacement &R : All) {
    struct stat Is;
    if (stat(R.File.c_str(), &Is) != 0)
      return ReplacementFailure{failure(R.File, std::error_code(errno, std::generic_category()))};
    New.push_back(written(R.File, R.Text, Is));
    Old.emplace_back(NewFile::beside(R.File), 0600);
    if (!Old.back().link(R.File)) {
      Old.pop_back();
      Old.push_back(written(R.File, R.Was, Is));
    }
    for (const NewFile *Made : {&New.back(), &Old.back()})
      if (Made->error())
        return ReplacementFailure{failure(R.File, Made->error())};
  }
  const Undisturbed Now;
  if (InterruptWatch::interrupted())
    return ReplacementFailure{"interrupted"};
  ReplacementFailure Failed;
  size_t Done = 0;
  for (; Done != All.size(); ++Done) {
    const std::string &File = All[Done].File;
    const auto Is = llvm::MemoryBuffer::getFile(File, /*IsText=*/false, /*RequiresNullTerminator=*/false);
    if (!Is || (*Is)->getBuffer() != All[Done].Was)
      Failed.Why = File + " was changed meanwhile";
    else if (!New[Done].become(File))
      Failed.Why = failure(File, New[Done].error());
    else
      continue;
    break;
  }
  if (!Failed.Why.empty())
    while (Done-- > 0)
      if (!Old[Done].become(All[Done].File)) {
        Failed.Why += "; it stays changed: " + failure(All[Done].File, Old[Done].error());
        Failed.AsBefore = false;
      }
  for (const FileReplacement &R : All)
    syncFolderOf(R.File);
  return Failed.Why.empty() ? std::nullopt : std::optional(std::move(Failed));
}

std::string writeDurably(const std::string &File, llvm::StringRef Text, mode_t Mode) {
  NewFile Made(NewFile::beside(File), Mode);
  Made.write([&](llvm::raw_ostream &OS) { OS << Text; }, /*Durably=*/true);
  if (!Made.become(File))
    return failure(File, Made.error());
  syncFolderOf(File);
  return {};
}

} // namespace asynctidy
