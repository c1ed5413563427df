// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which classes run work: event loops, pools and threads, from knowledge or, for a library nobody described, from
// the field's standard terms together with a matching shape.
#pragma once

#include "knowledge/Knowledge.h"
#include "clang/AST/DeclCXX.h"

namespace asynctidy {

/// A class that runs work, and how that is known.
struct Executor {
  ExecutorKind Kind;
  const clang::CXXRecordDecl *Class;
  bool Inferred;        ///< From its name and shape, not from knowledge.
  const TypeFact *Fact; ///< Null if Inferred.
};

/// What \p Record is as an executor; nothing if it is none.
std::optional<Executor> executor(const clang::CXXRecordDecl *Record, const Knowledge &Facts);

/// Whether \p Record has what an executor needs: a member that takes callables, or a constructor that takes a count.
bool hasExecutorShape(const clang::CXXRecordDecl &Record);

/// What runs the work given to a value of type \p T: the type itself, the class it is nested in
/// (io_context::executor_type), or its only template argument (strand<io_context::executor_type>).
std::optional<Executor> executorBehind(clang::QualType T, const Knowledge &Facts);

} // namespace asynctidy
