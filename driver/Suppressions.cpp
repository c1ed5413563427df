// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds the comments of a file, holds them against what was suppressed, and says how they are taken away.

#include "Suppressions.h"
#include "CheckInfo.h"
#include "NoLint.h"
#include "Tokens.h"
#include "clang-tidy/GlobList.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <map>
#include <set>

using llvm::StringRef;

namespace asynctidy {

/// Whether \p Pattern means checks of ours only.
static bool isOurs(StringRef Pattern) { return Pattern.starts_with("async-"); }

/// Takes \p Said away: the comment, with its line if nothing else is there, or only the words if there are others.
static Edit removalOf(const NoLint &Said, Tokens::Range Comment, StringRef Text, const std::string &File) {
  constexpr StringRef Blank = " \t";
  auto Removal = [&](size_t Begin, size_t End) {
    return Edit{File, static_cast<unsigned>(Begin), static_cast<unsigned>(End - Begin), ""};
  };
  const bool IsBlock = Text.substr(Comment.Begin).starts_with("/*");
  const size_t Inner = Comment.Begin + 2, InnerEnd = Comment.End - (IsBlock ? 2 : 0);
  const StringRef Before = Text.slice(Inner, Said.Begin),
                  After = Text.slice(Said.End, std::max<size_t>(InnerEnd, Said.End));
  if (!Before.trim("/*! \t\r\n").empty() || !After.trim("* \t\r\n").empty()) {
    const size_t Behind = Said.End + (After.size() - After.ltrim(" \t:,-").size());
    return After.trim().empty() ? Removal(Inner + Before.rtrim(Blank).size(), Said.End) : Removal(Said.Begin, Behind);
  }
  const size_t LineBegin = Text.rfind('\n', Comment.Begin) + 1; // Of none: 0.
  const size_t LineEnd = std::min(Text.find('\n', Comment.End), Text.size());
  const StringRef Left = Text.slice(LineBegin, Comment.Begin), Right = Text.slice(Comment.End, LineEnd);
  if (!Right.trim().empty())
    return Removal(Comment.Begin, Comment.End + (Right.size() - Right.ltrim(Blank).size()));
  if (!Left.trim().empty())
    return Removal(LineBegin + Left.rtrim(Blank).size(), Comment.End);
  return Removal(LineBegin, std::min(LineEnd + 1, Text.size()));
}

static Position place(const std::string &File, StringRef Text, unsigned Offset) {
  const StringRef Before = Text.take_front(Offset);
  const size_t Line = Before.rfind('\n') + 1; // Of none: 0.
  return {File, static_cast<unsigned>(Before.count('\n') + 1), static_cast<unsigned>(Offset - Line + 1), Offset};
}

std::vector<Suppression> findSuppressions(const std::string &File, StringRef Text, llvm::ArrayRef<ByteRange> Skipped,
                                          llvm::ArrayRef<SuppressedAt> All, llvm::function_ref<bool(StringRef)> Ran) {
  std::vector<Suppression> Found;
  const std::vector<NoLint> Words = noLintsIn(Text);
  if (llvm::none_of(Words, [](const NoLint &N) { return llvm::any_of(N.names(), isOurs); }))
    return Found;
  const Tokens Written(Text);
  for (const NoLintScope &Scope : scopesOf(Words, Text)) {
    const llvm::SmallVector<StringRef> Names = Scope.Opens->names();
    if (llvm::none_of(Names, isOurs))
      continue;
    Suppression Said;
    for (const NoLint *Part : {Scope.Opens, Scope.Closes}) {
      if (!Part)
        continue;
      const Tokens::Range Comment = Written.commentAt(Part->Begin);
      const bool IsBlock = Text.substr(Comment.Begin).starts_with("/*");
      if (Part->End + (IsBlock ? 2 : 0) <= Comment.End)
        Said.Parts.push_back({static_cast<unsigned>(Part->List->begin() - Text.begin()),
                              static_cast<unsigned>(Part->List->size()), removalOf(*Part, Comment, Text, File)});
    }
    if (Said.Parts.size() != (Scope.Closes ? 2 : 1)) // In a string, say.
      continue;
    const bool Seen =
        llvm::none_of(Skipped, [&](const ByteRange &S) { return S.Begin < Scope.End && Scope.Begin < S.End; });
    Said.At = place(File, Text, Scope.Opens->Begin);
    Said.Source = Text.substr(Said.At.Offset - (Said.At.Column - 1)).split('\n').first.rtrim('\r').str();
    for (StringRef Name : Names) {
      Suppression::Item Item{Name.str(), Seen && isOurs(Name), false, {}};
      const clang::tidy::GlobList Glob(Name);
      bool MeansAny = false;
      for (const CheckInfo &Check : checks())
        if (Glob.contains(Check.Name)) {
          MeansAny = true;
          Item.Judged &= Ran(Check.Name);
        }
      Item.Judged &= MeansAny;
      for (const SuppressedAt &S : All)
        if (S.File == File && Scope.Begin <= S.Offset && S.Offset < Scope.End && Glob.contains(S.Check)) {
          if (S.Deferred >= 0)
            Item.Waiting.push_back(static_cast<unsigned>(S.Deferred));
          else
            Item.Used = true;
        }
      Said.Items.push_back(std::move(Item));
    }
    Found.push_back(std::move(Said));
  }
  return Found;
}

/// \p Said without the items that \p IsUnused names.
static UnusedSuppression without(const Suppression &Said,
                                 llvm::function_ref<bool(const Suppression::Item &)> IsUnused) {
  UnusedSuppression Made{Said.At, Said.Source, {}, {}};
  std::vector<std::string> Kept, Dropped;
  for (const Suppression::Item &Item : Said.Items)
    (IsUnused(Item) ? Dropped : Kept).push_back(Item.Pattern);
  Made.Check = llvm::join(Dropped, ", ");
  for (const Suppression::Part &Part : Said.Parts)
    Made.Edits.push_back(Kept.empty() ? Part.Removal
                                      : Edit{Said.At.File, Part.Offset, Part.Length, llvm::join(Kept, ", ")});
  return Made;
}

std::vector<UnusedSuppression> unusedOf(llvm::ArrayRef<const FileResult *> Units, llvm::ArrayRef<Finding> Linked,
                                        const Coverage &Seen) {
  using Key = std::pair<Position, std::string>;
  std::set<Key> Holding, Used, Judged;
  std::map<Position, const Suppression *> All;
  for (const Finding &F : Linked)
    Holding.emplace(F.At, F.Check);
  for (const FileResult *Unit : Units)
    for (const Suppression &Said : Unit->Suppressions) {
      if (!Seen.knows(Said.At.File))
        continue;
      All.emplace(Said.At, &Said);
      for (const Suppression::Item &Item : Said.Items) {
        const Key Id(Said.At, Item.Pattern);
        if (Item.Judged)
          Judged.insert(Id);
        if (Item.Used || llvm::any_of(Item.Waiting, [&](unsigned Number) {
              // Without all files nobody knows.
              return !Seen.isComplete() || Number >= Unit->Deferred.size() ||
                     Holding.contains({Unit->Deferred[Number].At, Unit->Deferred[Number].Check});
            }))
          Used.insert(Id);
      }
    }
  std::vector<UnusedSuppression> Unused;
  for (const auto &[At, Said] : All) {
    auto IsUnused = [&](const Suppression::Item &Item) {
      const Key Id(Said->At, Item.Pattern);
      return Judged.contains(Id) && !Used.contains(Id);
    };
    if (llvm::any_of(Said->Items, IsUnused))
      Unused.push_back(without(*Said, IsUnused));
  }
  return Unused;
}

} // namespace asynctidy
