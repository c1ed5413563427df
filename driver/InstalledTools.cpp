// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Looks for clang-tidy and clangd on PATH, for the module and for clang's own headers.

#include "InstalledTools.h"
#include "MarkdownInline.h"
#include "clang/Basic/Version.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"

using llvm::StringRef;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace asynctidy {
namespace {

using enum HealthLine::Level;

/// The dotted number that follows "version " in what `Program --version` prints.
std::string askVersion(StringRef Program) {
  llvm::SmallString<128> Output;
  if (fs::createTemporaryFile("async-tidy", "txt", Output))
    return "";
  llvm::FileRemover Remove(Output);
  const std::optional<StringRef> Redirects[] = {"", Output.str(), ""};
  constexpr unsigned Seconds = 10;
  if (llvm::sys::ExecuteAndWait(Program, {Program, "--version"}, std::nullopt, Redirects, Seconds))
    return "";
  auto Buffer = llvm::MemoryBuffer::getFile(Output);
  if (!Buffer)
    return "";
  const StringRef Rest = (*Buffer)->getBuffer().split("version ").second;
  return Rest.take_while([](char C) { return llvm::isDigit(C) || C == '.'; }).str();
}

/// The LLVM that the module at \p File says it was built for: its guard holds it as text.
std::string versionOfModule(StringRef File) {
  auto Buffer = llvm::MemoryBuffer::getFile(File, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return "";
  const StringRef Rest = (*Buffer)->getBuffer().split("built for LLVM ").second;
  return Rest.take_while([](char C) { return llvm::isDigit(C) || C == '.'; }).str();
}

} // namespace

std::vector<InstalledTool> findTools(StringRef Name) {
  std::vector<InstalledTool> Found;
  llvm::SmallVector<StringRef> Directories;
  const std::string Path = llvm::sys::Process::GetEnv("PATH").value_or("");
  StringRef(Path).split(Directories, ':', -1, /*KeepEmpty=*/false);
  std::vector<std::string> Seen;
  for (StringRef Directory : Directories) {
    std::vector<std::string> Programs;
    std::error_code Error;
    for (fs::directory_iterator At(Directory, Error), End; !Error && At != End; At.increment(Error)) {
      StringRef File = path::filename(At->path());
      const bool HasName = File.consume_front(Name);
      if (HasName && (File.empty() || (File.consume_front("-") && llvm::all_of(File, llvm::isDigit))) &&
          !llvm::is_contained(Seen, path::filename(At->path())) && fs::can_execute(At->path()))
        Programs.push_back(At->path());
    }
    llvm::sort(Programs);
    for (std::string &Program : Programs) {
      Seen.push_back(path::filename(Program).str());
      Found.push_back({Program, askVersion(Program)});
    }
  }
  return Found;
}

std::vector<HealthLine> inspectTools() {
  std::vector<HealthLine> Lines;
  if (fs::exists(ASYNC_TIDY_RESOURCES "/include/stddef.h"))
    Lines.push_back({Ok, "clang's own headers: " ASYNC_TIDY_RESOURCES "/include", ""});
  else
    Lines.push_back({Problem, "clang's own headers are not in " ASYNC_TIDY_RESOURCES "/include",
                     "apt-get install libclang-common-" + std::to_string(CLANG_VERSION_MAJOR) + "-dev"});

  static int Anchor;
  llvm::SmallString<256> Module(path::parent_path(fs::getMainExecutable("async-tidy", &Anchor)));
  path::append(Module, "..", "lib", "AsyncTidy.so");
  path::remove_dots(Module, /*remove_dot_dot=*/true);
  const std::string Needs = versionOfModule(Module);
  if (!fs::exists(Module))
    Lines.push_back({Warning, "there is no module " + harmless(Module),
                     "nothing to do unless stock clang-tidy is to load it; else build it: ./dev build"});
  else if (Needs.empty())
    Lines.push_back(
        {Warning, harmless(Module) + " does not say for which LLVM it was built", "build it again: ./dev build"});
  else
    Lines.push_back({Ok, "module " + harmless(Module) + ", for clang-tidy " + Needs, ""});

  bool CanLoad = false;
  for (const InstalledTool &Tool : findTools("clang-tidy")) {
    const std::string Path = harmless(Tool.Path);
    const bool Same = !Needs.empty() && Tool.Version == Needs;
    CanLoad |= Same;
    if (Tool.Version.empty())
      Lines.push_back({Warning, Path + " does not tell its version", "see what `" + Path + " --version` says"});
    else
      Lines.push_back({Ok,
                       Path + ": clang-tidy " + Tool.Version +
                           (Needs.empty() ? ""
                            : Same        ? ", loads the module"
                                          : ", cannot load the module"),
                       ""});
  }
  if (!Needs.empty() && !CanLoad)
    Lines.push_back({Warning, "no clang-tidy on PATH can load the module: it needs " + Needs,
                     "apt-get install clang-tidy-" + StringRef(Needs).split('.').first.str() +
                         "; `async-tidy check` does without it"});
  for (const InstalledTool &Tool : findTools("clangd"))
    Lines.push_back({Ok,
                     harmless(Tool.Path) + ": clangd" + (Tool.Version.empty() ? "" : " ") + Tool.Version +
                         ", shows none of these findings by itself",
                     ""});
  return Lines;
}

} // namespace asynctidy
