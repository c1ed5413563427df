// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The walk at the end of a translation unit.

#include "UnitFacts.h"
#include "FileState.h"
#include "knowledge/QualifiedName.h"
#include "summary/GraphWriter.h"
#include "summary/References.h"
#include "clang/AST/ASTContext.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/PPCallbacks.h"
#include "clang/Lex/Preprocessor.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

using namespace clang;

namespace asynctidy {

Position UnitFacts::at(SourceLocation Loc) const {
  Loc = Sources->getFileLoc(Loc);
  if (Loc.isInvalid())
    return {};
  const auto [File, Offset] = Sources->getDecomposedLoc(Loc);
  return {Paths.get(Sources->getFilename(Loc)), Sources->getLineNumber(File, Offset),
          Sources->getColumnNumber(File, Offset), Offset};
}

void UnitFacts::watch(Preprocessor &Reader) {
  class Watcher final : public PPCallbacks {
  public:
    explicit Watcher(std::vector<SourceRange> &Skipped) : Skipped(Skipped) {}
    void SourceRangeSkipped(SourceRange Range, SourceLocation) override { Skipped.push_back(Range); }

  private:
    std::vector<SourceRange> &Skipped;
  };
  Reader.addPPCallbacks(std::make_unique<Watcher>(Skipped));
}

void UnitFacts::collect(ASTContext &Context) {
  Sources = &Context.getSourceManager();
  if (!Shared.Chosen.Facts) {
    auto Facts = Knowledge::load({});
    if (!Facts)
      llvm::report_fatal_error(Facts.takeError(), /*GenCrashDiag=*/false);
    Shared.Chosen.Facts = std::move(*Facts);
  }
  if (!Shared.Unit)
    Shared.Unit = std::make_unique<TranslationUnit>(Context, Shared.Chosen);
  TranslationUnit &Unit = *Shared.Unit;

  for (const FunctionDecl *F : Unit.references().functions()) {
    const Position Begin = at(F->getBeginLoc()), End = at(F->getEndLoc());
    if (Begin.isValid() && Begin.File == End.File)
      Functions.push_back({Begin.File, Begin.Offset, End.Offset, qualifiedName(*F)});
    if (Unit.body(*F).isCoroutine())
      collectCoroutine(*F, Unit);
  }
  auto Line = [&](SourceLocation Loc) -> std::string {
    const Position At = at(Loc);
    if (!At.isValid())
      return {};
    const llvm::StringRef Text = Sources->getBufferData(Sources->getFileID(Sources->getFileLoc(Loc)));
    return Text.substr(At.Offset - (At.Column - 1)).split('\n').first.rtrim('\r').str();
  };
  Into.Graph = writeGraph(Unit, ForLink, {[&](SourceLocation Loc) { return at(Loc); }, Line});
  collectDependencies(*Sources);
  if (Context.getLangOpts().Coroutines)
    collectCommented(*Sources);
  Shared.Unit.reset(); // It must not outlive the AST.
}

void UnitFacts::collectCoroutine(const FunctionDecl &F, TranslationUnit &Unit) {
  CoroutineInfo Found;
  Found.At = at(F.getLocation());
  // All instantiations of a template are one.
  if (!Found.At.isValid() ||
      llvm::any_of(Into.Coroutines, [&](const CoroutineInfo &Other) { return Other.At == Found.At; }))
    return;
  Found.Name = qualifiedName(F);
  for (const SuspensionPoint &P : Unit.body(F).suspensions())
    if (const Position At = at(P.Site->getExprLoc()); At.isValid())
      Found.Suspensions.push_back(At);
  Into.Coroutines.push_back(std::move(Found));
}

void UnitFacts::collectDependencies(const SourceManager &From) {
  for (auto File = From.fileinfo_begin(); File != From.fileinfo_end(); ++File) {
    const std::optional<StringRef> Text = File->second->getBufferDataIfLoaded();
    if (!Text)
      continue;
    Into.Dependencies.push_back({Paths.get(File->first.getName()), hashOf(*Text)});
  }
}

void UnitFacts::collectCommented(const SourceManager &From) {
  for (unsigned I = 0; I != From.local_sloc_entry_size(); ++I) {
    const SrcMgr::SLocEntry &Entry = From.getLocalSLocEntry(I);
    if (!Entry.isFile() || SrcMgr::isSystem(Entry.getFile().getFileCharacteristic()))
      continue;
    const SrcMgr::ContentCache &Content = Entry.getFile().getContentCache();
    const std::optional<StringRef> Text = Content.getBufferDataIfLoaded();
    if (!Content.OrigEntry || !Text || !Text->contains("NOLINT") || !Text->contains("async-"))
      continue;
    const std::string Name = Content.OrigEntry->getName().str();
    const std::string File = Paths.get(Name);
    if (llvm::sys::path::is_absolute(File) ||
        llvm::any_of(Commented, [&](const UserFile &Other) { return Other.File == File; }))
      continue;
    Commented.push_back({Name, File, Text->str(), {}});
    const FileID First = From.translateFile(*Content.OrigEntry);
    for (SourceRange Range : Skipped)
      if (From.isInFileID(Range.getBegin(), First))
        Commented.back().Skipped.push_back({From.getFileOffset(Range.getBegin()), From.getFileOffset(Range.getEnd())});
  }
}

std::string UnitFacts::functionAt(const Position &At) const {
  const Extent *Best = nullptr;
  for (const Extent &F : Functions)
    if (F.Begin <= At.Offset && At.Offset <= F.End && F.File == At.File &&
        (!Best || F.End - F.Begin < Best->End - Best->Begin))
      Best = &F;
  return Best ? Best->Name : "";
}

} // namespace asynctidy
