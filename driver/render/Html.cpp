// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One page that shows a report in a browser, with nothing but itself: page.html with the style, the program, and the
// report as JSON in it.
//
// The program makes text nodes only, and the policy in the page lets nothing run but the program and nothing be
// fetched, so that what a report says stays text.

#include "knowledge/EmbeddedFile.h"
#include "render/Columns.h"
#include "render/Diff.h"
#include "render/Help.h"
#include "render/Render.h"
#include "render/Weight.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Base64.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SHA256.h"

namespace json = llvm::json;

namespace asynctidy {
namespace {

#include "EmbeddedReport.inc"

llvm::StringRef embedded(llvm::StringRef Name) { return embeddedText(EmbeddedFiles, Name); }

/// Lines of the source around what is said, each with what is to be marked in it.
class Excerpts {
public:
  Excerpts(const Report &Said, SourceFiles &Sources) : Sources(Sources) {
    for (const CoroutineInfo &C : Said.Coroutines)
      for (const Position &At : C.Suspensions)
        Suspensions[At.File][At.Line].push_back(At);
  }

  /// Makes sure that the line of \p At is there, and \p Around lines before and behind it if the file still has them.
  void need(const Position &At, llvm::StringRef Source, unsigned Around) {
    if (!At.isValid())
      return;
    auto &Lines = Files[At.File];
    const llvm::StringRef Text = Source.rtrim("\r\n");
    const bool Fresh = Sources.isAsBefore(At, Source);
    Lines.try_emplace(At.Line, validUTF8(Text));
    for (unsigned Line = At.Line > Around ? At.Line - Around : 1; Fresh && Line <= At.Line + Around; ++Line)
      if (const auto Read = Sources.line(At.File, Line))
        Lines.try_emplace(Line, validUTF8(*Read));
  }

  /// Path, runs of lines, and the columns of suspension points by line.
  void write(json::OStream &J) const {
    for (const auto &[File, Lines] : Files)
      J.object([&, &File = File, &Lines = Lines] {
        J.attribute("path", validUTF8(File));
        J.attributeArray("lines", [&] {
          for (auto Line = Lines.begin(); Line != Lines.end();)
            J.array([&] {
              unsigned Number = Line->first;
              J.value(Number);
              for (; Line != Lines.end() && Line->first == Number; ++Line, ++Number)
                J.value(Line->second);
            });
        });
        const auto Marks = Suspensions.find(File);
        if (Marks == Suspensions.end())
          return;
        J.attributeObject("suspensions", [&] {
          for (const auto &[Number, Places] : Marks->second)
            if (const auto Line = Lines.find(Number); Line != Lines.end())
              J.attributeArray(std::to_string(Number), [&] {
                for (const Position &At : Places)
                  J.value(utf16Column(Sources.exact(At, Line->second), At.Column));
              });
        });
      });
  }

private:
  SourceFiles &Sources;
  std::map<std::string, std::map<unsigned, std::string>> Files;
  std::map<std::string, std::map<unsigned, std::vector<Position>>> Suspensions;
};

void fix(json::OStream &J, const std::vector<Edit> &Edits, const Finding &F, SourceFiles &Sources) {
  if (Edits.empty())
    return;
  J.attributeArray("fix", [&] {
    for (const DiffHunk &Hunk : diff(Edits, F, Sources))
      J.object([&] {
        J.attribute("file", validUTF8(Hunk.File));
        J.attributeArray("rows", [&] {
          for (const DiffRow &Row : Hunk.Rows)
            J.array([&] {
              J.value(Row.How == DiffRow::Kind::Same ? " " : Row.How == DiffRow::Kind::Added ? "+" : "-");
              J.value(Row.Line);
              J.value(validUTF8(Row.Text));
            });
        });
      });
  });
}

void place(json::OStream &J, const Position &At, llvm::StringRef Source) {
  J.attribute("file", validUTF8(At.File));
  J.attribute("line", At.Line);
  J.attribute("column", utf16Column(Source, At.Column));
}

void finding(json::OStream &J, const Finding &F, SourceFiles &Sources) {
  const auto Way = steps(F);
  J.object([&] {
    J.attribute("check", validUTF8(F.Check));
    J.attribute("level", name(weight(F)));
    const llvm::StringRef Line = Sources.exact(F.At, F.Source);
    place(J, F.At, Line);
    J.attribute("end", utf16Column(Line, F.At.Column + F.Length));
    J.attribute("function", validUTF8(F.Function));
    J.attribute("message", validUTF8(F.Message));
    J.attribute("suppressed", F.Suppressed);
    J.attribute("mark", validUTF8(F.Fingerprint));
    fix(J, F.Edits, F, Sources);
    J.attributeArray("notes", [&] {
      for (const Note &N : F.Notes)
        J.object([&] {
          place(J, N.At, Sources.exact(N.At, N.Source));
          J.attribute("message", validUTF8(N.Message));
          J.attribute("source", validUTF8(N.Source));
          J.attribute("step", llvm::is_contained(Way, &N));
          fix(J, N.Edits, F, Sources);
        });
    });
  });
}

void about(json::OStream &J, const Report &Said, const std::vector<Finding> &All) {
  J.attribute("version", ASYNC_TIDY_VERSION);
  J.attribute("project", validUTF8(llvm::sys::path::filename(Said.Root)));
  J.attribute("invocation", validUTF8(Said.Invocation));
  J.attribute("complete", Said.isComplete());
  J.attribute("files", Said.Files);
  J.attribute("done", Said.Done);
  J.attribute("coroutines", Said.Coroutines.size());
  J.attribute("suspensions", Said.suspensions());
  J.attribute("findings", Said.count());
  J.attribute("suppressed", Said.suppressed());
  J.attribute("baselined", Said.Baselined);
  J.attributeObject("checks", [&] {
    for (const CheckInfo &Check : checks())
      if (llvm::any_of(All, [&](const Finding &F) { return F.Check == Check.Name; }))
        J.attributeObject(Check.Name, [&] {
          J.attribute("level", name(Check.Hurts));
          J.attribute("help", helpMarkdown(Check));
        });
  });
  J.attributeArray("problems", [&] {
    for (const Report::Problem &P : Said.Problems)
      J.object([&] {
        J.attribute("file", validUTF8(P.File));
        J.attribute("outcome", name(P.How));
        J.attribute("reason", validUTF8(P.Reason));
      });
  });
}

std::string data(const Report &Said) {
  SourceFiles Sources(Said);
  Excerpts Shown(Said, Sources);
  std::vector<Finding> All = Said.Findings;
  llvm::transform(Said.Unused, std::back_inserter(All), asFinding);
  for (const Finding &F : All)
    Shown.need(F.At, F.Source, 4);

  std::string Text;
  llvm::raw_string_ostream Out(Text);
  json::OStream J(Out);
  J.object([&] {
    about(J, Said, All);
    J.attributeArray("all", [&] {
      for (const Finding &F : All)
        finding(J, F, Sources);
    });
    J.attributeArray("sources", [&] { Shown.write(J); });
  });
  J.flush();
  // Within a script element, only < can begin something else.
  std::string Safe;
  for (const char C : Text)
    C == '<' ? Safe += "\\u003c" : Safe += C;
  return Safe;
}

} // namespace

void renderHtml(const Report &Said, llvm::raw_ostream &OS) {
  std::string Program;
  for (const char *Part :
       {"page-code.js", "page-path.js", "page-help.js", "page-card.js", "page-summary.js", "page.js"})
    Program += embedded(Part);
  const auto Hash = llvm::SHA256::hash(llvm::arrayRefFromStringRef(Program));
  llvm::StringRef Rest = embedded("page.html");
  while (!Rest.empty()) {
    const auto [Before, From] = Rest.split("{{");
    const auto [Name, Behind] = From.split("}}");
    OS << Before;
    if (Name == "policy")
      OS << "'sha256-" << llvm::encodeBase64(Hash) << "'";
    else if (Name == "style")
      OS << embedded("page-card.css") << embedded("page.css");
    else if (Name == "data")
      OS << data(Said);
    else if (Name == "program")
      OS << Program;
    Rest = Behind;
  }
}

} // namespace asynctidy
