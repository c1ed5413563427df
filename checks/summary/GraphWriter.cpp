// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Turns functions, effects and calls of the AST into nodes and items of a graph.

#include "summary/GraphWriter.h"
#include "TranslationUnit.h"
#include "knowledge/QualifiedName.h"
#include "summary/CallPath.h"
#include "summary/References.h"
#include "summary/Summaries.h"
#include "clang/AST/ASTLambda.h"
#include "clang/Index/USRGeneration.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

using namespace clang;

namespace asynctidy {
namespace {

class GraphWriter {
public:
  GraphWriter(TranslationUnit &Unit, const Deferred &ForLink, const PlaceReader &Places)
      : Unit(Unit), All(Unit.summaries()), ForLink(ForLink), Places(Places) {}

  UnitGraph run() {
    for (const FunctionDecl *F : Unit.references().functions())
      if (isTransparent(*F, Unit))
        discover(*F);
    for (const Deferred::Question &Ask : ForLink.Questions)
      discover(*Ask.Function);
    for (size_t I = 0; I != Functions.size(); ++I) // Grows: implicit destructors are found through their callers.
      forEachCall(*Functions[I], [&](const CallEdge &Edge) { discover(*Edge.To); });
    findRelevant();
    for (const FunctionDecl *F : Functions)
      if (Relevant.contains(F))
        write(*F);
      else if (F->isExternallyVisible() && !isLambdaCallOperator(F))
        Graph.Harmless.push_back(definitionMark(idOf(*F), Places.At(F->getLocation())));
    for (const Deferred::Question &Ask : ForLink.Questions)
      write(Ask);
    return std::move(Graph);
  }

private:
  void discover(const FunctionDecl &F) {
    if (Known.insert(&F).second)
      Functions.push_back(&F);
  }

  void forEachCall(const FunctionDecl &F, llvm::function_ref<void(const CallEdge &)> Visit) {
    for (const CallEdge &Edge : All.of(F).Calls)
      Visit(Edge);
    for (const CallEdge &Edge : All.discovered(F))
      Visit(Edge);
  }

  void findRelevant() {
    llvm::DenseMap<const FunctionDecl *, llvm::SmallVector<const FunctionDecl *, 2>> Callers;
    std::vector<const FunctionDecl *> Pending;
    auto Mark = [&](const FunctionDecl *F) {
      if (Relevant.insert(F).second)
        Pending.push_back(F);
    };
    for (const Deferred::Question &Ask : ForLink.Questions)
      Mark(Ask.Function);
    for (const FunctionDecl *F : Functions) {
      const FunctionSummary &Own = All.of(*F);
      if (!Own.Effects.empty() || !Own.Outside.empty() || !All.invoked(*F).empty())
        Mark(F);
      forEachCall(*F, [&](const CallEdge &Edge) { Callers[Edge.To].push_back(F); });
    }
    while (!Pending.empty()) {
      const FunctionDecl *Callee = Pending.back();
      Pending.pop_back();
      if (!All.of(*Callee).IsCoroutine)
        for (const FunctionDecl *Caller : Callers.lookup(Callee))
          Mark(Caller);
    }
  }

  unsigned indexOf(const FunctionDecl &F) {
    auto [Slot, New] = Index.try_emplace(&F, Graph.Functions.size());
    if (New) {
      GraphFunction &Node = Graph.Functions.emplace_back();
      Node.Id = idOf(F);
      Node.Name = qualifiedName(F);
    }
    return Slot->second;
  }

  /// A function that other files cannot mean is told from theirs by the main file's name.
  std::string idOf(const FunctionDecl &F) const {
    llvm::SmallString<128> Id;
    const bool Failed = index::generateUSRForDecl(&F, Id);
    if (!Failed && F.isExternallyVisible() && !isLambdaCallOperator(&F))
      return std::string(Id);
    const SourceManager &Sources = Unit.context().getSourceManager();
    const Position Main = Places.At(Sources.getLocForStartOfFile(Sources.getMainFileID()));
    const Position At = Places.At(F.getLocation());
    return Main.File + "@" + At.File + ":" + std::to_string(At.Offset) + "@" + std::string(Id);
  }

  void write(const FunctionDecl &F) {
    const unsigned Node = indexOf(F);
    const FunctionSummary &Own = All.of(F);
    std::vector<GraphItem> Items;
    for (const Effect &E : Own.Effects)
      Items.push_back(item(E));
    auto Add = [&](const CallEdge &Edge) {
      ItemOf[&Edge] = {Node, static_cast<unsigned>(Items.size())};
      Items.push_back(item(Edge));
    };
    for (const CallEdge &Edge : Own.Outside)
      Add(Edge);
    forEachCall(F, [&](const CallEdge &Edge) {
      if (Relevant.contains(Edge.To) && !All.of(*Edge.To).IsCoroutine)
        Add(Edge);
    });
    GraphFunction &Written = Graph.Functions[Node]; // Writing the items may have made room for others.
    Written.Defined = true;
    Written.At = Places.At(F.getLocation());
    Written.Coroutine = Own.IsCoroutine;
    Written.Items = std::move(Items);
    const auto Invoked = All.invoked(F);
    Written.Invokes.assign(Invoked.begin(), Invoked.end());
  }

  static GraphItem::Kind kindOf(Effect::Kind What) {
    switch (What) {
    case Effect::Kind::Blocks:
      return GraphItem::Kind::Blocks;
    case Effect::Kind::WaitsForTask:
      return GraphItem::Kind::WaitsForTask;
    case Effect::Kind::CreatesExecutor:
      return GraphItem::Kind::CreatesExecutor;
    }
    llvm_unreachable("covered switch");
  }

  GraphItem item(const Effect &E) {
    GraphItem Item;
    Item.What = kindOf(E.What);
    Item.At = Places.At(E.Loc);
    Item.Source = Places.Line(E.Loc);
    Item.Subject = E.Subject;
    const Stmt *Site = siteOf(E, Unit);
    Item.Guards = All.guards(Site, *E.In);
    Item.Sort = E.What == Effect::Kind::Blocks ? static_cast<unsigned>(E.Blocking) : static_cast<unsigned>(E.Creates);
    Item.Declared = E.Declared;
    Item.Inferred = E.Inferred;
    if (E.What != Effect::Kind::CreatesExecutor)
      Item.Does = doing(E).str();
    Item.Advice = E.Advice;
    const auto Prepared = ForLink.AtEffects.find(&E);
    Item.Prepared = Prepared == ForLink.AtEffects.end() ? -1 : Prepared->second;
    Item.InLoop = isInLoop(*E.In, Site);
    return Item;
  }

  GraphItem item(const CallEdge &Edge) {
    GraphItem Item;
    Item.At = Places.At(Edge.Loc);
    Item.Source = Places.Line(Edge.Loc);
    Item.Subject = describe(Edge);
    Item.Guards = All.guards(Edge.Site, *Edge.From);
    Item.To = indexOf(*Edge.To);
    Item.InLoop = isInLoop(*Edge.From, Edge.Site);
    Item.Arguments = All.arguments(Edge);
    for (const CallEdge::Callable &C : Edge.Callables) {
      const FunctionDecl *Target = C.Target && C.Target->getDefinition() ? C.Target->getDefinition() : C.Target;
      if (C.Forwards >= 0)
        Item.Callables.push_back({C.Parameter, -1, C.Forwards});
      else if (Target && (Relevant.contains(Target) || isOutside(*Target, Unit)))
        Item.Callables.push_back({C.Parameter, static_cast<int>(indexOf(*Target)), -1});
    }
    return Item;
  }

  bool isInLoop(const FunctionDecl &F, const Stmt *S) {
    return S && F.doesThisDeclarationHaveABody() && Unit.body(F).enclosingLoop(S);
  }

  void write(const Deferred::Question &Ask) {
    GraphRoot Root = Ask.Asked;
    Root.Function = indexOf(*Ask.Function);
    if (Ask.Call) {
      const auto Item = ItemOf.find(Ask.Call);
      if (Item == ItemOf.end())
        return;
      std::tie(Root.Function, Root.Item) = Item->second;
    }
    Graph.Roots.push_back(std::move(Root));
  }

  TranslationUnit &Unit;
  Summaries &All;
  const Deferred &ForLink;
  const PlaceReader &Places;
  std::vector<const FunctionDecl *> Functions;
  llvm::DenseSet<const FunctionDecl *> Known, Relevant;
  llvm::DenseMap<const FunctionDecl *, unsigned> Index;
  llvm::DenseMap<const CallEdge *, std::pair<unsigned, unsigned>> ItemOf;
  UnitGraph Graph;
};

} // namespace

std::string definitionMark(const std::string &Id, const Position &At) {
  const std::string Place = At.File + ":" + std::to_string(At.Offset);
  auto Digits = [](llvm::StringRef Text) {
    return llvm::utohexstr(llvm::xxh3_64bits(Text), /*LowerCase=*/true, /*Width=*/16);
  };
  return Digits(Id) + Digits(Place);
}

UnitGraph writeGraph(TranslationUnit &Unit, const Deferred &ForLink, const PlaceReader &Places) {
  return GraphWriter(Unit, ForLink, Places).run();
}

} // namespace asynctidy
