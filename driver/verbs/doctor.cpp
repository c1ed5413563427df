// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// `async-tidy doctor`: looks at everything that an analysis needs, and says what to do about what is missing.

#include "ConfigurationHealth.h"
#include "DatabaseHealth.h"
#include "InstalledTools.h"
#include "Markdown.h"
#include "MarkdownInline.h"
#include "Spelling.h"
#include "verbs/Verbs.h"
#include "clang/Basic/Version.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <limits>

namespace cl = llvm::cl;
using llvm::StringRef;

namespace asynctidy {

static cl::SubCommand Command("doctor", "find out why an analysis does not work, or finds less than it should");
static cl::opt<std::string> Place("p", cl::desc("folder with compile_commands.json"), cl::value_desc("dir"),
                                  cl::sub(Command));
static cl::opt<bool> Json("json", cl::desc("as JSON"), cl::sub(Command));
static cl::list<std::string> Rest(cl::Positional, cl::sub(Command));

namespace {

struct Section {
  std::string Title;
  std::vector<HealthLine> Lines;
};

std::vector<Section> inspect() {
  std::vector<Section> All;
  All.push_back({"async-tidy " ASYNC_TIDY_VERSION ", with clang " CLANG_VERSION_STRING, inspectTools()});

  llvm::SmallString<256> Here;
  llvm::sys::fs::current_path(Here);
  const std::optional<std::string> Found = Place.empty() ? findDatabase(Here) : std::string(Place);
  Section Database{"compile database", {}};
  std::vector<std::string> Folders;
  if (Found) {
    DatabaseHealth Health = inspectDatabase(*Found);
    Database.Title += " " + harmless(Health.File);
    if (Health.Entries)
      Database.Lines.push_back(
          {HealthLine::Level::Ok, plural(Health.Entries, "entry") + " for " + plural(Health.Sources, "file"), ""});
    Database.Lines.insert(Database.Lines.end(), Health.Lines.begin(), Health.Lines.end());
    Folders = std::move(Health.Folders);
  } else {
    Database.Lines.push_back(noDatabase(Here));
  }
  All.push_back(std::move(Database));
  if (Folders.empty())
    Folders.push_back(std::string(Here));
  All.push_back({"configuration", inspectConfiguration(Folders)});
  return All;
}

constexpr StringRef Names[] = {"ok", "warning", "problem"};

void printJson(const std::vector<Section> &All, bool IsWell) {
  llvm::json::OStream Out(llvm::outs(), 2);
  Out.object([&] {
    Out.attribute("ok", IsWell);
    Out.attributeArray("sections", [&] {
      for (const Section &S : All)
        Out.object([&] {
          Out.attribute("title", S.Title);
          Out.attributeArray("lines", [&] {
            for (const HealthLine &L : S.Lines)
              Out.object([&] {
                Out.attribute("level", Names[static_cast<unsigned>(L.How)]);
                Out.attribute("text", L.Text);
                if (!L.Cure.empty())
                  Out.attribute("cure", L.Cure);
              });
          });
        });
    });
  });
  llvm::outs() << '\n';
}

void printText(const std::vector<Section> &All) {
  static constexpr StringRef Colors[] = {"\x1b[32m", "\x1b[33m", "\x1b[31m"};
  constexpr unsigned Indent = 11;
  TextStyle Style = TextStyle::ofStandardOutput();
  // A line for each thing, so that it can be searched.
  if (!Style.Terminal)
    Style.Width = std::numeric_limits<unsigned>::max();
  size_t Counts[3] = {};
  for (const Section &S : All) {
    llvm::outs() << (Style.Color ? "\x1b[1m" : "") << S.Title << (Style.Color ? "\x1b[0m" : "") << '\n';
    for (const HealthLine &L : S.Lines) {
      const auto How = static_cast<unsigned>(L.How);
      ++Counts[How];
      llvm::outs() << "  " << (Style.Color ? Colors[How] : "") << Names[How] << (Style.Color ? "\x1b[0m" : "")
                   << std::string(Indent - 2 - Names[How].size(), ' ') << wrapped(L.Text, Style.Width, Indent) << '\n';
      if (!L.Cure.empty())
        llvm::outs() << std::string(Indent, ' ') << wrapped("-> " + L.Cure, Style.Width, Indent + 3) << '\n';
    }
    llvm::outs() << '\n';
  }
  llvm::outs() << (Counts[2] ? plural(Counts[2], "problem") : std::string("no problem")) << ", "
               << plural(Counts[1], "warning") << '\n';
}

} // namespace

static ExitCode run() {
  if (!Rest.empty())
    return complain("doctor takes no files", "async-tidy doctor -p build looks at the compile database there");
  const std::vector<Section> All = inspect();
  const bool IsWell = llvm::none_of(All, [](const Section &S) {
    return llvm::any_of(S.Lines, [](const HealthLine &L) { return L.How == HealthLine::Level::Problem; });
  });
  if (Json)
    printJson(All, IsWell);
  else
    printText(All);
  return IsWell ? Clean : Usage;
}

Verb doctorVerb() { return {&Command, run}; }

} // namespace asynctidy
