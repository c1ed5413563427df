// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes beside the place, then renames.

#include "NewFile.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Signals.h"
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace fs = llvm::sys::fs;

namespace asynctidy {
namespace {

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

} // namespace

std::string NewFile::beside(llvm::StringRef File) {
  llvm::SmallString<128> Prefix(llvm::sys::path::parent_path(File));
  llvm::sys::path::append(Prefix, ".async-tidy-");
  return std::string(Prefix);
}

NewFile::NewFile(llvm::StringRef Prefix, mode_t Mode) {
  do {
    Name = (Prefix + llvm::utohexstr(llvm::sys::Process::GetRandomNumber(), /*LowerCase=*/true)).str();
    Descriptor = open(Name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, Mode);
  } while (Descriptor < 0 && (errno == EEXIST || errno == EINTR));
  IsThere = check(Descriptor);
}

NewFile::NewFile(NewFile &&Other) noexcept
    : Name(std::move(Other.Name)), Error(Other.Error), Descriptor(std::exchange(Other.Descriptor, -1)),
      IsThere(std::exchange(Other.IsThere, false)) {}

NewFile::~NewFile() {
  close();
  if (IsThere)
    unlink(Name.c_str());
}

/// Notes the error of a system call that answered \p Result; whether there was none.
bool NewFile::check(int Result) {
  if (Result < 0)
    Error = std::error_code(errno, std::generic_category());
  return Result >= 0;
}

void NewFile::close() {
  if (Descriptor < 0)
    return;
  const int Closed = ::close(std::exchange(Descriptor, -1));
  if (!Error && errno != EINTR)
    check(Closed);
}

void NewFile::setMode(mode_t Mode) {
  if (!Error)
    check(fchmod(Descriptor, Mode));
}

void NewFile::resemble(const struct stat &Other) {
  if (!Error && geteuid() == 0) // Before the mode, of which it takes bits away.
    check(fchown(Descriptor, Other.st_uid, Other.st_gid));
  setMode(Other.st_mode & 07777);
}

void NewFile::write(llvm::function_ref<void(llvm::raw_ostream &)> Write, bool Durably) {
  if (Error)
    return;
  const TooLargeIsError Errors;
  {
    llvm::raw_fd_ostream OS(Descriptor, /*shouldClose=*/false);
    Write(OS);
    OS.flush();
    Error = OS.error();
    OS.clear_error(); // One that nobody has asked for ends the process.
  }
  if (!Error && Durably)
    check(fsync(Descriptor));
  close();
}

bool NewFile::link(const std::string &File) {
  close();
  if (Error)
    return false;
  unlink(Name.c_str());
  IsThere = ::link(File.c_str(), Name.c_str()) == 0;
  return IsThere;
}

bool NewFile::become(const std::string &File) {
  close();
  if (Error || !check(rename(Name.c_str(), File.c_str())))
    return false;
  IsThere = false;
  return true;
}

std::error_code writeWholeFile(llvm::StringRef Path, llvm::function_ref<void(llvm::raw_ostream &)> Write) {
  std::string Place = Path.str();
  struct stat There;
  const bool Exists = stat(Place.c_str(), &There) == 0;
  if (Exists) {
    llvm::SmallString<256> Real;
    if (const std::error_code Problem = fs::real_path(Path, Real))
      return Problem;
    if (const std::error_code Problem = fs::access(Real, fs::AccessMode::Write))
      return Problem;
    Place = std::string(Real);
  }
  NewFile New(NewFile::beside(Place));
  llvm::sys::RemoveFileOnSignal(New.name());
  if (Exists)
    New.setMode(There.st_mode & 07777);
  New.write(Write);
  New.become(Place);
  llvm::sys::DontRemoveFileOnSignal(New.name());
  return New.error();
}

std::error_code writeWholeFile(llvm::StringRef Path, llvm::StringRef Text) {
  if (const llvm::StringRef Folder = llvm::sys::path::parent_path(Path); !Folder.empty())
    if (const std::error_code Problem = fs::create_directories(Folder))
      return Problem;
  return writeWholeFile(Path, [&](llvm::raw_ostream &OS) { OS << Text; });
}

} // namespace asynctidy
