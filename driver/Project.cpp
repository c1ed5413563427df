// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds and reads compile databases.

#include "Project.h"
#include "Verb.h"
#include "clang/Tooling/JSONCompilationDatabase.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/VirtualFileSystem.h"
#include <deque>
#include <functional>

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;
using clang::tooling::CompileCommand;

namespace asynctidy {

static constexpr llvm::StringLiteral Name = "compile_commands.json";
static constexpr llvm::StringLiteral HowToGetOne =
    "let the build write one: cmake -S . -B build -DCMAKE_EXPORT_COMPILE_COMMANDS=ON (other builds: bear -- make),\n"
    "            then async-tidy -p build; or give compiler arguments: async-tidy a.cpp -- -std=c++20";

static std::string absolute(llvm::StringRef File) {
  llvm::SmallString<256> Full(File);
  if (fs::make_absolute(Full))
    return File.str();
  path::remove_dots(Full, /*remove_dot_dot=*/true);
  return std::string(Full);
}

static std::string real(llvm::StringRef File) {
  llvm::SmallString<256> Real;
  return fs::real_path(File, Real) ? absolute(File) : std::string(Real);
}

static std::string inFolder(llvm::StringRef Folder, llvm::StringRef File) {
  llvm::SmallString<256> Full(Folder);
  path::append(Full, File);
  return std::string(Full);
}

std::string fileOf(const CompileCommand &Command) {
  llvm::SmallString<256> File(Command.Filename);
  path::make_absolute(Command.Directory, File);
  path::remove_dots(File, /*remove_dot_dot=*/true);
  return std::string(File);
}

std::string findRoot(const std::string &Named) {
  if (!Named.empty())
    return real(Named);
  const std::string Here = real(".");
  for (llvm::StringRef D = Here; !D.empty(); D = path::parent_path(D))
    if (fs::exists(inFolder(D, ".git")))
      return D.str();
  return Here;
}

/// The database that was named, or the nearest one: upwards from the first file or the working directory, in each
/// folder and in build/ there.
static std::optional<std::string> findDatabase(const FileChoice &Chosen) {
  if (!Chosen.Database.empty()) {
    const bool IsFile = path::filename(Chosen.Database) == Name && fs::is_regular_file(Chosen.Database);
    const std::string File = absolute(IsFile ? Chosen.Database : inFolder(Chosen.Database, Name));
    if (fs::exists(File))
      return File;
    complain("there is no compile_commands.json in " + Chosen.Database, HowToGetOne);
    return std::nullopt;
  }
  std::string From = absolute(Chosen.Names.empty() || !fs::exists(Chosen.Names.front()) ? "." : Chosen.Names.front());
  if (!fs::is_directory(From))
    From = path::parent_path(From).str();
  for (llvm::StringRef D = From; !D.empty(); D = path::parent_path(D))
    for (const std::string &Folder : {D.str(), inFolder(D, "build")})
      if (fs::exists(inFolder(Folder, Name)))
        return inFolder(Folder, Name);
  complain("no compile_commands.json here, in build/, or above", HowToGetOne);
  return std::nullopt;
}

/// All commands of the database \p File, with response files expanded.
static std::optional<std::vector<CompileCommand>> read(const std::string &File) {
  auto Wrong = [&](const llvm::Twine &Why) {
    complain(File + " is no compile database: " + Why,
             "have it written again; the format: https://clang.llvm.org/docs/JSONCompilationDatabase.html");
    return std::nullopt;
  };
  auto Text = llvm::MemoryBuffer::getFile(File);
  if (!Text)
    return Wrong(Text.getError().message());
  // LLVM reads it as YAML, which forgives too much and says too little.
  auto Parsed = llvm::json::parse((*Text)->getBuffer());
  if (!Parsed) {
    const std::string Why = llvm::toString(Parsed.takeError());
    // A path that is not UTF-8 is no reason to refuse all others.
    if (!llvm::StringRef(Why).contains("UTF-8"))
      return Wrong(Why);
  } else if (!Parsed->getAsArray() || llvm::any_of(*Parsed->getAsArray(), [](const llvm::json::Value &Entry) {
               const llvm::json::Object *O = Entry.getAsObject();
               return !O || !O->getString("directory") || !O->getString("file") ||
                      (!O->getString("command") && !O->getArray("arguments"));
             })) {
    return Wrong("expected a list of entries with directory, file and command");
  }
  std::string Why;
  auto Database = clang::tooling::JSONCompilationDatabase::loadFromBuffer(
      (*Text)->getBuffer(), Why, clang::tooling::JSONCommandLineSyntax::AutoDetect);
  if (!Database)
    return Wrong(Why);
  auto Expanded = clang::tooling::inferTargetAndDriverMode(
      clang::tooling::expandResponseFiles(std::move(Database), llvm::vfs::getRealFileSystem()));
  std::vector<CompileCommand> Commands = Expanded->getAllCompileCommands();
  if (Commands.empty()) {
    complain(File + " lists no files", "configure the project with the targets you want to lint");
    return std::nullopt;
  }
  return Commands;
}

/// Which of \p Commands are meant by the names of \p Chosen.
static std::optional<std::vector<CompileCommand>> choose(std::vector<CompileCommand> Commands, const FileChoice &Chosen,
                                                         llvm::StringRef Database) {
  if (Chosen.Names.empty())
    return Commands;
  std::vector<std::string> Files, Real;
  for (const CompileCommand &Command : Commands) {
    Files.push_back(fileOf(Command));
    Real.push_back(real(Files.back()));
  }
  std::vector<bool> Wanted(Commands.size());
  std::vector<std::string> Unlisted;
  std::deque<std::string> Globs;
  for (const std::string &Asked : Chosen.Names) {
    std::function<bool(size_t)> Fits;
    const std::string Full = real(Asked);
    if (fs::is_directory(Asked))
      Fits = [&, Folder = Full == "/" ? Full : Full + "/"](size_t I) {
        return llvm::StringRef(Real[I]).starts_with(Folder);
      };
    else if (fs::exists(Asked))
      Fits = [&](size_t I) { return Real[I] == Full || Files[I] == absolute(Asked); };
    else if (llvm::StringRef(Asked).contains('*') || llvm::StringRef(Asked).contains('?')) {
      Globs.push_back(absolute(Asked)); // A pattern refers to its text.
      auto Pattern = llvm::GlobPattern::create(Globs.back());
      if (!Pattern) {
        complain(Asked + ": " + llvm::toString(Pattern.takeError()), "write globs as in 'src/*.cpp'");
        return std::nullopt;
      }
      Fits = [&, Glob = *Pattern](size_t I) { return Glob.match(Files[I]) || Glob.match(Real[I]); };
    } else {
      complain("there is no file " + Asked, "give paths as seen from here");
      return std::nullopt;
    }
    bool Any = false;
    for (size_t I = 0; I != Commands.size(); ++I)
      if (Fits(I))
        Wanted[I] = Any = true;
    if (!Any)
      Unlisted.push_back(Asked);
  }
  if (!Unlisted.empty()) {
    const std::string All = llvm::join(Unlisted.begin(), Unlisted.end(), ", ");
    if (!Chosen.SkipUnlisted) {
      complain(
          All + ": not in " + Database,
          "headers are linted with the files that include them; for a new source file configure the project again; "
          "--skip-unlisted passes over such files");
      return std::nullopt;
    }
    llvm::errs() << "async-tidy: passed over, not in " << Database << ": " << All << "\n";
  }
  std::vector<CompileCommand> Left;
  for (size_t I = 0; I != Commands.size(); ++I)
    if (Wanted[I])
      Left.push_back(std::move(Commands[I]));
  return Left;
}

/// Entries that say the same twice are analysed once.
static void dropDuplicates(std::vector<CompileCommand> &Commands) {
  llvm::StringSet<> Seen;
  llvm::erase_if(Commands, [&](const CompileCommand &Command) {
    std::string Key = Command.Directory + '\0' + Command.Filename;
    // Where the object goes does not matter.
    for (size_t I = 0; I < Command.CommandLine.size(); ++I) {
      if (Command.CommandLine[I] == "-o")
        ++I;
      else
        Key += '\0' + Command.CommandLine[I];
    }
    return !Seen.insert(Key).second;
  });
}

std::optional<Project> openProject(const FileChoice &Chosen) {
  Project Opened;
  if (!Chosen.Root.empty() && !fs::is_directory(Chosen.Root)) {
    complain("--root=" + Chosen.Root + " is no folder", "name the folder of the project, as seen from here");
    return std::nullopt;
  }
  Opened.Root = findRoot(Chosen.Root);
  Opened.IsWhole = Chosen.Names.empty() && !Chosen.HasCompiler;
  if (Chosen.HasCompiler) {
    if (!Chosen.Database.empty()) {
      complain("-p and compiler arguments after -- exclude each other", "leave one of them out");
      return std::nullopt;
    }
    if (Chosen.Names.empty()) {
      complain("compiler arguments after --, but no file", "name the files: async-tidy a.cpp b.cpp -- -std=c++20");
      return std::nullopt;
    }
    clang::tooling::FixedCompilationDatabase Fixed(absolute("."), Chosen.Compiler);
    for (const std::string &File : Chosen.Names) {
      if (!fs::is_regular_file(File)) {
        complain("there is no file " + File, "give paths as seen from here");
        return std::nullopt;
      }
      llvm::append_range(Opened.Commands, Fixed.getCompileCommands(absolute(File)));
    }
  } else {
    auto Database = findDatabase(Chosen);
    if (!Database)
      return std::nullopt;
    Opened.DatabaseFile = *Database;
    auto Commands = read(*Database);
    if (Commands)
      Commands = choose(std::move(*Commands), Chosen, *Database);
    if (!Commands)
      return std::nullopt;
    Opened.Commands = std::move(*Commands);
  }
  dropDuplicates(Opened.Commands);
  return Opened;
}

} // namespace asynctidy
