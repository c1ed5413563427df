// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// `async-tidy knowledge`: what is known about a name and from where, what files there are, and what is wrong with one.

#include "Configuration.h"
#include "KnowledgeMistakes.h"
#include "KnowledgeWords.h"
#include "Markdown.h"
#include "MarkdownInline.h"
#include "Project.h"
#include "Spelling.h"
#include "knowledge/ChosenFiles.h"
#include "knowledge/QualifiedName.h"
#include "verbs/Verbs.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;
using llvm::StringRef;

namespace asynctidy {

static cl::SubCommand Command("knowledge", "tell what is known about a function or class, and from which file");
static cl::list<std::string> Arguments(cl::Positional, cl::desc("<name>"), cl::sub(Command));
static cl::opt<bool> Validate("validate", cl::desc("say what is wrong with the files named"), cl::sub(Command));
static cl::opt<bool> ListFiles("list", cl::desc("list the files, with the number of facts in each"), cl::sub(Command));
static cl::list<std::string>
    Extra("knowledge", cl::desc("a further knowledge file, beside those of .clang-tidy; may be given several times"),
          cl::value_desc("file"), cl::sub(Command));

namespace {

struct Source {
  std::string Name;
  bool BuiltIn = true;
  KnowledgeFile File;
};

/// One thing that is known, told once for each name.
struct Entry {
  StringRef Name;
  const Source *From;
  unsigned Line;
  std::vector<std::string> Words;
};

/// The text of \p Path, or why it cannot be had.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> readFile(StringRef Path) {
  if (llvm::sys::fs::is_directory(Path))
    return llvm::createStringError(Path + ": cannot be read: it is a directory");
  auto Buffer = llvm::MemoryBuffer::getFile(Path);
  if (!Buffer)
    return llvm::createStringError(Path + ": cannot be read: " + Buffer.getError().message());
  return std::move(*Buffer);
}

ExitCode validate() {
  if (Arguments.empty())
    return complain("--validate needs files", "async-tidy knowledge --validate acme.async-knowledge.yaml");
  ExitCode Result = Clean;
  for (const std::string &Path : Arguments) {
    auto Buffer = readFile(Path);
    if (!Buffer) {
      Result = complain(llvm::toString(Buffer.takeError()), "name knowledge files");
      continue;
    }
    const std::vector<KnowledgeMistake> Mistakes = mistakesIn((*Buffer)->getBuffer());
    for (const KnowledgeMistake &M : Mistakes)
      llvm::outs() << Path << ':' << M.Line << ':' << M.Column << ": " << harmless(M.Reason) << '\n';
    if (!Mistakes.empty()) {
      Result = Usage;
      continue;
    }
    auto File = parseKnowledge((*Buffer)->getBuffer(), Path);
    llvm::outs() << Path << ": valid, " << plural(File ? countFacts(*File) : 0, "fact") << '\n';
    if (!File)
      llvm::consumeError(File.takeError());
  }
  llvm::outs().flush();
  if (Result == Usage)
    complain("not all knowledge files are valid", "docs/knowledge.md describes the format");
  return Result;
}

/// The knowledge files that the .clang-tidy of the working directory names.
llvm::Expected<std::vector<std::string>> filesOfConfiguration() {
  llvm::SmallString<128> Here;
  llvm::sys::fs::current_path(Here);
  llvm::sys::path::append(Here, "any.cpp");
  Configuration Chosen;
  Chosen.Root = findRoot("");
  const auto Options = makeOptions(Chosen)->getOptions(Here);
  std::vector<std::string> Files;
  if (const auto Option = Options.CheckOptions.find(KnowledgeOption); Option != Options.CheckOptions.end())
    for (llvm::Expected<std::string> &File : chosenKnowledgeFiles(Option->getValue().Value, Here)) {
      if (!File)
        return File.takeError();
      Files.push_back(std::move(*File));
    }
  return Files;
}

/// Built-in files, and then those of the user. Nothing if one of those is wrong, which has been said.
bool readSources(std::vector<Source> &Into) {
  for (const BuiltInFile &File : builtInFiles()) {
    auto Parsed = parseKnowledge(File.Text, File.Name);
    if (!Parsed)
      llvm::report_fatal_error(Parsed.takeError(), /*gen_crash_diag=*/false);
    Into.push_back({File.Name.str(), true, std::move(*Parsed)});
  }
  auto Paths = filesOfConfiguration();
  if (!Paths) {
    complain(llvm::toString(Paths.takeError()), "async-tidy doctor tells what the configuration of this folder is");
    return false;
  }
  Paths->insert(Paths->end(), Extra.begin(), Extra.end());
  for (const std::string &Path : *Paths) {
    auto Buffer = readFile(Path);
    if (!Buffer) {
      complain(llvm::toString(Buffer.takeError()), "name a knowledge file");
      return false;
    }
    auto Parsed = parseKnowledge((*Buffer)->getBuffer(), Path);
    if (!Parsed) {
      complain(llvm::toString(Parsed.takeError()), "async-tidy knowledge --validate " + Path + " tells all mistakes");
      return false;
    }
    Into.push_back({Path, false, std::move(*Parsed)});
  }
  return true;
}

ExitCode list(const std::vector<Source> &Sources) {
  size_t Sum = 0;
  for (const Source &S : Sources) {
    const size_t Count = countFacts(S.File);
    Sum += Count;
    llvm::outs() << llvm::formatv("{0,-20} {1,6}  {2}\n", S.Name, Count,
                                  S.File.Title.empty() ? S.File.Library : S.File.Title);
  }
  llvm::outs() << plural(Sources.size(), "file") << ", " << plural(Sum, "fact") << '\n';
  return Clean;
}

std::vector<Entry> entries(const std::vector<Source> &Sources) {
  std::vector<Entry> All;
  for (const Source &S : Sources) {
    const KnowledgeFile &F = S.File;
    for (size_t I = 0; I != F.Functions.size(); ++I)
      All.push_back({F.Functions[I].Name, &S, F.FunctionOrigins[I].Line, inWords(F.Functions[I])});
    for (size_t I = 0; I != F.Types.size(); ++I)
      All.push_back({F.Types[I].Name, &S, F.TypeOrigins[I].Line, inWords(F.Types[I])});
    for (size_t I = 0; I != F.Cancellations.size(); ++I) {
      const CancellationFact &C = F.Cancellations[I];
      std::vector<StringRef> Names(C.Tasks.begin(), C.Tasks.end());
      for (const std::string *Name : {&C.Type, &C.Code, &C.DisabledBy})
        if (!Name->empty())
          Names.push_back(*Name);
      for (StringRef Name : Names)
        All.push_back({Name, &S, F.CancellationOrigins[I].Line, inWords(C)});
    }
    for (size_t I = 0; I != F.Operations.size(); ++I)
      for (StringRef Task : F.Operations[I].Tasks)
        All.push_back({Task, &S, F.OperationOrigins[I].Line, inWords(F.Operations[I])});
  }
  return All;
}

void tell(StringRef Name, const std::vector<Entry> &All, const TextStyle &Style) {
  const bool Replaced = llvm::any_of(All, [&](const Entry &E) { return E.Name == Name && !E.From->BuiltIn; });
  llvm::outs() << (Style.Color ? "\x1b[1m" : "") << Name << (Style.Color ? "\x1b[0m" : "") << '\n';
  for (const Entry &E : All) {
    if (E.Name != Name)
      continue;
    llvm::outs() << "  " << E.From->Name << ':' << E.Line << " (" << harmless(E.From->File.Title) << ')'
                 << (Replaced && E.From->BuiltIn ? ", replaced by your file" : "") << '\n';
    for (const std::string &Text : E.Words)
      llvm::outs() << "    - " << wrapped(Text, Style.Width, 6) << '\n';
  }
}

/// The file that describes the namespace around \p Name as a whole, and that namespace.
std::pair<const Source *, StringRef> describing(StringRef Name, const std::vector<Source> &Sources) {
  for (const Source &S : llvm::reverse(Sources))
    for (StringRef Namespace : S.File.Describes)
      if (Name.starts_with((Namespace + "::").str()))
        return {&S, Namespace};
  return {nullptr, ""};
}

ExitCode look(StringRef Name, const std::vector<Source> &Sources) {
  // More than this nobody asked for: they are named only.
  constexpr size_t MostToTell = 6;
  Name.consume_front("::");
  const TextStyle Style = TextStyle::ofStandardOutput();
  const std::vector<Entry> All = entries(Sources);
  std::vector<StringRef> Meant;
  for (const Entry &E : All)
    if ((E.Name == Name || E.Name.ends_with(("::" + Name).str())) && !llvm::is_contained(Meant, E.Name))
      Meant.push_back(E.Name);
  if (llvm::is_contained(Meant, Name))
    Meant = {Name};
  if (Meant.size() <= MostToTell)
    for (StringRef Each : Meant)
      tell(Each, All, Style);
  else {
    llvm::outs() << Meant.size() << " names end in " << Name << ":\n";
    for (StringRef Each : Meant)
      llvm::outs() << "  " << Each << '\n';
  }

  std::vector<StringRef> Known;
  const bool Qualified = Name.contains("::");
  for (const Entry &E : All)
    Known.push_back(Qualified ? E.Name : splitQualifiedName(E.Name).second);
  // Only what is not described is judged by its terms.
  bool Found = !Meant.empty();
  if (!Found)
    for (const Source &S : Sources)
      for (const std::string &Text : termsOf(splitQualifiedName(Name).second, S.File.Terms)) {
        llvm::outs() << Name << "\n  " << S.Name << "\n    - " << wrapped(Text, Style.Width, 6) << '\n';
        Found = true;
      }
  if (const auto [File, Namespace] = describing(Name, Sources); !Found && File) {
    llvm::outs() << Name << "\n  " << File->Name << "\n    - "
                 << wrapped(("nothing is said of it; all of " + Namespace +
                             " is described there, so functions that are not listed are not looked into")
                                .str(),
                            Style.Width, 6)
                 << '\n';
    if (const std::string Near = didYouMean(Name, Known, ""); !Near.empty())
      llvm::outs() << "    - " << wrapped(Near, Style.Width, 6) << '\n';
    Found = true;
  }
  if (Found)
    return Clean;
  return complain(
      "nothing is known about " + harmless(Name),
      didYouMean(Name, Known, "facts of your own: async.KnowledgeFiles in .clang-tidy, see docs/knowledge.md"));
}

} // namespace

static ExitCode run() {
  if (Validate)
    return validate();
  if (!ListFiles && Arguments.size() != 1)
    return complain(Arguments.empty() ? "knowledge needs a name" : "knowledge takes one name",
                    "async-tidy knowledge my::client::fetch; --list names the files");
  std::vector<Source> Sources;
  if (!readSources(Sources))
    return Usage;
  return ListFiles ? list(Sources) : look(Arguments.front(), Sources);
}

Verb knowledgeVerb() { return {&Command, run}; }

} // namespace asynctidy
