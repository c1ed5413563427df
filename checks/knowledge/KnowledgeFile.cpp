// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From a file as written to facts: completes, checks and expands its entries.
#include "knowledge/KnowledgeFile.h"
#include "knowledge/KnowledgeDocument.h"
#include "knowledge/QualifiedName.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"

using namespace llvm;

namespace asynctidy {
namespace {

std::string withRoot(std::string Text, StringRef Root) {
  for (size_t At = Text.find('$'); At != std::string::npos; At = Text.find('$', At + Root.size()))
    Text.replace(At, 1, Root.data(), Root.size());
  return Text;
}

bool saysSomething(const FunctionFact &F) {
  return F.Blocks || !F.Runs.empty() || F.WaitsForTask || F.RunsLoop || F.AwaitsReadiness || F.GivesFuture ||
         F.Shields || F.Spawns || F.Detaches || F.LosesErrors || F.Fails || F.Joins || F.Observes || F.Stores ||
         F.IgnoresResult || F.DestroysCallables || F.ReleasesOwnership || F.NonBlocking || F.TestsCancellation ||
         F.ReportsErrorsAsValues || F.CreatesThread || F.SwitchesToObject || F.BindsExecutor || F.BindsArguments ||
         F.Constructs || F.Lock != FunctionFact::LockRole::None;
}
bool saysSomething(const TypeFact &F) {
  return F.Starts != TypeFact::Start::Unknown || F.Awaitable || F.NotAwaitable || F.MayBeDropped ||
         F.JoinsOnDestruction || F.NeverSuspends || F.View || !F.Unjoined.empty() || F.StopToken || F.Executor ||
         F.AsyncGuard || F.ThreadGuard || F.Holds != TypeFact::Elements::None;
}

class Completion {
public:
  Completion(YamlReader &R, KnowledgeDocument &D) : R(R), D(D), Out(std::move(D.Head)) {
    if (D.Roots.empty())
      D.Roots.push_back("");
    HasRoots = !D.Roots.front().empty();
  }

  bool run() {
    if (Out.Library.empty())
      return R.failAtLine(1, "the key 'library' is missing: a unique name for what the file describes");
    return all(D.Functions, Out.Functions, Out.FunctionOrigins) && all(D.Types, Out.Types, Out.TypeOrigins) &&
           all(D.Cancellations, Out.Cancellations, Out.CancellationOrigins) &&
           all(D.Operations, Out.Operations, Out.OperationOrigins);
  }
  KnowledgeFile take() { return std::move(Out); }

private:
  template <class F> bool all(std::vector<Entry<F>> &Entries, std::vector<F> &Into, std::vector<EntryOrigin> &Origins) {
    for (Entry<F> &E : Entries) {
      if (E.Fact.Source.empty())
        E.Fact.Source = D.Source;
      if (!isComplete(E))
        return false;
      const size_t Before = Into.size();
      if (!expand(E, Into))
        return false;
      Origins.resize(Origins.size() + Into.size() - Before, E.Origin);
    }
    return true;
  }

  template <class F> bool fail(const Entry<F> &E, const Twine &Reason) { return R.failAtLine(E.Origin.Line, Reason); }

  bool isComplete(const Entry<FunctionFact> &E) {
    if (E.Names.empty())
      return fail(E, "the key 'name' (or 'names') is missing");
    if (!saysSomething(E.Fact))
      return fail(E, "the entry for '" + Twine(E.Names.front()) + "' says nothing about it");
    if (!E.Fact.Blocks && !E.Fact.WaitsForTask && !E.Fact.RunsLoop && !E.Fact.CreatesThread &&
        !(E.Fact.Unless.empty() && E.Fact.OnlyIf.empty()))
      return fail(E, "'unless' and 'only_if' are conditions of 'blocks', 'waits_for_task', 'runs_loop' or "
                     "'creates_thread', which is missing");
    if (E.Fact.Blocks && E.Fact.NonBlocking)
      return fail(E, "'blocks' and 'nonblocking' contradict each other");
    if (E.Fact.Operation.empty() && !E.Fact.With.empty())
      return fail(E, "'with' belongs to 'operation', which is missing");
    if (Out.IsC)
      for (const std::string &Name : E.Names)
        if (!splitQualifiedName(Name).first.empty())
          return fail(E, "'" + Twine(Name) + "' is not the name of a C function");
    return true;
  }
  bool isComplete(const Entry<TypeFact> &E) {
    if (E.Names.empty())
      return fail(E, "the key 'name' (or 'names') is missing");
    if (!saysSomething(E.Fact))
      return fail(E, "the entry for '" + Twine(E.Names.front()) + "' says nothing about it");
    if (E.Fact.Awaitable && E.Fact.NotAwaitable)
      return fail(E, "'awaitable' and 'not_awaitable' contradict each other");
    return true;
  }
  bool isComplete(const Entry<CancellationFact> &E) {
    if (E.Fact.Tasks.empty())
      return fail(E, "the key 'tasks' is missing");
    if (E.Fact.By == CancellationFact::Delivery::Exception && E.Fact.Type.empty())
      return fail(E, "a cancellation by exception needs the key 'type'");
    return true;
  }
  bool isComplete(const Entry<OperationFact> &E) {
    if (E.Fact.Operation.empty() || E.Fact.Tasks.empty() || E.Fact.Write.empty())
      return fail(E, "an operation needs the keys 'operation', 'tasks' and 'write'");
    for (const auto &[Root, Header] : E.Includes)
      if (!Root.empty() && !is_contained(D.Roots, Root))
        return fail(E, "'" + Twine(Root) + "' is not one of the roots");
    return true;
  }

  /// Calls \p Add for each root that \p Mentioned stands for.
  template <class F> bool forRoots(const Entry<F> &E, StringRef Mentioned, function_ref<bool(StringRef Root)> Add) {
    if (!Mentioned.contains('$'))
      return Add("");
    if (!HasRoots)
      return fail(E, "'" + Twine(Mentioned) + "' has a '$', but the file has no 'roots'");
    return all_of(D.Roots, [&](const std::string &Root) { return Add(Root); });
  }

  bool expand(const Entry<FunctionFact> &E, std::vector<FunctionFact> &Into) {
    return all_of(E.Names, [&](const std::string &Name) {
      return forRoots(E, Name, [&](StringRef Root) {
        FunctionFact &New = Into.emplace_back(E.Fact);
        New.Name = withRoot(Name, Root);
        New.Advice = withRoot(E.Fact.Advice, Root);
        New.FirstParameter = withRoot(E.Fact.FirstParameter, Root);
        std::string Key = New.Name + "(" + New.FirstParameter + ")";
        if (New.Parameters)
          Key += "/" + std::to_string(*New.Parameters);
        return isNew(E, FunctionLines, Key, New.Name);
      });
    });
  }
  bool expand(const Entry<TypeFact> &E, std::vector<TypeFact> &Into) {
    return all_of(E.Names, [&](const std::string &Name) {
      return forRoots(E, Name, [&](StringRef Root) {
        TypeFact &New = Into.emplace_back(E.Fact);
        New.Name = withRoot(Name, Root);
        New.Advice = withRoot(E.Fact.Advice, Root);
        return isNew(E, TypeLines, New.Name, New.Name);
      });
    });
  }
  bool expand(const Entry<CancellationFact> &E, std::vector<CancellationFact> &Into) {
    return forRoots(E, E.Fact.Tasks.front(), [&](StringRef Root) {
      CancellationFact &New = Into.emplace_back(E.Fact);
      for (std::string &Task : New.Tasks)
        Task = withRoot(std::move(Task), Root);
      New.Type = withRoot(E.Fact.Type, Root);
      New.Code = withRoot(E.Fact.Code, Root);
      return all_of(New.Tasks, [&](const std::string &Task) { return isNew(E, CancellationLines, Task, Task); });
    });
  }
  bool expand(const Entry<OperationFact> &E, std::vector<OperationFact> &Into) {
    return forRoots(E, E.Fact.Tasks.front(), [&](StringRef Root) {
      OperationFact &New = Into.emplace_back(E.Fact);
      for (std::string &Task : New.Tasks)
        Task = withRoot(std::move(Task), Root);
      New.Write = withRoot(E.Fact.Write, Root);
      for (const auto &[For, Header] : E.Includes)
        if (For.empty() || For == Root)
          New.Includes.push_back(Header);
      return all_of(New.Tasks, [&](const std::string &Task) {
        return isNew(E, OperationLines, New.Operation + " in " + Task, Task);
      });
    });
  }

  template <class F> bool isNew(const Entry<F> &E, StringMap<unsigned> &Lines, StringRef Key, StringRef Name) {
    auto [Known, Inserted] = Lines.try_emplace(Key, E.Origin.Line);
    return Inserted || fail(E, "'" + Name + "' is described twice; the first entry is in line " + Twine(Known->second));
  }

  YamlReader &R;
  KnowledgeDocument &D;
  KnowledgeFile Out;
  bool HasRoots = false;
  StringMap<unsigned> FunctionLines, TypeLines, CancellationLines, OperationLines;
};

} // namespace

Expected<KnowledgeFile> parseKnowledge(StringRef Text, StringRef FileName) {
  YamlReader Reader(Text, FileName);
  KnowledgeDocument Document;
  KnowledgeFile Result;
  if (Error E = Reader.read([&](yaml::Node &Root) {
        if (!readDocument(Reader, Root, Document))
          return false;
        Completion Complete(Reader, Document);
        if (!Complete.run())
          return false;
        Result = Complete.take();
        return true;
      }))
    return std::move(E);
  return Result;
}

} // namespace asynctidy
