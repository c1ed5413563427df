// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Links the summaries of one translation unit: what a function does through any chain of calls, with the path.
#pragma once

#include "summary/FunctionSummary.h"
#include "summary/Guard.h"
#include <deque>

namespace asynctidy {

/// An effect and the calls that lead to it: empty for an effect of the function itself.
struct Witness {
  const Effect *What; ///< Null where it lies in another file.
  std::vector<const CallEdge *> Path;
};

/// Summaries of the functions of a translation unit, made and linked on demand. Linking propagates effects from
/// callees to callers with a worklist, nearest first, so recursion needs no special care. A call whose constant
/// arguments rule out every way known so far waits for another one. Coroutines do not pass effects on to their callers:
/// they are judged on their own.
class Summaries {
public:
  using FunctionFilter = llvm::function_ref<bool(const clang::FunctionDecl &)>;
  explicit Summaries(TranslationUnit &Unit) : Unit(Unit) {}

  /// The summary of \p F alone; \p F must have a body or be a destructor.
  const FunctionSummary &of(const clang::FunctionDecl &F);
  /// Everything that running \p F does, itself or through calls, nearest first.
  std::vector<Witness> effects(const clang::FunctionDecl &F);
  /// The same, as far as there are ways through no function that \p Avoids accepts.
  std::vector<Witness> effects(const clang::FunctionDecl &F, FunctionFilter Avoids);
  bool hasEffects(const clang::FunctionDecl &F);
  /// Whether running \p F may come to code in other files.
  bool leadsOutside(const clang::FunctionDecl &F);
  /// Calls \p Visit for what running \p F does, every call by itself: for each effect of \p F, and for each call that
  /// leaves it with the effects behind it, nearest first, until \p Visit answers that one was enough. What \p IsPart
  /// accepts (a lambda that runs at once) counts as \p F itself. Effects that \p Wants refuses are passed over, and
  /// ways through functions that \p Avoids accepts.
  void forEachCall(const clang::FunctionDecl &F, FunctionFilter IsPart, FunctionFilter Avoids,
                   llvm::function_ref<bool(const Effect &)> Wants, llvm::function_ref<bool(const Witness &)> Visit);
  /// Calls \p Visit for every call by which \p F may come to code in other files: with the path to the call that leaves
  /// \p F and what \p IsPart accepts, and without an effect.
  void forEachOutside(const clang::FunctionDecl &F, FunctionFilter IsPart,
                      llvm::function_ref<void(const Witness &)> Visit);
  /// Calls of callables that a callee of \p F makes.
  const std::deque<CallEdge> &discovered(const clang::FunctionDecl &F);
  /// Parameters that \p F calls, itself or by passing them on.
  llvm::ArrayRef<unsigned> invoked(const clang::FunctionDecl &F);
  /// What keeps a call of \p In from coming to \p S.
  const std::vector<Guard> &guards(const clang::Stmt *S, const clang::FunctionDecl &In);
  /// The constants among the arguments of \p Call.
  const std::vector<Known> &arguments(const CallEdge &Call);
  /// How the lambda whose call operator is \p F is handed on by the function around it; null if it is not.
  const HandedOver *handingOf(const clang::FunctionDecl &F);

private:
  struct Node;
  /// An effect of a function, and how it comes to it.
  struct Reached {
    const Effect *What;
    /// The calls that it begins with, nearest first; null where the function does it itself. No parameter, no second
    /// way: nobody needs it.
    llvm::SmallVector<const CallEdge *, 1> Ways;
    size_t Told = 0; ///< How many of Ways the callers have heard of.
    /// Calls that rule all of these out.
    std::vector<std::pair<Node *, const CallEdge *>> Waiting;
  };
  struct Node {
    FunctionSummary Own;
    std::deque<Reached> Effects;
    llvm::DenseMap<const Effect *, Reached *> Known;
    std::vector<std::pair<Node *, const CallEdge *>> Callers;
    llvm::SmallVector<unsigned, 1> Invokes;
    std::deque<CallEdge> Discovered; ///< Calls of callables that a callee makes.
    std::optional<bool> LeadsOutside;
  };

  class CallWalk;
  class OutsideWalk;
  Node &node(const clang::FunctionDecl &F);
  bool isRuledOut(const CallEdge &Call, const Effect &What, const CallEdge *Then);
  bool isRuledOut(const CallEdge &Call, const clang::Stmt *Next);
  std::optional<const CallEdge *> after(const CallEdge &Call, const Reached &R);
  void append(std::vector<const CallEdge *> &Path, const Effect &What, const CallEdge *First);
  bool append(std::vector<const CallEdge *> &Path, const Effect &What, const Node &From, FunctionFilter Avoids);
  bool leadsOutside(Node &N);
  void link(Node &Caller, const CallEdge &Edge);
  void learn(Node &N, const Effect &What, const CallEdge *First);
  void tell(Node &N, Reached &R);
  void learnInvokes(Node &N, unsigned Parameter);
  void activate(Node &Caller, const CallEdge &Edge, unsigned Parameter);
  void run();

  TranslationUnit &Unit;
  llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<Node>> Nodes;
  llvm::DenseMap<const clang::Stmt *, std::vector<Guard>> Guards;
  llvm::DenseMap<const CallEdge *, std::vector<Known>> Arguments;
  std::deque<Node *> Unlinked;
  std::deque<std::pair<Node *, Reached *>> News; ///< One for each way that is not told yet.
};

} // namespace asynctidy
