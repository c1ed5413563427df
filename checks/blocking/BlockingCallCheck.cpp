// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds calls that block the thread of an event loop.

#include "blocking/BlockingCallCheck.h"
#include "blocking/AwaitableTwin.h"

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
    : LoopDelayCheck(Name, Context, std::move(Shared), "blocks",
                     "take post() and the like of event loops nobody described for functions that run a callback"),
      Kinds(*this, "Kinds", defaultKinds(), "kinds of blocking that are reported"),
      BlockingFunctions(*this, "BlockingFunctions", {}, "further functions that block, as `name -> advice`") {
  settings().BlockingFunctions = *BlockingFunctions;
}

bool BlockingCallCheck::wants(const Effect &E) const {
  return E.What == Effect::Kind::Blocks && (E.Declared || Kinds->contains(E.Blocking));
}

void BlockingCallCheck::ask(GraphRoot &Root) const {
  Root.What = GraphRoot::Asks::Blocks;
  Root.Kinds = Kinds->Bits;
}

LoopDelayCheck::Cure BlockingCallCheck::cure(const Effect &E, const Body &In, TranslationUnit &Unit) const {
  const auto Site = CallSite::of(E.Site);
  if (!Site)
    return {};
  if (E.Fact)
    if (auto Twin = awaitableTwin(*Site, *E.Fact, In, Unit))
      return {std::move(Twin), std::nullopt, {}};
  return {std::nullopt, offloaded(*Site, In, Unit), "run it off the event loop"};
}

} // namespace asynctidy
