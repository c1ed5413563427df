// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Summaries without an AST: what the functions of one translation unit do and call, in the form in which they outlive
// it and are linked over a project.
#pragma once

#include "summary/Guard.h"
#include <compare>
#include <string>
#include <vector>

namespace asynctidy {

/// A place in a file. Paths are relative to the root of the project when they lie in it, absolute otherwise.
struct Position {
  std::string File;
  unsigned Line = 0;   ///< From 1; 0 if there is no place.
  unsigned Column = 0; ///< In bytes, from 1.
  unsigned Offset = 0; ///< In bytes from the beginning of the file.

  bool isValid() const { return Line != 0; }
  auto operator<=>(const Position &) const = default;
};

/// Something that a function does or calls.
struct GraphItem {
  enum class Kind { Blocks, WaitsForTask, CreatesExecutor, Call };
  Kind What = Kind::Call;
  Position At;
  std::string Source; ///< The text of the line.
  /// What blocks or is created, as the reader knows it; of a call, what it runs: "'load'", "a lambda".
  std::string Subject;
  std::vector<Guard> Guards; ///< Arguments of the function that keep it from coming here.

  // Of an effect.
  unsigned Sort = 0;     ///< BlockKind or ExecutorKind.
  bool Declared = false; ///< Blocks because the user says so; of no kind.
  std::string Inferred;  ///< What was inferred and from what; empty if known.
  std::string Does;      ///< "sleeps", "waits for the network", "waits for a task".
  std::string Advice;
  int Prepared = -1; ///< The finding that stands here if a coroutine comes to it; an index of the unit's deferred ones.

  // Of a call.
  unsigned To = 0;     ///< The function that is called; an index of the unit's functions.
  bool InLoop = false; ///< Also of an effect.
  std::vector<Known> Arguments;
  /// A callable among the arguments: what runs when the callee calls its parameter, or which of the function's own
  /// parameters is passed on.
  struct Callable {
    unsigned Parameter = 0;
    int Target = -1;   ///< An index of the unit's functions.
    int Forwards = -1; ///< An index of the function's own parameters.
  };
  std::vector<Callable> Callables;
};

struct GraphFunction {
  /// The same in all files for a function that all files mean by it (a USR); with the file's name for others.
  std::string Id;
  std::string Name; ///< Qualified, as options write it.
  bool Defined = false;
  Position At; ///< Where its definition stands.
  bool Coroutine = false;
  std::vector<GraphItem> Items;
  std::vector<unsigned> Invokes; ///< Parameters that it calls.
};

/// Code that runs on an event loop, of which the unit alone cannot say all that it leads to.
struct GraphRoot {
  enum class Asks {
    Blocks,         ///< Whether the call Item of Function leads to something that blocks.
    WaitsForTask,   ///< The same for something that waits for a task.
    CreatesExecutor ///< Whether Function leads to the making of an executor.
  };
  Asks What = Asks::Blocks;
  unsigned Function = 0;
  unsigned Item = 0;
  std::string Description; ///< "coroutine 'serve'".
  int Prepared = -1;       ///< The finding that stands at the call; an index of the unit's deferred ones.
  unsigned Kinds = ~0U;    ///< Kinds of blocking that count, a bit each.
  bool Inferred = true;    ///< Whether what was inferred counts: executors, and functions that wait for tasks.
  bool RunsOnce = false;   ///< Whether it happens once in the life of the program, where no loop is on the way.
  std::vector<std::string> Allowed; ///< Functions that the way must not lead through.
};

/// A short name for the definition at \p At of the function \p Id: 16 hexadecimal digits for the function, and 16 for
/// the place.
std::string definitionMark(const std::string &Id, const Position &At);

struct UnitGraph {
  std::vector<GraphFunction> Functions;
  /// Definitions that lead nowhere, as \ref definitionMark names them. Another function of the same name is another
  /// program's.
  std::vector<std::string> Harmless;
  std::vector<GraphRoot> Roots;
};

} // namespace asynctidy
