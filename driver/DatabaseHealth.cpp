// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What goes wrong with compile databases, looked for before anything is analysed.

#include "DatabaseHealth.h"
#include "CompileFlags.h"
#include "MarkdownInline.h"
#include "Spelling.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/StringSaver.h"
#include <map>
#include <set>

using llvm::StringRef;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace asynctidy {
namespace {

using enum HealthLine::Level;

std::string absolute(StringRef Directory, StringRef File) {
  llvm::SmallString<256> Path(File);
  if (!path::is_absolute(Path)) {
    Path = Directory;
    path::append(Path, File);
  }
  path::remove_dots(Path, /*remove_dot_dot=*/true);
  return std::string(Path);
}

/// "a, b, c and 4 more", for people.
std::string some(const std::set<std::string> &Names, size_t Most = 3) {
  std::string Text;
  size_t Told = 0;
  for (const std::string &Name : Names) {
    if (Told == Most)
      return Text + " and " + std::to_string(Names.size() - Told) + " more";
    Text += (Told++ ? ", " : "") + harmless(Name);
  }
  return Text;
}

/// What is in \p File, unless reading it could last for ever.
llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> readRegular(const llvm::Twine &File) {
  if (fs::exists(File) && !fs::is_regular_file(File))
    return std::make_error_code(std::errc::invalid_argument);
  return llvm::MemoryBuffer::getFile(File);
}

/// Things of one kind that entries have, each with the number of entries.
struct Tally {
  std::set<std::string> Names;
  size_t Entries = 0;

  void add(StringRef Name) {
    Names.insert(Name.str());
    ++Entries;
  }
};

class Inspection {
public:
  explicit Inspection(DatabaseHealth &Health) : Health(Health) {}

  void add(CompileEntry Entry) {
    ++Health.Entries;
    const std::string Base = absolute(path::parent_path(Health.File), Entry.Directory);
    if (!path::is_absolute(Entry.Directory))
      Relative.add(Entry.Directory);
    // Asking the file system is what takes time.
    const auto [Known, IsNew] = Directories.try_emplace(Base, false);
    if (IsNew)
      Known->second = fs::is_directory(Base);
    if (!Known->second)
      NoDirectory.add(Base);
    const std::string File = absolute(Base, Entry.File);
    auto &Commands = Files[File];
    if (Commands.empty() && !fs::exists(File))
      Missing.add(File);
    else if (Commands.empty())
      Folders.insert(path::parent_path(File).str());
    const std::string Command = llvm::join(Entry.Arguments, "\n");
    if (!Commands.insert(Command).second)
      Same.add(File);
    else if (Commands.size() == 2)
      Several.add(File);
    look(Entry, Base);
  }

  void finish() {
    Health.Sources = Files.size();
    Health.Folders.assign(Folders.begin(), Folders.end());
    tellOfFiles();
    tellOfCommands();
  }

private:
  void look(CompileEntry &Entry, StringRef Base) {
    const StringRef Compiler = path::filename(Entry.Arguments.front());
    if (!Compiler.contains("clang"))
      Foreign.add(Compiler);
    bool HasNewFlag = false;
    for (size_t I = 1; I < Entry.Arguments.size(); ++I) {
      const std::string Argument = Entry.Arguments[I];
      if (StringRef(Argument).starts_with("@"))
        expand(Argument, Base, Entry);
      else if (StringRef(Argument).starts_with("-") && !StringRef(Argument).starts_with("-D") &&
               !StringRef(Argument).starts_with("-I"))
        HasNewFlag |= SeenFlags.insert(Argument).second;
    }
    if (HasNewFlag)
      for (const std::string &Flag : unknownFlags(Entry))
        Unknown.add(Flag);
    for (StringRef Argument : Entry.Arguments)
      if (llvm::is_contained(gccOnlyFlags(), Argument))
        GccFlags.add(Argument);
    if (isCxx(Entry)) {
      ++CxxEntries;
      if (isBelowCxx20(Entry))
        Old.add(Entry.File);
    }
  }

  /// Adds what stands in a response file to the arguments.
  void expand(StringRef Argument, StringRef Base, CompileEntry &Entry) {
    const std::string File = absolute(Base, Argument.drop_front());
    auto [Known, IsNew] = Responses.try_emplace(File);
    if (IsNew) {
      auto Buffer = readRegular(File);
      if (!Buffer) {
        Responses.erase(Known);
        NoResponse.add(File);
        return;
      }
      llvm::BumpPtrAllocator Memory;
      llvm::StringSaver Saver(Memory);
      llvm::SmallVector<const char *, 64> Arguments;
      llvm::cl::TokenizeGNUCommandLine((*Buffer)->getBuffer(), Saver, Arguments);
      for (const char *Each : Arguments)
        if (*Each != '@') // Those in it are not looked into.
          Known->second.push_back(Each);
    }
    Entry.Arguments.insert(Entry.Arguments.end(), Known->second.begin(), Known->second.end());
  }

  void tell(HealthLine::Level How, const Tally &What, const std::string &Text, const std::string &Cure) {
    if (What.Entries)
      Health.Lines.push_back({How, Text, Cure});
  }

  void tellOfFiles() {
    tell(Problem, NoDirectory,
         plural(NoDirectory.Entries, "entry") + " compiled in a folder that is not there: " + some(NoDirectory.Names),
         "the database was written elsewhere, or the build folder has been moved: configure the project again");
    tell(Missing.Names.size() == Files.size() ? Problem : Warning, Missing,
         std::to_string(Missing.Names.size()) + " of " + plural(Files.size(), "file") +
             " not there: " + some(Missing.Names),
         "build the targets that generate them, or configure the project again if they are gone for good");
    tell(Warning, Relative, plural(Relative.Entries, "entry") + " with a relative folder: " + some(Relative.Names),
         "tools disagree about where it is seen from; have absolute folders written");
    tell(Warning, Same, plural(Same.Names.size(), "file") + " listed again with the same command: " + some(Same.Names),
         "take the repeated entries out");
    tell(Warning, Several,
         plural(Several.Names.size(), "file") + " listed with different commands: " + some(Several.Names),
         "nothing to do if they are meant to be compiled in several ways; else configure one build only");
  }

  void tellOfCommands() {
    tell(Problem, NoResponse, plural(NoResponse.Names.size(), "response file") + " missing: " + some(NoResponse.Names),
         "build the project once: the build writes them");
    const bool AllOld = Old.Entries == CxxEntries;
    tell(AllOld ? Problem : Warning, Old,
         std::to_string(Old.Entries) + " of " + plural(CxxEntries, "C++ entry") +
             " compiled below C++20, where coroutines are off and nothing is found: " + some(Old.Names),
         "compile with -std=c++20 or later (CMake: set(CMAKE_CXX_STANDARD 20))");
    tell(Ok, GccFlags, "flags that only GCC knows are left out: " + some(GccFlags.Names, 12), "");
    tell(Warning, Unknown,
         "flags that clang does not know, which async-tidy leaves out and clang-tidy stops at: " +
             some(Unknown.Names, 12),
         "for the module in clang-tidy, in .clang-tidy: RemovedArgs: [" +
             harmless("'" + llvm::join(Unknown.Names, "', '") + "'") + "]");
    tell(Ok, Foreign, "written for " + some(Foreign.Names) + "; analysed as clang understands it", "");
  }

  DatabaseHealth &Health;
  std::map<std::string, std::set<std::string>> Files; ///< The commands of each.
  std::set<std::string> Folders;
  llvm::StringMap<bool> Directories;
  llvm::StringMap<std::vector<std::string>> Responses;
  llvm::StringSet<> SeenFlags;
  Tally NoDirectory, Missing, Relative, Same, Several, NoResponse, Foreign, GccFlags, Unknown, Old;
  size_t CxxEntries = 0;
};

constexpr StringRef HowToWrite = "let the build write one: cmake -S . -B build -DCMAKE_EXPORT_COMPILE_COMMANDS=ON "
                                 "(other builds: bear -- make)";

} // namespace

std::optional<std::string> findDatabase(StringRef Start) {
  llvm::SmallString<256> At(Start);
  fs::make_absolute(At);
  path::remove_dots(At, /*remove_dot_dot=*/true);
  for (StringRef Directory = At; !Directory.empty(); Directory = path::parent_path(Directory))
    for (StringRef Within : {"", "build"}) {
      llvm::SmallString<256> File(Directory);
      path::append(File, Within, "compile_commands.json");
      if (fs::is_regular_file(File))
        return std::string(File);
    }
  return std::nullopt;
}

HealthLine noDatabase(StringRef Start) {
  return {Problem, "no compile_commands.json in " + harmless(Start) + ", in build/ there, or above", HowToWrite.str()};
}

DatabaseHealth inspectDatabase(StringRef Place) {
  llvm::SmallString<256> File(Place);
  if (fs::is_directory(Place) || path::filename(Place) != "compile_commands.json")
    path::append(File, "compile_commands.json");
  fs::make_absolute(File);
  path::remove_dots(File, /*remove_dot_dot=*/true);
  DatabaseHealth Health;
  Health.File = std::string(File);
  if (!fs::exists(File)) {
    Health.Lines.push_back({Problem, "there is no compile_commands.json in " + harmless(Place), HowToWrite.str()});
    return Health;
  }
  auto Buffer = readRegular(File);
  const std::string Why = fs::is_directory(File) ? "it is a directory" : Buffer ? "" : Buffer.getError().message();
  if (!Why.empty()) {
    Health.Lines.push_back({Problem, "cannot be read: " + Why, "make it readable, or have the build write it again"});
    return Health;
  }
  return inspectDatabase((*Buffer)->getBuffer(), File);
}

DatabaseHealth inspectDatabase(StringRef Text, StringRef File) {
  DatabaseHealth Health;
  Health.File = File.str();
  Inspection All(Health);
  for (CompileEntry &Entry : readEntries(Text, Health.Lines))
    All.add(std::move(Entry));
  All.finish();
  return Health;
}

} // namespace asynctidy
