// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The Code Quality report of GitLab: an array of what is wrong, told apart by fingerprints.

#include "render/Columns.h"
#include "render/Render.h"
#include "render/Weight.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MD5.h"
#include <set>

namespace json = llvm::json;

namespace asynctidy {
namespace {

llvm::StringRef severity(const Finding &F) { return weightIn(F, "critical", "major", "info"); }

/// GitLab shows only the first of those that share a fingerprint: the others get one made from theirs and a number,
/// which stays the same as long as their order does.
class Fingerprints {
public:
  std::string unique(llvm::StringRef Wanted) {
    std::string Made = Wanted.str();
    for (unsigned Number = 2; !Given.insert(Made).second; ++Number)
      Made = hash(Wanted, Number);
    return Made;
  }
  static std::string hash(llvm::StringRef Text, unsigned Number) {
    const std::string Known = (Text + "\n" + llvm::Twine(Number)).str();
    return std::string(llvm::MD5::hash(llvm::arrayRefFromStringRef(Known)).digest());
  }

private:
  std::set<std::string> Given;
};

void issue(json::OStream &J, llvm::StringRef Text, llvm::StringRef Check, llvm::StringRef Fingerprint,
           llvm::StringRef Severity, llvm::StringRef File, unsigned Line) {
  J.object([&] {
    J.attribute("description", validUTF8(Text));
    J.attribute("check_name", validUTF8(Check));
    J.attribute("fingerprint", Fingerprint);
    J.attribute("severity", Severity);
    J.attributeObject("location", [&] {
      J.attribute("path", validUTF8(File));
      J.attributeObject("lines", [&] { J.attribute("begin", Line ? Line : 1); });
    });
  });
}

} // namespace

void renderGitLab(const Report &Said, llvm::raw_ostream &OS) {
  Fingerprints Marks;
  json::OStream J(OS, 2);
  J.array([&] {
    for (const Finding &F : shown(Said))
      issue(
          J, F.Message, F.Check,
          Marks.unique(F.Fingerprint.empty() ? Fingerprints::hash(F.Check + F.At.File + F.Message, 1) : F.Fingerprint),
          severity(F), F.At.File, F.At.Line);
    for (const Report::Problem &P : Said.Problems)
      issue(J, sentence(P), "not-analysed", Marks.unique(Fingerprints::hash("not-analysed\n" + P.File, 1)), "blocker",
            P.File, 1);
  });
  OS << "\n";
}

} // namespace asynctidy
