// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Looks every entry of the built-in knowledge files up in the headers that the file names, or in a mock, with the
// same look-up the linter uses. Also validates single files and prints the keys of the format.
//
//   knowledge-exists --inputs DIR [LIBRARY...]   look the entries up; DIR holds the mocks, LIBRARY.h
//     --include DIR                              search path of headers; looks unchecked libraries up too
//   knowledge-exists --validate FILE...          load user files and say what is wrong with them
//   knowledge-exists --keys                      the sections and keys of the format
//   knowledge-exists --count                     the number of entries per file
//   knowledge-exists --time                      the time to load what is built in
#include "knowledge/KnowledgeFile.h"
#include "knowledge/QualifiedName.h"

#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Frontend/ASTUnit.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>
#include <map>

using namespace asynctidy;
using namespace clang;
using llvm::StringRef;

namespace {

llvm::cl::opt<bool> Keys("keys", llvm::cl::desc("print the sections and keys of the format"));
llvm::cl::opt<bool> Count("count", llvm::cl::desc("print the number of entries per file"));
llvm::cl::opt<bool> Time("time", llvm::cl::desc("print how long it takes to load the built-in files"));
llvm::cl::opt<bool> Validate("validate", llvm::cl::desc("load the files given and print what is wrong with them"));
llvm::cl::opt<std::string> Inputs("inputs", llvm::cl::desc("directory of the mocks"));
llvm::cl::list<std::string> IncludeDirs("include",
                                        llvm::cl::desc("where else to find headers: looks unchecked libraries up too"));
llvm::cl::list<std::string> Names(llvm::cl::Positional, llvm::cl::desc("<library or file>..."));

unsigned Problems = 0;
void problem(const llvm::Twine &Text) {
  llvm::errs() << Text << '\n';
  ++Problems;
}

/// All declarations of a translation unit by the last component of their names.
class Declarations : public RecursiveASTVisitor<Declarations> {
public:
  explicit Declarations(ASTUnit &Unit) { TraverseAST(Unit.getASTContext()); }

  bool shouldVisitImplicitCode() const { return true; }
  bool TraverseStmt(Stmt *) { return true; } // Bodies declare nothing that an entry could name.
  bool VisitNamedDecl(NamedDecl *D) {
    llvm::SmallString<64> Storage;
    StringRef Own = ownName(*D, Storage);
    if (!Own.empty())
      ByName[Own].push_back(D);
    return true;
  }

  template <class D> std::vector<const D *> find(StringRef Qualified) const {
    std::vector<const D *> Found;
    auto Candidates = ByName.find(splitQualifiedName(Qualified).second);
    if (Candidates != ByName.end())
      for (const NamedDecl *Candidate : Candidates->second)
        if (const auto *Typed = dyn_cast<D>(Candidate); Typed && hasQualifiedName(*Candidate, Qualified))
          Found.push_back(Typed);
    return Found;
  }

private:
  llvm::StringMap<std::vector<const NamedDecl *>> ByName;
};

struct TranslationUnit {
  std::unique_ptr<ASTUnit> Unit;
  std::unique_ptr<Declarations> Declared;
  std::string Description;
};

std::vector<std::string> arguments(const KnowledgeFile &File) {
  std::vector<std::string> Arguments = {"-std=c++2b", "-resource-dir=" RESOURCE_DIR, "-w", "-I" + Inputs,
                                        "-I" ASYNCRT_HEADERS};
  for (const std::string &Directory : IncludeDirs)
    Arguments.push_back("-I" + Directory);
  for (const std::string &Define : File.Defines)
    Arguments.push_back("-D" + Define);
  return Arguments;
}

TranslationUnit parse(const KnowledgeFile &File, const std::string &Code, std::string Description) {
  TranslationUnit Result;
  Result.Description = std::move(Description);
  Result.Unit = tooling::buildASTFromCodeWithArgs(Code, arguments(File), File.Library + ".cpp");
  if (!Result.Unit || Result.Unit->getDiagnostics().hasErrorOccurred()) {
    problem(File.Library + ".yaml: " + Result.Description + " cannot be compiled");
    return Result;
  }
  Result.Declared = std::make_unique<Declarations>(*Result.Unit);
  return Result;
}

std::string mockOf(const KnowledgeFile &File) { return Inputs + "/" + File.Library + ".h"; }

std::string includes(const KnowledgeFile &File) {
  std::string Code;
  for (const std::string &Header : File.Headers)
    Code += "#include <" + Header + ">\n";
  return Code;
}

/// What is wrong with \p Argument, counted in the parameters of \p F.
bool fits(int Argument, const FunctionDecl &F) {
  if (Argument == Condition::Object)
    return isa<CXXMethodDecl>(F) && cast<CXXMethodDecl>(F).isInstance();
  return Argument == CallableFact::Any || F.isVariadic() || static_cast<unsigned>(Argument) < F.getNumParams() ||
         llvm::any_of(F.parameters(), [](const ParmVarDecl *P) { return P->isParameterPack(); });
}

bool fits(const FunctionFact &Fact, const FunctionDecl &F) {
  auto ConditionFits = [&](const Condition &C) { return fits(C.Argument, F); };
  return (!Fact.Parameters || *Fact.Parameters == F.getNumParams()) && llvm::all_of(Fact.Unless, ConditionFits) &&
         llvm::all_of(Fact.OnlyIf, ConditionFits) && llvm::all_of(Fact.Runs, [&](const CallableFact &C) {
           return fits(C.Argument, F) && (!C.Executor || fits(*C.Executor, F));
         });
}

class Existence {
public:
  Existence(const KnowledgeFile &File, const Knowledge &All) : File(File), All(All) {}

  void check() {
    const std::string Mock = mockOf(File);
    if (!File.Headers.empty())
      Real = parse(File, includes(File), "a file that includes its headers");
    if (llvm::sys::fs::exists(Mock))
      Mocked = parse(File, "#include \"" + Mock + "\"\n", "the mock");
    else if (File.Headers.empty())
      problem(File.Library + ".yaml: it names no headers, and there is no mock " + Mock);
    for (size_t I = 0; I != File.Functions.size(); ++I)
      function(File.Functions[I], File.FunctionOrigins[I]);
    for (size_t I = 0; I != File.Types.size(); ++I)
      type(File.Types[I], File.TypeOrigins[I]);
    for (size_t I = 0; I != File.Cancellations.size(); ++I)
      cancellation(File.Cancellations[I], File.CancellationOrigins[I]);
    for (size_t I = 0; I != File.Operations.size(); ++I)
      operation(File.Operations[I], File.OperationOrigins[I]);
    for (const std::string &Namespace : File.Describes) {
      auto HasIt = [&](const TranslationUnit &T) {
        return T.Declared && !T.Declared->find<NamespaceDecl>(Namespace).empty();
      };
      if (!HasIt(Real) && !HasIt(Mocked))
        problem(File.Library + ".yaml: no namespace '" + Namespace + "'");
    }
  }

private:
  void missing(const EntryOrigin &Origin, const llvm::Twine &Text) {
    problem(File.Library + ".yaml:" + llvm::Twine(Origin.Line) + ": " + Text +
            (isMock(Origin) ? ", not in the mock either" : ""));
  }
  /// A file that names no headers is about a library that is not packaged.
  bool isMock(const EntryOrigin &Origin) const { return Origin.Mock || File.Headers.empty(); }
  /// The declarations called \p Name: from the real headers or, where they do not have it and the entry says so,
  /// from the mock.
  template <class D> std::vector<const D *> find(StringRef Name, const EntryOrigin &Origin) {
    std::vector<const D *> Found;
    if (Real.Declared)
      Found = Real.Declared->find<D>(Name);
    if (Found.empty() && isMock(Origin) && Mocked.Declared)
      Found = Mocked.Declared->find<D>(Name);
    return Found;
  }

  void function(const FunctionFact &Fact, const EntryOrigin &Origin) {
    auto Found = find<FunctionDecl>(Fact.Name, Origin);
    llvm::erase_if(Found, [&](const FunctionDecl *F) {
      return (File.IsC && !F->isExternC()) || (Fact.Parameters && *Fact.Parameters != F->getNumParams());
    });
    if (Found.empty())
      return missing(Origin, "no function '" + Fact.Name + "'" +
                                 (Fact.Parameters ? " with " + llvm::Twine(*Fact.Parameters) + " parameters" : ""));
    if (llvm::none_of(Found, [&](const FunctionDecl *F) { return fits(Fact, *F); }))
      return missing(Origin, "'" + Fact.Name + "' has fewer parameters than the entry counts");
    if (llvm::none_of(Found, [&](const FunctionDecl *F) {
          const FunctionFact *Known = All.function(*F);
          return Known && Known->Name == Fact.Name && Known->Parameters == Fact.Parameters &&
                 Known->FirstParameter == Fact.FirstParameter;
        }))
      missing(Origin, "the linter does not find the entry for '" + Fact.Name + "'");
  }

  void type(const TypeFact &Fact, const EntryOrigin &Origin) {
    auto Found = find<CXXRecordDecl>(Fact.Name, Origin);
    if (Found.empty()) {
      bool IsAlias =
          !find<TypedefNameDecl>(Fact.Name, Origin).empty() || !find<TypeAliasTemplateDecl>(Fact.Name, Origin).empty();
      return missing(Origin, (IsAlias ? "an alias, name the class itself: '" : "no class '") + Fact.Name + "'");
    }
    if (llvm::none_of(Found, [&](const CXXRecordDecl *R) {
          const TypeFact *Known = All.type(*R);
          return Known && Known->Name == Fact.Name;
        }))
      missing(Origin, "the linter does not find the entry for '" + Fact.Name + "'");
  }

  void cancellation(const CancellationFact &Fact, const EntryOrigin &Origin) {
    for (const std::string &Task : Fact.Tasks)
      if (find<CXXRecordDecl>(Task, Origin).empty())
        missing(Origin, "no class '" + Task + "'");
    if (!Fact.Type.empty() && find<CXXRecordDecl>(Fact.Type, Origin).empty())
      missing(Origin, "no class '" + Fact.Type + "'");
    if (!Fact.Code.empty() && find<ValueDecl>(Fact.Code, Origin).empty())
      missing(Origin, "no value '" + Fact.Code + "'");
  }

  /// Writes a coroutine that uses the operation and compiles it.
  void operation(const OperationFact &Fact, const EntryOrigin &Origin) {
    static const std::map<std::string, std::string> Parameters = {
        {"sleep_for", "std::chrono::milliseconds duration(1);"},
        {"sleep_until", "std::chrono::steady_clock::time_point time;"},
        {"offload", "int (*callable)() = nullptr;"},
        {"yield", ""},
        {"token", "auto token ="},
        {"handle_errors", ""},
    };
    auto Known = Parameters.find(Fact.Operation);
    if (Known == Parameters.end())
      return missing(Origin, "no operation is called '" + Fact.Operation + "'");
    std::string Expression = Fact.Write;
    for (StringRef Parameter : {"duration", "time", "callable"})
      for (size_t At; (At = Expression.find(("{" + Parameter + "}").str())) != std::string::npos;)
        Expression.replace(At, Parameter.size() + 2, Parameter.data(), Parameter.size());
    for (const std::string &Task : Fact.Tasks) {
      auto Found = find<CXXRecordDecl>(Task, Origin);
      if (Found.empty()) {
        missing(Origin, "no class '" + Task + "'");
        continue;
      }
      const bool IsTemplate =
          llvm::any_of(Found, [](const CXXRecordDecl *R) { return R->getDescribedClassTemplate(); });
      std::string Code = "#include <chrono>\n";
      // The header the fix would add must be enough, but for the declaration of the task itself.
      const bool Mocked = Origin.Mock || File.Headers.empty();
      Code += Mocked ? "#include \"" + mockOf(File) + "\"\n" : includes(File);
      if (!Mocked)
        for (const std::string &Header : Fact.Includes)
          Code += "#include <" + Header + ">\n";
      // Without co_return, which has to be of the kind of the task; and a task called main is for one function only.
      const bool IsMain = StringRef(Task).ends_with("::main");
      Code += Task + (IsTemplate ? "<void>" : "") + (IsMain ? " co_main" : " coroutine") + "(int, char **) {\n  " +
              Known->second + "\n  " + Expression + ";\n}\n";
      parse(File, Code, "line " + std::to_string(Origin.Line) + ", '" + Fact.Operation + "' in a " + Task + ",");
    }
  }

  const KnowledgeFile &File;
  const Knowledge &All;
  TranslationUnit Real, Mocked;
};

/// Built-in files must not contradict each other, are called after their library and say where each fact can be
/// checked.
void checkTogether(const std::vector<std::pair<std::string, KnowledgeFile>> &Files) {
  llvm::StringMap<std::string> Seen;
  for (const auto &[Name, File] : Files) {
    if (File.Library + ".yaml" != Name)
      problem(Name + ": describes the library '" + File.Library + "'");
    if (File.Title.empty())
      problem(Name + ": has no title");
    auto Once = [&, &Name = Name](const std::string &Key, const EntryOrigin &Origin) {
      auto [Known, New] = Seen.try_emplace(Key, Name);
      if (!New && Known->second != Name)
        problem(Name + ":" + llvm::Twine(Origin.Line) + ": '" + Key + "' is described in " + Known->second + " too");
    };
    auto Sourced = [&, &Name = Name](const auto &Facts, const std::vector<EntryOrigin> &Origins) {
      for (size_t I = 0; I != Facts.size(); ++I)
        if (Facts[I].Source.empty())
          problem(Name + ":" + llvm::Twine(Origins[I].Line) + ": the key 'source' is missing, here and at the top");
    };
    Sourced(File.Functions, File.FunctionOrigins);
    Sourced(File.Types, File.TypeOrigins);
    Sourced(File.Cancellations, File.CancellationOrigins);
    Sourced(File.Operations, File.OperationOrigins);
    for (size_t I = 0; I != File.Functions.size(); ++I)
      Once((File.IsC ? "extern \"C\" " : "") + File.Functions[I].Name, File.FunctionOrigins[I]);
    for (size_t I = 0; I != File.Types.size(); ++I)
      Once("class " + File.Types[I].Name, File.TypeOrigins[I]);
  }
}

std::vector<std::pair<std::string, KnowledgeFile>> parseBuiltIn() {
  std::vector<std::pair<std::string, KnowledgeFile>> Files;
  for (const BuiltInFile &File : builtInFiles()) {
    auto Parsed = parseKnowledge(File.Text, File.Name);
    if (Parsed)
      Files.emplace_back(File.Name.str(), std::move(*Parsed));
    else
      problem(llvm::toString(Parsed.takeError()));
  }
  return Files;
}

} // namespace

int main(int argc, const char **argv) {
  llvm::cl::ParseCommandLineOptions(argc, argv, "Holds the knowledge files against the headers they describe.\n");
  if (Keys) {
    for (const SchemaSection &Section : knowledgeSchema())
      for (StringRef Key : Section.Keys)
        llvm::outs() << Section.Name << ' ' << Key << '\n';
    return 0;
  }
  if (Validate) {
    auto Loaded = Knowledge::load(Names);
    if (!Loaded) {
      problem(llvm::toString(Loaded.takeError()));
      return 1;
    }
    llvm::outs() << (*Loaded)->functions().size() << " functions, " << (*Loaded)->types().size() << " types\n";
    return 0;
  }
  if (Time) {
    auto Start = std::chrono::steady_clock::now();
    auto Files = parseBuiltIn();
    std::chrono::duration<double, std::milli> Took = std::chrono::steady_clock::now() - Start;
    llvm::outs() << Files.size() << " files in " << llvm::format("%.1f", Took.count()) << " ms\n";
    return Problems != 0;
  }

  auto Files = parseBuiltIn();
  checkTogether(Files);
  if (Count) {
    size_t Functions = 0, Types = 0;
    for (const auto &[Name, File] : Files) {
      llvm::outs() << Name << ": " << File.Functions.size() << " functions, " << File.Types.size() << " types, "
                   << File.Cancellations.size() << " cancellations, " << File.Operations.size() << " operations\n";
      Functions += File.Functions.size();
      Types += File.Types.size();
    }
    llvm::outs() << "together: " << Functions << " functions, " << Types << " types\n";
    return Problems != 0;
  }
  auto All = Knowledge::load({});
  if (!All) {
    problem(llvm::toString(All.takeError()));
    return 1;
  }
  llvm::StringSet<> Wanted;
  Wanted.insert(Names.begin(), Names.end());
  for (const auto &[Name, File] : Files) {
    if (!Names.empty() && !Wanted.erase(File.Library))
      continue;
    if (File.Functions.empty() && File.Types.empty())
      continue; // Only terms, which name nothing in particular.
    if (!File.Unchecked.empty() && IncludeDirs.empty()) {
      llvm::outs() << Name << ": " << File.Functions.size() << " functions and " << File.Types.size()
                   << " types not looked up: " << File.Unchecked << '\n';
      continue;
    }
    const unsigned Before = Problems;
    Existence(File, **All).check();
    if (Problems == Before)
      llvm::outs() << Name << ": " << File.Functions.size() << " functions and " << File.Types.size()
                   << " types exist\n";
  }
  for (const auto &Unknown : Wanted)
    problem("no library is called '" + Unknown.getKey() + "'");
  return Problems != 0;
}
