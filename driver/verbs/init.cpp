// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// `async-tidy init`: the configuration of a project, and snippets for its continuous integration.

#include "ConfigurationSection.h"
#include "MarkdownInline.h"
#include "NewFile.h"
#include "Spelling.h"
#include "Templates.h"
#include "verbs/Verbs.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;
namespace fs = llvm::sys::fs;
using llvm::StringRef;

namespace asynctidy {

static cl::SubCommand Command("init", "print or write the configuration of a project, or a snippet for its CI");
static cl::opt<std::string> Ci("ci", cl::desc("a snippet for github, gitlab, pre-commit or cmake instead"),
                               cl::value_desc("system"), cl::sub(Command));
static cl::opt<bool> Write("write", cl::desc("write the file instead of printing it"), cl::sub(Command));
static cl::opt<bool> Force("force", cl::desc("with --ci: overwrite the file that is there"), cl::sub(Command));
static cl::list<std::string> Rest(cl::Positional, cl::sub(Command));

static constexpr StringRef File = ".clang-tidy";

static ExitCode writeTo(StringRef Path, StringRef Text, StringRef What) {
  if (const std::error_code Why = writeWholeFile(Path, Text))
    return complain(Path + " cannot be written: " + Why.message(), "make it writable, or print without --write");
  llvm::outs() << Path << ": " << What << '\n';
  return Clean;
}

static ExitCode writeSnippet() {
  std::vector<StringRef> Names;
  for (const Template &Each : templates())
    Names.push_back(Each.Name);
  const auto *Found = llvm::find_if(templates(), [](const Template &Each) { return Each.Name == Ci; });
  if (Found == templates().end())
    return complain("there is no snippet for " + harmless(Ci),
                    didYouMean(Ci, Names, "there are: " + llvm::join(Names, ", ")));
  if (!Write) {
    llvm::outs() << Found->Text;
    return Clean;
  }
  if (fs::exists(Found->Path) && !Force)
    return complain(Found->Path + " is there already",
                    "without --write the snippet is printed, to be added by hand; --force overwrites the file");
  return writeTo(Found->Path, Found->Text, "written");
}

/// Whether a folder above the working directory has a .clang-tidy file, which one here would hide.
static bool inherits() {
  llvm::SmallString<256> Here;
  fs::current_path(Here);
  for (StringRef D = llvm::sys::path::parent_path(Here); !D.empty(); D = llvm::sys::path::parent_path(D)) {
    llvm::SmallString<256> Above(D);
    llvm::sys::path::append(Above, File);
    if (fs::is_regular_file(Above))
      return true;
  }
  return false;
}

/// The line around \p Offset without its line break.
static StringRef lineAt(StringRef Text, size_t Offset) {
  const size_t Begin = Text.take_front(Offset).rfind('\n') + 1;
  return Text.substr(Begin).split('\n').first.rtrim('\r');
}

/// What would be added, line by line, with the lines that would become longer.
static void printInsertions(StringRef Text, const Merge &New) {
  for (const Insertion &I : New.Insertions) {
    const StringRef Before = Text.take_front(I.Offset);
    const size_t Line = Before.count('\n') + 1;
    StringRef Added = I.Text;
    if (Before.empty() || Before.ends_with("\n")) {
      llvm::outs() << File << ", before line " << Line << ":\n";
    } else {
      const StringRef Old = lineAt(Text, I.Offset);
      const size_t Column = Before.size() - (Before.rfind('\n') + 1);
      const auto [Head, Tail] = Added.split('\n');
      llvm::outs() << File << ", line " << Line << ":\n";
      if (!Head.rtrim('\r').empty())
        llvm::outs() << "- " << Old << "\n+ " << Old.take_front(Column) << Head.rtrim('\r')
                     << (Added.contains('\n') ? "" : Old.substr(Column)) << '\n';
      Added = Tail;
    }
    Added.consume_back("\n");
    if (!Added.empty())
      for (StringRef Each : llvm::split(Added, '\n'))
        llvm::outs() << (Each.empty() ? "+" : "+ ") << Each.rtrim('\r') << '\n';
  }
}

static ExitCode configure() {
  if (Force)
    return complain("--force belongs to --ci", "a .clang-tidy file is added to, and never overwritten");
  if (!fs::exists(File)) {
    const std::string Whole = wholeConfiguration(inherits() ? Besides::Above : Besides::Nothing);
    if (Write)
      return writeTo(File, Whole, "written");
    llvm::outs() << Whole;
    return Clean;
  }
  auto Buffer = llvm::MemoryBuffer::getFile(File);
  if (fs::is_directory(File) || !Buffer)
    return complain(
        File + " cannot be read: " + (fs::is_directory(File) ? "it is a directory" : Buffer.getError().message()),
        "make it a readable file");
  const StringRef Text = (*Buffer)->getBuffer();
  const Merge New = mergeInto(Text);
  if (!New.Why.empty()) {
    llvm::outs() << wholeConfiguration(Besides::SameFile);
    llvm::outs().flush();
    return complain(File + " cannot be merged safely: " + New.Why,
                    "what is printed can be added by hand; nothing was written");
  }
  if (New.Insertions.empty()) {
    llvm::outs() << File << " lacks nothing\n";
    return Clean;
  }
  if (Write)
    return writeTo(File, New.apply(Text), "checks and options added");
  printInsertions(Text, New);
  llvm::outs() << "\n`async-tidy init --write` adds it.\n";
  return Clean;
}

static ExitCode run() {
  if (!Rest.empty())
    return complain("init takes no files", "it writes into the working directory: go to the top of the project");
  return Ci.getNumOccurrences() ? writeSnippet() : configure();
}

Verb initVerb() { return {&Command, run}; }

} // namespace asynctidy
