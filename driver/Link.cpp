// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One graph out of those of all files, and searches on it that go backwards from what blocks or is created.

#include "Link.h"
#include "Option.h"
#include "knowledge/Knowledge.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include <deque>
#include <map>
#include <set>

namespace asynctidy {
namespace {

using Node = unsigned;
using Item = unsigned;
constexpr unsigned None = ~0U;

/// A function of the project.
struct Function {
  const GraphFunction *Said = nullptr; ///< Null if no file defines it, or several do, each another one.
  unsigned Unit = 0;
  unsigned Number = 0; ///< Among the functions of the unit.
  std::vector<Item> Items;
  std::vector<Item> Callers;
  std::vector<unsigned> Invokes;
};

/// An item of a function of the project.
struct LinkedItem {
  const GraphItem *Said;
  Node In;
  Node To = None; ///< Of a call.
  unsigned Unit;
  bool Counts;             ///< Whether it is of the definition that counts.
  bool IsCallable = false; ///< A call of a callable argument, which the callee makes.
};

class Linker {
public:
  Linker(llvm::ArrayRef<const FileResult *> Units, llvm::function_ref<bool()> IsStopped)
      : Units(Units), IsStopped(IsStopped) {}

  std::optional<std::vector<Finding>> run() {
    for (auto Step : {&Linker::enter, &Linker::discoverCallables, &Linker::decideDelays, &Linker::decideExecutors}) {
      if (IsStopped())
        return std::nullopt;
      (this->*Step)();
    }
    return IsStopped() ? std::nullopt : std::optional(std::move(Found));
  }

private:
  /// The node of the function that unit \p U means by its function \p F.
  Node nodeOf(unsigned U, unsigned F) const { return NodeOf[U][F]; }

  void enter() {
    const llvm::StringSet<> Ambiguous = findAmbiguous();
    llvm::StringMap<Node> ById;
    NodeOf.resize(Units.size());
    ItemsOf.resize(Units.size());
    for (unsigned U = 0; U != Units.size(); ++U)
      for (const GraphFunction &F : Units[U]->Graph.Functions) {
        // A file means its own one; from elsewhere nobody knows which is called.
        const bool Apart = F.Defined && Ambiguous.contains(F.Id);
        auto [Slot, New] = ById.try_emplace(Apart ? F.Id + "@" + std::to_string(U) : F.Id, Functions.size());
        if (New)
          Functions.emplace_back();
        Function &Into = Functions[Slot->second];
        if (F.Defined && !Into.Said)
          std::tie(Into.Said, Into.Unit, Into.Number) = std::tuple(&F, U, static_cast<unsigned>(NodeOf[U].size()));
        NodeOf[U].push_back(Slot->second);
      }
    for (unsigned U = 0; U != Units.size(); ++U)
      for (unsigned F = 0; F != Units[U]->Graph.Functions.size(); ++F)
        ItemsOf[U].push_back(enterItems(U, F));
  }

  /// Functions that are defined at several places, or that do different things in different files at the same one,
  /// because of macros: nobody knows which is called from elsewhere.
  llvm::StringSet<> findAmbiguous() const {
    struct Definition {
      llvm::StringRef Place;
      std::string Does;
    };
    llvm::StringMap<Definition> First;
    llvm::StringSet<> Marked;
    llvm::StringMap<unsigned> Commands; // How often each source file is compiled.
    for (const FileResult *Unit : Units)
      ++Commands[Unit->File];
    auto Define = [&](llvm::StringRef Mark, std::string Does) {
      const llvm::StringRef Function = Mark.take_front(16), Place = Mark.drop_front(16);
      auto [Slot, New] = First.try_emplace(Function, Definition{Marks.insert(Place).first->getKey(), Does});
      if (!New && (Slot->second.Place != Place || Slot->second.Does != Does))
        Marked.insert(Function);
    };
    for (const FileResult *Unit : Units) {
      for (const GraphFunction &F : Unit->Graph.Functions)
        if (F.Defined)
          Define(definitionMark(F.Id, F.At), effects(F, *Unit, Commands.lookup(Unit->File) > 1));
      for (const std::string &Mark : Unit->Graph.Harmless)
        Define(Mark, {});
    }
    llvm::StringSet<> Found;
    for (const FileResult *Unit : Units)
      for (const GraphFunction &F : Unit->Graph.Functions)
        if (F.Defined && Marked.contains(llvm::StringRef(definitionMark(F.Id, F.At)).take_front(16)))
          Found.insert(F.Id);
    return Found;
  }

  /// What \p F of \p Unit does itself, and what it certainly does not call in other files. All else that it calls is no
  /// part of that: a call that leads nowhere is left out where the callee can be seen, and is there elsewhere.
  static std::string effects(const GraphFunction &F, const FileResult &Unit, bool IsRepeated) {
    // The same source under other flags sees the same callees, but for macros.
    const bool AllCalls = IsRepeated && llvm::StringRef(Unit.File).ends_with(F.At.File);
    std::string All;
    for (const GraphItem &I : F.Items) {
      if (I.What != GraphItem::Kind::Call) {
        All += std::to_string(I.At.Offset) + ":" + I.Subject + ";";
        continue;
      }
      // A header that calls what each source file has of its own.
      const GraphFunction &To = Unit.Graph.Functions[I.To];
      const bool OfUnit = !llvm::StringRef(To.Id).starts_with("c:") && To.At.File != F.At.File;
      if (AllCalls || OfUnit)
        All += std::to_string(I.At.Offset) + ":" + To.Id + ";";
    }
    return All;
  }

  std::vector<Item> enterItems(unsigned U, unsigned F) {
    const GraphFunction &Said = Units[U]->Graph.Functions[F];
    const Node In = nodeOf(U, F);
    const Function &Into = Functions[In];
    if (!Said.Defined)
      return {};
    const bool Counts = Into.Said == &Said;
    // Of a function that several files see through a header, one is enough; but roots ask about items of their own
    // file.
    if (!Counts && Into.Said && isSame(U, Said, Into))
      return ItemsOf[Into.Unit][Into.Number];
    std::vector<Item> Numbers;
    for (const GraphItem &I : Said.Items) {
      const bool IsCall = I.What == GraphItem::Kind::Call;
      Numbers.push_back(static_cast<Item>(Items.size()));
      Items.push_back({&I, In, IsCall ? nodeOf(U, I.To) : None, U, Counts});
      if (Counts)
        Functions[In].Items.push_back(Numbers.back());
      if (IsCall)
        Functions[nodeOf(U, I.To)].Callers.push_back(Numbers.back());
    }
    return Numbers;
  }

  bool isSame(unsigned U, const GraphFunction &A, const Function &B) const {
    return llvm::equal(A.Items, B.Said->Items, [&](const GraphItem &X, const GraphItem &Y) {
      return X.At == Y.At && X.What == Y.What && X.Subject == Y.Subject &&
             (X.What != GraphItem::Kind::Call || nodeOf(U, X.To) == nodeOf(B.Unit, Y.To));
    });
  }

  /// Whether what \p F does is known to whoever calls it.
  static bool isKnown(const Function &F) { return F.Said && !F.Said->Coroutine; }

  /// Adds the calls that functions make of their parameters, where a caller says what is called.
  void discoverCallables() {
    std::deque<std::pair<Node, unsigned>> News;
    auto Learn = [&](Node N, unsigned Parameter) {
      if (llvm::is_contained(Functions[N].Invokes, Parameter))
        return;
      Functions[N].Invokes.push_back(Parameter);
      News.emplace_back(N, Parameter);
    };
    for (Node N = 0; N != Functions.size(); ++N)
      if (isKnown(Functions[N]))
        for (unsigned Parameter : Functions[N].Said->Invokes)
          Learn(N, Parameter);
    while (!News.empty()) {
      const auto [N, Parameter] = News.front();
      News.pop_front();
      for (size_t I = 0; I != Functions[N].Callers.size(); ++I) {
        const LinkedItem Call = Items[Functions[N].Callers[I]];
        for (const GraphItem::Callable &C : Call.Said->Callables) {
          if (C.Parameter != Parameter)
            continue;
          if (C.Forwards >= 0) {
            Learn(Call.In, static_cast<unsigned>(C.Forwards));
            continue;
          }
          const Node To = nodeOf(Call.Unit, static_cast<unsigned>(C.Target));
          const Item Number = static_cast<Item>(Items.size());
          Items.push_back({Call.Said, Call.In, To, Call.Unit, Call.Counts, /*IsCallable=*/true});
          Functions[Call.In].Items.push_back(Number);
          Functions[To].Callers.push_back(Number);
          Derived[Functions[N].Callers[I]].push_back(Number);
        }
      }
    }
  }

  /// Which calls lead to an item of a set, and what comes next on the shortest way.
  class Search {
  public:
    /// Ways lead through no item of \p Excluded.
    Search(const Linker &All, const std::vector<bool> &Excluded) : All(All), Excluded(Excluded) {}

    void from(Item Goal) {
      if (Excluded[Goal])
        return;
      Next[Goal] = Goal;
      Pending.push_back(Goal);
    }
    void run() {
      llvm::DenseMap<Node, std::vector<Item>> Waiting; // Callers that rule out what was found so far.
      while (!Pending.empty() && !All.IsStopped()) {
        const Item Reached = Pending.front();
        Pending.pop_front();
        const LinkedItem &Step = All.Items[Reached];
        if (!Step.Counts || !isKnown(All.Functions[Step.In]))
          continue;
        auto [Callers, New] = Waiting.try_emplace(Step.In);
        if (New)
          Callers->second = All.Functions[Step.In].Callers;
        llvm::erase_if(Callers->second, [&](Item Call) {
          if (isSkipped(Step.Said->Guards, arguments(Call)))
            return false;
          if (!Excluded[Call] && Next.try_emplace(Call, Reached).second)
            Pending.push_back(Call);
          return true;
        });
      }
    }
    bool reaches(Item Call) const { return Next.contains(Call); }
    /// The way from \p Call, with it, to the goal, with that.
    std::vector<Item> way(Item Call) const {
      std::vector<Item> Way{Call};
      for (Item Then = Next.lookup(Call); Then != Way.back(); Then = Next.lookup(Then))
        Way.push_back(Then);
      return Way;
    }

  private:
    /// What \p Call says of its callee's parameters. A callable's are not given where it is passed.
    const std::vector<Known> &arguments(Item Call) const {
      static const std::vector<Known> Nothing;
      return All.Items[Call].IsCallable ? Nothing : All.Items[Call].Said->Arguments;
    }

    const Linker &All;
    const std::vector<bool> &Excluded;
    llvm::DenseMap<Item, Item> Next; ///< What follows on the shortest way; a goal follows itself.
    std::deque<Item> Pending;
  };

  template <typename F> void forEachRoot(F &&Visit) {
    for (unsigned U = 0; U != Units.size(); ++U)
      for (const GraphRoot &Root : Units[U]->Graph.Roots)
        Visit(U, Root);
  }

  /// The items that a way must not lead through where \p Patterns are allowed. Roots of one configuration share them.
  const std::vector<bool> &excluded(const std::vector<std::string> &Patterns) {
    auto [Slot, New] = Excluded.try_emplace(Patterns, Items.size());
    if (New && !Patterns.empty()) {
      std::vector<Named> Allowed;
      for (const std::string &Pattern : Patterns)
        Allowed.push_back({Pattern, {}});
      for (Item I = 0; I != Items.size(); ++I) {
        const LinkedItem &Step = Items[I];
        Slot->second[I] = Step.To == None ? find(Allowed, Step.Said->Subject) != nullptr
                                          : Functions[Step.To].Said && find(Allowed, Functions[Step.To].Said->Name);
      }
    }
    return Slot->second;
  }

  bool crossesFiles(const std::vector<Item> &Way) const {
    return llvm::any_of(Way, [&](Item I) { return Items[I].Unit != Items[Way.front()].Unit; });
  }

  static std::string fill(std::string Message, llvm::StringRef Root, const GraphItem &Leaf) {
    for (const auto &[Key, Value] : {std::pair<llvm::StringRef, llvm::StringRef>{"{root}", Root},
                                     {"{subject}", Leaf.Subject},
                                     {"{does}", Leaf.Does}})
      for (size_t At = Message.find(Key); At != std::string::npos; At = Message.find(Key, At + Value.size()))
        Message.replace(At, Key.size(), Value);
    return Message;
  }

  Note step(Item I, llvm::StringRef Before, llvm::StringRef What) const {
    return {Items[I].Said->At, Items[I].Said->Source, (Before + What + " here").str(), {}};
  }
  std::string what(Item I) const {
    if (!Items[I].IsCallable)
      return Items[I].Said->Subject;
    const GraphFunction *Run = Functions[Items[I].To].Said;
    const bool Named = Run && !llvm::StringRef(Run->Name).ends_with("operator()");
    return Named ? "'" + Run->Name + "'" : "a lambda";
  }

  //===-- Blocking, and waiting for tasks
  //---------------------------------------------------------------------------===//

  /// What delays a loop: blocking of each kind, what is declared as blocking, waiting for tasks.
  enum : unsigned {
    BlockKinds = static_cast<unsigned>(BlockKind::Cpu) + 1,
    Declared = BlockKinds,
    Waits,
    InferredWaits,
    Delays
  };

  static std::optional<unsigned> delayOf(const GraphItem &I) {
    if (I.What == GraphItem::Kind::WaitsForTask)
      return I.Inferred.empty() ? Waits : InferredWaits;
    if (I.What != GraphItem::Kind::Blocks)
      return std::nullopt;
    return I.Declared ? Declared : std::min<unsigned>(I.Sort, BlockKinds - 1);
  }

  static bool asksFor(unsigned Delay, const GraphRoot &Root) {
    if (Root.What == GraphRoot::Asks::WaitsForTask)
      return Delay == Waits || (Delay == InferredWaits && Root.Inferred);
    return Root.What == GraphRoot::Asks::Blocks &&
           (Delay == Declared || (Delay < BlockKinds && (Root.Kinds >> Delay & 1)));
  }

  void decideDelays() {
    // One search for each, so that a root can refuse some.
    std::vector<std::vector<Item>> Goals(Delays);
    for (Item I = 0; I != Items.size(); ++I)
      if (const auto Delay = delayOf(*Items[I].Said))
        Goals[*Delay].push_back(I);
    std::map<std::vector<std::string>, std::vector<Search>> Searches; // By what is allowed.
    auto SearchesFor = [&](const std::vector<std::string> &Allowed) -> const std::vector<Search> & {
      auto [Slot, New] = Searches.try_emplace(Allowed);
      for (unsigned Delay = 0; New && Delay != Delays; ++Delay) {
        Search &Made = Slot->second.emplace_back(*this, excluded(Allowed));
        for (Item Goal : Goals[Delay])
          Made.from(Goal);
        Made.run();
      }
      return Slot->second;
    };
    std::set<std::pair<Position, std::string>> Told;
    forEachRoot([&](unsigned U, const GraphRoot &Root) {
      if (Root.What == GraphRoot::Asks::CreatesExecutor)
        return;
      const Finding &Prepared = Units[U]->Deferred[Root.Prepared];
      if (!Prepared.At.isValid() || IsStopped())
        return;
      const std::vector<Search> &For = SearchesFor(Root.Allowed);
      const Item Call = ItemsOf[U][Root.Function][Root.Item];
      std::optional<std::vector<Item>> Best;
      for (unsigned Delay = 0; Delay != Delays; ++Delay) {
        if (!asksFor(Delay, Root))
          continue;
        auto Try = [&](std::vector<Item> Way) {
          if (!Best || Way.size() < Best->size())
            Best = std::move(Way);
        };
        const Search &S = For[Delay];
        if (S.reaches(Call) && crossesFiles(S.way(Call)))
          Try(S.way(Call));
        for (Item Passed : Derived.lookup(Call)) // The callee lies in another file, or it would have been seen there.
          if (S.reaches(Passed))
            Try(S.way(Passed));
      }
      if (Best && Told.emplace(Prepared.At, Prepared.Check).second)
        tellDelay(Prepared, *Best);
    });
  }

  void tellDelay(const Finding &Prepared, const std::vector<Item> &Way) {
    const GraphItem &Leaf = *Items[Way.back()].Said;
    Finding Told = Prepared;
    Told.Message = fill(Prepared.Message, {}, Leaf);
    std::vector<Note> Steps;
    constexpr size_t Shown = 6; // As in the check.
    const auto Rest = llvm::ArrayRef(Way).drop_front(Items[Way.front()].IsCallable ? 0 : 1).drop_back();
    for (size_t I = 0; I != Rest.size(); ++I) {
      if (Rest.size() > 2 * Shown && I == Shown) {
        Steps.push_back({Items[Rest[I]].Said->At,
                         Items[Rest[I]].Said->Source,
                         std::to_string(Rest.size() - 2 * Shown) + " more calls from here",
                         {}});
        I = Rest.size() - Shown;
      }
      Steps.push_back(step(Rest[I], "which calls ", what(Rest[I])));
    }
    Steps.push_back(step(Way.back(), "which calls ", "'" + Leaf.Subject + "'"));
    if (!Leaf.Inferred.empty())
      Steps.push_back({Leaf.At, Leaf.Source, Leaf.Inferred, {}});
    Told.Notes.insert(Told.Notes.begin(), Steps.begin(), Steps.end());
    if (!Leaf.Advice.empty())
      Told.Notes.push_back({Told.At, Told.Source, Leaf.Advice, {}});
    Found.push_back(std::move(Told));
  }

  //===-- Executors made per call ---------------------------------------------------------------------------------===//

  void decideExecutors() {
    std::set<std::pair<Position, std::string>> Told;
    for (Item Leaf = 0; Leaf != Items.size() && !IsStopped(); ++Leaf) {
      const GraphItem &Made = *Items[Leaf].Said;
      if (Made.What != GraphItem::Kind::CreatesExecutor || Made.Prepared < 0)
        continue;
      const Finding &Prepared = Units[Items[Leaf].Unit]->Deferred[Made.Prepared];
      if (!Prepared.At.isValid() || Told.contains({Prepared.At, Prepared.Check}))
        continue;
      std::map<std::vector<std::string>, Search> Searches; // By what is allowed.
      auto SearchFor = [&](const std::vector<std::string> &Allowed) -> const Search & {
        auto [Slot, New] = Searches.try_emplace(Allowed, *this, excluded(Allowed));
        if (New) {
          Slot->second.from(Leaf);
          Slot->second.run();
        }
        return Slot->second;
      };
      std::optional<std::vector<Item>> Best;
      const GraphRoot *By = nullptr;
      forEachRoot([&](unsigned U, const GraphRoot &Root) {
        if (Root.What != GraphRoot::Asks::CreatesExecutor || (!Made.Inferred.empty() && !Root.Inferred))
          return;
        const Search &S = SearchFor(Root.Allowed);
        std::vector<Item> Own = ItemsOf[U][Root.Function];
        for (size_t I = 0, End = Own.size(); I != End; ++I)
          llvm::append_range(Own, Derived.lookup(Own[I]));
        for (Item First : Own) {
          if (!S.reaches(First) || Items[First].Said->What != GraphItem::Kind::Call)
            continue;
          std::vector<Item> Way = S.way(First);
          const bool Loops = llvm::any_of(Way, [&](Item I) { return Items[I].Said->InLoop; });
          if (crossesFiles(Way) && (Loops || !Root.RunsOnce) && (!Best || Way.size() < Best->size())) {
            Best = std::move(Way);
            By = &Root;
          }
        }
      });
      if (Best && Told.emplace(Prepared.At, Prepared.Check).second)
        tellExecutor(Prepared, *By, *Best);
    }
  }

  void tellExecutor(const Finding &Prepared, const GraphRoot &Root, const std::vector<Item> &Way) {
    Finding Told = Prepared;
    Told.Message = fill(Prepared.Message, Root.Description, *Items[Way.back()].Said);
    std::vector<Note> Steps;
    for (Item I : llvm::ArrayRef(Way).drop_back())
      Steps.push_back(step(I, "reached through the call of ", what(I)));
    Told.Notes.insert(Told.Notes.begin(), Steps.begin(), Steps.end());
    Found.push_back(std::move(Told));
  }

  llvm::ArrayRef<const FileResult *> Units;
  llvm::function_ref<bool()> IsStopped;
  mutable llvm::StringSet<> Marks; ///< Keeps the places of definitions while they are compared.
  std::vector<Function> Functions;
  std::vector<LinkedItem> Items;
  std::vector<std::vector<Node>> NodeOf;
  std::vector<std::vector<std::vector<Item>>> ItemsOf;            ///< By unit and function.
  llvm::DenseMap<Item, llvm::SmallVector<Item, 1>> Derived;       ///< Calls of the callables that a call passes.
  std::map<std::vector<std::string>, std::vector<bool>> Excluded; ///< By what is allowed.
  std::vector<Finding> Found;
};

} // namespace

std::vector<Finding> link(llvm::ArrayRef<const FileResult *> Units) {
  return *link(Units, [] { return false; });
}

std::optional<std::vector<Finding>> link(llvm::ArrayRef<const FileResult *> Units,
                                         llvm::function_ref<bool()> IsStopped) {
  return Linker(Units, IsStopped).run();
}

} // namespace asynctidy
