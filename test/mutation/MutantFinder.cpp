// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Walks the statements of each coroutine and writes down what can be planted at each place that control can reach.
#include "MutantFinder.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace mutation {
namespace {

const char *const Sleep = "std::this_thread::sleep_for(std::chrono::seconds(1));";
const char *const Read = "{ char PLANTED; (void)!::read(0, &PLANTED, 1); }";
const char *const Call = "PLANTED_helper();";

std::string helper(const char *Body, bool TwoCalls) {
  std::string Text = std::string("static void PLANTED_") + (TwoCalls ? "inner" : "helper") + "() { " + Body + " }\n";
  return TwoCalls ? Text + "static void PLANTED_helper() { PLANTED_inner(); }\n" : Text;
}

std::vector<Mutant> statementForms(const ExecutorForms &Executors) {
  const std::string Blocking = "async-blocking-call", Executor = "async-per-call-executor";
  const std::vector<std::string> Sleeping = {"<chrono>", "<thread>"}, Reading = {"<unistd.h>"};
  std::vector<Mutant> Forms;
  auto Add = [&](StringRef Kind, StringRef Form, const std::string &Check, StringRef Text, StringRef Helper,
                 std::vector<std::string> Includes) {
    Mutant M;
    M.Kind = Kind;
    M.Form = Form;
    M.Check = Check;
    M.Edits = {{{}, Text.str()}};
    M.Helper = Helper;
    M.Includes = std::move(Includes);
    Forms.push_back(std::move(M));
  };
  Add("sleep-direct", "sleep_for", Blocking, Sleep, "", Sleeping);
  Add("sleep-one-call", "sleep_for", Blocking, Call, helper(Sleep, false), Sleeping);
  Add("sleep-two-calls", "sleep_for", Blocking, Call, helper(Sleep, true), Sleeping);
  Add("read-direct", "read", Blocking, Read, "", Reading);
  Add("read-direct", "ifstream", Blocking, "{ std::ifstream PLANTED(\"/etc/hostname\"); }", "", {"<fstream>"});
  Add("read-direct", "getline", Blocking, "{ std::string PLANTED; std::getline(std::cin, PLANTED); }", "",
      {"<iostream>", "<string>"});
  Add("read-direct", "future-get", Blocking, "{ std::promise<int> PLANTED; (void)PLANTED.get_future().get(); }", "",
      {"<future>"});
  Add("read-one-call", "read", Blocking, Call, helper(Read, false), Reading);
  Add("read-two-calls", "read", Blocking, Call, helper(Read, true), Reading);
  Add("local-pool", "std-thread", Executor, "{ std::thread PLANTED([] {}); PLANTED.join(); }", "", {"<thread>"});
  Add("local-pool", "std-jthread", Executor, "{ std::jthread PLANTED([] {}); }", "", {"<thread>"});
  Add("local-pool", "std-async", Executor, "{ auto PLANTED = std::async(std::launch::async, [] { return 1; }); }", "",
      {"<future>"});
  if (const std::string &Asio = Executors.AsioNamespace; !Asio.empty()) {
    const std::string Headers = Asio == "asio" ? "asio" : "boost/asio";
    Add("local-pool", "asio-thread_pool", Executor,
        "{ ::" + Asio + "::thread_pool PLANTED(2); ::" + Asio + "::post(PLANTED, [] {}); PLANTED.join(); }", "",
        {"<" + Headers + "/post.hpp>", "<" + Headers + "/thread_pool.hpp>"});
    Add("local-pool", "asio-io_context", Executor,
        "{ ::" + Asio + "::io_context PLANTED; ::" + Asio + "::post(PLANTED, [] {}); PLANTED.run(); }", "",
        {"<" + Headers + "/post.hpp>", "<" + Headers + "/io_context.hpp>"});
    const std::string Future = "::" + Asio + "::post(::" + Asio + "::use_future).get();";
    const std::vector<std::string> Waiting = {"<" + Headers + "/post.hpp>", "<" + Headers + "/use_future.hpp>"};
    Add("sync-wait-direct", "io_context-run", "async-sync-wait",
        "{ ::" + Asio + "::io_context PLANTED; PLANTED.run(); }", "", {"<" + Headers + "/io_context.hpp>"});
    Add("sync-wait-direct", "use_future", "async-sync-wait", Future, "", Waiting);
    Add("sync-wait-one-call", "use_future", "async-sync-wait", Call, helper(Future.c_str(), false), Waiting);
    Add("sync-wait-two-calls", "use_future", "async-sync-wait", Call, helper(Future.c_str(), true), Waiting);
    const std::string Work = "[]() -> ::" + Asio + "::awaitable<void> { ";
    const std::string Start = "::" + Asio + "::co_spawn(::" + Asio + "::system_executor(), " + Work;
    const std::string Detached = " }, ::" + Asio + "::detached);";
    const std::vector<std::string> Spawning = {"<" + Headers + "/awaitable.hpp>",
                                               "<" + Headers + "/co_spawn.hpp>",
                                               "<" + Headers + "/detached.hpp>",
                                               "<" + Headers + "/ip/tcp.hpp>",
                                               "<" + Headers + "/system_executor.hpp>",
                                               "<" + Headers + "/use_awaitable.hpp>",
                                               "<exception>"};
    Add("detached-task", "throw", "async-detached-task", Start + "throw 1; co_return;" + Detached, "", Spawning);
    Add("detached-task", "connect", "async-detached-task",
        Start + "::" + Asio + "::ip::tcp::socket PLANTED_to(::" + Asio +
            "::system_executor{}); co_await PLANTED_to.async_connect({}, ::" + Asio + "::use_awaitable);" + Detached,
        "", Spawning);
    const std::string Scope = "struct PLANTED_scope {\n  int running = 0;\n"
                              "  ~PLANTED_scope() { if (running != 0) std::terminate(); }\n"
                              "  void spawn(::" +
                              Asio +
                              "::awaitable<void>) { ++running; }\n"
                              "  ::" +
                              Asio + "::awaitable<void> join() { running = 0; co_return; }\n};\n";
    Add("unjoined-scope", "never", "async-unjoined-scope",
        "{ PLANTED_scope PLANTED; PLANTED.spawn(" + Work + "co_return; }()); }", Scope, Spawning);
  }
  return Forms;
}

/// Tasks of the type \p Task that refer to what dies before they run.
std::vector<Mutant> danglingForms(const std::string &Task) {
  const std::string Coroutine = "static " + Task + " PLANTED_helper(";
  const std::string ByReference = Coroutine + "const std::string &text) { (void)text.size(); co_return; }\n";
  const std::string ByView = Coroutine + "std::string_view text) { (void)text.size(); co_return; }\n";
  const char *const Parameter = "async-dangling-parameter", *const Returned = "async-dangling-task";
  const char *const Lambda = "async-capturing-lambda";
  const std::string Captures = "[n = 1]() -> " + Task + " { (void)n; co_return; }";
  struct {
    const char *Kind, *Form, *Check;
    std::string Text, Helper;
  } const Forms[] = {
      {"task-over-temporary", "reference", Parameter,
       "{ auto PLANTED = PLANTED_helper(\"planted\"); co_await std::move(PLANTED); }", ByReference},
      {"task-over-temporary", "view", Parameter,
       "{ auto PLANTED = PLANTED_helper(std::to_string(1)); co_await std::move(PLANTED); }", ByView},
      {"task-over-temporary", "local", Parameter,
       "{ std::vector<" + Task + "> PLANTED; { std::string text(\"planted\"); " +
           "PLANTED.push_back(PLANTED_helper(text)); } co_await std::move(PLANTED.front()); }",
       ByReference},
      {"task-over-local", "variable", Returned,
       "{ auto PLANTED = [](int n) { std::string text = std::to_string(n); return PLANTED_helper(text); }; " +
           std::string("co_await PLANTED(1); }"),
       ByReference},
      {"task-over-local", "temporary", Returned,
       "{ auto PLANTED = [](int n) { return PLANTED_helper(std::to_string(n)); }; co_await PLANTED(1); }", ByView},
      {"task-over-closure", "kept", Lambda, "{ auto PLANTED = " + Captures + "(); co_await std::move(PLANTED); }", ""},
      {"task-over-closure", "block", Lambda,
       "{ std::vector<" + Task + "> PLANTED; { auto call = " + Captures +
           "; PLANTED.push_back(call()); } co_await std::move(PLANTED.front()); }",
       ""},
      {"task-over-closure", "returned", Lambda,
       "{ auto PLANTED = [](int n) { return [n]() -> " + Task + " { (void)n; co_return; }(); }; co_await PLANTED(1); }",
       ""},
  };
  std::vector<Mutant> Result;
  for (const auto &F : Forms) {
    Mutant M;
    M.Kind = F.Kind;
    M.Form = F.Form;
    M.Check = F.Check;
    M.Edits = {{{}, F.Text}};
    M.Helper = F.Helper;
    M.Includes = {"<string>", "<string_view>", "<utility>", "<vector>"};
    Result.push_back(std::move(M));
  }
  return Result;
}

bool breaksOut(const Stmt *S) {
  if (!S || isa<LambdaExpr, ForStmt, WhileStmt, DoStmt, CXXForRangeStmt, SwitchStmt>(S))
    return false;
  if (isa<BreakStmt>(S))
    return true;
  return llvm::any_of(S->children(), breaksOut);
}

bool isTrue(const Expr *Condition) {
  const Expr *E = Condition->IgnoreParenImpCasts();
  if (const auto *Number = dyn_cast<IntegerLiteral>(E))
    return Number->getValue() != 0;
  const auto *Value = dyn_cast<CXXBoolLiteralExpr>(E);
  return Value && Value->getValue();
}

/// Whether control never gets behind \p S: jumps, and endless loops that nothing breaks out of.
bool neverEnds(const Stmt *S) {
  if (isa<ReturnStmt, CoreturnStmt, BreakStmt, ContinueStmt, GotoStmt>(S))
    return true;
  if (const auto *E = dyn_cast<Expr>(S)) {
    E = E->IgnoreImplicit()->IgnoreParenImpCasts();
    const auto *Call = dyn_cast<CallExpr>(E);
    return isa<CXXThrowExpr>(E) || (Call && Call->getDirectCallee() && Call->getDirectCallee()->isNoReturn());
  }
  if (const auto *Loop = dyn_cast<ForStmt>(S))
    return (!Loop->getCond() || isTrue(Loop->getCond())) && !breaksOut(Loop->getBody());
  if (const auto *Loop = dyn_cast<WhileStmt>(S))
    return isTrue(Loop->getCond()) && !breaksOut(Loop->getBody());
  if (const auto *Loop = dyn_cast<DoStmt>(S))
    return isTrue(Loop->getCond()) && !breaksOut(Loop->getBody());
  if (const auto *Block = dyn_cast<CompoundStmt>(S))
    return !Block->body_empty() && neverEnds(Block->body_back());
  if (const auto *Branch = dyn_cast<IfStmt>(S))
    return Branch->getElse() && neverEnds(Branch->getThen()) && neverEnds(Branch->getElse());
  if (const auto *Case = dyn_cast<SwitchCase>(S))
    return neverEnds(Case->getSubStmt());
  if (const auto *Label = dyn_cast<LabelStmt>(S))
    return neverEnds(Label->getSubStmt());
  if (const auto *Try = dyn_cast<CXXTryStmt>(S)) {
    bool Never = neverEnds(Try->getTryBlock());
    for (unsigned I = 0; I != Try->getNumHandlers(); ++I)
      Never = Never && neverEnds(Try->getHandler(I)->getHandlerBlock());
    return Never;
  }
  return false;
}

/// Code that asks whether it was cancelled heeds it in its own way: what is swallowed in between is asked for again.
bool asksForCancellation(StringRef Text) {
  for (const char *Word : {"cancelled()", "cancellation_state", "stop_requested", "is_cancelled"})
    if (Text.contains(Word))
      return true;
  return false;
}

class Planter {
public:
  Planter(const ExecutorForms &Executors, ASTContext &Context)
      : Context(Context), Sources(Context.getSourceManager()), Forms(statementForms(Executors)) {}

  std::vector<Mutant> Result;

  void plantIn(const Coroutine &Where) {
    Current = &Where;
    walkBlock(*Where.Body, "top");
  }

private:
  void walkBlock(const CompoundStmt &Block, StringRef Place) {
    const llvm::ArrayRef<Stmt *> Children(Block.body_begin(), Block.body_end());
    // In a switch, what stands in front of the first label is never reached.
    bool Reached = Place != "switch";
    for (const auto &[Index, Child] : llvm::enumerate(Children)) {
      if (Reached)
        insertBefore(*Child, Place);
      Reached = Reached || isLabel(Child);
      if (Reached) {
        plantAround(*Child, Children.drop_front(Index), Place);
        walk(*Child, Place);
      }
      Reached = Reached && !neverEnds(Child);
    }
  }

  /// The statement under an if or a loop, which may be a block or a single statement.
  void walkPart(const Stmt *Part, StringRef Place) {
    if (!Part)
      return;
    if (const auto *Block = dyn_cast<CompoundStmt>(Part))
      return walkBlock(*Block, Place);
    if (!isa<IfStmt>(Part)) {
      // A single statement needs braces round it and what is planted.
      if (std::optional<Span> Text = statementSpan(*Part))
        insert({Text->Begin, Text->Begin}, "{\n", Text->End, Place);
      plantAround(*Part, {}, Place);
    }
    walk(*Part, Place);
  }

  void walk(const Stmt &S, StringRef Place) {
    if (const auto *Block = dyn_cast<CompoundStmt>(&S))
      return walkBlock(*Block, Place == "top" || Place == "switch" ? "block" : Place);
    if (const auto *Branch = dyn_cast<IfStmt>(&S)) {
      // Which side of `if constexpr` is compiled is not this tool's business.
      if (Branch->isConstexpr())
        return;
      walkPart(Branch->getThen(), "branch");
      return walkPart(Branch->getElse(), "branch");
    }
    if (const auto *Loop = dyn_cast<ForStmt>(&S))
      return walkPart(Loop->getBody(), "loop");
    if (const auto *Loop = dyn_cast<CXXForRangeStmt>(&S))
      return walkPart(Loop->getBody(), "loop");
    if (const auto *Loop = dyn_cast<WhileStmt>(&S))
      return walkPart(Loop->getBody(), "loop");
    if (const auto *Loop = dyn_cast<DoStmt>(&S))
      return walkPart(Loop->getBody(), "loop");
    if (const auto *Switch = dyn_cast<SwitchStmt>(&S)) {
      if (const auto *Block = dyn_cast<CompoundStmt>(Switch->getBody()))
        walkBlock(*Block, "switch");
      return;
    }
    if (const auto *Case = dyn_cast<SwitchCase>(&S)) {
      if (const Stmt *Sub = Case->getSubStmt(); Sub && !isa<DeclStmt>(Sub)) {
        if (!isa<SwitchCase>(Sub)) {
          insertBefore(*Sub, "switch");
          plantAround(*Sub, {}, "switch");
        }
        walk(*Sub, "switch");
      }
      return;
    }
    if (const auto *Label = dyn_cast<LabelStmt>(&S))
      return walk(*Label->getSubStmt(), Place);
    if (const auto *Attributed = dyn_cast<AttributedStmt>(&S))
      return walk(*Attributed->getSubStmt(), Place);
    // What stands in a macro with a handler of its own (BOOST_CHECK_THROW) cannot be told apart from the whole of it.
    if (const auto *Try = dyn_cast<CXXTryStmt>(&S); Try && !Try->getTryLoc().isMacroID()) {
      walkBlock(*Try->getTryBlock(), "try");
      for (unsigned I = 0; I != Try->getNumHandlers(); ++I)
        if (const auto *Block = dyn_cast<CompoundStmt>(Try->getHandler(I)->getHandlerBlock()))
          walkBlock(*Block, "handler");
    }
  }

  void insertBefore(const Stmt &S, StringRef Place) {
    if (std::optional<Span> Text = spanOf(S.getSourceRange(), Context); Text && Seen.insert(Text->Begin).second)
      insert({Text->Begin, Text->Begin}, "", std::nullopt, Place);
  }

  /// One mutant for each statement that blocks, makes an executor, or has a task outlive what it refers to. \p Opening
  /// goes in front; with \p Close, a closing brace goes there.
  void insert(Span At, StringRef Opening, std::optional<unsigned> Close, StringRef Place) {
    insertEach(Forms, At, Opening, Close, Place);
    if (!Current->LazyTask.empty() && Place != "handler")
      insertEach(danglingForms(Current->LazyTask), At, Opening, Close, Place);
  }

  void insertEach(llvm::ArrayRef<Mutant> These, Span At, StringRef Opening, std::optional<unsigned> Close,
                  StringRef Place) {
    for (const Mutant &Form : These) {
      Mutant M = Form;
      const std::string Text = M.Edits.front().Text;
      M.Edits.clear();
      if (!Opening.empty())
        M.Edits.push_back({At, Opening.str()});
      M.Edits.push_back({At, "\n" + Text + "\n"});
      if (Close)
        M.Edits.push_back({{*Close, *Close}, "\n}"});
      M.Expected = At;
      finish(std::move(M), Place);
    }
  }

  void finish(Mutant M, StringRef Place) {
    M.Place = Current->What + "/" + Place.str();
    M.Container = Current->Container;
    Result.push_back(std::move(M));
  }

  /// What replaces \p S or goes round it and, for a declaration, round \p Rest, the statements from it to the end.
  void plantAround(const Stmt &S, llvm::ArrayRef<Stmt *> Rest, StringRef Place) {
    std::vector<const Expr *> Suspensions;
    collectSuspensions(&S, /*OutsideTry=*/true, Suspensions);
    llvm::erase_if(Suspensions, [](const Expr *E) { return !maySuspend(E); });
    if (Suspensions.empty() || Place == "handler")
      return;
    if (const auto *E = dyn_cast<Expr>(&S))
      loseAwait(*E, Place);
    const bool Declares = isa<DeclStmt>(S);
    if (isa<SwitchCase, LabelStmt, AttributedStmt>(S) || (Declares && Rest.empty()))
      return;
    if (!Declares)
      carryAcross(S, Place);
    const auto Covered = Declares ? Rest : llvm::ArrayRef<Stmt *>();
    // Without its co_return, a coroutine that owes a value would run off its end: another bug than the one wanted.
    if (returnsValue(&S) || llvm::any_of(Covered, returnsValue) || llvm::any_of(Covered, isLabel))
      return;
    const std::optional<Span> First = statementSpan(S);
    const std::optional<Span> Last = Declares ? statementSpan(*Rest.back()) : First;
    for (const Stmt *Statement : Covered.drop_front(Declares ? 1 : 0))
      collectSuspensions(Statement, /*OutsideTry=*/true, Suspensions);
    if (First && Last && !isHarmless(Suspensions, *Current->Body, First->Begin))
      swallow({First->Begin, Last->End}, Declares, Place);
  }

  /// Whether a coroutine that gets to \p End by an exception does something more, before it ends or again: something
  /// stands behind it in \p S, or a loop of \p S is round it. A handler that logs and ends the coroutine is how
  /// well-kept code ends; the text planted would be no mistake.
  bool goesOn(const Stmt &S, unsigned End) const {
    const std::optional<Span> Text = spanOf(S.getSourceRange(), Context);
    if (!Text)
      return true;
    if (Text->Begin >= End) {
      const auto *Return = dyn_cast<CoreturnStmt>(&S);
      return !isa<NullStmt>(S) && !(Return && !Return->getOperand());
    }
    if (Text->End <= End)
      return false;
    if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(S))
      return true;
    if (const auto *Try = dyn_cast<CXXTryStmt>(&S))
      return goesOn(*Try->getTryBlock(), End);
    if (const auto *Branch = dyn_cast<IfStmt>(&S)) {
      const std::optional<Span> Then = spanOf(Branch->getThen()->getSourceRange(), Context);
      const bool InThen = Then && End <= Then->End;
      const Stmt *Part = InThen ? Branch->getThen() : Branch->getElse();
      return Part && goesOn(*Part, End);
    }
    return llvm::any_of(S.children(), [&](const Stmt *Child) { return Child && goesOn(*Child, End); });
  }

  /// Whether a handler round \p Suspensions in the loops of \p S would be no mistake: all they do is to end something
  /// (what was cancelled has nothing else to do either), to give errors as values, which no handler catches, or to hand
  /// a value to a consumer, who is the one that waits; or a loop round \p At asks whether to go on.
  bool isHarmless(llvm::ArrayRef<const Expr *> Suspensions, const Stmt &S, unsigned At) const {
    return llvm::all_of(Suspensions, [&](const Expr *E) { return ends(E) || givesErrors(E) || isa<CoyieldExpr>(E); }) ||
           asksWhetherToGoOn(S, At);
  }

  static bool ends(const Expr *Suspension) {
    const Expr *Operand = nullptr;
    if (const auto *Await = dyn_cast<CoawaitExpr>(Suspension))
      Operand = Await->getOperand();
    else if (const auto *Dependent = dyn_cast<DependentCoawaitExpr>(Suspension))
      Operand = Dependent->getOperand();
    const auto *Call = Operand ? dyn_cast<CallExpr>(Operand->IgnoreUnlessSpelledInSource()) : nullptr;
    const auto *Member = Call ? dyn_cast<CXXDependentScopeMemberExpr>(Call->getCallee()) : nullptr;
    const auto *Callee = Call ? Call->getDirectCallee() : nullptr;
    const std::string Name = Callee   ? Callee->getNameAsString()
                             : Member ? Member->getMember().getAsString()
                                      : std::string();
    return Name == "async_shutdown" || Name == "async_close" || Name == "shutdown" || Name == "close" ||
           Name == "release";
  }

  bool givesErrors(const Expr *Suspension) const {
    const QualType T = Suspension->getType();
    if (!T.isNull() && !T->isDependentType())
      return StringRef(T.getCanonicalType().getAsString()).contains("error_code");
    // std::tie(ec, n) = co_await ..., auto [ec, n] = co_await ...: the type says nothing in a template.
    const std::optional<Span> Text = spanOf(Suspension->getSourceRange(), Context);
    const StringRef Before = Sources.getBufferData(Sources.getMainFileID()).take_front(Text ? Text->Begin : 0);
    const StringRef Target = Before.drop_front(Before.find_last_of(";{}") + 1).trim();
    return Target.starts_with("std::tie(") || Target.starts_with("auto [");
  }

  bool asksWhetherToGoOn(const Stmt &S, unsigned At) const {
    const std::optional<Span> Text = spanOf(S.getSourceRange(), Context);
    if (!Text || At < Text->Begin || At >= Text->End)
      return false;
    const auto *While = dyn_cast<WhileStmt>(&S);
    const std::optional<Span> Condition = While ? spanOf(While->getCond()->getSourceRange(), Context) : std::nullopt;
    if (Condition) {
      const StringRef Asked = Sources.getBufferData(Sources.getMainFileID()).slice(Condition->Begin, Condition->End);
      if (Asked.contains("is_open()") || Asked.contains("cancelled"))
        return true;
    }
    return llvm::any_of(S.children(), [&](const Stmt *Child) { return Child && asksWhetherToGoOn(*Child, At); });
  }

  static bool isLabel(const Stmt *S) { return isa<SwitchCase, LabelStmt>(S); }

  void swallow(Span Text, bool Declares, StringRef Place) {
    struct Handler {
      const char *Kind, *Form, *Text;
      std::vector<std::string> Includes;
    };
    const Handler Handlers[] = {
        {"swallow-ellipsis", "empty", "catch (...) {\n}", {}},
        {"swallow-ellipsis", "logged", "catch (...) {\nstd::puts(\"failed\");\n}", {"<cstdio>"}},
        {"swallow-std-exception", "empty", "catch (const std::exception &) {\n}", {"<exception>"}},
        {"swallow-std-exception",
         "logged",
         "catch (const std::exception &PLANTED) {\nstd::puts(PLANTED.what());\n}",
         {"<cstdio>", "<exception>"}},
    };
    const std::optional<Span> Body = spanOf(Current->Body->getSourceRange(), Context);
    if (!Body || asksForCancellation(Sources.getBufferData(Sources.getMainFileID()).slice(Body->Begin, Body->End)))
      return;
    const bool GoesOn = goesOn(*Current->Body, Text.End);
    for (const Handler &H : Handlers) {
      if (H.Form == StringRef("logged") && !GoesOn)
        continue;
      Mutant M;
      M.Kind = H.Kind;
      M.Form = H.Form + std::string(Declares ? "-from-declaration" : "");
      M.Check = "async-swallowed-cancellation";
      M.Edits = {{{Text.Begin, Text.Begin}, "\ntry {\n"}, {{Text.End, Text.End}, std::string("\n} ") + H.Text + "\n"}};
      M.Expected = Text;
      M.Includes = H.Includes;
      finish(std::move(M), Place);
    }
  }

  /// A lock that is held, or a reference into a container that others change, round \p S, which suspends. What is read
  /// off the flow of control needs code that is compiled: a template that nobody instantiates shows none.
  void carryAcross(const Stmt &S, StringRef Place) {
    const std::optional<Span> Text = statementSpan(S);
    if (!Text || StringRef(Current->What).contains("template"))
      return;
    const std::vector<std::string> Mutex = {"<mutex>"}, Map = {"<map>"};
    const std::string Changes = "static std::map<int, int> PLANTED_map;\n[[maybe_unused]] static void PLANTED_drop(int "
                                "key) { PLANTED_map.erase(key); }\n";
    struct Carried {
      const char *Kind, *Form, *Check, *Before, *After;
      const std::vector<std::string> &Includes;
      const std::string &Helper;
      bool ToTheEnd; ///< What is planted behind the statement matters.
    };
    const std::string None;
    const Carried All[] = {
        {"held-lock", "lock_guard", "async-lock-across-await",
         "static std::mutex PLANTED; const std::lock_guard<std::mutex> PLANTED_lock(PLANTED);", "", Mutex, None, false},
        {"held-lock", "scoped_lock", "async-lock-across-await",
         "static std::mutex PLANTED; const std::scoped_lock PLANTED_lock(PLANTED);", "", Mutex, None, false},
        {"held-lock", "unlocked-behind", "async-lock-across-await",
         "static std::mutex PLANTED; std::unique_lock PLANTED_lock(PLANTED);", "PLANTED_lock.unlock();", Mutex, None,
         true},
        {"held-lock", "by-hand", "async-lock-across-await", "static std::mutex PLANTED; PLANTED.lock();",
         "PLANTED.unlock();", Mutex, None, true},
        {"stale-reference", "reference", "async-stale-reference", "auto &PLANTED = PLANTED_map[1];", "++PLANTED;", Map,
         Changes, true},
        {"stale-reference", "iterator", "async-stale-reference", "auto PLANTED = PLANTED_map.find(1);",
         "if (PLANTED != PLANTED_map.end()) ++PLANTED->second;", Map, Changes, true},
        {"stale-reference", "pointer", "async-stale-reference", "auto *PLANTED = &PLANTED_map.at(1);", "++*PLANTED;",
         Map, Changes, true},
    };
    for (const Carried &C : All) {
      if (C.ToTheEnd && neverEnds(&S))
        continue;
      Mutant M;
      M.Kind = C.Kind;
      M.Form = C.Form;
      M.Check = C.Check;
      M.Edits = {{{Text->Begin, Text->Begin}, std::string("{\n") + C.Before + "\n"},
                 {{Text->End, Text->End}, std::string("\n") + C.After + "\n}"}};
      M.Expected = *Text;
      M.Helper = C.Helper;
      M.Includes = C.Includes;
      finish(std::move(M), Place);
    }
  }

  /// `co_await f();` as a statement: without co_await, with the awaitable kept in a local that nobody awaits, and given
  /// to a function that waits for it.
  void loseAwait(const Expr &S, StringRef Place) {
    const Expr *E = S.IgnoreParenImpCasts()->IgnoreImplicit()->IgnoreParenImpCasts();
    const Expr *Operand = nullptr;
    SourceLocation Keyword;
    if (const auto *Await = dyn_cast<CoawaitExpr>(E); Await && maySuspend(Await)) {
      Operand = Await->getOperand();
      Keyword = Await->getKeywordLoc();
    } else if (const auto *Dependent = dyn_cast<DependentCoawaitExpr>(E)) {
      Operand = Dependent->getOperand();
      Keyword = Dependent->getKeywordLoc();
    }
    // What is awaited must be made here. A variable that is not awaited is a question about the variable; something
    // returned by reference belongs to somebody else.
    if (!Operand || !Keyword.isFileID() ||
        !isa<CallExpr, CXXConstructExpr>(Operand->IgnoreImplicit()->IgnoreParens()) ||
        (!Operand->isTypeDependent() && !Operand->isPRValue()) || isMove(*Operand))
      return;
    const std::optional<Span> From = spanOf(Keyword, Context);
    const std::optional<Span> To = spanOf(Operand->getSourceRange(), Context);
    const std::optional<Span> Whole = statementSpan(S);
    if (!From || !To || !Whole || From->Begin >= To->Begin)
      return;
    Mutant Dropped;
    Dropped.Kind = "dropped-co_await";
    Dropped.Form = "statement";
    Dropped.Check = "async-unawaited-task";
    Dropped.Expected = *Whole;
    Dropped.Edits = {{{From->Begin, To->Begin}, ""}};
    Mutant Stored = Dropped;
    Stored.Kind = "stored-task";
    Stored.Form = "local";
    Stored.Edits.front().Text = "auto PLANTED = ";
    Mutant Waited = Dropped;
    Waited.Kind = "sync-wait-task";
    Waited.Form = "block_on";
    Waited.Check = "async-sync-wait";
    Waited.Edits = {{{From->Begin, To->Begin}, "PLANTED_bridge::block_on("}, {{To->End, To->End}, ")"}};
    Waited.Helper = "namespace PLANTED_bridge { template <class T> void block_on(T &&); }\n";
    finish(std::move(Dropped), Place);
    finish(std::move(Stored), Place);
    finish(std::move(Waited), Place);
  }

  static bool isMove(const Expr &E) {
    const auto *Call = dyn_cast<CallExpr>(E.IgnoreImplicit()->IgnoreParens());
    return Call && Call->isCallToStdMove();
  }

  /// \p S with its semicolon.
  std::optional<Span> statementSpan(const Stmt &S) const {
    std::optional<Span> Text = spanOf(S.getSourceRange(), Context);
    if (!Text)
      return std::nullopt;
    const SourceLocation Last = Sources.getExpansionRange(S.getSourceRange()).getEnd();
    if (const auto Next = Lexer::findNextToken(Last, Sources, Context.getLangOpts()); Next && Next->is(tok::semi)) {
      Text->End = Sources.getFileOffset(Next->getEndLoc());
      return Text;
    }
    // Without a semicolon it must end in its own brace: the rest of a macro's line is not a statement.
    return Sources.getBufferData(Sources.getMainFileID())[Text->End - 1] == '}' ||
                   Sources.getBufferData(Sources.getMainFileID())[Text->End - 1] == ';'
               ? Text
               : std::nullopt;
  }

  ASTContext &Context;
  const SourceManager &Sources;
  const std::vector<Mutant> Forms;
  const Coroutine *Current = nullptr;
  /// Statements out of one macro expansion share a place.
  llvm::DenseSet<unsigned> Seen;
};

} // namespace

std::vector<Mutant> findMutants(const Coroutines &Found, const ExecutorForms &Forms, ASTContext &Context) {
  Planter Plant(Forms, Context);
  for (const Coroutine &C : Found.All)
    Plant.plantIn(C);
  return std::move(Plant.Result);
}

} // namespace mutation
