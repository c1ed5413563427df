// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Walks from code on an event loop to what delays it, and tells the way.

#include "blocking/LoopDelay.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

Complaint parseOption(llvm::StringRef Text, IncludeStyle &Value) {
  Value.Value = Text == "google" ? tidy::utils::IncludeSorter::IS_Google : tidy::utils::IncludeSorter::IS_LLVM;
  if (Text == "llvm" || Text == "google")
    return std::nullopt;
  return "'" + Text.str() + "' is neither llvm nor google";
}

std::string printOption(const IncludeStyle &Value) {
  return Value.Value == tidy::utils::IncludeSorter::IS_LLVM ? "llvm" : "google";
}

LoopDelayCheck::LoopDelayCheck(llvm::StringRef Name, tidy::ClangTidyContext *Context,
                               std::shared_ptr<SharedUnit> Shared, llvm::StringRef Verb, llvm::StringRef Infers)
    : AsyncCheck(Name, Context, std::move(Shared)), Verb(Verb),
      AllowedFunctions(*this, "AllowedFunctions", {}, "functions that may do it or lead to it, as `name -> reason`"),
      FollowCalls(*this, "FollowCalls", true, "look through calls of functions whose bodies are visible"),
      CheckTests(*this, "CheckTests", false, "look at coroutines written in test cases too"),
      InferLibraries(*this, "InferLibraries", true, Infers),
      Style(*this, "IncludeStyle", {}, "the order of includes that fixes keep: llvm or google"),
      Includes(Style->Value, areDiagsSelfContained()) {}

void LoopDelayCheck::registerPPCallbacks(const SourceManager &, Preprocessor *PP, Preprocessor *) {
  Includes.registerPreprocessor(PP);
}

void LoopDelayCheck::checkFunction(const FunctionDecl &F, TranslationUnit &Unit) {
  LoopCode::forEach(F, Unit, [&](const LoopCode &Root) {
    if (Root.inferredFrom() && !infers())
      return;
    if (!*CheckTests && isTestCode(Root.function(), Unit))
      return;
    auto IsPart = [&](const FunctionDecl &Callee) { return Root.contains(Callee); };
    Unit.summaries().forEachCall(
        Root.function(), IsPart, [&](const FunctionDecl &Callee) { return isAllowed(Callee); },
        [&](const Effect &E) { return wants(E) && !find(*AllowedFunctions, E.Subject); },
        [&](const Witness &W) {
          if (leavingStep(W, Root) && !*FollowCalls)
            return false;
          if (!Root.delaysOnlyWaiter(W, Unit))
            reportWitness(W, Root, Unit);
          return true;
        });
    if (forLink() && *FollowCalls)
      Unit.summaries().forEachOutside(Root.function(), IsPart, [&](const Witness &W) {
        if (!isReported(W.Path.back()->Loc) &&
            llvm::none_of(W.Path, [&](const CallEdge *Step) { return isAllowed(*Step->To); }) &&
            !Root.delaysOnlyWaiter(W, Unit))
          deferWitness(W, Root);
      });
  });
}

bool LoopDelayCheck::isAllowed(const FunctionDecl &F) const { return find(*AllowedFunctions, F) != nullptr; }

/// Whether \p E lies directly in the coroutine \p Root, where co_await can be written.
static const Body *coroutineOf(const Effect &E, const LoopCode &Root, TranslationUnit &Unit) {
  return Root.isCoroutine() && E.In == &Root.function() && E.Site ? &Unit.body(Root.function()) : nullptr;
}

/// Leaves it to the link what the last call of \p W leads to.
void LoopDelayCheck::deferWitness(const Witness &W, const LoopCode &Root) {
  const CallEdge &Leaving = *W.Path.back();
  Deferred::Question Ask{{}, Leaving.From, &Leaving};
  ask(Ask.Asked);
  Ask.Asked.Description = Root.describe();
  for (const Named &Allowed : *AllowedFunctions)
    Ask.Asked.Allowed.push_back(Allowed.Pattern);
  Ask.Asked.Prepared = defer(Leaving.Loc, describe(Leaving) + " " + Verb + " the thread that runs " + Root.describe() +
                                              ": it leads to '{subject}', which {does}");
  noteInference(Root);
  forLink()->Questions.push_back(std::move(Ask));
}

void LoopDelayCheck::noteInference(const LoopCode &Root) {
  if (const HandedOver *Handed = Root.inferredFrom())
    note(Handed->Site->getExprLoc(), "%0 is taken for a function that lets the event loop run it, because of its name "
                                     "and the type it is called with")
        << Handed->Taker;
}

void LoopDelayCheck::reportWitness(const Witness &W, const LoopCode &Root, TranslationUnit &Unit) {
  const Effect &Leaf = *W.What;
  const CallEdge *Leaving = leavingStep(W, Root);
  const SourceLocation Loc = Leaving ? Leaving->Loc : Leaf.Loc;
  const Body *In = coroutineOf(Leaf, Root, Unit);
  const Cure Help = In ? cure(Leaf, *In, Unit) : Cure();
  {
    auto Finding = report(Loc, Leaving ? "%0 %4 the thread that runs %1: it leads to '%2', which %3"
                                       : "'%2' %3 and %4 the thread that runs %1");
    if (!Finding)
      return;
    *Finding << (Leaving ? describe(*Leaving) : "") << Root.describe() << Leaf.Subject << doing(Leaf) << Verb;
    if (Help.Safe)
      offer(*Finding, *Help.Safe, Unit);
  }
  if (Leaving)
    noteWay(W, *Leaving);
  if (!Leaf.Inferred.empty())
    note(Leaf.Loc, "%0") << Leaf.Inferred;
  noteInference(Root);
  if (!Leaf.Advice.empty())
    note(Loc, "%0") << Leaf.Advice;
  if (Help.ToChoose && !Help.Safe) {
    auto Note = note(Loc, "%0");
    Note << Help.Note;
    offer(Note, *Help.ToChoose, Unit);
  }
}

/// Tells the way from \p Leaving, the call that is reported, to what \p W is about.
void LoopDelayCheck::noteWay(const Witness &W, const CallEdge &Leaving) {
  const auto Rest = llvm::ArrayRef(W.Path).drop_front(llvm::find(W.Path, &Leaving) - W.Path.begin() + 1);
  // A reader follows a dozen steps; of a longer way the two ends tell more than the middle.
  constexpr size_t Shown = 6;
  for (size_t I = 0; I != Rest.size(); ++I) {
    if (Rest.size() > 2 * Shown && I == Shown) {
      note(Rest[I]->Loc, "%0 more calls from here") << static_cast<unsigned>(Rest.size() - 2 * Shown);
      I = Rest.size() - Shown;
    }
    note(Rest[I]->Loc, "which calls %0 here") << describe(*Rest[I]);
  }
  note(W.What->Loc, "which calls '%0' here") << W.What->Subject;
}

void LoopDelayCheck::offer(DiagnosticBuilder &Finding, const Rewrite &Fix, TranslationUnit &Unit) {
  Finding << FixItHint::CreateReplacement(Fix.Range, Fix.Text);
  const FileID File = Unit.context().getSourceManager().getFileID(Fix.Range.getBegin());
  for (const std::string &Header : Fix.Includes)
    if (!Unit.includes(Header))
      if (auto Include = Includes.createIncludeInsertion(File, "<" + Header + ">"))
        Finding << *Include;
}

} // namespace asynctidy
