// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// async-mutate: says which single misuses can be planted in the coroutines of a project, or counts the coroutines.
//
// How recall is measured, and why so: parsing Asio's headers costs over a second, a coroutine a few milliseconds. One
// parse per mutant would take hours. So the text that is linted holds many mutants, each in a coroutine of its own:
//   - the outermost function round a coroutine is copied behind the original under another name, once per mutant, and
//     a finding belongs to the mutant in whose lines it lies. The mutants cannot see each other;
//   - where a copy would not be the same thing to a check (members defined outside their class, overriders, tests
//     written with a macro), a text changes at most one place in each such function. So it is with what types decide in
//     a template, because nothing instantiates the copy; and whatever is missed in a copy of a template is tried again
//     in its place.
// This tool parses each file once, untouched, and prints what to plant as JSON: edits in bytes, the range in which a
// finding counts, and the includes needed. run.py puts texts together and hands them to clang-tidy over a virtual file
// system, so that no file of the project changes; that run is also the compile check: a mutant with a compiler error
// in its lines is taken out, and its text linted again.
#include "CoroutineFinder.h"
#include "MutantFinder.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendActions.h"
#include "clang/Lex/PPCallbacks.h"
#include "clang/Lex/Preprocessor.h"
#include "clang/Tooling/CommonOptionsParser.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"

using namespace clang;
using namespace mutation;

namespace {

llvm::cl::OptionCategory Category("async-mutate");
llvm::cl::opt<bool> CountOnly("count", llvm::cl::desc("Only count coroutines and suspension points"),
                              llvm::cl::cat(Category));

/// What the preprocessor saw of the main file's own includes.
struct IncludeFacts {
  /// The end of the line of the last #include that every build of the file sees; 0 if there is none.
  unsigned After = 0;
  std::string AsioNamespace;
};

class IncludeRecorder : public PPCallbacks {
public:
  IncludeRecorder(IncludeFacts &Facts, const SourceManager &Sources) : Facts(Facts), Sources(Sources) {}

  void InclusionDirective(SourceLocation Hash, const Token &, StringRef, bool, CharSourceRange Name,
                          OptionalFileEntryRef File, StringRef, StringRef, const clang::Module *, bool,
                          SrcMgr::CharacteristicKind) override {
    if (File) {
      const StringRef Path = File->getName();
      if (Path.ends_with("/boost/asio/execution_context.hpp"))
        Facts.AsioNamespace = "boost::asio";
      else if (Path.ends_with("/asio/execution_context.hpp") && Facts.AsioNamespace.empty())
        Facts.AsioNamespace = "asio";
    }
    if (Conditions == 0 && Sources.isWrittenInMainFile(Hash)) {
      const StringRef Text = Sources.getBufferData(Sources.getMainFileID());
      const size_t End = Text.find('\n', Sources.getFileOffset(Name.getEnd()));
      Facts.After = End == StringRef::npos ? Text.size() : End + 1;
    }
  }
  void If(SourceLocation L, SourceRange, ConditionValueKind) override { enter(L); }
  void Ifdef(SourceLocation L, const Token &, const MacroDefinition &) override { enter(L); }
  void Ifndef(SourceLocation L, const Token &, const MacroDefinition &) override { enter(L); }
  void Endif(SourceLocation L, SourceLocation) override {
    if (Sources.isWrittenInMainFile(L))
      --Conditions;
  }

private:
  void enter(SourceLocation L) {
    if (Sources.isWrittenInMainFile(L))
      ++Conditions;
  }

  IncludeFacts &Facts;
  const SourceManager &Sources;
  unsigned Conditions = 0;
};

llvm::json::Array json(const Span &S) { return llvm::json::Array{S.Begin, S.End}; }

llvm::json::Object json(const Mutant &M, const SourceManager &Sources) {
  llvm::json::Array Edits;
  for (const Edit &E : M.Edits)
    Edits.push_back(llvm::json::Object{{"at", json(E.Where)}, {"text", E.Text}});
  return llvm::json::Object{{"kind", M.Kind},
                            {"form", M.Form},
                            {"check", M.Check},
                            {"place", M.Place},
                            {"line", Sources.getLineNumber(Sources.getMainFileID(), M.Expected.Begin)},
                            {"container", M.Container},
                            {"edits", std::move(Edits)},
                            {"expected", json(M.Expected)},
                            {"helper", M.Helper},
                            {"includes", llvm::json::Array(M.Includes)}};
}

class Consumer : public ASTConsumer {
public:
  Consumer(const IncludeFacts &Includes, llvm::json::Array &Files) : Includes(Includes), Files(Files) {}

  void HandleTranslationUnit(ASTContext &Context) override {
    const SourceManager &Sources = Context.getSourceManager();
    const Coroutines Found = findCoroutines(Context);
    std::vector<const Expr *> Suspensions;
    for (const Coroutine &C : Found.All)
      collectSuspensions(C.Body, /*OutsideTry=*/false, Suspensions);
    const auto Main = Sources.getFileEntryRefForID(Sources.getMainFileID());
    llvm::SmallString<256> Path(Main ? Main->getName() : "");
    Sources.getFileManager().makeAbsolutePath(Path);
    llvm::sys::path::remove_dots(Path, /*remove_dot_dot=*/true);
    llvm::json::Object File{{"file", std::string(Path)},
                            {"coroutines", Found.All.size()},
                            {"suspensions", Suspensions.size()},
                            {"errors", Context.getDiagnostics().hasErrorOccurred()}};
    if (!CountOnly) {
      llvm::json::Array Containers, Mutants;
      for (const Container &C : Found.Containers)
        Containers.push_back(llvm::json::Object{
            {"text", json(C.Text)},
            {"before", C.Before},
            {"template", C.Template},
            {"clone_name", C.CloneName ? llvm::json::Value(json(*C.CloneName)) : llvm::json::Value(nullptr)}});
      for (const Mutant &M : findMutants(Found, {Includes.AsioNamespace}, Context))
        Mutants.push_back(json(M, Sources));
      File["includes_after"] = Includes.After;
      File["containers"] = std::move(Containers);
      File["mutants"] = std::move(Mutants);
    }
    Files.push_back(std::move(File));
  }

  /// What headers do inside their functions changes nothing here, except for awaits that never suspend.
  bool shouldSkipFunctionBody(Decl *D) override {
    const auto *Function = D->getAsFunction();
    const SourceManager &Sources = D->getASTContext().getSourceManager();
    return Function && !Sources.isWrittenInMainFile(Sources.getExpansionLoc(D->getLocation())) &&
           !(Function->getIdentifier() && Function->getName().starts_with("await_"));
  }

private:
  const IncludeFacts &Includes;
  llvm::json::Array &Files;
};

class Action : public ASTFrontendAction {
public:
  explicit Action(llvm::json::Array &Files) : Files(Files) {}

  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &Compiler, StringRef) override {
    Compiler.getFrontendOpts().SkipFunctionBodies = true;
    Compiler.getPreprocessor().addPPCallbacks(std::make_unique<IncludeRecorder>(Includes, Compiler.getSourceManager()));
    return std::make_unique<Consumer>(Includes, Files);
  }

private:
  IncludeFacts Includes;
  llvm::json::Array &Files;
};

class Factory : public tooling::FrontendActionFactory {
public:
  explicit Factory(llvm::json::Array &Files) : Files(Files) {}
  std::unique_ptr<FrontendAction> create() override { return std::make_unique<Action>(Files); }

private:
  llvm::json::Array &Files;
};

} // namespace

int main(int Count, const char **Arguments) {
  auto Options = tooling::CommonOptionsParser::create(
      Count, Arguments, Category, llvm::cl::OneOrMore,
      "Prints, as JSON, the misuses that can be planted one at a time in the coroutines of the given files.\n");
  if (!Options) {
    llvm::errs() << llvm::toString(Options.takeError());
    return 2;
  }
  tooling::ClangTool Tool(Options->getCompilations(), Options->getSourcePathList());
  // The compiler's own headers are not beside this program.
  Tool.appendArgumentsAdjuster(tooling::getInsertArgumentAdjuster("-resource-dir=" CLANG_RESOURCE_DIRECTORY,
                                                                  tooling::ArgumentInsertPosition::END));
  Tool.appendArgumentsAdjuster(tooling::getInsertArgumentAdjuster("-w", tooling::ArgumentInsertPosition::END));
  llvm::json::Array Files;
  Factory Make(Files);
  const int Status = Tool.run(&Make);
  llvm::outs() << llvm::json::Value(std::move(Files)) << "\n";
  return Status;
}
