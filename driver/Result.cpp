// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The model as JSON: one description per type serves for writing and reading. What has its default value is left out.

#include "Result.h"
#include "llvm/ADT/STLExtras.h"
#include <type_traits>

namespace json = llvm::json;

namespace asynctidy {

#define ASYNC_TIDY_TYPES(X)                                                                                            \
  X(Position)                                                                                                          \
  X(Edit)                                                                                                              \
  X(Note)                                                                                                              \
  X(Finding)                                                                                                           \
  X(CoroutineInfo)                                                                                                     \
  X(UnusedSuppression)                                                                                                 \
  X(Suppression::Item)                                                                                                 \
  X(Suppression::Part)                                                                                                 \
  X(Suppression)                                                                                                       \
  X(Dependency)                                                                                                        \
  X(Known)                                                                                                             \
  X(ParameterCondition::Operand)                                                                                       \
  X(ParameterCondition)                                                                                                \
  X(Guard)                                                                                                             \
  X(GraphItem::Callable)                                                                                               \
  X(GraphItem)                                                                                                         \
  X(GraphFunction)                                                                                                     \
  X(GraphRoot)                                                                                                         \
  X(UnitGraph)                                                                                                         \
  X(FileResult)                                                                                                        \
  X(Report::Problem)                                                                                                   \
  X(Report)

// Before their first use, so that a type can hold others.
#define ASYNC_TIDY_DECLARE(T)                                                                                          \
  json::Value toJSON(const T &);                                                                                       \
  bool fromJSON(const json::Value &, T &, json::Path);
ASYNC_TIDY_TYPES(ASYNC_TIDY_DECLARE)
#undef ASYNC_TIDY_DECLARE

namespace {

class Writer {
public:
  template <typename T> void operator()(llvm::StringLiteral Key, const T &Value, const T &Default = T()) {
    if constexpr (std::is_enum_v<T>)
      add(Key, static_cast<unsigned>(Value), Value != Default);
    else if constexpr (requires { Value.has_value(); })
      add(Key, Value, Value.has_value());
    else if constexpr (requires { Value.empty(); })
      add(Key, Value, !Value.empty());
    else if constexpr (std::is_arithmetic_v<T>)
      add(Key, Value, Value != Default);
    else
      add(Key, Value, true);
  }
  json::Value take() { return std::move(Made); }

private:
  template <typename T> void add(llvm::StringLiteral Key, const T &Value, bool Wanted) {
    if (!Wanted)
      return;
    if constexpr (std::is_same_v<T, std::string>)
      Made[Key] = json::isUTF8(Value) ? Value : json::fixUTF8(Value);
    else
      Made[Key] = Value;
  }
  json::Object Made;
};

class Reader {
public:
  Reader(const json::Value &From, json::Path At) : Map(From, At), Good(static_cast<bool>(Map)) {}

  template <typename T> void operator()(llvm::StringLiteral Key, T &Value, const T & = T()) {
    if (!Good)
      return;
    if constexpr (std::is_enum_v<T>) {
      unsigned Number = 0;
      Good = Map.mapOptional(Key, Number);
      Value = static_cast<T>(Number);
    } else {
      Good = Map.mapOptional(Key, Value);
    }
  }
  bool good() const { return Good; }

private:
  json::ObjectMapper Map;
  bool Good;
};

template <typename F> void describe(F &&Field, Position &P) {
  Field("file", P.File);
  Field("line", P.Line);
  Field("column", P.Column);
  Field("offset", P.Offset);
}

template <typename F> void describe(F &&Field, Edit &E) {
  Field("file", E.File);
  Field("offset", E.Offset);
  Field("length", E.Length);
  Field("text", E.Text);
}

template <typename F> void describe(F &&Field, Note &N) {
  Field("at", N.At);
  Field("source", N.Source);
  Field("message", N.Message);
  Field("edits", N.Edits);
}

template <typename F> void describe(F &&Field, Finding &X) {
  Field("check", X.Check);
  Field("level", X.Shown);
  Field("at", X.At);
  Field("length", X.Length, 1U);
  Field("source", X.Source);
  Field("function", X.Function);
  Field("message", X.Message);
  Field("edits", X.Edits);
  Field("notes", X.Notes);
  Field("suppressed", X.Suppressed);
  Field("statement", X.Statement);
  Field("fingerprint", X.Fingerprint);
}

template <typename F> void describe(F &&Field, CoroutineInfo &C) {
  Field("at", C.At);
  Field("name", C.Name);
  Field("suspensions", C.Suspensions);
}

template <typename F> void describe(F &&Field, UnusedSuppression &U) {
  Field("at", U.At);
  Field("source", U.Source);
  Field("check", U.Check);
  Field("edits", U.Edits);
}

template <typename F> void describe(F &&Field, Suppression::Item &I) {
  Field("pattern", I.Pattern);
  Field("judged", I.Judged);
  Field("used", I.Used);
  Field("waiting", I.Waiting);
}

template <typename F> void describe(F &&Field, Suppression::Part &P) {
  Field("offset", P.Offset);
  Field("length", P.Length);
  Field("removal", P.Removal);
}

template <typename F> void describe(F &&Field, Suppression &S) {
  Field("at", S.At);
  Field("source", S.Source);
  Field("items", S.Items);
  Field("parts", S.Parts);
}

template <typename F> void describe(F &&Field, Dependency &D) {
  Field("file", D.File);
  Field("hash", D.Hash);
}

template <typename F> void describe(F &&Field, Known &K) {
  Field("parameter", K.Parameter);
  Field("number", K.Number);
  Field("empty", K.Empty);
}

template <typename F> void describe(F &&Field, ParameterCondition::Operand &O) {
  Field("parameter", O.Parameter, -1);
  Field("number", O.Number);
}

template <typename F> void describe(F &&Field, ParameterCondition &C) {
  Field("kind", C.What);
  Field("left", C.Left);
  Field("right", C.Right);
  Field("parts", C.Parts);
}

template <typename F> void describe(F &&Field, Guard &G) {
  Field("asked", G.Asked);
  Field("skips", G.Skips, true);
}

template <typename F> void describe(F &&Field, GraphItem::Callable &C) {
  Field("parameter", C.Parameter);
  Field("target", C.Target, -1);
  Field("forwards", C.Forwards, -1);
}

template <typename F> void describe(F &&Field, GraphItem &I) {
  Field("kind", I.What);
  Field("at", I.At);
  Field("source", I.Source);
  Field("subject", I.Subject);
  Field("guards", I.Guards);
  Field("sort", I.Sort);
  Field("declared", I.Declared);
  Field("inferred", I.Inferred);
  Field("does", I.Does);
  Field("advice", I.Advice);
  Field("prepared", I.Prepared, -1);
  Field("to", I.To);
  Field("loop", I.InLoop);
  Field("arguments", I.Arguments);
  Field("callables", I.Callables);
}

template <typename F> void describe(F &&Field, GraphFunction &X) {
  Field("id", X.Id);
  Field("name", X.Name);
  Field("defined", X.Defined);
  Field("at", X.At);
  Field("coroutine", X.Coroutine);
  Field("items", X.Items);
  Field("invokes", X.Invokes);
}

template <typename F> void describe(F &&Field, GraphRoot &R) {
  Field("asks", R.What);
  Field("function", R.Function);
  Field("item", R.Item);
  Field("description", R.Description);
  Field("prepared", R.Prepared, -1);
  Field("kinds", R.Kinds, ~0U);
  Field("inferred", R.Inferred, true);
  Field("once", R.RunsOnce);
  Field("allowed", R.Allowed);
}

template <typename F> void describe(F &&Field, UnitGraph &G) {
  Field("functions", G.Functions);
  Field("harmless", G.Harmless);
  Field("roots", G.Roots);
}

template <typename F> void describe(F &&Field, FileResult &R) {
  Field("file", R.File);
  Field("outcome", R.How);
  Field("reason", R.Reason);
  Field("findings", R.Findings);
  Field("coroutines", R.Coroutines);
  Field("checks", R.Checks);
  Field("suppressions", R.Suppressions);
  Field("dependencies", R.Dependencies);
  Field("graph", R.Graph);
  Field("deferred", R.Deferred);
  Field("seconds", R.Seconds);
}

template <typename F> void describe(F &&Field, Report::Problem &P) {
  Field("file", P.File);
  Field("outcome", P.How);
  Field("reason", P.Reason);
}

template <typename F> void describe(F &&Field, Report &R) {
  Field("root", R.Root);
  Field("invocation", R.Invocation);
  Field("findings", R.Findings);
  Field("coroutines", R.Coroutines);
  Field("unused", R.Unused);
  Field("problems", R.Problems);
  Field("files", R.Files);
  Field("done", R.Done);
  Field("unlinked", R.IsUnlinked);
  Field("baselined", R.Baselined);
  Field("stale", R.Stale);
  Field("seconds", R.Seconds);
}

} // namespace

#define ASYNC_TIDY_DEFINE(T)                                                                                           \
  json::Value toJSON(const T &Value) {                                                                                 \
    Writer W;                                                                                                          \
    describe(W, const_cast<T &>(Value));                                                                               \
    return W.take();                                                                                                   \
  }                                                                                                                    \
  bool fromJSON(const json::Value &From, T &Value, json::Path At) {                                                    \
    Reader R(From, At);                                                                                                \
    describe(R, Value);                                                                                                \
    return R.good();                                                                                                   \
  }
ASYNC_TIDY_TYPES(ASYNC_TIDY_DEFINE)
#undef ASYNC_TIDY_DEFINE
#undef ASYNC_TIDY_TYPES

llvm::StringRef name(FileResult::Outcome How) {
  switch (How) {
  case FileResult::Outcome::Analysed:
    return "analysed";
  case FileResult::Outcome::Broken:
    return "does not compile";
  case FileResult::Outcome::Crashed:
    return "crashed";
  case FileResult::Outcome::TimedOut:
    return "timed out";
  case FileResult::Outcome::Missing:
    return "missing";
  case FileResult::Outcome::Misconfigured:
    return "wrongly configured";
  }
  llvm_unreachable("covered switch");
}

unsigned Report::suppressed() const {
  return static_cast<unsigned>(llvm::count_if(Findings, [](const Finding &F) { return F.Suppressed; }));
}

size_t Report::suspensions() const {
  size_t Count = 0;
  for (const CoroutineInfo &C : Coroutines)
    Count += C.Suspensions.size();
  return Count;
}

unsigned Report::count() const { return static_cast<unsigned>(Findings.size()) - suppressed(); }

} // namespace asynctidy
