// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The keys of knowledge files, one table per kind of mapping. docs/knowledge.md explains each; a test compares.
#include "knowledge/KnowledgeDocument.h"
#include "knowledge/QualifiedName.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace asynctidy {
namespace {

constexpr StringRef BlockKinds[] = {"sleep",     "network",  "dns",  "file", "process", "console-input",
                                    "sync-wait", "database", "http", "lock", "cpu"};
constexpr StringRef Places[] = {"now", "loop", "elsewhere", "once"};
constexpr StringRef Executors[] = {"thread-pool", "process-pool", "event-loop", "thread"};
constexpr StringRef Deliveries[] = {"exception", "stopped", "destruction", "none"};
constexpr std::pair<StringRef, Condition::Test> Tests[] = {
    {"zero", Condition::Test::Zero},
    {"null", Condition::Test::Null},
    {"default", Condition::Test::DefaultArgument},
    {"maybe-nonblocking-descriptor", Condition::Test::MayBeNonBlocking},
    {"standard-output", Condition::Test::StandardOutput},
    {"known-ready", Condition::Test::KnownReady},
};

// The readers that keys share. T is the type of the mapping they belong to.
template <auto Member, class T> bool flag(YamlReader &R, yaml::Node &V, T &Into) {
  return R.flag(V, Into.Fact.*Member);
}
template <auto Member, class T> bool factText(YamlReader &R, yaml::Node &V, T &Into) {
  return R.text(V, Into.Fact.*Member);
}
template <auto Member, class T> bool texts(YamlReader &R, yaml::Node &V, T &Into) { return R.texts(V, Into.*Member); }
template <class T> bool since(YamlReader &R, yaml::Node &V, T &Into) { return R.text(V, Into.Since); }

bool qualifiedName(YamlReader &R, yaml::Node &V, std::string &Into) {
  if (!R.text(V, Into))
    return false;
  StringRef Plain = Into;
  Plain.consume_front("$::");
  return isQualifiedName(Plain) ||
         R.fail(V, "'" + Twine(Into) + "' is not a qualified name (no template arguments, no leading '::')");
}
template <class T> bool name(YamlReader &R, yaml::Node &V, T &Into) {
  return qualifiedName(R, V, Into.Names.emplace_back());
}
template <class T> bool names(YamlReader &R, yaml::Node &V, T &Into) {
  return R.sequence(V, [&](yaml::Node &Item) { return name(R, Item, Into); });
}
template <class T> bool tasks(YamlReader &R, yaml::Node &V, T &Into) {
  return R.sequence(V, [&](yaml::Node &Item) { return qualifiedName(R, Item, Into.Fact.Tasks.emplace_back()); });
}
template <class T> bool exists(YamlReader &R, yaml::Node &V, T &Into) {
  return Into.Origin.Mock = R.word(V, "a place where an entry exists", {"mock"}).has_value();
}

/// An argument by its position, or \p Word, which stands for \p WordValue.
bool position(YamlReader &R, yaml::Node &V, StringRef Word, int WordValue, int &Into) {
  std::optional<std::string> Text = R.scalar(V);
  unsigned Number = 0;
  if (Text && *Text == Word)
    Into = WordValue;
  else if (Text && to_integer(*Text, Number, 10) && Number < 100)
    Into = static_cast<int>(Number);
  else
    return R.fail(V, "expected the position of an argument (0 is the first) or '" + Word + "'");
  return true;
}

/// A condition and what of it was written.
struct WrittenCondition {
  Condition C;
  bool HasArgument = false, HasTest = false;
};
bool test(YamlReader &R, yaml::Node &V, WrittenCondition &Into) {
  if (Into.HasTest)
    return R.fail(V, "a condition makes one test");
  SmallVector<StringRef> Words;
  for (const auto &Known : Tests)
    Words.push_back(Known.first);
  std::optional<unsigned> Word = R.word(V, "a test of an argument", Words);
  if (Word)
    Into.C.What = Tests[*Word].second;
  return Into.HasTest = Word.has_value();
}
const YamlKey<WrittenCondition> ConditionKeys[] = {
    {"argument",
     [](YamlReader &R, yaml::Node &V, WrittenCondition &Into) {
       if (Into.HasArgument)
         return R.fail(V, "a condition looks at one argument");
       Into.HasArgument = true;
       return position(R, V, "object", Condition::Object, Into.C.Argument);
     }},
    {"object", // {object: known-ready} is short for {argument: object, is: known-ready}.
     [](YamlReader &R, yaml::Node &V, WrittenCondition &Into) {
       if (Into.HasArgument)
         return R.fail(V, "a condition looks at one argument");
       Into.HasArgument = true;
       Into.C.Argument = Condition::Object;
       return test(R, V, Into);
     }},
    {"is", test},
    {"mentions",
     [](YamlReader &R, yaml::Node &V, WrittenCondition &Into) {
       if (Into.HasTest)
         return R.fail(V, "a condition makes one test");
       Into.C.What = Condition::Test::Mentions;
       Into.HasTest = true;
       return R.text(V, Into.C.Name);
     }},
    {"type",
     [](YamlReader &R, yaml::Node &V, WrittenCondition &Into) {
       if (Into.HasTest)
         return R.fail(V, "a condition makes one test");
       Into.C.What = Condition::Test::HasType;
       Into.HasTest = true;
       return qualifiedName(R, V, Into.C.Name);
     }},
};
template <auto Member> bool conditions(YamlReader &R, yaml::Node &V, Entry<FunctionFact> &Into) {
  return R.sequence(V, [&](yaml::Node &Item) {
    WrittenCondition Written;
    if (!R.keys<WrittenCondition>(Item, ConditionKeys, Written))
      return false;
    if (!Written.HasArgument || !Written.HasTest)
      return R.fail(Item, "a condition needs an 'argument' (or 'object') and one of 'is', 'mentions' and 'type'");
    (Into.Fact.*Member).push_back(std::move(Written.C));
    return true;
  });
}

struct WrittenCallable {
  CallableFact C;
  bool HasWhere = false;
};
bool place(YamlReader &R, yaml::Node &V, WrittenCallable &Into) {
  std::optional<unsigned> Word = R.word(V, "a place where a callable runs", Places);
  if (Word)
    Into.C.Where = static_cast<RunsWhere>(*Word);
  return Into.HasWhere = Word.has_value();
}
const YamlKey<WrittenCallable> CallableKeys[] = {
    {"argument", [](YamlReader &R, yaml::Node &V,
                    WrittenCallable &Into) { return position(R, V, "any", CallableFact::Any, Into.C.Argument); }},
    {"where", place},
    {"executor",
     [](YamlReader &R, yaml::Node &V, WrittenCallable &Into) {
       return position(R, V, "object", Condition::Object, Into.C.Executor.emplace());
     }},
};
bool runs(YamlReader &R, yaml::Node &V, Entry<FunctionFact> &Into) {
  // `runs: now` is short for any callable argument, run there.
  if (!isa<yaml::SequenceNode>(&V)) {
    WrittenCallable Written;
    bool Good = place(R, V, Written);
    Into.Fact.Runs.push_back(Written.C);
    return Good;
  }
  return R.sequence(V, [&](yaml::Node &Item) {
    WrittenCallable Written;
    if (!R.keys<WrittenCallable>(Item, CallableKeys, Written))
      return false;
    Into.Fact.Runs.push_back(Written.C);
    return Written.HasWhere || R.fail(Item, "'runs' needs 'where'");
  });
}

using Function = Entry<FunctionFact>;
const YamlKey<Function> FunctionKeys[] = {
    {"name", name<Function>},
    {"names", names<Function>},
    {"parameters",
     [](YamlReader &R, yaml::Node &V, Function &Into) { return R.number(V, Into.Fact.Parameters.emplace()); }},
    {"first_parameter",
     [](YamlReader &R, yaml::Node &V, Function &Into) { return qualifiedName(R, V, Into.Fact.FirstParameter); }},
    {"blocks",
     [](YamlReader &R, yaml::Node &V, Function &Into) {
       if (std::optional<unsigned> Word = R.word(V, "a kind of blocking", BlockKinds))
         Into.Fact.Blocks = static_cast<BlockKind>(*Word);
       return Into.Fact.Blocks.has_value();
     }},
    {"unless", conditions<&FunctionFact::Unless>},
    {"only_if", conditions<&FunctionFact::OnlyIf>},
    {"runs", runs},
    {"waits_for_task", flag<&FunctionFact::WaitsForTask, Function>},
    {"runs_loop", flag<&FunctionFact::RunsLoop, Function>},
    {"spawns", flag<&FunctionFact::Spawns, Function>},
    {"detaches", flag<&FunctionFact::Detaches, Function>},
    {"loses_errors", flag<&FunctionFact::LosesErrors, Function>},
    {"fails", flag<&FunctionFact::Fails, Function>},
    {"joins", flag<&FunctionFact::Joins, Function>},
    {"observes", flag<&FunctionFact::Observes, Function>},
    {"stores", flag<&FunctionFact::Stores, Function>},
    {"ignores_result", flag<&FunctionFact::IgnoresResult, Function>},
    {"destroys_callables", flag<&FunctionFact::DestroysCallables, Function>},
    {"constructs", flag<&FunctionFact::Constructs, Function>},
    {"releases_ownership", flag<&FunctionFact::ReleasesOwnership, Function>},
    {"nonblocking", flag<&FunctionFact::NonBlocking, Function>},
    {"tests_cancellation", flag<&FunctionFact::TestsCancellation, Function>},
    {"reports_errors_as_values", flag<&FunctionFact::ReportsErrorsAsValues, Function>},
    {"creates_thread", flag<&FunctionFact::CreatesThread, Function>},
    {"switches_to_object", flag<&FunctionFact::SwitchesToObject, Function>},
    {"binds_executor", flag<&FunctionFact::BindsExecutor, Function>},
    {"binds_arguments", flag<&FunctionFact::BindsArguments, Function>},
    {"awaits_readiness", flag<&FunctionFact::AwaitsReadiness, Function>},
    {"lock",
     [](YamlReader &R, yaml::Node &V, Function &Into) {
       std::optional<unsigned> Word = R.word(V, "what it does with a lock", {"takes", "gives"});
       if (Word)
         Into.Fact.Lock = *Word ? FunctionFact::LockRole::Gives : FunctionFact::LockRole::Takes;
       return Word.has_value();
     }},
    {"shields", flag<&FunctionFact::Shields, Function>},
    {"gives_future", flag<&FunctionFact::GivesFuture, Function>},
    {"operation", factText<&FunctionFact::Operation, Function>},
    {"with",
     [](YamlReader &R, yaml::Node &V, Function &Into) {
       return R.mapping(V, [&](StringRef Key, yaml::Node &, yaml::Node &Value) {
         return R.text(Value, Into.Fact.With.emplace_back(Key.str(), "").second);
       });
     }},
    {"advice", factText<&FunctionFact::Advice, Function>},
    {"since", since<Function>},
    {"exists", exists<Function>},
    {"source", factText<&FunctionFact::Source, Function>},
};

using Type = Entry<TypeFact>;
const YamlKey<Type> TypeKeys[] = {
    {"name", name<Type>},
    {"names", names<Type>},
    {"starts",
     [](YamlReader &R, yaml::Node &V, Type &Into) {
       std::optional<unsigned> Word = R.word(V, "a way to start", {"lazy", "eager"});
       if (Word)
         Into.Fact.Starts = *Word ? TypeFact::Start::Eager : TypeFact::Start::Lazy;
       return Word.has_value();
     }},
    {"awaitable", flag<&TypeFact::Awaitable, Type>},
    {"not_awaitable", flag<&TypeFact::NotAwaitable, Type>},
    {"may_be_dropped", flag<&TypeFact::MayBeDropped, Type>},
    {"joins_on_destruction", flag<&TypeFact::JoinsOnDestruction, Type>},
    {"unjoined", factText<&TypeFact::Unjoined, Type>},
    {"never_suspends", flag<&TypeFact::NeverSuspends, Type>},
    {"view", flag<&TypeFact::View, Type>},
    {"stop_token", flag<&TypeFact::StopToken, Type>},
    {"executor",
     [](YamlReader &R, yaml::Node &V, Type &Into) {
       if (std::optional<unsigned> Word = R.word(V, "a kind of executor", Executors))
         Into.Fact.Executor = static_cast<ExecutorKind>(*Word);
       return Into.Fact.Executor.has_value();
     }},
    {"guard",
     [](YamlReader &R, yaml::Node &V, Type &Into) {
       std::optional<unsigned> Word = R.word(V, "a kind of guard", {"async", "thread"});
       if (Word)
         (*Word ? Into.Fact.ThreadGuard : Into.Fact.AsyncGuard) = true;
       return Word.has_value();
     }},
    {"elements",
     [](YamlReader &R, yaml::Node &V, Type &Into) {
       std::optional<unsigned> Word = R.word(V, "a way to hold elements", {"row", "deque", "nodes", "hashed"});
       if (Word)
         Into.Fact.Holds = static_cast<TypeFact::Elements>(*Word + 1);
       return Word.has_value();
     }},
    {"advice", factText<&TypeFact::Advice, Type>},
    {"since", since<Type>},
    {"exists", exists<Type>},
    {"source", factText<&TypeFact::Source, Type>},
};

using Cancellation = Entry<CancellationFact>;
const YamlKey<Cancellation> CancellationKeys[] = {
    {"tasks", tasks<Cancellation>},
    {"by",
     [](YamlReader &R, yaml::Node &V, Cancellation &Into) {
       std::optional<unsigned> Word = R.word(V, "a way to deliver a cancellation", Deliveries);
       if (Word)
         Into.Fact.By = static_cast<CancellationFact::Delivery>(*Word);
       return Word.has_value();
     }},
    {"type", [](YamlReader &R, yaml::Node &V, Cancellation &Into) { return qualifiedName(R, V, Into.Fact.Type); }},
    {"code", [](YamlReader &R, yaml::Node &V, Cancellation &Into) { return qualifiedName(R, V, Into.Fact.Code); }},
    {"disabled_by",
     [](YamlReader &R, yaml::Node &V, Cancellation &Into) { return qualifiedName(R, V, Into.Fact.DisabledBy); }},
    {"exists", exists<Cancellation>},
    {"source", factText<&CancellationFact::Source, Cancellation>},
};

using Operation = Entry<OperationFact>;
const YamlKey<Operation> OperationKeys[] = {
    {"operation", factText<&OperationFact::Operation, Operation>},
    {"tasks", tasks<Operation>},
    {"write", factText<&OperationFact::Write, Operation>},
    {"include",
     [](YamlReader &R, yaml::Node &V, Operation &Into) {
       auto Headers = [&](StringRef Root, yaml::Node &Value) {
         std::vector<std::string> Read;
         const bool Good = R.texts(Value, Read, true);
         for (std::string &Header : Read)
           Into.Includes.emplace_back(Root.str(), std::move(Header));
         return Good;
       };
       if (!isa<yaml::MappingNode>(&V))
         return Headers("", V);
       return R.mapping(V, [&](StringRef Root, yaml::Node &, yaml::Node &Value) { return Headers(Root, Value); });
     }},
    {"exists", exists<Operation>},
    {"source", factText<&OperationFact::Source, Operation>},
};

const YamlKey<StandardTerms> TermKeys[] = {
    {"executor_types", texts<&StandardTerms::ExecutorTypes, StandardTerms>},
    {"event_loop_types", texts<&StandardTerms::EventLoopTypes, StandardTerms>},
    {"process_pool_types", texts<&StandardTerms::ProcessPoolTypes, StandardTerms>},
    {"waiting", texts<&StandardTerms::Waiting, StandardTerms>},
    {"running_loop", texts<&StandardTerms::RunningLoop, StandardTerms>},
    {"spawning", texts<&StandardTerms::Spawning, StandardTerms>},
    {"shielding", texts<&StandardTerms::Shielding, StandardTerms>},
    {"offloading", texts<&StandardTerms::Offloading, StandardTerms>},
    {"posting", texts<&StandardTerms::Posting, StandardTerms>},
    {"switching", texts<&StandardTerms::Switching, StandardTerms>},
    {"cancelled_words", texts<&StandardTerms::CancelledWords, StandardTerms>},
    {"stop_tests", texts<&StandardTerms::StopTests, StandardTerms>},
    {"non_blocking_marks", texts<&StandardTerms::NonBlockingMarks, StandardTerms>},
    {"memory_paths", texts<&StandardTerms::MemoryPaths, StandardTerms>},
    {"joining", texts<&StandardTerms::Joining, StandardTerms>},
    {"tear_down", texts<&StandardTerms::TearDown, StandardTerms>},
    {"locking", texts<&StandardTerms::Locking, StandardTerms>},
    {"try_locking", texts<&StandardTerms::TryLocking, StandardTerms>},
    {"unlocking", texts<&StandardTerms::Unlocking, StandardTerms>},
    {"deferred_locks", texts<&StandardTerms::DeferredLocks, StandardTerms>},
    {"inserting", texts<&StandardTerms::Inserting, StandardTerms>},
    {"removing", texts<&StandardTerms::Removing, StandardTerms>},
    {"replacing", texts<&StandardTerms::Replacing, StandardTerms>},
    {"failure_types", texts<&StandardTerms::FailureTypes, StandardTerms>},
    {"failure_words", texts<&StandardTerms::FailureWords, StandardTerms>},
    {"logger_words", texts<&StandardTerms::LoggerWords, StandardTerms>},
    {"test_scopes", texts<&StandardTerms::TestScopes, StandardTerms>},
    {"test_namespaces", texts<&StandardTerms::TestNamespaces, StandardTerms>},
    {"test_macros", texts<&StandardTerms::TestMacros, StandardTerms>},
};

const YamlKey<KnowledgeFile> CheckKeys[] = {
    {"package", [](YamlReader &R, yaml::Node &V, KnowledgeFile &Into) { return R.texts(V, Into.Packages, true); }},
    {"headers", texts<&KnowledgeFile::Headers, KnowledgeFile>},
    {"defines", texts<&KnowledgeFile::Defines, KnowledgeFile>},
    {"unchecked", [](YamlReader &R, yaml::Node &V, KnowledgeFile &Into) { return R.text(V, Into.Unchecked); }},
};

template <class F, size_t N>
bool entries(YamlReader &R, yaml::Node &V, const YamlKey<Entry<F>> (&Keys)[N], std::vector<Entry<F>> &Into) {
  return R.sequence(V, [&](yaml::Node &Item) {
    Entry<F> &New = Into.emplace_back();
    New.Origin.Line = R.line(Item);
    return R.keys<Entry<F>>(Item, Keys, New);
  });
}

using File = KnowledgeDocument;
const YamlKey<File> FileKeys[] = {
    {"library", [](YamlReader &R, yaml::Node &V, File &Into) { return R.text(V, Into.Head.Library); }},
    {"title", [](YamlReader &R, yaml::Node &V, File &Into) { return R.text(V, Into.Head.Title); }},
    {"language",
     [](YamlReader &R, yaml::Node &V, File &Into) {
       std::optional<unsigned> Word = R.word(V, "a language", {"c++", "c"});
       Into.Head.IsC = Word == 1u;
       return Word.has_value();
     }},
    {"roots", texts<&File::Roots, File>},
    {"describes",
     [](YamlReader &R, yaml::Node &V, File &Into) {
       return R.sequence(V,
                         [&](yaml::Node &Item) { return qualifiedName(R, Item, Into.Head.Describes.emplace_back()); });
     }},
    {"check", [](YamlReader &R, yaml::Node &V, File &Into) { return R.keys<KnowledgeFile>(V, CheckKeys, Into.Head); }},
    {"source", [](YamlReader &R, yaml::Node &V, File &Into) { return R.text(V, Into.Source); }},
    {"functions", [](YamlReader &R, yaml::Node &V, File &Into) { return entries(R, V, FunctionKeys, Into.Functions); }},
    {"types", [](YamlReader &R, yaml::Node &V, File &Into) { return entries(R, V, TypeKeys, Into.Types); }},
    {"cancellation",
     [](YamlReader &R, yaml::Node &V, File &Into) { return entries(R, V, CancellationKeys, Into.Cancellations); }},
    {"operations",
     [](YamlReader &R, yaml::Node &V, File &Into) { return entries(R, V, OperationKeys, Into.Operations); }},
    {"terms",
     [](YamlReader &R, yaml::Node &V, File &Into) { return R.keys<StandardTerms>(V, TermKeys, Into.Head.Terms); }},
};

template <class T, size_t N> SchemaSection sectionOf(StringRef Name, const YamlKey<T> (&Keys)[N]) {
  SchemaSection Section{Name, {}};
  for (const YamlKey<T> &Key : Keys)
    Section.Keys.push_back(Key.Name);
  return Section;
}

} // namespace

bool readDocument(YamlReader &Reader, yaml::Node &Root, KnowledgeDocument &Into) {
  return Reader.keys<KnowledgeDocument>(Root, FileKeys, Into);
}

std::vector<SchemaSection> knowledgeSchema() {
  return {sectionOf("file", FileKeys),
          sectionOf("check", CheckKeys),
          sectionOf("functions", FunctionKeys),
          sectionOf("conditions", ConditionKeys),
          sectionOf("runs", CallableKeys),
          sectionOf("types", TypeKeys),
          sectionOf("cancellation", CancellationKeys),
          sectionOf("operations", OperationKeys),
          sectionOf("terms", TermKeys)};
}

StringRef name(BlockKind Kind) { return BlockKinds[static_cast<unsigned>(Kind)]; }
StringRef doing(BlockKind Kind) {
  switch (Kind) {
  case BlockKind::Sleep:
    return "sleeps";
  case BlockKind::Network:
    return "waits for the network";
  case BlockKind::Dns:
    return "waits for a name server";
  case BlockKind::File:
    return "waits for the file system";
  case BlockKind::Process:
    return "waits for a process";
  case BlockKind::ConsoleInput:
    return "waits for console input";
  case BlockKind::SyncWait:
    return "waits for another thread";
  case BlockKind::Database:
    return "waits for a database";
  case BlockKind::Http:
    return "waits for an HTTP transfer";
  case BlockKind::Lock:
    return "waits for a lock";
  case BlockKind::Cpu:
    return "computes for long";
  }
  llvm_unreachable("covered switch");
}

StringRef name(ExecutorKind Kind) { return Executors[static_cast<unsigned>(Kind)]; }

std::optional<BlockKind> blockKindFromName(StringRef Text) {
  for (unsigned I = 0; I != std::size(BlockKinds); ++I)
    if (BlockKinds[I] == Text)
      return static_cast<BlockKind>(I);
  return std::nullopt;
}

} // namespace asynctidy
