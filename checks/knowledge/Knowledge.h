//===-- Facts about APIs, as data ---------------------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What types cannot say about a library: which call blocks and when it does not, who runs a callable and
// where, what a task type does when dropped, what cancels. The facts come from checks/knowledge/*.yaml
// (compiled in) and from users' own files; this is the only place of the linter that knows an API by name.
// The file format is documented in docs/knowledge.md.
//===--------------------------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace clang {
class CXXRecordDecl;
class Decl;
class FunctionDecl;
class NamedDecl;
} // namespace clang

namespace asynctidy {

/// What a blocking call waits for.
enum class BlockKind { Sleep, Network, Dns, File, Process, ConsoleInput, SyncWait, Database, Http, Lock, Cpu };

/// The spelling of \p Kind in knowledge files, options and messages ("sleep", "console-input", ...).
llvm::StringRef name(BlockKind Kind);
/// What a call of this kind does, for messages: "sleeps", "waits for the network".
llvm::StringRef doing(BlockKind Kind);
/// The kind spelled \p Text, or nothing.
std::optional<BlockKind> blockKindFromName(llvm::StringRef Text);

/// Who runs a callable that is handed to a function.
enum class RunsWhere {
  Now,       ///< The function itself, before it returns (std::for_each, std::visit).
  Loop,      ///< An event loop, later (post, completion handlers).
  Elsewhere, ///< Another thread or process (std::thread, thread_pool::submit).
  Once,      ///< At most once in the life of the program (std::call_once): initialisation, not work.
};

/// One condition on a call site. Conditions in `unless` make a blocking fact void; all of those in `only_if`
/// must hold for it to apply.
struct Condition {
  enum class Test {
    Zero,             ///< The argument is a literal zero, a zero duration or a zeroed time-out.
    Null,             ///< The argument is a null pointer.
    Mentions,         ///< The argument's expression mentions the macro, enumerator or object `Name`.
    HasType,          ///< The argument's class is `Name`, before it is taken for one of its bases.
    DefaultArgument,  ///< The argument is not written at the call.
    MayBeNonBlocking, ///< The argument is a descriptor that may have been made non-blocking.
    StandardOutput,   ///< The argument is the descriptor of standard output or error: output to a console.
    KnownReady,       ///< The object the member is called on was seen to be ready before (future.wait_for(0s)).
  };
  static constexpr int Object = -1; ///< Stands for the object a member function is called on.
  int Argument = 0;                 ///< Zero-based position, or Object.
  Test What = Test::Zero;
  std::string Name; ///< For Mentions and HasType.
};

/// A callable argument and where it runs.
struct CallableFact {
  static constexpr int Any = -2; ///< Every argument that is a callable.
  int Argument = Any;            ///< Zero-based position, or Any.
  RunsWhere Where = RunsWhere::Now;
  /// If set, the argument (or Condition::Object) whose executor type decides between Loop and Elsewhere;
  /// an executor of unknown kind leaves the place unknown.
  std::optional<int> Executor;
};

/// Everything known about one function.
struct FunctionFact {
  std::string Name;                   ///< Qualified; inline namespaces and template arguments left out.
  std::optional<unsigned> Parameters; ///< Applies only to overloads with so many parameters.
  std::string FirstParameter;         ///< Applies only to overloads whose first parameter is of that class.
  std::optional<BlockKind> Blocks;
  std::vector<Condition> Unless;
  std::vector<Condition> OnlyIf;
  std::vector<CallableFact> Runs; ///< Callables it runs, and where.
  /// Takes an awaitable, or is a member of one, and waits for it on this thread (sync_wait, result::get).
  bool WaitsForTask = false;
  bool RunsLoop = false;              ///< Runs an event loop until it has no work (io_context::run).
  bool Spawns = false;                ///< Takes an awaitable and runs it concurrently with the caller.
  bool Detaches = false;              ///< A completion token or call after which nobody waits for the work.
  /// The exceptions of the work, of which it is the token, the handle's member or what runs it, are forgotten.
  bool LosesErrors = false;
  bool Fails = false;                 ///< Throws when something outside of the program goes wrong (connect).
  bool Joins = false;                 ///< Awaited, it ends when all work of the scope it is a member of has ended.
  bool Observes = false;              ///< A use of an awaitable that does not consume it (task::ready()).
  bool Stores = false;                ///< Puts its argument into the object (vector::push_back).
  bool IgnoresResult = false;         ///< Drops what the callable returns that it runs (std::for_each).
  bool DestroysCallables = false;     ///< Destroys a callable when its call has returned (seastar::future::then).
  bool Constructs = false;            ///< Makes an object of its (or its class's) first template argument in place.
  bool ReleasesOwnership = false;     ///< Gives away what the object owns (unique_ptr::release).
  bool NonBlocking = false;           ///< Known not to block: stops the search.
  bool TestsCancellation = false;     ///< Asks whether cancellation was requested (stop_requested()).
  bool ReportsErrorsAsValues = false; ///< A completion token that turns exceptions into codes (redirect_error).
  bool CreatesThread = false;         ///< Starts a thread or process per call (std::async, pthread_create, fork).
  /// Awaiting the result moves the coroutine to the executor it is called on (thread_pool::schedule).
  bool SwitchesToObject = false;
  /// Makes a completion token with which an awaited operation resumes the coroutine on the executor given first.
  bool BindsExecutor = false;
  bool BindsArguments = false; ///< Gives a callable that calls its first argument (boost::bind).
  /// Awaited, it waits until its object is ready for an operation that then does not wait.
  bool AwaitsReadiness = false;
  /// What it does with the lock that it is called on, or that its first argument points to.
  enum class LockRole { None, Takes, Gives } Lock = LockRole::None;
  bool Shields = false;     ///< Takes an awaitable and keeps cancellation from it (unstoppable).
  bool GivesFuture = false; ///< A completion token with which an operation gives a std::future (use_future).
  std::string Operation;    ///< Name of the abstract operation ("sleep_for"), for awaitable twins.
  std::vector<std::pair<std::string, std::string>> With; ///< Operation parameters; {0} is the first argument.
  std::string Advice;                                    ///< One sentence for the reader of a finding.
  std::string Source;                                    ///< Where the fact can be checked.
};

/// What kind of thing that runs work a type is.
enum class ExecutorKind { ThreadPool, ProcessPool, EventLoop, Thread };
llvm::StringRef name(ExecutorKind Kind);

/// Everything known about one type.
struct TypeFact {
  std::string Name;
  enum class Start { Unknown, Lazy, Eager };
  Start Starts = Start::Unknown;   ///< Whether the work begins before it is awaited.
  bool Awaitable = false;          ///< Awaitable although the type alone does not show it.
  bool NotAwaitable = false;       ///< Never an operation to be awaited, whatever its type shows.
  bool MayBeDropped = false;       ///< Dropping it is documented as harmless.
  bool JoinsOnDestruction = false; ///< Its destructor waits for or cancels the work.
  bool NeverSuspends = false;      ///< Awaiting it never suspends (asio::this_coro::executor).
  bool View = false;               ///< It looks at what it does not own (a span), although its class does not say so.
  bool StopToken = false;          ///< Tells those who are given one whether to stop.
  std::optional<ExecutorKind> Executor;
  /// It is a scope of tasks: what happens when it is destroyed with work in it that nobody joined, as a sentence that
  /// begins with "its destructor". Empty for other types, and for scopes whose destructor joins.
  std::string Unjoined;
  bool AsyncGuard = false;  ///< A lock guard made to be held across a suspension.
  bool ThreadGuard = false; ///< A guard tied to the thread that made it.
  /// How the elements of a container lie, which decides what a change of it does to references and iterators.
  enum class Elements {
    None,   ///< It is no container.
    Row,    ///< In one block: an insertion may move all of them, and a removal those behind it (vector, flat maps).
    Deque,  ///< In blocks: an insertion at an end leaves them where they are, but ends all iterators.
    Nodes,  ///< Each by itself: only its removal ends it (map, list).
    Hashed, ///< The same, but an insertion may rehash, which ends all iterators (unordered_map).
  } Holds = Elements::None;
  std::string Advice;
  std::string Source;
};

/// How the tasks of a library learn that they are cancelled.
struct CancellationFact {
  enum class Delivery { Exception, Stopped, Destruction, None };
  std::vector<std::string> Tasks; ///< Task types (qualified names) it applies to.
  Delivery By = Delivery::None;
  std::string Type; ///< Exception type; the error type when Code is set.
  std::string Code; ///< Error value that means cancelled; empty if the type alone says it.
  /// A type whose value, given to something awaited, ends cancellation in the coroutine; empty if there is none.
  std::string DisabledBy;
  std::string Source;
};

/// How a library spells an abstract operation inside its coroutines.
struct OperationFact {
  std::string Operation;             ///< "sleep_for", "sleep_until", "offload", "yield", ...
  std::vector<std::string> Tasks;    ///< Task types in whose coroutines it can be written.
  std::string Write;                 ///< Expression; {name} stands for a parameter of the operation.
  std::vector<std::string> Includes; ///< Headers to include, without brackets.
  std::string Source;
};

/// The field's standard terms, for libraries nobody described. A term counts only together with a matching
/// shape, which the asking layer checks.
struct StandardTerms {
  std::vector<std::string> ExecutorTypes;  ///< thread_pool, ThreadPool, ...
  std::vector<std::string> EventLoopTypes; ///< io_context, event_loop, ...
  std::vector<std::string> ProcessPoolTypes;
  std::vector<std::string> Waiting;          ///< sync_wait, block_on, ...
  std::vector<std::string> RunningLoop;      ///< run, run_for, exec, ...: members of event loops
  std::vector<std::string> Spawning;         ///< spawn, co_spawn, start, ...
  std::vector<std::string> Shielding;        ///< unstoppable, shield, ...
  std::vector<std::string> Offloading;       ///< offload, to_thread, ...
  std::vector<std::string> Posting;          ///< post, dispatch, defer, ...
  std::vector<std::string> Switching;        ///< schedule, transfer_to, resume_on, ...
  std::vector<std::string> CancelledWords;   ///< cancel, abort, stopped, interrupted: parts of a type name
  std::vector<std::string> StopTests;        ///< stop_requested, is_cancelled, ...
  std::vector<std::string> NonBlockingMarks; ///< O_NONBLOCK, EAGAIN, ...
  std::vector<std::string> MemoryPaths;      ///< /proc/, ...: beginnings of paths of files that are no files
  std::vector<std::string> Joining;          ///< join, join_all, on_empty, ...
  std::vector<std::string> TearDown;         ///< close, shutdown, join, ...: what ends things
  std::vector<std::string> Locking;          ///< lock, lock_shared, ...: members that take a lock
  std::vector<std::string> TryLocking;       ///< try_lock, ...: members that take a lock if it is free
  std::vector<std::string> Unlocking;        ///< unlock, unlock_shared, ...: members that give a lock back
  std::vector<std::string> DeferredLocks;  ///< defer_lock_t, ...: arguments with which a guard is made without its lock
  std::vector<std::string> Inserting;      ///< push_back, emplace, ...: members that add elements to a container
  std::vector<std::string> Removing;       ///< erase, pop_front, ...: what removes single elements from one
  std::vector<std::string> Replacing;      ///< clear, swap, assign, ...: what ends all elements of one
  std::vector<std::string> FailureTypes;   ///< nullopt_t, unexpected, ...: returned, they tell of a failure
  std::vector<std::string> FailureWords;   ///< error, fail, ...: parts of the name of an answer that tells of one
  std::vector<std::string> LoggerWords;    ///< logger, appender, ...: parts of the name of a class that logs
  std::vector<std::string> TestScopes;     ///< names and prefixes of functions and classes of tests
  std::vector<std::string> TestNamespaces; ///< namespaces of tests
  std::vector<std::string> TestMacros;     ///< names and prefixes of macros of assertions
};

/// Whether one of \p Terms is \p Name, or a beginning of it if the term ends in `*`.
bool matchesTerm(llvm::StringRef Name, llvm::ArrayRef<std::string> Terms);

/// An immutable set of facts. Safe to share between threads.
class Knowledge {
public:
  ~Knowledge();

  /// The facts compiled into the linter plus those of \p UserFiles, which win over them.
  /// Errors name the file, the line and the reason. Results are shared between callers with the same files
  /// as long as one of them is alive.
  static llvm::Expected<std::shared_ptr<const Knowledge>> load(llvm::ArrayRef<std::string> UserFiles);

  /// The facts about \p Function, looked up by its qualified name without template arguments and inline
  /// namespaces. For a libc function the declaration must be extern "C". Null when nothing is known, and for copy
  /// and move constructors: entries for constructors mean those that do something.
  const FunctionFact *function(const clang::FunctionDecl &Function) const;
  /// What is known about a constructor of \p Record of which \p Fact holds, for objects of it that somebody else made;
  /// null if it holds of none.
  const FunctionFact *maker(const clang::CXXRecordDecl &Record, bool FunctionFact::*Fact) const;
  bool isMadeBy(const clang::CXXRecordDecl &Record, bool FunctionFact::*Fact) const { return maker(Record, Fact); }
  /// The facts about \p Record itself; \see typeOrBase.
  const TypeFact *type(const clang::CXXRecordDecl &Record) const;
  /// The facts about \p Record or about the nearest of its public bases.
  const TypeFact *typeOrBase(const clang::CXXRecordDecl &Record) const;
  /// Whether \p D lies in a namespace that a knowledge file describes as a whole: what is not listed there
  /// is not looked into.
  bool isDescribed(const clang::Decl &D) const;
  /// How coroutines with the task type \p Task are cancelled; null for a library nobody described.
  const CancellationFact *cancellation(const clang::CXXRecordDecl &Task) const;
  /// All exception types of all libraries that mean cancelled.
  llvm::ArrayRef<CancellationFact> cancellations() const;
  /// How \p Operation is written in a coroutine whose task type is \p Task; null if that library has none.
  const OperationFact *operation(llvm::StringRef Operation, const clang::CXXRecordDecl &Task) const;
  const StandardTerms &terms() const;

  /// Everything, for tests and for people who look things up.
  llvm::ArrayRef<FunctionFact> functions() const;
  llvm::ArrayRef<TypeFact> types() const;
  llvm::ArrayRef<OperationFact> operations() const;

private:
  Knowledge();
  struct Tables;
  std::unique_ptr<Tables> T;
};

/// Whether \p D is called \p Qualified (template arguments, inline and anonymous namespaces left out).
bool hasQualifiedName(const clang::NamedDecl &D, llvm::StringRef Qualified);

} // namespace asynctidy
