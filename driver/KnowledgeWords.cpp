// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One sentence per fact of the knowledge format.

#include "KnowledgeWords.h"
#include "llvm/ADT/StringExtras.h"

using llvm::StringRef;

namespace asynctidy {
namespace {

std::string argument(int Position) {
  if (Position == Condition::Object)
    return "the object";
  return Position == CallableFact::Any ? "any callable argument" : "argument " + std::to_string(Position);
}

std::string inWords(const Condition &C) {
  const std::string What = argument(C.Argument);
  switch (C.What) {
  case Condition::Test::Zero:
    return What + " is zero";
  case Condition::Test::Null:
    return What + " is null";
  case Condition::Test::Mentions:
    return What + " mentions " + C.Name;
  case Condition::Test::HasType:
    return What + " is of type " + C.Name;
  case Condition::Test::DefaultArgument:
    return What + " is not written at the call";
  case Condition::Test::MayBeNonBlocking:
    return What + " is a descriptor that may be non-blocking";
  case Condition::Test::StandardOutput:
    return What + " is standard output or error";
  case Condition::Test::KnownReady:
    return What + " was seen to be ready before";
  }
  return What;
}

std::string joined(const std::vector<Condition> &Conditions, StringRef Between) {
  std::string Text;
  for (const Condition &C : Conditions)
    Text += (Text.empty() ? "" : Between.str()) + inWords(C);
  return Text;
}

std::string inWords(const CallableFact &Fact) {
  static constexpr StringRef Places[] = {"itself, before it returns", "on an event loop, later",
                                         "on another thread or in another process",
                                         "at most once in the life of the program"};
  const std::string Text = "runs " + argument(Fact.Argument);
  if (Fact.Executor)
    return Text + " on an event loop or elsewhere: the kind of the executor in " + argument(*Fact.Executor) +
           " decides";
  return Text + " " + Places[static_cast<unsigned>(Fact.Where)].str();
}

void addCommon(std::vector<std::string> &Words, StringRef Advice, StringRef Source) {
  if (!Advice.empty())
    Words.push_back("advice: " + Advice.str());
  if (!Source.empty())
    Words.push_back("source: " + Source.str());
}

} // namespace

std::vector<std::string> inWords(const FunctionFact &F) {
  std::vector<std::string> Words;
  if (F.Parameters)
    Words.push_back("only overloads with so many parameters: " + std::to_string(*F.Parameters));
  if (!F.FirstParameter.empty())
    Words.push_back("only overloads whose first parameter is a " + F.FirstParameter);
  if (F.Blocks)
    Words.push_back("blocks the calling thread: " + name(*F.Blocks).str());
  const std::pair<bool, const char *> Flags[] = {
      {F.RunsLoop, "runs an event loop on this thread"},
      {F.WaitsForTask, "takes an awaitable, or is a member of one, and waits for it on this thread"},
      {F.CreatesThread, "starts a thread or a process with each call"},
      {F.Spawns, "takes an awaitable and runs it concurrently with the caller"},
      {F.Detaches, "after it nobody waits for the work"},
      {F.NonBlocking, "does not block, and is not looked into"},
      {F.Observes, "uses an awaitable without consuming it"},
      {F.Stores, "puts its arguments into the object"},
      {F.IgnoresResult, "drops what the callable returns that it runs"},
      {F.Constructs, "makes an object of its first template argument from its arguments"},
      {F.ReleasesOwnership, "gives away what the object owns"},
      {F.TestsCancellation, "asks whether cancellation was requested"},
      {F.ReportsErrorsAsValues, "turns exceptions into values"},
      {F.SwitchesToObject, "awaiting its result moves the coroutine to the executor it is called on"},
      {F.BindsExecutor, "makes a completion token that resumes the coroutine on the executor given first"},
      {F.BindsArguments, "gives a callable that calls its first argument"},
      {F.AwaitsReadiness, "awaited, it waits until its object is ready"},
      {F.Shields, "takes an awaitable and keeps cancellation from it"},
      {F.GivesFuture, "a completion token with which an operation gives a std::future"},
  };
  for (const auto &[Holds, Text] : Flags)
    if (Holds)
      Words.push_back(Text);
  if (!F.Unless.empty())
    Words.push_back("but not if " + joined(F.Unless, ", or "));
  if (!F.OnlyIf.empty())
    Words.push_back("only if " + joined(F.OnlyIf, ", and "));
  for (const CallableFact &Fact : F.Runs)
    Words.push_back(inWords(Fact));
  if (!F.Operation.empty()) {
    std::string Text = "is an instance of the operation " + F.Operation;
    for (const auto &[Parameter, Value] : F.With)
      Text += ", " + Parameter + ": " + Value;
    Words.push_back(Text);
  }
  addCommon(Words, F.Advice, F.Source);
  return Words;
}

std::vector<std::string> inWords(const TypeFact &F) {
  std::vector<std::string> Words;
  if (F.Starts != TypeFact::Start::Unknown)
    Words.push_back(F.Starts == TypeFact::Start::Lazy ? "its work begins when it is awaited"
                                                      : "its work begins before it is awaited");
  if (F.Executor)
    Words.push_back("runs work: it is a kind of " + name(*F.Executor).str());
  const std::pair<bool, const char *> Flags[] = {
      {F.Awaitable, "can be awaited, although the type alone does not show it"},
      {F.NotAwaitable, "is not an operation to be awaited"},
      {F.MayBeDropped, "may be dropped"},
      {F.JoinsOnDestruction, "its destructor waits for the work or cancels it"},
      {F.NeverSuspends, "awaiting it never suspends"},
      {F.View, "looks at something that it does not own"},
      {F.StopToken, "tells those who are given one whether to stop"},
      {F.AsyncGuard, "a lock guard that may be held across a suspension"},
      {F.ThreadGuard, "a guard that belongs to the thread that made it"},
  };
  for (const auto &[Holds, Text] : Flags)
    if (Holds)
      Words.push_back(Text);
  addCommon(Words, F.Advice, F.Source);
  return Words;
}

std::vector<std::string> inWords(const CancellationFact &F) {
  std::vector<std::string> Words;
  switch (F.By) {
  case CancellationFact::Delivery::Exception:
    Words.push_back("coroutines of " + llvm::join(F.Tasks, ", ") + " are cancelled by an exception: " + F.Type +
                    (F.Code.empty() ? "" : " with the error " + F.Code));
    break;
  case CancellationFact::Delivery::Stopped:
    Words.push_back("coroutines of " + llvm::join(F.Tasks, ", ") +
                    " are cancelled by a completion that is no exception");
    break;
  case CancellationFact::Delivery::Destruction:
    Words.push_back("coroutines of " + llvm::join(F.Tasks, ", ") + " are cancelled by destroying their frame");
    break;
  case CancellationFact::Delivery::None:
    Words.push_back("coroutines of " + llvm::join(F.Tasks, ", ") + " are not cancelled");
    break;
  }
  if (!F.DisabledBy.empty())
    Words.push_back("awaiting something with a " + F.DisabledBy + " ends cancellation");
  addCommon(Words, "", F.Source);
  return Words;
}

std::vector<std::string> inWords(const OperationFact &F) {
  std::vector<std::string> Words{"in coroutines of " + llvm::join(F.Tasks, ", ") + " the operation " + F.Operation +
                                 " is written: " + F.Write};
  if (!F.Includes.empty())
    Words.push_back("declared in <" + llvm::join(F.Includes, ">, <") + ">");
  addCommon(Words, "", F.Source);
  return Words;
}

/// The lists of terms in which names can be looked up, and what it means to be in one.
static constexpr std::pair<std::vector<std::string> StandardTerms::*, const char *> Lists[] = {
    {&StandardTerms::ExecutorTypes, "a class that runs work on threads of its own"},
    {&StandardTerms::EventLoopTypes, "an event loop"},
    {&StandardTerms::ProcessPoolTypes, "a pool of processes"},
    {&StandardTerms::Waiting, "a function that waits for an awaitable on this thread"},
    {&StandardTerms::RunningLoop, "a member of an event loop that runs it"},
    {&StandardTerms::Spawning, "a function that starts an awaitable and does not wait"},
    {&StandardTerms::Shielding, "a function that keeps cancellation from an awaitable"},
    {&StandardTerms::Offloading, "a function that runs a callable on another thread"},
    {&StandardTerms::Posting, "a function that hands a callable to an executor"},
    {&StandardTerms::Switching, "a function whose awaited result moves the coroutine to another executor"},
    {&StandardTerms::StopTests, "a function that asks whether cancellation was requested"},
    {&StandardTerms::NonBlockingMarks, "a mark of a file that uses non-blocking descriptors"},
    {&StandardTerms::TearDown, "a function that ends things"},
    {&StandardTerms::FailureTypes, "a type of values that tell of a failure"},
    {&StandardTerms::TestScopes, "a function or class that testing frameworks make"},
    {&StandardTerms::TestNamespaces, "a namespace of tests"},
    {&StandardTerms::TestMacros, "a macro of assertions"},
};
/// Lists of parts of names, and of paths.
static constexpr std::vector<std::string> StandardTerms::*Parts[] = {
    &StandardTerms::CancelledWords, &StandardTerms::MemoryPaths, &StandardTerms::FailureWords,
    &StandardTerms::LoggerWords};

std::vector<std::string> termsOf(StringRef Name, const StandardTerms &Terms) {
  std::vector<std::string> Words;
  for (const auto &[List, Meaning] : Lists)
    if (matchesTerm(Name, Terms.*List))
      Words.push_back("in libraries nobody described, taken for " + std::string(Meaning) + " if its shape agrees");
  return Words;
}

size_t countFacts(const KnowledgeFile &File) {
  size_t Count = File.Functions.size() + File.Types.size() + File.Cancellations.size() + File.Operations.size();
  for (const auto &Entry : Lists)
    Count += (File.Terms.*Entry.first).size();
  for (auto List : Parts)
    Count += (File.Terms.*List).size();
  return Count;
}

} // namespace asynctidy
