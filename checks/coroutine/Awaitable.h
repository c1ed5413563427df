// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which types can be awaited, from the language's own protocol, and what awaiting or dropping them means.
#pragma once

#include "coroutine/Body.h"
#include "knowledge/Knowledge.h"

namespace asynctidy {

/// Answers questions about awaitable types of one translation unit. Awaitables are recognised by operator
/// co_await or the await_ready/await_suspend/await_resume members; knowledge adds and corrects.
class Awaitables {
public:
  Awaitables(clang::ASTContext &Context, const Knowledge &Facts) : Context(Context), Facts(Facts) {}

  /// Whether a value of type \p T can be awaited. References are seen through; pointers are not awaitable.
  bool isAwaitable(clang::QualType T) const { return !T.isNull() && isAwaitable(classOf(T)); }
  bool isAwaitable(const clang::CXXRecordDecl *Record) const;
  /// Whether \p Record is the return type of coroutines and awaitable: a task.
  bool isTask(const clang::CXXRecordDecl *Record) const;
  /// Whether \p Record has a promise_type, that is, functions returning it can be coroutines.
  bool hasPromise(const clang::CXXRecordDecl *Record) const;
  /// Whether functions that return \p Record can be coroutines, by its own promise or by std::coroutine_traits.
  bool canBeReturned(const clang::CXXRecordDecl *Record) const;
  /// Whether coroutines that return \p Record can co_yield: such a value is awaited again and again.
  bool yieldsValues(const clang::CXXRecordDecl *Record) const;
  /// Whether a coroutine that returns \p Record starts when called (eager) or when awaited (lazy), from
  /// knowledge or from the promise's initial_suspend.
  TypeFact::Start starts(const clang::CXXRecordDecl *Record) const;
  /// Whether the coroutine \p In is driven by an event loop or by whoever awaits it. A synchronous generator is not:
  /// it yields, awaits nothing and is no awaitable, and its consumer runs it like an iterator.
  bool isAsynchronous(const Body &In) const;
  /// Whether awaiting \p P can suspend: false for awaiters known or seen to be always ready.
  bool maySuspend(const SuspensionPoint &P) const;
  /// Whether `co_await` of a value of \p Operand is known to be accepted in the coroutine \p In: its promise has
  /// no await_transform, or the operand is of the coroutine's own task template or of a type it awaits elsewhere.
  bool isAcceptedIn(const clang::CXXRecordDecl *Operand, const Body &In) const;
  /// The class type of \p T, seen through references; for a dependent specialization the template's class.
  static const clang::CXXRecordDecl *classOf(clang::QualType T);

private:
  bool computeAwaitable(const clang::CXXRecordDecl &Record) const;
  bool hasFreeCoAwait(const clang::CXXRecordDecl &Record) const;

  clang::ASTContext &Context;
  const Knowledge &Facts;
  mutable llvm::DenseMap<const clang::CXXRecordDecl *, bool> Known;
};

/// The members called \p Name of \p Record or of its bases. \p Record must be complete.
std::vector<const clang::NamedDecl *> membersNamed(const clang::CXXRecordDecl &Record, clang::DeclarationName Name);
std::vector<const clang::NamedDecl *> membersNamed(const clang::CXXRecordDecl &Record, llvm::StringRef Name);

} // namespace asynctidy
