// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How a chain of calls is told to the reader: where it leaves the code at hand and what calls what.
#pragma once

#include "summary/Summaries.h"

namespace asynctidy {

/// Code that runs on an event loop: a coroutine, or a callable that a loop runs.
class LoopCode {
public:
  /// Calls \p Visit for \p F if it runs on a loop, and for every named function that \p F hands to one.
  static void forEach(const clang::FunctionDecl &F, TranslationUnit &Unit,
                      llvm::function_ref<void(const LoopCode &)> Visit);

  const clang::FunctionDecl &function() const { return Function; }
  bool isCoroutine() const { return Coroutine; }
  /// "coroutine 'serve'", "a coroutine lambda", "a callback of the event loop".
  std::string describe() const;
  /// The call that hands this code to a loop, if that was inferred from a standard term; null otherwise.
  const HandedOver *inferredFrom() const { return Inferred; }
  /// Whether nobody but a plain function that waits for the coroutine, with something like sync_wait or by running a
  /// loop that it has made for nothing else, is delayed by what
  /// \p W tells: it happens on that function's thread, before the first suspension of the coroutine or of one that it
  /// awaits first; or at the very end of the coroutine.
  bool delaysOnlyWaiter(const Witness &W, TranslationUnit &Unit) const;
  /// Whether \p F is this function or a lambda written in it.
  bool contains(const clang::FunctionDecl &F) const;

private:
  LoopCode(const clang::FunctionDecl &Function, bool Coroutine, const HandedOver *Handed)
      : Function(Function), Coroutine(Coroutine), Inferred(Handed && Handed->How.Inferred ? Handed : nullptr) {}
  const clang::FunctionDecl &Function;
  bool Coroutine;
  const HandedOver *Inferred;
};

/// "'load'", "a lambda", "the destructor of 'Cache'": what \p Step runs.
std::string describe(const CallEdge &Step);

/// The step of \p W's path that leaves \p Root: the last one written in it. Null when the effect itself is written
/// in \p Root (lambdas that run at once belong to it).
const CallEdge *leavingStep(const Witness &W, const LoopCode &Root);

/// Whether \p F is written in a test case (a function or class that test frameworks make, or a lambda in one), or is a
/// function of the main file that is named by such only, or by nobody although there are tests, or by what is only
/// compiled. Tests block on purpose, to take time or to drive a coroutine by hand. May look at the whole translation
/// unit.
bool isTestCode(const clang::FunctionDecl &F, TranslationUnit &Unit);

/// Whether what \p W tells about \p Root happens once in the life of the program: \p Root is a lambda in main or a
/// function that is only called from such, and no step of the way lies in a loop. With \p OrInTests test code counts
/// like main. Looks at the whole translation unit.
bool happensOnce(const Witness &W, const LoopCode &Root, TranslationUnit &Unit, bool OrInTests);

/// The same of \p Root alone, whatever it calls.
bool runsOnce(const LoopCode &Root, TranslationUnit &Unit, bool OrInTests);

} // namespace asynctidy
