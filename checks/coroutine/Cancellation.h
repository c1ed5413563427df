// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How the coroutines of a library learn that they are cancelled: which exception says so, and what asks for it.
#pragma once

#include "Option.h"
#include "coroutine/Body.h"
#include "knowledge/Knowledge.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/SmallVector.h"

namespace asynctidy {

/// What the user adds to what is known and inferred.
struct CancellationSettings {
  bool Infer = true;
  const std::vector<Named> *Types = nullptr;     ///< Exception types that mean cancelled.
  const std::vector<Named> *StopTests = nullptr; ///< Functions and variables that tell whether to stop.
};

/// The cancellation of coroutines with one task type.
class Cancellation {
public:
  Cancellation(const clang::CXXRecordDecl &Task, const clang::ASTContext &Context, const Knowledge &Facts,
               const CancellationSettings &Chosen);

  /// Whether it arrives as an exception, so that a handler can swallow it.
  bool isException() const { return Exception; }
  /// Whether no knowledge file and no option says so.
  bool isInferred() const { return Inferred; }
  /// The exception types that mean cancelled, the likeliest first; empty if none was identified.
  llvm::ArrayRef<const clang::CXXRecordDecl *> types() const { return Types; }
  /// The error value that means cancelled, where the type alone does not say it; else empty.
  llvm::StringRef code() const { return Code; }
  /// Whether \p Type means cancelled only together with the code.
  bool needsCode(const clang::CXXRecordDecl *Type) const { return Type && Type == Coded; }
  /// The member function of the exception that answers the error value, and the class of error values; null
  /// unless there is a code.
  const clang::CXXMethodDecl *codeAccessor() const { return Accessor; }
  const clang::CXXRecordDecl *errorClass() const;
  /// The advice the user gave with a type of the option.
  llvm::StringRef advice() const { return Advice; }

  /// Classes named like a cancellation that do not show that they are thrown; a handler for one does.
  llvm::ArrayRef<const clang::CXXRecordDecl *> suspects() const { return Suspects; }

  /// The first handler of \p Try that catches \p Type, or catches everything if \p Type is null.
  static const clang::CXXCatchStmt *firstHandler(const clang::CXXTryStmt &Try, const clang::CXXRecordDecl *Type);
  /// Whether an exception of \p Type means cancelled, or may by its name.
  bool meansCancelled(const clang::CXXRecordDecl &Type) const;
  /// Whether \p Handler was written for cancellation and nothing else.
  bool isForCancellationOnly(const clang::CXXCatchStmt &Handler) const;

  /// Whether \p S, without what it consists of, asks whether the work was cancelled or should stop: it mentions
  /// the code, a stop flag or a function that tells.
  bool isStopTest(const clang::Stmt *S) const;

  /// Whether cancellation was switched off before \p S, by something awaited in a block around it.
  bool isDisabledAt(const clang::Stmt &S, const Body &In) const;

private:
  bool isStopName(llvm::StringRef Name) const;
  bool saysCancelled(llvm::StringRef Name) const;
  bool tests(const clang::NamedDecl &D) const;
  void addKnown(const CancellationFact &Fact, const clang::ASTContext &Context);
  void addInferred(const clang::CXXRecordDecl &Task, const clang::ASTContext &Context);

  const clang::ASTContext &Context;
  const Knowledge &Facts;
  const CancellationSettings Chosen;
  llvm::SmallVector<const clang::CXXRecordDecl *, 2> Types;
  llvm::SmallVector<const clang::CXXRecordDecl *, 2> Suspects;
  const clang::CXXRecordDecl *Coded = nullptr; ///< The type of which only the code means cancelled.
  const clang::CXXMethodDecl *Accessor = nullptr;
  std::string Code;
  std::string Advice;
  std::string DisabledBy;
  bool Exception = true;
  bool Inferred = false;
};

/// The class that \p Handler catches; null for `...`, for what is no class and for what is not known yet.
const clang::CXXRecordDecl *caughtClass(const clang::CXXCatchStmt &Handler);

/// Whether \p T is the standard library's handle to an exception in flight.
bool isExceptionPointer(clang::QualType T);

} // namespace asynctidy
