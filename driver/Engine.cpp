// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One translation unit through clang-tidy's engine.

#include "Engine.h"
#include "AsyncCheck.h"
#include "CheckInfo.h"
#include "CompileFlags.h"
#include "Diagnostics.h"
#include "FileState.h"
#include "LLVMCompat.h"
#include "OverlayFiles.h"
#include "UnitFacts.h"
#include "clang-tidy/ClangTidy.h"
#include "clang-tidy/ClangTidyDiagnosticConsumer.h"
#include "clang/AST/ASTContext.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendActions.h"
#include "clang/Frontend/MultiplexConsumer.h"
#include "clang/Lex/Preprocessor.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Regex.h"
#include <ctime>

using namespace clang;
using namespace clang::tidy;

namespace asynctidy {
namespace {

/// A compile database of one command.
class OneCommand final : public tooling::CompilationDatabase {
public:
  explicit OneCommand(tooling::CompileCommand Command) : Command(std::move(Command)) {}
  std::vector<tooling::CompileCommand> getCompileCommands(StringRef) const override { return {Command}; }
  std::vector<tooling::CompileCommand> getAllCompileCommands() const override { return {Command}; }

private:
  const tooling::CompileCommand Command;
};

/// Runs the checks of clang-tidy's consumer on the user's declarations only, and then collects what outlives the AST.
class Consumer final : public MultiplexConsumer {
public:
  Consumer(std::unique_ptr<ASTConsumer> Checks, UnitFacts &Facts)
      : MultiplexConsumer(consumers(std::move(Checks))), Facts(Facts) {}

  void Initialize(ASTContext &Context) override {
    Sources = &Context.getSourceManager();
    MultiplexConsumer::Initialize(Context);
  }
  // Of a function in a system header nothing matters but what knowledge says. (Asked because SkipFunctionBodies is set;
  // what has to be known at compile time is parsed anyway.)
  bool shouldSkipFunctionBody(Decl *D) override { return Sources->isInSystemHeader(D->getLocation()); }

  void HandleTranslationUnit(ASTContext &Context) override {
    std::vector<Decl *> User;
    for (Decl *D : Context.getTranslationUnitDecl()->decls())
      if (!Sources->isInSystemHeader(Sources->getExpansionLoc(D->getLocation())))
        User.push_back(D);
    Context.setTraversalScope(User);
    MultiplexConsumer::HandleTranslationUnit(Context);
    Facts.collect(Context);
  }

private:
  static std::vector<std::unique_ptr<ASTConsumer>> consumers(std::unique_ptr<ASTConsumer> Checks) {
    std::vector<std::unique_ptr<ASTConsumer>> All;
    All.push_back(std::move(Checks));
    return All;
  }

  UnitFacts &Facts;
  const SourceManager *Sources = nullptr;
};

class Action final : public ASTFrontendAction {
public:
  Action(ClangTidyASTConsumerFactory &Checks, UnitFacts &Facts) : Checks(Checks), Facts(Facts) {}
  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &Compiler, StringRef File) override {
    Facts.watch(Compiler.getPreprocessor());
    return std::make_unique<Consumer>(Checks.createASTConsumer(Compiler, File), Facts);
  }

private:
  ClangTidyASTConsumerFactory &Checks;
  UnitFacts &Facts;
};

class ActionFactory final : public tooling::FrontendActionFactory {
public:
  ActionFactory(ClangTidyContext &Context, UnitFacts &Facts) : Checks(Context), Facts(Facts) {}
  std::unique_ptr<FrontendAction> create() override { return std::make_unique<Action>(Checks, Facts); }
  bool runInvocation(std::shared_ptr<CompilerInvocation> Invocation, FileManager *Files,
                     std::shared_ptr<PCHContainerOperations> PCH, DiagnosticConsumer *Diagnostics) override {
    Invocation->getFrontendOpts().SkipFunctionBodies = true;
    return FrontendActionFactory::runInvocation(std::move(Invocation), Files, std::move(PCH), Diagnostics);
  }

private:
  ClangTidyASTConsumerFactory Checks;
  UnitFacts &Facts;
};

} // namespace

/// Leaves the arguments \p Removed out.
static tooling::ArgumentsAdjuster without(std::vector<std::string> Removed) {
  return [Removed = std::move(Removed)](const tooling::CommandLineArguments &Arguments, StringRef) {
    tooling::CommandLineArguments Left;
    llvm::copy_if(Arguments, std::back_inserter(Left),
                  [&](const std::string &Argument) { return !llvm::is_contained(Removed, Argument); });
    return Left;
  };
}

/// Flags of a compiler that is not clang, which clang would refuse.
static std::vector<std::string> foreignFlags(const tooling::CompileCommand &Command) {
  if (Command.CommandLine.empty() || llvm::sys::path::filename(Command.CommandLine.front()).contains("clang"))
    return {};
  std::vector<std::string> Flags = unknownFlags({Command.Directory, Command.Filename, Command.CommandLine});
  for (llvm::StringRef Flag : gccOnlyFlags())
    Flags.push_back(Flag.str());
  return Flags;
}

/// The command as it is to be parsed here.
static tooling::ArgumentsAdjuster adjuster(const ClangTidyOptions &Options, const tooling::CompileCommand &Command) {
  auto Adjust = tooling::combineAdjusters(tooling::getStripPluginsAdjuster(), without(foreignFlags(Command)));
  if (Options.RemovedArgs)
    Adjust = tooling::combineAdjusters(Adjust, without(*Options.RemovedArgs));
  if (Options.ExtraArgsBefore)
    Adjust = tooling::combineAdjusters(
        Adjust, tooling::getInsertArgumentAdjuster(*Options.ExtraArgsBefore, tooling::ArgumentInsertPosition::BEGIN));
  if (Options.ExtraArgs)
    Adjust = tooling::combineAdjusters(
        Adjust, tooling::getInsertArgumentAdjuster(*Options.ExtraArgs, tooling::ArgumentInsertPosition::END));
  // Warnings are the compiler's business: nobody sees them here, and some take a walk over each function.
  return tooling::combineAdjusters(Adjust,
                                   tooling::getInsertArgumentAdjuster({"-w", "-resource-dir=" ASYNC_TIDY_RESOURCES},
                                                                      tooling::ArgumentInsertPosition::END));
}

/// Looks for NOLINT comments in the files of the unit that findings are reported in.
static void collectSuppressions(FileResult &Result, const ClangTidyContext &Context, const UnitFacts &Facts,
                                llvm::ArrayRef<SuppressedAt> Suppressed) {
  if (Result.How != FileResult::Outcome::Analysed)
    return;
  const llvm::Regex Wanted(Context.getOptions().HeaderFilterRegex.value_or(""));
  const std::string Unwanted = Context.getOptions().ExcludeHeaderFilterRegex.value_or("");
  for (const UnitFacts::UserFile &Read : Facts.filesWithComments()) {
    if (Read.File != Result.File &&
        (!Wanted.match(Read.Name) || (!Unwanted.empty() && llvm::Regex(Unwanted).match(Read.Name))))
      continue;
    llvm::append_range(Result.Suppressions,
                       findSuppressions(Read.File, Read.Text, Read.Skipped, Suppressed,
                                        [&](StringRef Check) { return llvm::is_contained(Result.Checks, Check); }));
  }
}

FileResult analyse(const tooling::CompileCommand &Command, const Configuration &Chosen,
                   const std::vector<std::pair<std::string, std::string>> &Overlay) {
  const std::clock_t Started = std::clock();
  FileResult Result;
  llvm::SmallString<128> File(Command.Filename);
  llvm::sys::path::make_absolute(Command.Directory, File);
  PathMap Paths(Chosen.Root, Command.Directory);
  Result.File = Paths.get(File);
  if (auto Problem = llvm::sys::fs::access(File, llvm::sys::fs::AccessMode::Exist)) {
    Result.How = FileResult::Outcome::Missing;
    Result.Reason = Problem.message() + "; correct the compile database, or have it written again";
    return Result;
  }

  ClangTidyContext Context(makeOptions(Chosen));
  Context.setSelfContainedDiags(true);
  const auto Shared = SharedUnits::all().of(Context);
  Deferred ForLink;
  Shared->ForLink = &ForLink;
  Shared->Chosen.LinksFiles = true;
  UnitFacts Facts(*Shared, ForLink, Paths, Result);

  OneCommand Database(Command);
  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Under = llvm::vfs::getRealFileSystem();
  if (!Overlay.empty())
    Under = llvm::makeIntrusiveRefCnt<OverlayFiles>(Overlay);
  auto Disk = llvm::makeIntrusiveRefCnt<WatchedFiles>(Under);
  tooling::ClangTool Tool(Database, {std::string(File)}, std::make_shared<PCHContainerOperations>(), Disk);
  Context.setCurrentFile(File);
  Context.setCurrentBuildDirectory(Command.Directory);
  Tool.appendArgumentsAdjuster(adjuster(Context.getOptionsForFile(File), Command));
  Tool.setPrintErrorMessage(false);

  ClangTidyDiagnosticConsumer Errors(Context, /*ExternalDiagEngine=*/nullptr, /*RemoveIncompatibleErrors=*/false);
  Diagnostics Seen(Context, Errors, Paths);
  auto Options = std::make_unique<DiagnosticOptions>();
  DiagnosticsEngine Engine(llvm::makeIntrusiveRefCnt<DiagnosticIDs>(), *Options, &Seen, /*ShouldOwnClient=*/false);
  Context.setDiagnosticsEngine(std::move(Options), &Engine);
  Tool.setDiagnosticConsumer(&Seen);
  ActionFactory Factory(Context, Facts);
  const int Failed = Tool.run(&Factory);
  SourceTexts Texts(Paths, *Disk);
  Seen.into(Result, ForLink.Count, Facts, Texts, Failed != 0);
  for (const CheckInfo &Check : checks())
    if (Context.isCheckEnabled(Check.Name))
      Result.Checks.push_back(Check.Name.str());
  collectSuppressions(Result, Context, Facts, Seen.suppressed());
  Disk->into(Result.Dependencies, Paths, Command.Directory);
  // What changed while it was analysed is read once in one state and once in another: nobody must keep that.
  if (!Texts.agreeWith(Result.Dependencies))
    Result.Dependencies.clear();
  Result.Seconds = static_cast<double>(std::clock() - Started) / CLOCKS_PER_SEC;
  return Result;
}

} // namespace asynctidy
