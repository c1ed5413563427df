// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The Diagnostic format of reviewdog, a line each: positions count lines from 1 and bytes of UTF-8 from 1, and ends are
// exclusive.
//
// A suggestion has no file of its own: it changes the file of the finding. A fix that changes another file as well, or
// a place that cannot be told because the source is gone or no longer the same, is left out as a whole.

#include "render/Columns.h"
#include "render/Render.h"
#include "render/SourceFiles.h"
#include "render/Weight.h"
#include "llvm/Support/JSON.h"

namespace json = llvm::json;

namespace asynctidy {
namespace {

llvm::StringRef severity(const Finding &F) { return weightIn(F, "ERROR", "WARNING", "INFO"); }

void position(json::OStream &J, llvm::StringRef Key, unsigned Line, unsigned Column) {
  J.attributeObject(Key, [&] {
    J.attribute("line", Line);
    J.attribute("column", Column);
  });
}

void location(json::OStream &J, const Position &At, unsigned Length) {
  J.attributeObject("location", [&] {
    J.attribute("path", validUTF8(At.File));
    if (At.isValid())
      J.attributeObject("range", [&] {
        position(J, "start", At.Line, At.Column);
        if (Length)
          position(J, "end", At.Line, At.Column + Length);
      });
  });
}

/// Where the edits of the fix stand; empty if one of them cannot be shown.
std::vector<TextRange> ranges(const Finding &F, SourceFiles &Sources) {
  std::vector<TextRange> All;
  for (const Edit &E : F.Edits) {
    const auto Known = Sources.under(E, F);
    const auto Range = Known ? locate(E, *Known) : std::nullopt;
    if (!Range || E.File != F.At.File)
      return {};
    All.push_back(*Range);
  }
  return All;
}

void source(json::OStream &J) {
  J.attributeObject("source", [&] { J.attribute("name", "async-tidy"); });
}

void diagnostic(json::OStream &J, const Finding &F, SourceFiles &Sources) {
  J.attribute("message", validUTF8(F.Message));
  location(J, F.At, F.Length);
  J.attribute("severity", severity(F));
  source(J);
  J.attributeObject("code", [&] { J.attribute("value", validUTF8(F.Check)); });
  if (const auto Ranges = ranges(F, Sources); !Ranges.empty())
    J.attributeArray("suggestions", [&] {
      for (size_t I = 0; I < Ranges.size(); ++I)
        J.object([&] {
          J.attributeObject("range", [&] {
            position(J, "start", Ranges[I].Line, Ranges[I].Column);
            position(J, "end", Ranges[I].EndLine, Ranges[I].EndColumn);
          });
          J.attribute("text", validUTF8(F.Edits[I].Text));
        });
    });
  if (!F.Notes.empty())
    J.attributeArray("related_locations", [&] {
      for (const Note &N : F.Notes)
        J.object([&] {
          J.attribute("message", validUTF8(N.Message));
          location(J, N.At.isValid() ? N.At : F.At, 0);
        });
    });
}

template <typename Contents> void line(llvm::raw_ostream &OS, Contents &&Write) {
  json::OStream J(OS);
  J.object([&] { Write(J); });
  J.flush();
  OS << "\n";
}

} // namespace

void renderRdJsonl(const Report &Said, llvm::raw_ostream &OS) {
  SourceFiles Sources(Said);
  for (const Finding &F : shown(Said))
    line(OS, [&](json::OStream &J) { diagnostic(J, F, Sources); });
  for (const Report::Problem &P : Said.Problems)
    line(OS, [&](json::OStream &J) {
      J.attribute("message", validUTF8(sentence(P)));
      J.attributeObject("location", [&] { J.attribute("path", validUTF8(P.File)); });
      J.attribute("severity", "ERROR");
      source(J);
      J.attributeObject("code", [&] { J.attribute("value", "not-analysed"); });
    });
  if (const std::string Text = incompleteness(Said); !Text.empty())
    line(OS, [&](json::OStream &J) {
      J.attribute("message", Text);
      J.attributeObject("location", [&] { J.attribute("path", ""); });
      J.attribute("severity", "ERROR");
      source(J);
    });
}

} // namespace asynctidy
