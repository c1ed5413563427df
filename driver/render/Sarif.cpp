// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// SARIF 2.1.0: one run, whose rules are all checks.
//
// GitHub's code scanning takes at most 25,000 results of a run, 10,000 steps of a code flow, 1,000 locations of a
// result and 10 MB of compressed file, and shows 5,000, 1,000 and 100. Results over that are cut here, and a
// notification says so; notes over that, which nobody would follow, are cut as well. How large the file gets is not
// looked at: 25,000 findings with a way of seven steps each have about 7 MB. Titles have at most 1,024 characters, a
// rule at most 20 tags.
//
// Of the fingerprints, GitHub uses only primaryLocationLineHash, which its upload action computes from the sources; one
// of another making would only earn a warning from it.

#include "render/Columns.h"
#include "render/Render.h"
#include "render/SarifParts.h"
#include "render/Weight.h"
#include "llvm/ADT/STLExtras.h"

namespace json = llvm::json;

namespace asynctidy {
namespace {

constexpr size_t MostResults = 25000;
constexpr size_t MostIndented = 1000;

void suppressions(json::OStream &J, const Finding &F) {
  // Where one result has the property, all must: a viewer cannot tell otherwise whether it was looked for.
  J.attributeArray("suppressions", [&] {
    if (F.Suppressed)
      J.object([&] { J.attribute("kind", "inSource"); });
  });
}

void codeFlows(json::OStream &J, const Finding &F, SourceFiles &Sources) {
  const auto Way = steps(F);
  if (Way.empty())
    return;
  J.attributeArray("codeFlows", [&] {
    J.object([&] {
      J.attributeArray("threadFlows", [&] {
        J.object([&] {
          J.attributeArray("locations", [&] {
            J.object([&] {
              J.attributeObject("location", [&] {
                sarifLocation(J, F.At, F.Length, Sources.exact(F.At, F.Source), F.Message, F.Function);
              });
              J.attribute("nestingLevel", 0);
            });
            int Depth = 0;
            for (const Note *N : llvm::ArrayRef(Way).take_front(MostSarifSteps - 1))
              J.object([&] {
                J.attributeObject("location",
                                  [&] { sarifLocation(J, N->At, 0, Sources.exact(N->At, N->Source), N->Message, ""); });
                J.attribute("nestingLevel", ++Depth);
              });
          });
        });
      });
    });
  });
}

void result(json::OStream &J, const Finding &F, SourceFiles &Sources) {
  J.object([&] {
    J.attribute("ruleId", validUTF8(F.Check));
    if (const int Index = sarifRuleIndex(F.Check); Index >= 0)
      J.attribute("ruleIndex", Index);
    J.attribute("level", sarifLevel(weight(F)));
    J.attributeObject("message", [&] { J.attribute("text", validUTF8(F.Message)); });
    J.attributeArray("locations", [&] {
      J.object([&] { sarifLocation(J, F.At, F.Length, Sources.exact(F.At, F.Source), "", F.Function); });
    });
    if (!F.Notes.empty())
      J.attributeArray("relatedLocations", [&] {
        int Id = 0;
        for (const Note &N : llvm::ArrayRef(F.Notes).take_front(MostSarifLocations - 1))
          J.object([&] {
            J.attribute("id", ++Id);
            const Position &At = N.At.isValid() ? N.At : F.At;
            sarifLocation(J, At, 0, Sources.exact(At, N.At.isValid() ? N.Source : F.Source), N.Message, "");
          });
      });
    codeFlows(J, F, Sources);
    if (!F.Fingerprint.empty())
      J.attributeObject("partialFingerprints",
                        [&] { J.attribute("asyncTidyFingerprint/v1", validUTF8(F.Fingerprint)); });
    sarifFixes(J, F, Sources);
    suppressions(J, F);
  });
}

void invocation(json::OStream &J, const Report &Said, size_t Results) {
  auto Notification = [&](llvm::StringRef Level, llvm::StringRef Id, llvm::StringRef Text, llvm::StringRef File) {
    J.object([&] {
      J.attributeObject("descriptor", [&] { J.attribute("id", Id); });
      J.attribute("level", Level);
      J.attributeObject("message", [&] { J.attribute("text", validUTF8(Text)); });
      if (!File.empty())
        J.attributeArray("locations", [&] {
          J.object([&] { J.attributeObject("physicalLocation", [&] { sarifArtifact(J, File); }); });
        });
    });
  };
  J.object([&] {
    J.attribute("executionSuccessful", Said.isComplete() && Said.Problems.empty());
    J.attributeArray("toolExecutionNotifications", [&] {
      for (const Report::Problem &P : Said.Problems)
        Notification("error", "not-analysed", sentence(P), P.File);
      if (const std::string Text = incompleteness(Said); !Text.empty())
        Notification("error", "incomplete", Text, "");
      if (Results > MostResults)
        Notification("warning", "too-many-results",
                     "only " + std::to_string(MostResults) + " of " + std::to_string(Results) +
                         " results are here, the gravest: GitHub's code scanning takes no more",
                     "");
    });
  });
}

/// As many as there may be; where there are more, errors come before warnings and hints.
std::vector<Finding> gravest(const Report &Said) {
  std::vector<Finding> All = Said.Findings;
  llvm::transform(Said.Unused, std::back_inserter(All), asFinding);
  if (All.size() <= MostResults)
    return All;
  std::vector<Finding> First;
  for (const auto Wanted : {CheckInfo::Severity::Error, CheckInfo::Severity::Warning, CheckInfo::Severity::Hint})
    for (Finding &F : All)
      if (weight(F) == Wanted && First.size() < MostResults)
        First.push_back(F);
  return First;
}

} // namespace

void renderSarif(const Report &Said, llvm::raw_ostream &OS) {
  SourceFiles Sources(Said);
  const size_t Results = Said.Findings.size() + Said.Unused.size();
  // Deep as it is, most of a large file would be blanks.
  json::OStream J(OS, Results > MostIndented ? 0 : 2);
  J.object([&] {
    J.attribute("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    J.attribute("version", "2.1.0");
    J.attributeArray("runs", [&] {
      J.object([&] {
        J.attributeObject("tool", [&] { J.attributeObject("driver", [&] { sarifDriver(J); }); });
        J.attributeArray("invocations", [&] { invocation(J, Said, Results); });
        // Where the root is differs from machine to machine; GitHub and viewers take the checkout.
        J.attributeObject("originalUriBaseIds", [&] {
          J.attributeObject("%SRCROOT%", [&] {
            J.attributeObject("description", [&] { J.attribute("text", "The top of the source tree."); });
          });
        });
        J.attribute("columnKind", "utf16CodeUnits");
        J.attributeArray("results", [&] {
          for (const Finding &F : gravest(Said))
            result(J, F, Sources);
        });
      });
    });
  });
  OS << "\n";
}

} // namespace asynctidy
