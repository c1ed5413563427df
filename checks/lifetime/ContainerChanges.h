// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Who changes which container, in the user's code of one translation unit.
#pragma once

#include "TranslationUnit.h"

namespace asynctidy {

/// What a container's user has in hand.
enum class BorrowKind {
  Iterator,  ///< Or a loop, which has one.
  Reference, ///< Or a pointer to an element.
  Pointee,   ///< What an element owns.
};

/// One place where a container is changed.
struct ContainerChange {
  enum class Kind { Inserts, Removes, Replaces } What;
  const clang::FunctionDecl *In;
  const clang::Expr *Site;
};

/// The changes of containers that are members, or variables that live as long as the program; found by one walk over
/// what References knows.
class ContainerChanges {
public:
  explicit ContainerChanges(TranslationUnit &Unit);

  /// A change of \p Container that ends a borrow of \p Kind and may happen while the coroutine \p Borrower sleeps; null
  /// if nothing shows one. Constructors and destructors do not run then, and what \p Borrower does itself it does to
  /// its own element. Filling and clearing alone may be what happens before and after everything: it counts if a
  /// coroutine does it, or if single elements come and go as well.
  const ContainerChange *during(const clang::FunctionDecl &Borrower, const clang::ValueDecl &Container,
                                BorrowKind Kind) const;

private:
  void read(const clang::FunctionDecl &F);
  bool isDoneByCoroutine(const ContainerChange &Change, const clang::FunctionDecl &Borrower,
                         const clang::ValueDecl &Container) const;
  bool canHappen(const ContainerChange &Change, const clang::FunctionDecl &Borrower) const;
  bool areInTurn(const ContainerChange &Change, const clang::FunctionDecl &Borrower,
                 const clang::ValueDecl &Container) const;

  TranslationUnit &Unit;
  llvm::DenseMap<const clang::ValueDecl *, std::vector<ContainerChange>> Changes;
};

/// How \p T, a container or a reference to one, holds its elements.
TypeFact::Elements elementsOf(clang::QualType T, const Knowledge &Facts);

/// The member or variable with static lifetime that \p E names as a container: by its name, through a pointer to it, a
/// local reference, a function that visibly returns it, std::as_const, or a view of it. Null for all else, for local
/// variables and for members of local variables.
const clang::ValueDecl *sharedContainer(const clang::Expr *E, const Knowledge &Facts);

} // namespace asynctidy
