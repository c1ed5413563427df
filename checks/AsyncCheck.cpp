// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The base of all checks.

#include "AsyncCheck.h"
#include "clang-tidy/ClangTidyDiagnosticConsumer.h"
#include "knowledge/ChosenFiles.h"
#include "clang/ASTMatchers/ASTMatchers.h"

using namespace clang;
using namespace clang::ast_matchers;

namespace asynctidy {

SharedUnits &SharedUnits::all() {
  static SharedUnits All;
  return All;
}

std::shared_ptr<SharedUnit> SharedUnits::of(const tidy::ClangTidyContext &Context) {
  std::lock_guard Lock(Mutex);
  // clangd makes a context for every build of a file: those that are gone must not pile up.
  for (auto Entry = Units.begin(); Entry != Units.end();) {
    auto Current = Entry++;
    if (Current->second.expired())
      Units.erase(Current);
  }
  std::weak_ptr<SharedUnit> &Slot = Units[&Context];
  std::shared_ptr<SharedUnit> Unit = Slot.lock();
  if (!Unit)
    Slot = Unit = std::make_shared<SharedUnit>();
  return Unit;
}

AsyncCheck::AsyncCheck(llvm::StringRef Name, tidy::ClangTidyContext *Context, std::shared_ptr<SharedUnit> Shared)
    : ClangTidyCheck(Name, Context), Shared(std::move(Shared)),
      KnowledgeFiles(Options.getLocalOrGlobal(KnowledgeOption).value_or("").str()) {
  if (this->Shared->Chosen.Facts)
    return;
  std::vector<std::string> Files;
  for (llvm::Expected<std::string> &File : chosenKnowledgeFiles(KnowledgeFiles, Context->getCurrentFile()))
    if (File)
      Files.push_back(std::move(*File));
    else
      configurationDiag("%0", DiagnosticIDs::Error) << llvm::toString(File.takeError());
  auto Loaded = Knowledge::load(Files);
  if (!Loaded) {
    configurationDiag("%0", DiagnosticIDs::Error) << llvm::toString(Loaded.takeError());
    Loaded = Knowledge::load({});
    if (!Loaded)
      llvm::report_fatal_error(Loaded.takeError(), /*GenCrashDiag=*/false);
  }
  this->Shared->Chosen.Facts = std::move(*Loaded);
}

std::optional<std::string> AsyncCheck::addOption(const OptionBase &Option) {
  DeclaredOptions.push_back(&Option);
  if (auto Text = Options.getLocalOrGlobal(Option.Name))
    return Text->str();
  return std::nullopt;
}

void AsyncCheck::reportBadOption(llvm::StringRef Name, llvm::StringRef Wrong) {
  configurationDiag("option '%0.%1': %2", DiagnosticIDs::Error) << getID() << Name << Wrong;
}

void AsyncCheck::storeOptions(tidy::ClangTidyOptions::OptionMap &Map) {
  for (const OptionBase *Option : DeclaredOptions)
    Option->store(Options, Map);
  Map[KnowledgeOption] = tidy::ClangTidyOptions::ClangTidyValue(KnowledgeFiles);
}

void AsyncCheck::registerMatchers(MatchFinder *Finder) {
  Finder->addMatcher(
      functionDecl(isDefinition(), unless(isExpansionInSystemHeader()), unless(isImplicit())).bind("function"), this);
}

void AsyncCheck::check(const MatchFinder::MatchResult &Result) {
  const auto *F = Result.Nodes.getNodeAs<FunctionDecl>("function");
  if (!F->doesThisDeclarationHaveABody() || F->isInvalidDecl())
    return;
  if (!Shared->Unit || &Shared->Unit->context() != Result.Context)
    Shared->Unit = std::make_unique<TranslationUnit>(*Result.Context, Shared->Chosen);
  // Headers of a library that a knowledge file describes are not the user's code, whatever folder they lie in;
  // its own source files are.
  if (Shared->Unit->knowledge().isDescribed(*F) &&
      !Result.SourceManager->isInMainFile(Result.SourceManager->getExpansionLoc(F->getLocation())))
    return;
  checkFunction(*F, *Shared->Unit);
}

std::optional<DiagnosticBuilder> AsyncCheck::report(SourceLocation Loc, llvm::StringRef Message) {
  if (!Reported.insert(Loc).second)
    return std::nullopt;
  return diag(Loc, Message);
}

int AsyncCheck::defer(SourceLocation Loc, llvm::StringRef Message) {
  diag(Loc, "%0%1") << deferredMark(forLink()->Count) << Message;
  return forLink()->Count++;
}

DiagnosticBuilder AsyncCheck::note(SourceLocation Loc, llvm::StringRef Message) {
  return diag(Loc, Message, DiagnosticIDs::Note);
}

} // namespace asynctidy
