// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Recognises borrows by the expressions that make them.

#include "lifetime/ContainerReference.h"
#include "coroutine/AwaitResult.h"
#include "coroutine/TaskFate.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {
namespace {

struct Source {
  const ValueDecl *Container;
  BorrowKind Kind;
};

/// Whether \p T is the iterator of the container class of \p Container.
bool isIterator(QualType T, QualType Container) {
  const CXXRecordDecl *Record = Container.getNonReferenceType()->getAsCXXRecordDecl();
  for (llvm::StringRef Name : {"iterator", "const_iterator"})
    for (const NamedDecl *Member : Record ? membersNamed(*Record, Name) : std::vector<const NamedDecl *>())
      if (const auto *Type = dyn_cast<TypedefNameDecl>(Member))
        if (Type->getUnderlyingType().getCanonicalType().getUnqualifiedType() ==
            T.getNonReferenceType().getCanonicalType().getUnqualifiedType())
          return true;
  return false;
}

class Reader {
public:
  Reader(const Body &In, const Knowledge &Facts) : In(In), Facts(Facts) {}
  std::vector<ContainerReference> run();

private:
  std::optional<Source> valueOf(const Expr *E) const;
  std::optional<Source> elementAt(const Expr *E) const;
  std::optional<Source> iteratorAt(const Expr *E) const;
  void addLoop(const CXXForRangeStmt &Loop);
  void addVariable(const VarDecl &Variable);
  void readUse(const DeclRefExpr &Site, ContainerReference &Of);
  const ValueDecl *askedAgain(const CXXMemberCallExpr &Call) const;
  void follow();

  const Body &In;
  const Knowledge &Facts;
  std::vector<ContainerReference> Found;
  llvm::DenseMap<const ValueDecl *, Source> Known; ///< Variables that hold a borrow.
};

/// \p E without what does not change which object it names or points to.
const Expr *plain(const Expr *E) {
  for (;;) {
    const Expr *Inner = valueSource(E)->IgnoreParenImpCasts();
    if (const auto *Made = dyn_cast<CXXConstructExpr>(Inner); Made && Made->getNumArgs() == 1)
      Inner = Made->getArg(0); // An iterator to a const_iterator.
    if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(Inner))
      Inner = Temporary->getSubExpr();
    if (Inner == E)
      return E;
    E = Inner;
  }
}

/// The borrow that a value of class or pointer type is, if it is one.
std::optional<Source> Reader::valueOf(const Expr *E) const {
  E = plain(E);
  if (const auto *Address = dyn_cast<UnaryOperator>(E); Address && Address->getOpcode() == UO_AddrOf)
    return elementAt(Address->getSubExpr());
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(E); Call && E->getType()->isPointerType()) {
    const Expr *Object = Call->getImplicitObjectArgument();
    if (const ValueDecl *Container = sharedContainer(Object, Facts))
      return Source{Container, BorrowKind::Reference}; // data()
    if (const auto Owner = elementAt(Object); Owner && Call->getNumArgs() == 0 && ownerClass(Object->getType(), Facts))
      return Source{Owner->Container, BorrowKind::Pointee}; // get()
    return std::nullopt;
  }
  return iteratorAt(E);
}

/// The container whose iterator \p E is.
std::optional<Source> Reader::iteratorAt(const Expr *E) const {
  E = plain(E);
  if (const auto *Reference = dyn_cast<DeclRefExpr>(E)) {
    const auto Entry = Known.find(Reference->getDecl());
    return Entry != Known.end() && Entry->second.Kind == BorrowKind::Iterator ? std::optional(Entry->second)
                                                                              : std::nullopt;
  }
  const auto *Call = dyn_cast<CXXMemberCallExpr>(E);
  const Expr *Object = Call ? Call->getImplicitObjectArgument() : nullptr;
  const ValueDecl *Container = Object ? sharedContainer(Object, Facts) : nullptr;
  if (!Container || !isIterator(E->getType(), Container->getType()))
    return std::nullopt;
  return Source{Container, BorrowKind::Iterator};
}

/// The container whose element, or a part of whose element, the glvalue \p E names.
std::optional<Source> Reader::elementAt(const Expr *E) const {
  E = E->IgnoreParenImpCasts();
  auto Through = [&](const Expr *Pointer) -> std::optional<Source> {
    if (const auto Iterator = iteratorAt(Pointer))
      return Source{Iterator->Container, BorrowKind::Reference};
    // An element that owns what it points to: it may move, what it owns stays where it is.
    const auto Owner = elementAt(Pointer);
    return Owner && ownerClass(Pointer->getType().getNonReferenceType(), Facts)
               ? std::optional(Source{Owner->Container, BorrowKind::Pointee})
               : std::nullopt;
  };
  if (const auto *Reference = dyn_cast<DeclRefExpr>(E)) {
    const auto Entry = Known.find(Reference->getDecl());
    return Entry != Known.end() && Entry->second.Kind != BorrowKind::Iterator ? std::optional(Entry->second)
                                                                              : std::nullopt;
  }
  if (const auto *Member = dyn_cast<MemberExpr>(E)) {
    const Expr *Base = Member->getBase()->IgnoreParenImpCasts();
    if (!isa<FieldDecl>(Member->getMemberDecl()))
      return std::nullopt;
    if (const auto *Arrow = dyn_cast<CXXOperatorCallExpr>(Base); Arrow && Arrow->getOperator() == OO_Arrow)
      return Through(Arrow->getArg(0));
    if (!Member->isArrow())
      return elementAt(Base);
    return std::nullopt;
  }
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(E)) {
    if (Operator->getOperator() == OO_Star && Operator->getNumArgs() == 1)
      return Through(Operator->getArg(0));
    if (Operator->getOperator() == OO_Subscript)
      if (const ValueDecl *Container = sharedContainer(Operator->getArg(0), Facts))
        return Source{Container, BorrowKind::Reference};
    return std::nullopt;
  }
  const auto *Call = dyn_cast<CXXMemberCallExpr>(E);
  if (!Call || !Call->isLValue() || elementsOf(Call->getType(), Facts) != TypeFact::Elements::None)
    return std::nullopt;
  const ValueDecl *Container = sharedContainer(Call->getImplicitObjectArgument(), Facts);
  return Container ? std::optional(Source{Container, BorrowKind::Reference}) : std::nullopt;
}

void Reader::addLoop(const CXXForRangeStmt &Loop) {
  const ValueDecl *Container = Loop.getRangeInit() ? sharedContainer(Loop.getRangeInit(), Facts) : nullptr;
  const DeclStmt *Begin = Loop.getBeginStmt();
  const auto *Iterator = Begin && Begin->isSingleDecl() ? dyn_cast<VarDecl>(Begin->getSingleDecl()) : nullptr;
  if (!Container || !Iterator || !Loop.getInc())
    return;
  ContainerReference New;
  New.Variable = Iterator;
  New.Loop = &Loop;
  New.Container = Container;
  New.Kind = BorrowKind::Iterator;
  Stretch S;
  S.Declared = Iterator;
  S.Scope = &Loop;
  New.Held.push_back(std::move(S));
  New.Uses.insert(Loop.getInc());
  Found.push_back(std::move(New));
  // Its variable is a borrow of its own, for rounds after which the loop does not go on.
  if (const VarDecl *Element = Loop.getLoopVariable(); Element && Element->getType()->isReferenceType())
    Known[Element] = {Container, BorrowKind::Reference};
}

void Reader::addVariable(const VarDecl &Variable) {
  if (!Variable.getInit() || !Variable.hasLocalStorage() || Variable.isImplicit())
    return;
  std::optional<Source> From;
  const auto *Bound = dyn_cast<DecompositionDecl>(&Variable);
  if (auto Entry = Known.find(&Variable); Entry != Known.end())
    From = Entry->second;
  else if (Variable.getType()->isReferenceType())
    From = elementAt(Variable.getInit());
  else if (!Bound)
    From = valueOf(Variable.getInit());
  else if (const auto *Call = dyn_cast<CXXMemberCallExpr>(plain(Variable.getInit())))
    // auto [position, inserted] = map.emplace(...)
    if (const ValueDecl *Container = sharedContainer(Call->getImplicitObjectArgument(), Facts))
      if (llvm::any_of(Bound->bindings(),
                       [&](const BindingDecl *B) { return isIterator(B->getType(), Container->getType()); }))
        From = Source{Container, BorrowKind::Iterator};
  if (!From)
    return;
  Known.try_emplace(&Variable, *From);
  if (Bound)
    for (const BindingDecl *Binding : Bound->bindings())
      if (From->Kind != BorrowKind::Iterator || isIterator(Binding->getType(), From->Container->getType()))
        Known.try_emplace(Binding, *From);
  ContainerReference New;
  New.Variable = &Variable;
  New.Container = From->Container;
  New.Kind = From->Kind;
  Stretch S;
  S.Declared = &Variable;
  S.Scope = scopeOf(Variable, In);
  New.Held.push_back(std::move(S));
  Found.push_back(std::move(New));
}

/// Whether \p Use of a pointer only asks whether there is one.
bool onlyCompares(const Expr *Use, const Body &In) {
  const Stmt *Parent = In.significantParent(Use);
  if (const auto *Binary = dyn_cast_or_null<BinaryOperator>(Parent))
    return Binary->isComparisonOp() || Binary->isLogicalOp();
  if (const auto *Not = dyn_cast_or_null<UnaryOperator>(Parent))
    return Not->getOpcode() == UO_LNot;
  return isa_and_nonnull<IfStmt, WhileStmt, ForStmt, DoStmt>(Parent);
}

/// What \p Site, which names the variable of \p Of, does to it.
void Reader::readUse(const DeclRefExpr &Site, ContainerReference &Of) {
  const Stmt *Parent = In.significantParent(&Site);
  const Expr *Target = nullptr, *Value = nullptr;
  if (const auto *Assignment = dyn_cast_or_null<BinaryOperator>(Parent);
      Assignment && Assignment->getOpcode() == BO_Assign) {
    Target = Assignment->getLHS();
    Value = Assignment->getRHS();
  } else if (const auto *Operator = dyn_cast_or_null<CXXOperatorCallExpr>(Parent);
             Operator && Operator->getOperator() == OO_Equal) {
    Target = Operator->getArg(0);
    Value = Operator->getArg(1);
  }
  if (!Of.Variable->getType()->isReferenceType() && Target && In.isWithin(&Site, Target)) {
    for (Stretch &Held : Of.Held)
      Held.Ends.insert(Parent);
    if (const auto Again = valueOf(Value); Again && Again->Container == Of.Container) {
      Stretch New;
      New.Begin = Parent;
      New.Scope = Of.Held.front().Scope;
      New.Ends = Of.Held.front().Ends;
      Of.Held.push_back(std::move(New));
    }
  } else if (!(Site.getType()->isPointerType() && onlyCompares(&Site, In)) && !isa_and_nonnull<CompoundStmt>(Parent)) {
    Of.Uses.insert(&Site);
  }
}

/// The container that \p Call asks about a key: whoever does knows that it may have changed.
const ValueDecl *Reader::askedAgain(const CXXMemberCallExpr &Call) const {
  const CXXMethodDecl *Asked = Call.getMethodDecl();
  if (!Asked || Call.getNumArgs() == 0)
    return nullptr;
  const StandardTerms &Terms = Facts.terms();
  auto Is = [&](llvm::ArrayRef<std::string> Names) {
    return Asked->getIdentifier() && llvm::is_contained(Names, Asked->getName());
  };
  const ValueDecl *Container = sharedContainer(Call.getImplicitObjectArgument(), Facts);
  const bool Answers = Container && (Call.getType()->isIntegralType(In.function().getASTContext()) ||
                                     isIterator(Call.getType(), Container->getType()));
  return Answers && !Is(Terms.Inserting) && !Is(Terms.Removing) && !Is(Terms.Replacing) ? Container : nullptr;
}

/// Finds the uses of all variables, and what ends or renews their values.
void Reader::follow() {
  llvm::DenseMap<const ValueDecl *, ContainerReference *> ByVariable;
  llvm::DenseMap<const ValueDecl *, llvm::SmallVector<ContainerReference *, 2>> ByContainer;
  for (ContainerReference &Of : Found)
    if (!Of.Loop) {
      ByVariable[Of.Variable] = &Of;
      ByContainer[Of.Container].push_back(&Of);
    }
  if (ByVariable.empty())
    return;
  for (const Stmt *S : In.statements())
    if (const auto *Call = dyn_cast<CXXMemberCallExpr>(S)) {
      if (const auto Borrows = ByContainer.find(askedAgain(*Call)); Borrows != ByContainer.end())
        for (ContainerReference *Of : Borrows->second)
          for (Stretch &Held : Of->Held)
            Held.Ends.insert(Call);
    }
  for (const Stmt *S : In.statements())
    if (const auto *Site = dyn_cast<DeclRefExpr>(S)) {
      const auto *Binding = dyn_cast<BindingDecl>(Site->getDecl());
      if (Binding && !Known.count(Binding))
        continue;
      const ValueDecl *Variable = Binding ? Binding->getDecomposedDecl() : Site->getDecl();
      if (const auto Of = ByVariable.find(Variable); Of != ByVariable.end())
        readUse(*Site, *Of->second);
    }
}

std::vector<ContainerReference> Reader::run() {
  for (const Stmt *S : In.statements())
    if (const auto *Loop = dyn_cast<CXXForRangeStmt>(S)) {
      addLoop(*Loop);
    } else if (const auto *Declaration = dyn_cast<DeclStmt>(S)) {
      for (const Decl *D : Declaration->decls())
        if (const auto *Variable = dyn_cast<VarDecl>(D))
          addVariable(*Variable);
    }
  follow();
  return std::move(Found);
}

} // namespace

std::vector<ContainerReference> containerReferencesIn(const Body &In, const Knowledge &Facts) {
  return Reader(In, Facts).run();
}

} // namespace asynctidy
