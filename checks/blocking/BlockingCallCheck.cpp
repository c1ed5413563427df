// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds calls that block the thread of an event loop.

#include "blocking/BlockingCallCheck.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

Complaint parseOption(llvm::StringRef Text, KindSet &Value) {
  llvm::SmallVector<llvm::StringRef> Parts;
  Text.split(Parts, ';', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef Part : Parts) {
    auto Kind = blockKindFromName(Part.trim());
    if (!Kind) {
      KindSet All;
      All.Bits = ~0U;
      return "there is no kind '" + Part.trim().str() + "'; there are " + printOption(All);
    }
    Value.Bits |= 1U << static_cast<unsigned>(*Kind);
  }
  return std::nullopt;
}

std::string printOption(const KindSet &Value) {
  std::string Text;
  for (unsigned I = 0; I <= static_cast<unsigned>(BlockKind::Cpu); ++I)
    if (auto Kind = static_cast<BlockKind>(I); Value.contains(Kind))
      Text += (Text.empty() ? "" : ";") + name(Kind).str();
  return Text;
}

Complaint parseOption(llvm::StringRef Text, IncludeStyle &Value) {
  Value.Value = Text == "google" ? tidy::utils::IncludeSorter::IS_Google : tidy::utils::IncludeSorter::IS_LLVM;
  if (Text == "llvm" || Text == "google")
    return std::nullopt;
  return "'" + Text.str() + "' is neither llvm nor google";
}

std::string printOption(const IncludeStyle &Value) {
  return Value.Value == tidy::utils::IncludeSorter::IS_LLVM ? "llvm" : "google";
}

/// All kinds except short critical sections and computing, which are right more often than not.
static KindSet defaultKinds() {
  KindSet Kinds;
  for (unsigned I = 0; I <= static_cast<unsigned>(BlockKind::Cpu); ++I)
    Kinds.Bits |= 1U << I;
  Kinds.Bits &= ~(1U << static_cast<unsigned>(BlockKind::Lock) | 1U << static_cast<unsigned>(BlockKind::Cpu));
  return Kinds;
}

BlockingCallCheck::BlockingCallCheck(llvm::StringRef Name, tidy::ClangTidyContext *Context,
                                     std::shared_ptr<SharedUnit> Shared)
    : AsyncCheck(Name, Context, std::move(Shared)),
      Kinds(*this, "Kinds", defaultKinds(), "kinds of blocking that are reported"),
      BlockingFunctions(*this, "BlockingFunctions", {}, "further functions that block, as `name -> advice`"),
      AllowedFunctions(*this, "AllowedFunctions", {},
                       "functions that may block or lead to blocking, as `name -> reason`"),
      FollowCalls(*this, "FollowCalls", true, "look through calls of functions whose bodies are visible"),
      CheckTests(*this, "CheckTests", false, "look at coroutines written in test cases too"),
      InferLibraries(*this, "InferLibraries", true,
                     "take post() and the like of event loops nobody described for functions that run a callback"),
      Style(*this, "IncludeStyle", {}, "the order of includes that fixes keep: llvm or google"),
      Includes(Style->Value, areDiagsSelfContained()) {
  settings().BlockingFunctions = *BlockingFunctions;
}

void BlockingCallCheck::registerPPCallbacks(const SourceManager &, Preprocessor *PP, Preprocessor *) {
  Includes.registerPreprocessor(PP);
}

void BlockingCallCheck::checkFunction(const FunctionDecl &F, TranslationUnit &Unit) {
  LoopCode::forEach(F, Unit, [&](const LoopCode &Root) {
    if (Root.inferredFrom() && !*InferLibraries)
      return;
    if (!*CheckTests && isTestCode(Root.function(), Unit))
      return;
    Unit.summaries().forEachCall(
        Root.function(), [&](const FunctionDecl &Callee) { return Root.contains(Callee); },
        [&](const FunctionDecl &Callee) { return isAllowed(Callee); },
        [&](const Effect &E) {
          return E.What == Effect::Kind::Blocks && (E.Declared || Kinds->contains(E.Blocking)) &&
                 !find(*AllowedFunctions, E.Subject);
        },
        [&](const Witness &W) {
          if (leavingStep(W, Root) && !*FollowCalls)
            return false;
          if (!Root.delaysOnlyWaiter(W, Unit))
            reportWitness(W, Root, Unit);
          return true;
        });
    if (forLink() && *FollowCalls)
      Unit.summaries().forEachOutside(
          Root.function(), [&](const FunctionDecl &Callee) { return Root.contains(Callee); },
          [&](const Witness &W) {
            if (!isReported(W.Path.back()->Loc) &&
                llvm::none_of(W.Path, [&](const CallEdge *Step) { return isAllowed(*Step->To); }) &&
                !Root.delaysOnlyWaiter(W, Unit))
              deferWitness(W, Root);
          });
  });
}

bool BlockingCallCheck::isAllowed(const FunctionDecl &F) const { return find(*AllowedFunctions, F) != nullptr; }

/// Whether \p E lies directly in the coroutine \p Root, where co_await can be written.
static const Body *coroutineOf(const Effect &E, const LoopCode &Root, TranslationUnit &Unit) {
  return Root.isCoroutine() && E.In == &Root.function() && E.Site ? &Unit.body(Root.function()) : nullptr;
}

/// Leaves it to the link whether the last call of \p W blocks.
void BlockingCallCheck::deferWitness(const Witness &W, const LoopCode &Root) {
  const CallEdge &Leaving = *W.Path.back();
  Deferred::Question Ask{{}, Leaving.From, &Leaving};
  Ask.Asked.What = GraphRoot::Asks::Blocks;
  Ask.Asked.Description = Root.describe();
  Ask.Asked.Kinds = Kinds->Bits;
  for (const Named &Allowed : *AllowedFunctions)
    Ask.Asked.Allowed.push_back(Allowed.Pattern);
  Ask.Asked.Prepared = defer(Leaving.Loc, describe(Leaving) + " blocks the thread that runs " + Root.describe() +
                                              ": it leads to '{subject}', which {does}");
  noteInference(Root);
  forLink()->Questions.push_back(std::move(Ask));
}

void BlockingCallCheck::noteInference(const LoopCode &Root) {
  if (const HandedOver *Handed = Root.inferredFrom())
    note(Handed->Site->getExprLoc(), "%0 is taken for a function that lets the event loop run it, because of its name "
                                     "and the type it is called with")
        << Handed->Taker;
}

void BlockingCallCheck::reportWitness(const Witness &W, const LoopCode &Root, TranslationUnit &Unit) {
  const Effect &Leaf = *W.What;
  const CallEdge *Leaving = leavingStep(W, Root);
  const SourceLocation Loc = Leaving ? Leaving->Loc : Leaf.Loc;
  const Body *In = coroutineOf(Leaf, Root, Unit);
  auto Site = In ? CallSite::of(Leaf.Site) : std::nullopt;
  auto Twin = Site && Leaf.Fact ? awaitableTwin(*Site, *Leaf.Fact, *In, Unit) : std::nullopt;
  {
    auto Finding = report(Loc, Leaving ? "%0 blocks the thread that runs %1: it leads to '%2', which %3"
                                       : "'%2' %3 and blocks the thread that runs %1");
    if (!Finding)
      return;
    *Finding << (Leaving ? describe(*Leaving) : "") << Root.describe() << Leaf.Subject
             << (Leaf.Declared ? "is declared as blocking" : doing(Leaf.Blocking));
    if (Twin)
      offer(*Finding, *Twin, Unit);
  }
  if (Leaving) {
    const auto Rest = llvm::ArrayRef(W.Path).drop_front(llvm::find(W.Path, Leaving) - W.Path.begin() + 1);
    // A reader follows a dozen steps; of a longer way the two ends tell more than the middle.
    constexpr size_t Shown = 6;
    for (size_t I = 0; I != Rest.size(); ++I) {
      if (Rest.size() > 2 * Shown && I == Shown) {
        note(Rest[I]->Loc, "%0 more calls from here") << static_cast<unsigned>(Rest.size() - 2 * Shown);
        I = Rest.size() - Shown;
      }
      note(Rest[I]->Loc, "which calls %0 here") << describe(*Rest[I]);
    }
    note(Leaf.Loc, "which calls '%0' here") << Leaf.Subject;
  }
  noteInference(Root);
  if (!Leaf.Advice.empty())
    note(Loc, "%0") << Leaf.Advice;
  if (Site && !Twin)
    if (auto Off = offloaded(*Site, *In, Unit)) {
      auto Note = note(Loc, "run it off the event loop");
      offer(Note, *Off, Unit);
    }
}

void BlockingCallCheck::offer(DiagnosticBuilder &Finding, const Rewrite &Fix, TranslationUnit &Unit) {
  Finding << FixItHint::CreateReplacement(Fix.Range, Fix.Text);
  const FileID File = Unit.context().getSourceManager().getFileID(Fix.Range.getBegin());
  for (const std::string &Header : Fix.Includes)
    if (!Unit.includes(Header))
      if (auto Include = Includes.createIncludeInsertion(File, "<" + Header + ">"))
        Finding << *Include;
}

} // namespace asynctidy
