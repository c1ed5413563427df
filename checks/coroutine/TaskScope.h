// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which classes are scopes of tasks, which have to be joined before they are destroyed, and what their members do.
#pragma once

#include "coroutine/Awaitable.h"

namespace asynctidy {

/// Recognises scopes: by knowledge, or by their shape. A class is a scope by its shape if its destructor is seen to end
/// the program in some case, and it has a member with one of the terms for joining that returns an awaitable.
class TaskScopes {
public:
  TaskScopes(const Awaitables &Types, const Knowledge &Facts, bool Infer) : Types(Types), Facts(Facts), Infer(Infer) {}

  /// Whether \p T is a scope that has to be joined.
  bool isScope(clang::QualType T) const;
  /// What happens when a scope of the class \p Scope is destroyed before it was joined.
  std::string unjoined(const clang::CXXRecordDecl &Scope) const;
  /// Whether that \p Scope is one was read from its shape only.
  bool isInferred(const clang::CXXRecordDecl &Scope) const;
  /// Whether \p Call gives the scope that it is called on work to run.
  bool spawns(const clang::CXXMemberCallExpr &Call) const;
  /// Whether what \p Method returns ends, once awaited, when all work of the scope has ended.
  bool joins(const clang::CXXMethodDecl &Method) const;
  /// Whether \p Method only asks about the scope, or asks its work to end.
  bool observes(const clang::CXXMethodDecl &Method) const;

private:
  const TypeFact *fact(const clang::CXXRecordDecl &Class) const;

  const Awaitables &Types;
  const Knowledge &Facts;
  const bool Infer;
};

} // namespace asynctidy
