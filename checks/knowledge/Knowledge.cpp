// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loads knowledge files and answers questions about declarations.
#include "knowledge/Knowledge.h"
#include "knowledge/EmbeddedFile.h"
#include "knowledge/KnowledgeFile.h"
#include "knowledge/QualifiedName.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include <map>
#include <mutex>

using namespace clang;

namespace asynctidy {
namespace {

#include "EmbeddedKnowledge.inc"

/// Positions of facts by the last component of their names, in the order of the files.
using NameIndex = llvm::StringMap<llvm::SmallVector<unsigned, 1>>;

void enter(NameIndex &Index, llvm::StringRef Name, size_t Position) {
  Index[splitQualifiedName(Name).second].push_back(static_cast<unsigned>(Position));
}

llvm::ArrayRef<unsigned> lookUp(const NameIndex &Index, llvm::StringRef OwnName) {
  auto Found = Index.find(OwnName);
  return Found == Index.end() ? llvm::ArrayRef<unsigned>() : llvm::ArrayRef<unsigned>(Found->second);
}

bool inScopeOf(const NamedDecl &D, llvm::StringRef Name) {
  return isScope(D.getDeclContext(), splitQualifiedName(Name).first);
}

/// Facts of a later file win over those of an earlier one, so that users can correct what is built in.
template <class Fact> void append(std::vector<Fact> &To, const std::vector<Fact> &From) {
  To.insert(To.end(), From.begin(), From.end());
}

void appendTerms(StandardTerms &To, const StandardTerms &From) {
  for (auto Member : {&StandardTerms::ExecutorTypes, &StandardTerms::EventLoopTypes,   &StandardTerms::ProcessPoolTypes,
                      &StandardTerms::Waiting,       &StandardTerms::Spawning,         &StandardTerms::Offloading,
                      &StandardTerms::Posting,       &StandardTerms::Switching,        &StandardTerms::CancelledWords,
                      &StandardTerms::StopTests,     &StandardTerms::NonBlockingMarks, &StandardTerms::MemoryPaths,
                      &StandardTerms::Joining,       &StandardTerms::TearDown,         &StandardTerms::Locking,
                      &StandardTerms::TryLocking,    &StandardTerms::Unlocking,        &StandardTerms::DeferredLocks,
                      &StandardTerms::Inserting,     &StandardTerms::Removing,         &StandardTerms::Replacing,
                      &StandardTerms::FailureTypes,  &StandardTerms::FailureWords,     &StandardTerms::LoggerWords,
                      &StandardTerms::TestScopes,    &StandardTerms::TestNamespaces,   &StandardTerms::TestMacros,
                      &StandardTerms::RunningLoop,   &StandardTerms::Shielding})
    append(To.*Member, From.*Member);
}

/// What is compiled in, parsed when first needed and then kept: it cannot change.
struct BuiltIn {
  std::vector<KnowledgeFile> Files;
  std::string Error;
};
const BuiltIn &builtInKnowledge() {
  static const BuiltIn Parsed = [] {
    BuiltIn Result;
    for (const BuiltInFile &File : builtInFiles()) {
      auto One = parseKnowledge(File.Text, File.Name);
      if (!One) {
        Result.Error = llvm::toString(One.takeError());
        break;
      }
      Result.Files.push_back(std::move(*One));
    }
    return Result;
  }();
  return Parsed;
}

llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> readUserFile(const std::string &Path) {
  auto Fail = [&](const std::string &Why) {
    return llvm::createStringError(llvm::inconvertibleErrorCode(), Path + ": cannot be read: " + Why);
  };
  if (llvm::sys::fs::is_directory(Path))
    return Fail("it is a directory");
  auto Buffer = llvm::MemoryBuffer::getFile(Path);
  if (!Buffer)
    return Fail(Buffer.getError().message());
  return std::move(*Buffer);
}

/// The class that \p T is, or whose pattern it is made from inside a template.
const CXXRecordDecl *classOf(QualType T) {
  if (const CXXRecordDecl *Record = T->getAsCXXRecordDecl())
    return Record;
  if (const auto *Named = T->getAs<TemplateSpecializationType>())
    if (const auto *Template = dyn_cast_or_null<ClassTemplateDecl>(Named->getTemplateName().getAsTemplateDecl()))
      return Template->getTemplatedDecl();
  return nullptr;
}

/// The first answer of \p Ask for \p Record and then for its public bases, nearest first.
template <class Fact>
const Fact *nearest(const CXXRecordDecl &Record, llvm::function_ref<const Fact *(const CXXRecordDecl &)> Ask) {
  llvm::SmallVector<const CXXRecordDecl *, 8> Pending{&Record};
  for (size_t I = 0; I != Pending.size() && I != 64; ++I) {
    if (const Fact *Found = Ask(*Pending[I]))
      return Found;
    const CXXRecordDecl *Definition = Pending[I]->getDefinition();
    if (!Definition)
      continue;
    for (const CXXBaseSpecifier &Base : Definition->bases()) {
      if (Base.getAccessSpecifier() != AS_public)
        continue;
      if (const CXXRecordDecl *BaseRecord = classOf(Base.getType()))
        Pending.push_back(BaseRecord);
    }
  }
  return nullptr;
}

template <class Fact> const Fact *forTask(llvm::ArrayRef<Fact> Facts, const CXXRecordDecl &Task) {
  for (const Fact &F : llvm::reverse(Facts))
    if (llvm::any_of(F.Tasks, [&](llvm::StringRef Name) { return hasQualifiedName(Task, Name); }))
      return &F;
  return nullptr;
}

} // namespace

std::vector<BuiltInFile> builtInFiles() {
  std::vector<BuiltInFile> Files;
  for (const EmbeddedFile &File : EmbeddedFiles)
    Files.push_back({File.Name, File.text()});
  return Files;
}

struct Knowledge::Tables {
  std::vector<FunctionFact> Functions;
  struct Rank {
    unsigned File; ///< 0 for what is built in.
    bool IsC;
  };
  std::vector<Rank> Ranks; ///< In parallel to Functions.
  std::vector<TypeFact> Types;
  std::vector<CancellationFact> Cancellations;
  std::vector<OperationFact> Operations;
  std::vector<std::string> Described;
  StandardTerms Terms;
  NameIndex FunctionIndex, TypeIndex, DescribedIndex;

  void add(const KnowledgeFile &File, unsigned Rank) {
    for (size_t I = 0; I != File.Functions.size(); ++I)
      enter(FunctionIndex, File.Functions[I].Name, Functions.size() + I);
    for (size_t I = 0; I != File.Types.size(); ++I)
      enter(TypeIndex, File.Types[I].Name, Types.size() + I);
    for (size_t I = 0; I != File.Describes.size(); ++I)
      enter(DescribedIndex, File.Describes[I], Described.size() + I);
    append(Functions, File.Functions);
    Ranks.resize(Functions.size(), {Rank, File.IsC});
    append(Types, File.Types);
    append(Cancellations, File.Cancellations);
    append(Operations, File.Operations);
    append(Described, File.Describes);
    appendTerms(Terms, File.Terms);
  }
};

bool matchesTerm(llvm::StringRef Name, llvm::ArrayRef<std::string> Terms) {
  return llvm::any_of(
      Terms, [&](llvm::StringRef Term) { return Term.consume_back("*") ? Name.starts_with(Term) : Name == Term; });
}

Knowledge::Knowledge() : T(std::make_unique<Tables>()) {}
Knowledge::~Knowledge() = default;

llvm::Expected<std::shared_ptr<const Knowledge>> Knowledge::load(llvm::ArrayRef<std::string> UserFiles) {
  // Shares one set between all who use the same files with the same contents, and keeps none alive itself.
  static std::mutex Guard;
  static std::map<std::string, std::weak_ptr<const Knowledge>> Shared;

  const BuiltIn &Standard = builtInKnowledge();
  if (!Standard.Error.empty())
    return llvm::createStringError(llvm::inconvertibleErrorCode(), Standard.Error);
  std::vector<std::unique_ptr<llvm::MemoryBuffer>> Buffers;
  std::string Key;
  for (const std::string &Path : UserFiles) {
    auto Buffer = readUserFile(Path);
    if (!Buffer)
      return Buffer.takeError();
    Key.append(Path).push_back('\0');
    Key.append((*Buffer)->getBuffer()).push_back('\0');
    Buffers.push_back(std::move(*Buffer));
  }
  std::lock_guard Lock(Guard);
  std::erase_if(Shared, [](const auto &Entry) { return Entry.second.expired(); });
  if (auto Known = Shared[Key].lock())
    return Known;
  std::shared_ptr<Knowledge> New(new Knowledge);
  for (const KnowledgeFile &File : Standard.Files)
    New->T->add(File, 0);
  for (size_t I = 0; I != UserFiles.size(); ++I) {
    auto File = parseKnowledge(Buffers[I]->getBuffer(), UserFiles[I]);
    if (!File)
      return File.takeError();
    New->T->add(*File, static_cast<unsigned>(I + 1));
  }
  Shared[Key] = New;
  return New;
}

/// Whether \p Fact is about \p Function rather than about another overload.
static bool isOverload(const FunctionFact &Fact, const FunctionDecl &Function) {
  if (Fact.Parameters && *Fact.Parameters != Function.getNumParams())
    return false;
  if (Fact.FirstParameter.empty())
    return true;
  const CXXRecordDecl *First =
      Function.getNumParams() ? classOf(Function.getParamDecl(0)->getType().getNonReferenceType()) : nullptr;
  return First && hasQualifiedName(*First, Fact.FirstParameter);
}

/// Within a file the entry that says more about the overload wins.
static unsigned precision(const FunctionFact &Fact) {
  return Fact.Parameters.has_value() + !Fact.FirstParameter.empty();
}

const FunctionFact *Knowledge::function(const FunctionDecl &Function) const {
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&Function);
      Constructor && Constructor->isCopyOrMoveConstructor())
    return nullptr;
  llvm::SmallString<64> Storage;
  const FunctionFact *Best = nullptr;
  unsigned BestRank = 0;
  for (unsigned I : lookUp(T->FunctionIndex, ownName(Function, Storage))) {
    const FunctionFact &Fact = T->Functions[I];
    if (!isOverload(Fact, Function) || !inScopeOf(Function, Fact.Name) || (T->Ranks[I].IsC && !Function.isExternC()))
      continue;
    if (Best && T->Ranks[I].File == BestRank && precision(Fact) < precision(*Best))
      continue;
    Best = &Fact;
    BestRank = T->Ranks[I].File;
  }
  return Best;
}

const FunctionFact *Knowledge::maker(const CXXRecordDecl &Record, bool FunctionFact::*Fact) const {
  for (const Decl *D : Record.decls()) {
    const auto *Constructor = dyn_cast_or_null<CXXConstructorDecl>(D->getAsFunction());
    if (const FunctionFact *Known = Constructor ? function(*Constructor) : nullptr; Known && Known->*Fact)
      return Known;
  }
  return nullptr;
}

const TypeFact *Knowledge::type(const CXXRecordDecl &Record) const {
  if (!Record.getIdentifier())
    return nullptr;
  for (unsigned I : llvm::reverse(lookUp(T->TypeIndex, Record.getName())))
    if (inScopeOf(Record, T->Types[I].Name))
      return &T->Types[I];
  return nullptr;
}

const TypeFact *Knowledge::typeOrBase(const CXXRecordDecl &Record) const {
  return nearest<TypeFact>(Record, [&](const CXXRecordDecl &R) { return type(R); });
}

bool Knowledge::isDescribed(const Decl &D) const {
  for (const DeclContext *C = D.getDeclContext(); C; C = C->getParent())
    if (const auto *Namespace = dyn_cast<NamespaceDecl>(C); Namespace && Namespace->getIdentifier())
      for (unsigned I : lookUp(T->DescribedIndex, Namespace->getName()))
        if (inScopeOf(*Namespace, T->Described[I]))
          return true;
  return false;
}

const CancellationFact *Knowledge::cancellation(const CXXRecordDecl &Task) const {
  return nearest<CancellationFact>(
      Task, [&](const CXXRecordDecl &R) { return forTask<CancellationFact>(T->Cancellations, R); });
}

const OperationFact *Knowledge::operation(llvm::StringRef Operation, const CXXRecordDecl &Task) const {
  auto Ask = [&](const CXXRecordDecl &R) -> const OperationFact * {
    for (const OperationFact &F : llvm::reverse(T->Operations))
      if (F.Operation == Operation && forTask<OperationFact>(F, R))
        return &F;
    return nullptr;
  };
  return nearest<OperationFact>(Task, Ask);
}

llvm::ArrayRef<CancellationFact> Knowledge::cancellations() const { return T->Cancellations; }
const StandardTerms &Knowledge::terms() const { return T->Terms; }
llvm::ArrayRef<FunctionFact> Knowledge::functions() const { return T->Functions; }
llvm::ArrayRef<TypeFact> Knowledge::types() const { return T->Types; }
llvm::ArrayRef<OperationFact> Knowledge::operations() const { return T->Operations; }

} // namespace asynctidy
