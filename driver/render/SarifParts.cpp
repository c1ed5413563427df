// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The parts that a SARIF file is made of.

#include "render/SarifParts.h"
#include "render/Columns.h"
#include "render/Help.h"
#include "render/Weight.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Base64.h"
#include "llvm/Support/Path.h"
#include <map>

namespace json = llvm::json;

namespace asynctidy {

std::string sarifUri(llvm::StringRef File) {
  std::string Out = llvm::sys::path::is_absolute(File) ? "file://" : "";
  for (const char C : File) {
    if (llvm::isAlnum(C) || llvm::StringRef("-._~/!$&'()*+,;=@").contains(C)) {
      Out += C;
      continue;
    }
    const auto Byte = static_cast<unsigned char>(C);
    Out += '%';
    Out += llvm::hexdigit(Byte >> 4);
    Out += llvm::hexdigit(Byte & 15);
  }
  return Out;
}

llvm::StringRef sarifLevel(CheckInfo::Severity S) { return S == CheckInfo::Severity::Hint ? "note" : name(S); }

int sarifRuleIndex(llvm::StringRef Check) {
  if (Check == UnusedSuppressionRule)
    return static_cast<int>(checks().size());
  const CheckInfo *Found = findCheck(Check);
  return Found ? static_cast<int>(Found - checks().begin()) : -1;
}

static void rule(json::OStream &J, const CheckInfo &Check) {
  auto Text = [&](llvm::StringRef Key, const std::string &Value) {
    J.attributeObject(Key, [&] { J.attribute("text", validUTF8(Value)); });
  };
  J.object([&] {
    J.attribute("id", Check.Name);
    Text("shortDescription", shortDescription(Check));
    Text("fullDescription", fullDescription(Check, 1024));
    J.attributeObject("help", [&] {
      J.attribute("text", helpText(Check));
      J.attribute("markdown", helpMarkdown(Check));
    });
    J.attributeObject("defaultConfiguration", [&] {
      J.attribute("enabled", Check.Default);
      J.attribute("level", sarifLevel(Check.Hurts));
    });
    J.attributeObject("properties", [&] {
      J.attributeArray("tags", [&] {
        J.value("async");
        J.value("coroutines");
        J.value(Check.Folder);
      });
      J.attribute("precision", Check.Default ? "high" : "medium");
      J.attribute("problem.severity", Check.Hurts == CheckInfo::Severity::Hint ? "recommendation" : name(Check.Hurts));
    });
  });
}

void sarifDriver(json::OStream &J) {
  J.attribute("name", "async-tidy");
  J.attribute("semanticVersion", ASYNC_TIDY_VERSION);
  J.attributeArray("rules", [&] {
    for (const CheckInfo &Check : checks())
      rule(J, Check);
    CheckInfo Unused = {.Name = UnusedSuppressionRule,
                        .Folder = "suppressions",
                        .Hurts = CheckInfo::Severity::Hint,
                        .Default = true,
                        .Fixes = CheckInfo::Fix::Safe,
                        .Since = "",
                        .Page = "A NOLINT comment that suppresses nothing. It names a check that finds nothing in its "
                                "line any more, and would hide what the check finds there later."};
    rule(J, Unused);
  });
}

void sarifArtifact(json::OStream &J, llvm::StringRef File) {
  J.attributeObject("artifactLocation", [&] {
    J.attribute("uri", sarifUri(File));
    if (!llvm::sys::path::is_absolute(File))
      J.attribute("uriBaseId", "%SRCROOT%");
  });
}

void sarifLocation(json::OStream &J, const Position &At, unsigned Length, llvm::StringRef Source,
                   llvm::StringRef Message, llvm::StringRef Function) {
  J.attributeObject("physicalLocation", [&] {
    sarifArtifact(J, At.File);
    if (!At.isValid())
      return;
    J.attributeObject("region", [&] {
      J.attribute("startLine", At.Line);
      J.attribute("startColumn", utf16Column(Source, At.Column));
      J.attribute("endColumn", utf16Column(Source, At.Column + Length));
      if (!Source.empty() && Length)
        J.attributeObject("snippet", [&] {
          const llvm::StringRef Spot = Source.substr(At.Column - 1, Length);
          J.attribute("text", validUTF8(Spot));
        });
    });
    if (!Source.empty())
      J.attributeObject("contextRegion", [&] {
        J.attribute("startLine", At.Line);
        J.attributeObject("snippet", [&] { J.attribute("text", validUTF8(Source)); });
      });
  });
  if (!Function.empty())
    J.attributeArray("logicalLocations", [&] {
      J.object([&] {
        J.attribute("fullyQualifiedName", validUTF8(Function));
        J.attribute("kind", "function");
      });
    });
  if (!Message.empty())
    J.attributeObject("message", [&] { J.attribute("text", validUTF8(Message)); });
}

static void replacement(json::OStream &J, const Edit &E, const Finding &F, SourceFiles &Sources) {
  const auto Known = Sources.under(E, F);
  const auto Range = Known ? locate(E, *Known) : std::nullopt;
  J.object([&] {
    J.attributeObject("deletedRegion", [&] {
      if (Range) {
        J.attribute("startLine", Range->Line);
        J.attribute("startColumn", utf16Column(Range->First, Range->Column));
        J.attribute("endLine", Range->EndLine);
        J.attribute("endColumn", utf16Column(Range->Last, Range->EndColumn));
      } else {
        J.attribute("byteOffset", E.Offset);
        J.attribute("byteLength", E.Length);
      }
    });
    J.attributeObject("insertedContent", [&] {
      if (Range)
        J.attribute("text", validUTF8(E.Text));
      else
        J.attribute("binary", llvm::encodeBase64(E.Text));
    });
  });
}

void sarifFixes(json::OStream &J, const Finding &F, SourceFiles &Sources) {
  auto Fix = [&](const std::vector<Edit> &Edits, const std::string &Description) {
    std::map<llvm::StringRef, std::vector<const Edit *>> Files;
    for (const Edit &E : Edits)
      Files[E.File].push_back(&E);
    J.object([&] {
      J.attributeObject("description", [&] { J.attribute("text", validUTF8(Description)); });
      J.attributeArray("artifactChanges", [&] {
        for (const auto &[File, Changes] : Files)
          J.object([&] {
            sarifArtifact(J, File);
            J.attributeArray("replacements", [&] {
              for (const Edit *E : Changes)
                replacement(J, *E, F, Sources);
            });
          });
      });
    });
  };
  if (F.Edits.empty() && llvm::all_of(F.Notes, [](const Note &N) { return N.Edits.empty(); }))
    return;
  J.attributeArray("fixes", [&] {
    if (!F.Edits.empty())
      Fix(F.Edits, "Safe fix.");
    for (const Note &N : F.Notes)
      if (!N.Edits.empty())
        Fix(N.Edits, "Changes behaviour, decide before you apply it: " + N.Message);
  });
}

} // namespace asynctidy
