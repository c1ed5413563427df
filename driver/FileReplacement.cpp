// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// First everything is on disk beside its place, with a second name for what is there; then names are changed, which
// takes no room and can be taken back.

#include "FileReplacement.h"
#include "Interrupt.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace path = llvm::sys::path;

namespace asynctidy {
namespace {

std::string failure(const std::string &File, int Error) { return File + ": " + std::strerror(Error); }

/// A file that grows too large is an error and no signal.
class TooLargeIsError {
public:
  TooLargeIsError() {
    struct sigaction Ignore = {};
    Ignore.sa_handler = SIG_IGN;
    sigaction(SIGXFSZ, &Ignore, &Old);
  }
  ~TooLargeIsError() { sigaction(SIGXFSZ, &Old, nullptr); }
  TooLargeIsError(const TooLargeIsError &) = delete;
  TooLargeIsError &operator=(const TooLargeIsError &) = delete;

private:
  struct sigaction Old;
};

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

/// A file with a name of its own in the folder of another one, which is gone with this object if it is not kept.
class Beside {
public:
  explicit Beside(const std::string &File) : Name((path::parent_path(File) + "/.async-tidy-XXXXXX").str()) {
    Descriptor = mkostemp(Name.data(), O_CLOEXEC);
    Error = Descriptor < 0 ? errno : 0;
    IsThere = Descriptor >= 0;
  }
  ~Beside() {
    if (Descriptor >= 0)
      close(Descriptor);
    if (IsThere)
      unlink(Name.c_str());
  }
  Beside(Beside &&Other) noexcept
      : Name(std::move(Other.Name)), Descriptor(std::exchange(Other.Descriptor, -1)), Error(Other.Error),
        IsThere(std::exchange(Other.IsThere, false)) {}
  Beside &operator=(Beside &&) = delete;

  const std::string &name() const { return Name; }
  int error() const { return Error; }

  /// Puts \p Text on the disk.
  void fill(llvm::StringRef Text) {
    while (!Error && !Text.empty()) {
      const ssize_t Count = write(Descriptor, Text.data(), Text.size());
      if (Count > 0)
        Text = Text.drop_front(static_cast<size_t>(Count));
      else if (errno != EINTR)
        Error = Count < 0 ? errno : ENOSPC;
    }
    if (!Error && fsync(Descriptor) != 0)
      Error = errno;
  }
  void setMode(mode_t Mode) {
    if (!Error && fchmod(Descriptor, Mode) != 0)
      Error = errno;
  }
  void setOwner(const struct stat &Of) {
    if (!Error && geteuid() == 0 && fchown(Descriptor, Of.st_uid, Of.st_gid) != 0)
      Error = errno;
  }
  /// Makes it another name of \p File. False where the file system has no such thing.
  bool link(const std::string &File) {
    if (Error)
      return false;
    unlink(Name.c_str());
    IsThere = ::link(File.c_str(), Name.c_str()) == 0;
    return IsThere;
  }
  /// Becomes \p File.
  bool become(const std::string &File) {
    if (rename(Name.c_str(), File.c_str()) != 0) {
      Error = errno;
      return false;
    }
    IsThere = false;
    return true;
  }

private:
  std::string Name;
  int Descriptor = -1;
  int Error = 0;
  bool IsThere = false;
};

/// Names are on the disk when their folder is.
void syncFolderOf(const std::string &File) {
  const int Folder = open(path::parent_path(File).str().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (Folder < 0)
    return;
  fsync(Folder);
  close(Folder);
}

/// A second \p Text of a file that is there.
Beside copy(const FileReplacement &Of, llvm::StringRef Text, const struct stat &Is) {
  Beside Made(Of.File);
  Made.setOwner(Is); // Before the mode, of which it takes bits away.
  Made.setMode(Is.st_mode & 07777);
  Made.fill(Text);
  return Made;
}

} // namespace

std::optional<ReplacementFailure> replaceFiles(llvm::ArrayRef<FileReplacement> All) {
  const TooLargeIsError Errors;
  std::vector<Beside> New, Old;
  for (const FileReplacement &R : All) {
    struct stat Is;
    if (stat(R.File.c_str(), &Is) != 0)
      return ReplacementFailure{failure(R.File, errno)};
    New.push_back(copy(R, R.Text, Is));
    if (New.back().error())
      return ReplacementFailure{failure(R.File, New.back().error())};
    Beside Kept(R.File);
    if (!Kept.link(R.File)) {
      Beside Copied = copy(R, R.Was, Is);
      if (Copied.error())
        return ReplacementFailure{failure(R.File, Copied.error())};
      Old.push_back(std::move(Copied));
    } else {
      Old.push_back(std::move(Kept));
    }
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

std::string writeDurably(const std::string &File, llvm::StringRef Text, unsigned Mode) {
  const TooLargeIsError Errors;
  Beside Made(File);
  Made.setMode(Mode);
  Made.fill(Text);
  if (Made.error() || !Made.become(File))
    return failure(File, Made.error());
  syncFolderOf(File);
  return {};
}

} // namespace asynctidy
