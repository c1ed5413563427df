// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Links summaries over the call graph of a translation unit.

#include "summary/Summaries.h"
#include "TranslationUnit.h"
#include "summary/GuardReader.h"
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

static bool leadsThrough(llvm::ArrayRef<const CallEdge *> Path, Summaries::FunctionFilter Which) {
  return llvm::any_of(Path, [&](const CallEdge *Step) { return Which(*Step->To); });
}

const FunctionSummary &Summaries::of(const FunctionDecl &F) {
  Node &N = node(definition(F));
  run();
  return N.Own;
}

std::vector<Witness> Summaries::effects(const FunctionDecl &F) {
  return effects(F, [](const FunctionDecl &) { return false; });
}

std::vector<Witness> Summaries::effects(const FunctionDecl &F, FunctionFilter Avoids) {
  Node &N = node(definition(F));
  run();
  std::vector<Witness> Found;
  for (const Reached &R : N.Effects) {
    Witness W{R.What, {}};
    append(W.Path, *R.What, R.Ways.front());
    if (leadsThrough(W.Path, Avoids)) {
      W.Path.clear();
      if (!append(W.Path, *R.What, N, Avoids))
        continue;
    }
    Found.push_back(std::move(W));
  }
  return Found;
}

/// Whether \p Call never comes to \p Then in the function it calls, or to \p What itself if that is null.
bool Summaries::isRuledOut(const CallEdge &Call, const Effect &What, const CallEdge *Then) {
  return isRuledOut(Call, Then ? Then->Site : siteOf(What, Unit));
}

/// Whether \p Call never comes to \p Next, a statement of the function it calls.
bool Summaries::isRuledOut(const CallEdge &Call, const Stmt *Next) {
  return Call.Site && Next && isSkipped(guards(Next, *Call.To), arguments(Call));
}

const std::vector<Guard> &Summaries::guards(const Stmt *S, const FunctionDecl &In) {
  auto [Slot, New] = Guards.try_emplace(S);
  if (New && S && !In.param_empty() && In.doesThisDeclarationHaveABody())
    Slot->second = guardsOf(S, Unit.body(In));
  return Slot->second;
}

const std::vector<Known> &Summaries::arguments(const CallEdge &Call) {
  auto [Slot, New] = Arguments.try_emplace(&Call);
  if (const auto Site = New && Call.Site ? CallSite::of(Call.Site) : std::nullopt)
    Slot->second = knownArguments(*Site, *Call.To, Unit.context());
  return Slot->second;
}

/// What comes after \p Call on the shortest way by which it leads to \p R of the function it calls: a call, or null
/// for the effect itself. Nothing if \p Call rules out all ways that are told so far.
std::optional<const CallEdge *> Summaries::after(const CallEdge &Call, const Reached &R) {
  for (const CallEdge *Then : llvm::ArrayRef(R.Ways).take_front(R.Told))
    if (!isRuledOut(Call, *R.What, Then))
      return Then;
  return std::nullopt;
}

/// Adds the shortest way to \p What that begins with \p First to \p Path. It comes to an end, because a call is always
/// learnt of later than what comes after it.
void Summaries::append(std::vector<const CallEdge *> &Path, const Effect &What, const CallEdge *First) {
  for (const CallEdge *Step = First; Step;) {
    Path.push_back(Step);
    Step = *after(*Step, *Nodes.find(Step->To)->second->Known.lookup(&What));
  }
}

/// Adds the shortest way to \p What that goes on from the end of \p Path, in \p From, through no function that \p
/// Avoids accepts. False if there is none.
bool Summaries::append(std::vector<const CallEdge *> &Path, const Effect &What, const Node &From,
                       FunctionFilter Avoids) {
  const CallEdge *Last = Path.empty() ? nullptr : Path.back();
  llvm::DenseMap<const CallEdge *, const CallEdge *> Before{{Last, nullptr}};
  std::deque<std::pair<const Node *, const CallEdge *>> Pending{{&From, Last}};
  for (; !Pending.empty(); Pending.pop_front()) {
    const auto [In, Into] = Pending.front();
    auto IsShut = [&](const Stmt *Next) { return Into && isRuledOut(*Into, Next); };
    if (What.In == In->Own.Function && !IsShut(siteOf(What, Unit))) {
      const size_t Begin = Path.size();
      for (const CallEdge *Step = Into; Step != Last; Step = Before.lookup(Step))
        Path.insert(Path.begin() + Begin, Step);
      return true;
    }
    for (const std::deque<CallEdge> *Edges : {&In->Own.Calls, &In->Discovered})
      for (const CallEdge &Edge : *Edges) {
        const Node &Callee = *Nodes.find(Edge.To)->second;
        if (!Callee.Own.IsCoroutine && Callee.Known.contains(&What) && !Avoids(*Edge.To) && !IsShut(Edge.Site) &&
            Before.try_emplace(&Edge, Into).second)
          Pending.emplace_back(&Callee, &Edge);
      }
  }
  return false;
}

bool Summaries::hasEffects(const FunctionDecl &F) {
  Node &N = node(definition(F));
  run();
  return !N.Effects.empty();
}

class Summaries::CallWalk {
public:
  CallWalk(Summaries &All, const Node &Root, FunctionFilter IsPart, FunctionFilter Avoids,
           llvm::function_ref<bool(const Effect &)> Wants, llvm::function_ref<bool(const Witness &)> Visit)
      : All(All), Root(Root), IsPart(IsPart), Avoids(Avoids), Wants(Wants), Visit(Visit) {}

  void run() { walk(Root); }

private:
  void walk(const Node &N) {
    for (const Effect &E : N.Own.Effects)
      if (Wants(E) && !isRuledOut(siteOf(E, All.Unit)))
        Visit({&E, Way});
    for (const std::deque<CallEdge> *Edges : {&N.Own.Calls, &N.Discovered})
      for (const CallEdge &Edge : *Edges) {
        // Each call of the root's is a way of its own: it matters when a lambda is called.
        if (&N == &Root)
          Seen.clear();
        follow(Edge);
      }
  }
  /// Whether the last call of the way never comes to \p Next.
  bool isRuledOut(const Stmt *Next) { return !Way.empty() && All.isRuledOut(*Way.back(), Next); }
  void follow(const CallEdge &Edge) {
    const Node &Callee = *All.Nodes.find(Edge.To)->second;
    if (Callee.Own.IsCoroutine || Callee.Effects.empty() || &Callee == &Root || isRuledOut(Edge.Site) ||
        Avoids(*Edge.To) || !Seen.insert(&Edge).second)
      return;
    Way.push_back(&Edge);
    if (IsPart(*Edge.To))
      walk(Callee);
    else
      leave(Callee);
    Way.pop_back();
  }
  void leave(const Node &Callee) {
    for (const Reached &R : Callee.Effects) {
      if (!Wants(*R.What) || !All.after(*Way.back(), R))
        continue;
      Witness W{R.What, {Way.begin(), Way.end() - 1}};
      All.append(W.Path, *R.What, Way.back());
      if (leadsThrough(W.Path, Avoids)) {
        W.Path = Way;
        if (!All.append(W.Path, *R.What, Callee, Avoids))
          continue;
      }
      if (Visit(W))
        return;
    }
  }

  Summaries &All;
  const Node &Root;
  FunctionFilter IsPart, Avoids;
  llvm::function_ref<bool(const Effect &)> Wants;
  llvm::function_ref<bool(const Witness &)> Visit;
  llvm::SmallPtrSet<const CallEdge *, 8> Seen;
  std::vector<const CallEdge *> Way;
};

void Summaries::forEachCall(const FunctionDecl &F, FunctionFilter IsPart, FunctionFilter Avoids,
                            llvm::function_ref<bool(const Effect &)> Wants,
                            llvm::function_ref<bool(const Witness &)> Visit) {
  const Node &N = node(definition(F));
  run();
  CallWalk(*this, N, IsPart, Avoids, Wants, Visit).run();
}

class Summaries::OutsideWalk {
public:
  OutsideWalk(Summaries &All, FunctionFilter IsPart, llvm::function_ref<void(const Witness &)> Visit)
      : All(All), IsPart(IsPart), Visit(Visit) {}

  void walk(const Node &N) {
    for (const CallEdge &Edge : N.Own.Outside)
      visit(Edge);
    for (const std::deque<CallEdge> *Edges : {&N.Own.Calls, &N.Discovered})
      for (const CallEdge &Edge : *Edges) {
        Node &Callee = *All.Nodes.find(Edge.To)->second;
        if (Callee.Own.IsCoroutine || !Seen.insert(&Edge).second || !All.leadsOutside(Callee))
          continue;
        if (!IsPart(*Edge.To)) {
          visit(Edge);
          continue;
        }
        Way.push_back(&Edge);
        walk(Callee);
        Way.pop_back();
      }
  }

private:
  void visit(const CallEdge &Edge) {
    Way.push_back(&Edge);
    Visit({nullptr, Way});
    Way.pop_back();
  }

  Summaries &All;
  FunctionFilter IsPart;
  llvm::function_ref<void(const Witness &)> Visit;
  llvm::SmallPtrSet<const CallEdge *, 8> Seen;
  std::vector<const CallEdge *> Way;
};

void Summaries::forEachOutside(const FunctionDecl &F, FunctionFilter IsPart,
                               llvm::function_ref<void(const Witness &)> Visit) {
  const Node &N = node(definition(F));
  run();
  OutsideWalk(*this, IsPart, Visit).walk(N);
}

bool Summaries::leadsOutside(const FunctionDecl &F) {
  Node &N = node(definition(F));
  run();
  return leadsOutside(N);
}

bool Summaries::leadsOutside(Node &N) {
  if (N.LeadsOutside)
    return *N.LeadsOutside;
  llvm::SmallVector<Node *, 16> Seen{&N};
  llvm::SmallPtrSet<Node *, 16> Known{&N};
  for (size_t I = 0; I != Seen.size(); ++I) {
    if (!Seen[I]->Own.Outside.empty() || Seen[I]->LeadsOutside == true) {
      N.LeadsOutside = true;
      return true;
    }
    for (const std::deque<CallEdge> *Edges : {&Seen[I]->Own.Calls, &Seen[I]->Discovered})
      for (const CallEdge &Edge : *Edges)
        if (Node *Callee = Nodes.find(Edge.To)->second.get();
            !Callee->Own.IsCoroutine && Callee->LeadsOutside != false && Known.insert(Callee).second)
          Seen.push_back(Callee);
  }
  for (Node *Inside : Seen)
    Inside->LeadsOutside = false;
  return false;
}

const std::deque<CallEdge> &Summaries::discovered(const FunctionDecl &F) {
  const Node &N = node(definition(F));
  run();
  return N.Discovered;
}

llvm::ArrayRef<unsigned> Summaries::invoked(const FunctionDecl &F) {
  const Node &N = node(definition(F));
  run();
  return N.Invokes;
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
    auto [N, R] = News.front();
    News.pop_front();
    tell(*N, *R);
  }
}

/// Tells the callers of \p N, whom that is news to, of the next way to \p R.
void Summaries::tell(Node &N, Reached &R) {
  const CallEdge *Way = R.Ways[R.Told++];
  if (N.Own.IsCoroutine)
    return;
  auto Asked = R.Told == 1 ? N.Callers : std::exchange(R.Waiting, {});
  for (auto [Caller, Edge] : Asked)
    if (isRuledOut(*Edge, *R.What, Way))
      R.Waiting.push_back({Caller, Edge});
    else
      learn(*Caller, *R.What, Edge);
}

void Summaries::link(Node &Caller, const CallEdge &Edge) {
  Node &Callee = node(*Edge.To);
  Callee.Callers.push_back({&Caller, &Edge});
  if (!Callee.Own.IsCoroutine)
    for (size_t I = 0; I != Callee.Effects.size(); ++I) {
      Reached &R = Callee.Effects[I];
      if (after(Edge, R))
        learn(Caller, *R.What, &Edge);
      else if (R.Told != 0)
        R.Waiting.push_back({&Caller, &Edge});
    }
  for (size_t I = 0; I != Callee.Invokes.size(); ++I)
    activate(Caller, Edge, Callee.Invokes[I]);
}

void Summaries::learn(Node &N, const Effect &What, const CallEdge *First) {
  Reached *&R = N.Known[&What];
  if (!R) {
    if (N.Effects.size() >= MaxEffects)
      return;
    R = &N.Effects.emplace_back();
    R->What = &What;
  } else if (N.Own.Function->param_empty()) {
    return;
  }
  R->Ways.push_back(First);
  News.push_back({&N, R});
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
