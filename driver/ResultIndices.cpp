// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Walks over all that has numbers.

#include "ResultIndices.h"
#include "llvm/ADT/STLExtras.h"

using llvm::json::Path;

namespace asynctidy {
namespace {

/// Visits one list after the other with the places of its elements, until one is wrong.
template <typename T, typename F> bool each(const std::vector<T> &List, Path At, F &&Verify) {
  for (unsigned I = 0; I != List.size(); ++I)
    if (!Verify(List[I], At.index(I)))
      return false;
  return true;
}

class Verifier {
public:
  explicit Verifier(const FileResult &Said) : Said(Said), Functions(Said.Graph.Functions) {}

  bool run(Path At) const {
    const Path Graph = At.field("graph");
    return each(Functions, Graph.field("functions"),
                [&](const GraphFunction &F, Path Here) {
                  return each(F.Items, Here.field("items"),
                              [&](const GraphItem &I, Path Place) { return verify(I, Place); });
                }) &&
           each(Said.Graph.Roots, Graph.field("roots"),
                [&](const GraphRoot &R, Path Here) { return verify(R, Here); }) &&
           each(Said.Suppressions, At.field("suppressions"), [&](const Suppression &S, Path Here) {
             return each(S.Items, Here.field("items"), [&](const Suppression::Item &I, Path Place) {
               return each(I.Waiting, Place.field("waiting"),
                           [&](unsigned Number, Path Of) { return isFinding(Number, Of); });
             });
           });
  }

private:
  static bool require(bool Holds, Path At, llvm::StringLiteral Otherwise) {
    if (!Holds)
      At.report(Otherwise);
    return Holds;
  }
  bool isFunction(int64_t Number, Path At) const {
    return require(Number >= 0 && Number < static_cast<int64_t>(Functions.size()), At, "there is no such function");
  }
  bool isFinding(int64_t Number, Path At) const {
    return require(Number >= 0 && Number < static_cast<int64_t>(Said.Deferred.size()), At, "there is no such finding");
  }

  static bool verify(const ParameterCondition &C, Path At) {
    return require(C.What <= ParameterCondition::Kind::Or, At.field("kind"), "there is no such kind") &&
           require(C.What != ParameterCondition::Kind::Not || C.Parts.size() == 1, At.field("parts"),
                   "not one condition") &&
           each(C.Parts, At.field("parts"), [](const ParameterCondition &P, Path Here) { return verify(P, Here); });
  }

  bool verify(const GraphItem &I, Path At) const {
    return require(I.What <= GraphItem::Kind::Call, At.field("kind"), "there is no such kind") &&
           each(I.Guards, At.field("guards"),
                [](const Guard &G, Path Here) { return verify(G.Asked, Here.field("asked")); }) &&
           (I.Prepared == -1 || isFinding(I.Prepared, At.field("prepared"))) &&
           (I.What != GraphItem::Kind::Call || isFunction(I.To, At.field("to"))) &&
           each(I.Callables, At.field("callables"), [&](const GraphItem::Callable &C, Path Here) {
             return C.Forwards >= 0 || isFunction(C.Target, Here.field("target"));
           });
  }

  bool verify(const GraphRoot &R, Path At) const {
    if (!isFunction(R.Function, At.field("function")))
      return false;
    const GraphFunction &F = Functions[R.Function];
    switch (R.What) {
    case GraphRoot::Asks::Blocks:
      return require(F.Defined && R.Item < F.Items.size() && F.Items[R.Item].What == GraphItem::Kind::Call,
                     At.field("item"), "there is no such call") &&
             isFinding(R.Prepared, At.field("prepared"));
    case GraphRoot::Asks::CreatesExecutor:
      return true;
    }
    return require(false, At.field("asks"), "there is no such question");
  }

  const FileResult &Said;
  const std::vector<GraphFunction> &Functions;
};

} // namespace

bool verifyIndices(const FileResult &Said, Path At) { return Verifier(Said).run(At); }

} // namespace asynctidy
