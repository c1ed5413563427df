// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gathers fixes and makes edits.

#include "Fix.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"

namespace asynctidy {

static bool isInclude(const Edit &E) {
  return E.Length == 0 && llvm::StringRef(E.Text).starts_with("#include ") && llvm::StringRef(E.Text).ends_with("\n");
}

bool exclude(const Edit &A, const Edit &B) {
  if (A.File != B.File)
    return false;
  if (A.Offset == B.Offset && A.Length == 0 && B.Length == 0)
    return !(isInclude(A) && isInclude(B));
  if (A.Offset == B.Offset)
    return A.Length > 0 && B.Length > 0;
  return A.Offset < B.Offset ? A.Offset + A.Length > B.Offset : B.Offset + B.Length > A.Offset;
}

void addTo(EditsByFile &All, const Fix &Added) {
  for (const Edit &E : Added.Edits) {
    std::vector<Edit> &In = All[E.File];
    const auto Place = llvm::lower_bound(In, E);
    if (Place == In.end() || *Place != E)
      In.insert(Place, E);
  }
}

std::string edited(llvm::StringRef Text, llvm::ArrayRef<Edit> Edits) {
  std::string Made;
  size_t At = 0;
  for (const Edit &E : Edits) {
    Made += Text.slice(At, E.Offset);
    Made += E.Text;
    At = E.Offset + E.Length;
  }
  Made += Text.substr(At);
  return Made;
}

unsigned moved(unsigned Offset, llvm::ArrayRef<Edit> Edits) {
  size_t Now = Offset;
  for (const Edit &E : Edits) {
    if (E.Offset > Offset)
      break;
    if (E.Offset + E.Length > Offset) // It is replaced: to where the new text begins.
      return static_cast<unsigned>(Now - (Offset - E.Offset));
    Now += E.Text.size() - E.Length;
  }
  return static_cast<unsigned>(Now);
}

unsigned lineAt(llvm::StringRef Text, unsigned Offset) {
  return static_cast<unsigned>(Text.take_front(Offset).count('\n')) + 1;
}

/// The edits on \p F, or on its first note that has some.
static const std::vector<Edit> &editsOf(const Finding &F, bool Unsafe) {
  if (Unsafe && F.Edits.empty())
    for (const Note &N : F.Notes)
      if (!N.Edits.empty())
        return N.Edits;
  return F.Edits;
}

/// \p E for the file as it is on disk: there its lines may end in another way.
static Edit onDisk(const Edit &E, EditableFiles &Files) {
  Edit Real = E;
  Real.File = Files.real(E.File);
  const llvm::StringRef Text = Files.text(Real.File);
  const size_t End = Text.find('\n');
  if (End == 0 || End == llvm::StringRef::npos || Text[End - 1] != '\r')
    return Real;
  Real.Text.clear();
  for (char C : E.Text) {
    if (C == '\n' && !llvm::StringRef(Real.Text).ends_with("\r"))
      Real.Text += '\r';
    Real.Text += C;
  }
  return Real;
}

/// Why \p Wanted cannot be made, whatever other fixes there are; empty if it can.
static std::string reasonAgainst(const Fix &Wanted, const std::set<std::string> &SeenFrom, EditableFiles &Files) {
  const std::string &Own = Files.real(Wanted.Of.At.File);
  for (size_t I = 0; I != Wanted.Edits.size(); ++I) {
    const Edit &E = Wanted.Edits[I];
    const llvm::StringRef Text = Files.text(E.File);
    std::string Reason = Files.problem(E.File);
    if (Reason.empty() && size_t(E.Offset) + E.Length > Text.size())
      Reason = "it is not the file that was analysed";
    if (!Reason.empty())
      return E.File == Own ? Reason : "its fix also edits " + E.File + ": " + Reason;
    // Results are JSON, which has no other bytes.
    if (llvm::StringRef(E.Text).contains("\xef\xbf\xbd") && !llvm::json::isUTF8(Text))
      return "its fix repeats text that is not UTF-8; edit it by hand";
    for (size_t J = 0; J != I; ++J)
      if (exclude(Wanted.Edits[J], E))
        return "two fixes for line " + std::to_string(lineAt(Text, E.Offset)) + " exclude each other (found through " +
               llvm::join(SeenFrom, ", ") + "); edit it by hand";
  }
  return {};
}

ProposedFixes proposedFixes(const Report &Said, llvm::ArrayRef<FileResult> Units, EditableFiles &Files, bool Unsafe) {
  using Identity = std::tuple<std::string, unsigned, std::string>;
  struct Wish {
    std::set<Edit> Edits;
    std::set<std::string> SeenFrom;
    bool OnNote = false;
  };
  std::map<Identity, Wish> Wishes;
  for (const FileResult &Unit : Units) {
    if (Unit.How != FileResult::Outcome::Analysed) // What does not compile may be understood wrongly.
      continue;
    for (const Finding &F : Unit.Findings) {
      if (F.Suppressed)
        continue;
      Wish &Of = Wishes[{F.At.File, F.At.Offset, F.Check}];
      for (const Edit &E : editsOf(F, Unsafe)) {
        Of.Edits.insert(onDisk(E, Files));
        Of.SeenFrom.insert(llvm::sys::path::filename(Unit.File).str());
      }
      Of.OnNote |= !editsOf(F, /*Unsafe=*/true).empty();
    }
  }
  ProposedFixes All;
  for (const Finding &F : Said.Findings) {
    const auto Found = Wishes.find({F.At.File, F.At.Offset, F.Check});
    if (F.Suppressed || Found == Wishes.end())
      continue;
    const Wish &Of = Found->second;
    if (Of.Edits.empty()) {
      All.Decisions += Of.OnNote;
      continue;
    }
    Fix Wanted{F, {Of.Edits.begin(), Of.Edits.end()}};
    if (std::string Reason = reasonAgainst(Wanted, Of.SeenFrom, Files); !Reason.empty())
      All.Left.push_back({F, std::move(Reason)});
    else
      All.Fixes.push_back(std::move(Wanted));
  }
  for (const UnusedSuppression &Unused : Said.Unused) {
    Fix Wanted;
    Wanted.Of.At = Unused.At;
    Wanted.Of.Source = Unused.Source;
    Wanted.Of.Check = UnusedSuppressionName.str();
    Wanted.Of.Message = "this comment suppresses no finding of " + Unused.Check;
    for (const Edit &E : Unused.Edits)
      Wanted.Edits.push_back(onDisk(E, Files));
    if (std::string Reason = reasonAgainst(Wanted, {}, Files); !Reason.empty())
      All.Left.push_back({Wanted.Of, std::move(Reason)});
    else if (!Wanted.Edits.empty())
      All.Fixes.push_back(std::move(Wanted));
  }
  return All;
}

} // namespace asynctidy
