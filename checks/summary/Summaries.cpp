// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Links summaries over the call graph of a translation unit.

#include "summary/Summaries.h"
#include "TranslationUnit.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace asynctidy {

/// A function that reaches more distinct effects than this is reported for the nearest of them only.
static constexpr size_t MaxEffects = 32;

static const FunctionDecl &definition(const FunctionDecl &F) {
  const FunctionDecl *Definition = nullptr;
  return F.isDefined(Definition) && Definition ? *Definition : F;
}

const FunctionSummary &Summaries::of(const FunctionDecl &F) {
  Node &N = node(definition(F));
  run();
  return N.Own;
}

std::vector<Witness> Summaries::effects(const FunctionDecl &F) {
  Node &N = node(definition(F));
  run();
  std::vector<Witness> Found;
  for (const Reached &R : N.Effects) {
    Witness W{R.What, {}};
    append(W.Path, *R.What, R.First);
    Found.push_back(std::move(W));
  }
  return Found;
}

/// Adds the shortest way to \p What that begins with \p First to \p Path.
void Summaries::append(std::vector<const CallEdge *> &Path, const Effect &What, const CallEdge *First) const {
  for (const CallEdge *Step = First; Step; Step = Nodes.find(Step->To)->second->FirstStep.lookup(&What))
    Path.push_back(Step);
}

bool Summaries::hasEffects(const FunctionDecl &F) {
  Node &N = node(definition(F));
  run();
  return !N.Effects.empty();
}

class Summaries::CallWalk {
public:
  CallWalk(const Summaries &All, llvm::function_ref<bool(const FunctionDecl &)> IsPart,
           llvm::function_ref<bool(const Effect &)> Wants, llvm::function_ref<bool(const Witness &)> Visit)
      : All(All), IsPart(IsPart), Wants(Wants), Visit(Visit) {}

  void walk(const Node &N) {
    if (!Seen.insert(&N).second)
      return;
    const bool IsRoot = Way.empty();
    for (const Effect &E : N.Own.Effects)
      if (Wants(E))
        Visit({&E, Way});
    for (const std::deque<CallEdge> *Edges : {&N.Own.Calls, &N.Discovered})
      for (const CallEdge &Edge : *Edges) {
        // Each call of the root's is a way of its own: it matters when a lambda is called.
        if (IsRoot) {
          Seen.clear();
          Seen.insert(&N);
        }
        follow(Edge);
      }
  }

private:
  void follow(const CallEdge &Edge) {
    const Node &Callee = *All.Nodes.find(Edge.To)->second;
    if (Callee.Own.IsCoroutine || Callee.Effects.empty())
      return;
    Way.push_back(&Edge);
    if (IsPart(*Edge.To))
      walk(Callee);
    else
      leave(Callee);
    Way.pop_back();
  }
  void leave(const Node &Callee) {
    for (const Reached &R : Callee.Effects)
      if (Wants(*R.What) && leaveTo(R, Callee))
        return;
  }
  /// By the shortest way, or by another that begins in \p Callee if \p Visit does not want that.
  bool leaveTo(const Reached &R, const Node &Callee) {
    if (visit(R))
      return true;
    auto LeadsThere = [&](const CallEdge &Edge) {
      const Node &Next = *All.Nodes.find(Edge.To)->second;
      return &Edge != R.First && !Next.Own.IsCoroutine && Next.FirstStep.contains(R.What);
    };
    auto Visits = [&](const CallEdge &Edge) { return LeadsThere(Edge) && visit({R.What, &Edge}); };
    return R.First && (llvm::any_of(Callee.Own.Calls, Visits) || llvm::any_of(Callee.Discovered, Visits));
  }
  bool visit(const Reached &R) {
    Witness W{R.What, Way};
    All.append(W.Path, *R.What, R.First);
    return Visit(W);
  }

  const Summaries &All;
  llvm::function_ref<bool(const FunctionDecl &)> IsPart;
  llvm::function_ref<bool(const Effect &)> Wants;
  llvm::function_ref<bool(const Witness &)> Visit;
  llvm::SmallPtrSet<const Node *, 8> Seen;
  std::vector<const CallEdge *> Way;
};

void Summaries::forEachCall(const FunctionDecl &F, llvm::function_ref<bool(const FunctionDecl &)> IsPart,
                            llvm::function_ref<bool(const Effect &)> Wants,
                            llvm::function_ref<bool(const Witness &)> Visit) {
  const Node &N = node(definition(F));
  run();
  CallWalk(*this, IsPart, Wants, Visit).walk(N);
}

const HandedOver *Summaries::handingOf(const FunctionDecl &F) {
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  if (!Method || !Method->getParent()->isLambda())
    return nullptr;
  const auto *Around = dyn_cast<FunctionDecl>(Method->getParent()->getDeclContext());
  if (!Around || !Around->doesThisDeclarationHaveABody())
    return nullptr;
  const FunctionDecl *Pattern = F.getTemplateInstantiationPattern();
  const HandedOver *Answer = nullptr;
  for (const HandedOver &Handed : of(*Around).Handed) {
    if (Handed.Callable != &F && Handed.Callable != Pattern)
      continue;
    // Handed over twice, to different places: what is certain is the loop.
    if (!Answer || Answer->How.Where == Place::Unknown || Handed.How.Where == Place::Loop)
      Answer = &Handed;
  }
  return Answer;
}

Summaries::Node &Summaries::node(const FunctionDecl &F) {
  std::unique_ptr<Node> &Slot = Nodes[&F];
  if (Slot)
    return *Slot;
  Slot = std::make_unique<Node>();
  Node &N = *Slot;
  Unlinked.push_back(&N);
  N.Own = summarise(F, Unit); // May not touch Nodes: Slot would dangle.
  return N;
}

void Summaries::run() {
  while (!Unlinked.empty() || !News.empty()) {
    if (!Unlinked.empty()) {
      Node &N = *Unlinked.front();
      Unlinked.pop_front();
      for (const Effect &E : N.Own.Effects)
        learn(N, E, nullptr);
      for (const CallEdge &Edge : N.Own.Calls)
        link(N, Edge);
      for (unsigned Parameter : N.Own.InvokedParameters)
        learnInvokes(N, Parameter);
      continue;
    }
    auto [N, What] = News.front();
    News.pop_front();
    if (N->Own.IsCoroutine)
      continue;
    for (auto [Caller, Edge] : N->Callers)
      learn(*Caller, *What, Edge);
  }
}

void Summaries::link(Node &Caller, const CallEdge &Edge) {
  Node &Callee = node(*Edge.To);
  Callee.Callers.push_back({&Caller, &Edge});
  if (!Callee.Own.IsCoroutine)
    for (size_t I = 0; I != Callee.Effects.size(); ++I)
      learn(Caller, *Callee.Effects[I].What, &Edge);
  for (size_t I = 0; I != Callee.Invokes.size(); ++I)
    activate(Caller, Edge, Callee.Invokes[I]);
}

void Summaries::learn(Node &N, const Effect &What, const CallEdge *First) {
  if (N.Effects.size() >= MaxEffects || !N.FirstStep.try_emplace(&What, First).second)
    return;
  N.Effects.push_back({&What, First});
  News.push_back({&N, &What});
}

void Summaries::learnInvokes(Node &N, unsigned Parameter) {
  if (llvm::is_contained(N.Invokes, Parameter))
    return;
  N.Invokes.push_back(Parameter);
  for (size_t I = 0; I != N.Callers.size(); ++I)
    activate(*N.Callers[I].first, *N.Callers[I].second, Parameter);
}

/// \p Edge's callee calls its parameter: the callable that \p Caller passes there runs too.
void Summaries::activate(Node &Caller, const CallEdge &Edge, unsigned Parameter) {
  for (const CallEdge::Callable &C : Edge.Callables) {
    if (C.Parameter != Parameter)
      continue;
    if (C.Forwards >= 0) {
      learnInvokes(Caller, static_cast<unsigned>(C.Forwards));
    } else if (const FunctionDecl &Target = definition(*C.Target); isTransparent(Target, Unit)) {
      Caller.Discovered.push_back({Edge.From, &Target, Edge.Site, Edge.Loc, CallEdge::Kind::Callable, {}});
      link(Caller, Caller.Discovered.back());
    }
  }
}

} // namespace asynctidy
