// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// JSON Lines: an object per line for programs that read a report. docs/reports.md lists the keys; they are always
// there, in this order, and new ones may be added.

#include "render/Columns.h"
#include "render/Render.h"
#include "render/Weight.h"
#include "llvm/Support/JSON.h"

namespace json = llvm::json;

namespace asynctidy {
namespace {

/// One object on a line of its own.
template <typename Contents> void line(llvm::raw_ostream &OS, llvm::StringRef Type, Contents &&Write) {
  json::OStream J(OS);
  J.object([&] {
    J.attribute("type", Type);
    Write(J);
  });
  J.flush();
  OS << "\n";
}

void place(json::OStream &J, const Position &At) {
  J.attribute("file", validUTF8(At.File));
  J.attribute("line", At.Line);
  J.attribute("column", At.Column);
  J.attribute("offset", At.Offset);
}

void edits(json::OStream &J, const std::vector<Edit> &Edits) {
  J.attributeArray("edits", [&] {
    for (const Edit &E : Edits)
      J.object([&] {
        J.attribute("file", validUTF8(E.File));
        J.attribute("offset", E.Offset);
        J.attribute("length", E.Length);
        J.attribute("text", validUTF8(E.Text));
      });
  });
}

void finding(llvm::raw_ostream &OS, const Finding &F) {
  line(OS, "finding", [&](json::OStream &J) {
    J.attribute("check", validUTF8(F.Check));
    J.attribute("severity", name(weight(F)));
    place(J, F.At);
    J.attribute("length", F.Length);
    J.attribute("function", validUTF8(F.Function));
    J.attribute("message", validUTF8(F.Message));
    J.attribute("source", validUTF8(F.Source));
    J.attribute("fingerprint", validUTF8(F.Fingerprint));
    J.attribute("suppressed", F.Suppressed);
    edits(J, F.Edits);
    J.attributeArray("notes", [&] {
      for (const Note &N : F.Notes)
        J.object([&] {
          place(J, N.At);
          J.attribute("message", validUTF8(N.Message));
          J.attribute("source", validUTF8(N.Source));
          edits(J, N.Edits);
        });
    });
  });
}

} // namespace

void renderJsonLines(const Report &Said, llvm::raw_ostream &OS) {
  for (const Finding &F : Said.Findings)
    finding(OS, F);
  for (const UnusedSuppression &U : Said.Unused)
    line(OS, UnusedSuppressionRule, [&](json::OStream &J) {
      J.attribute("check", validUTF8(U.Check));
      place(J, U.At);
      J.attribute("source", validUTF8(U.Source));
      edits(J, U.Edits);
    });
  for (const Report::Problem &P : Said.Problems)
    line(OS, "problem", [&](json::OStream &J) {
      J.attribute("file", validUTF8(P.File));
      J.attribute("outcome", name(P.How));
      J.attribute("reason", validUTF8(P.Reason));
    });
  line(OS, "summary", [&](json::OStream &J) {
    J.attribute("version", ASYNC_TIDY_VERSION);
    J.attribute("complete", Said.isComplete());
    J.attribute("files", Said.Files);
    J.attribute("done", Said.Done);
    J.attribute("coroutines", Said.Coroutines.size());
    J.attribute("suspensions", Said.suspensions());
    J.attribute("findings", Said.count());
    J.attribute("suppressed", Said.suppressed());
    J.attribute("unusedSuppressions", Said.Unused.size());
    J.attribute("problems", Said.Problems.size());
    J.attribute("baselined", Said.Baselined);
  });
}

} // namespace asynctidy
