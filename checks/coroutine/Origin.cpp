// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Follows expressions to what they refer to.

#include "coroutine/Origin.h"
#include "coroutine/Looking.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

/// Whether \p Record or its template has the attribute \p A; clang gives it to the standard library's classes itself.
template <class A> static bool hasClassAttr(const CXXRecordDecl *Record) {
  if (!Record)
    return false;
  const auto *Specialization = dyn_cast<ClassTemplateSpecializationDecl>(Record);
  return Record->hasAttr<A>() ||
         (Specialization && Specialization->getSpecializedTemplate()->getTemplatedDecl()->hasAttr<A>());
}

static const CXXRecordDecl *classOf(QualType T) {
  return T.isNull() ? nullptr : T.getNonReferenceType()->getAsCXXRecordDecl();
}

bool isView(QualType T, const Knowledge &Facts) {
  const CXXRecordDecl *Class = classOf(T);
  if (!Class)
    return false;
  if (hasClassAttr<PointerAttr>(Class))
    return true;
  const TypeFact *Fact = Facts.typeOrBase(*Class);
  return Fact && Fact->View;
}

/// Whether objects of \p Class own what they hand out references to, as containers and strings do.
static bool isOwner(const CXXRecordDecl *Class) { return hasClassAttr<OwnerAttr>(Class); }

/// Whether \p Class is a smart pointer: it has operator->, and is neither a container nor a view.
static bool isSmartPointer(const CXXRecordDecl *Class) {
  if (!Class || !Class->hasDefinition())
    return false;
  const DeclarationName Arrow = Class->getASTContext().DeclarationNames.getCXXOperatorName(OO_Arrow);
  return !Class->lookup(Arrow).empty();
}

static bool isLifetimeBound(const FunctionDecl &Callee, unsigned Index) {
  return Index < Callee.getNumParams() && Callee.getParamDecl(Index)->hasAttr<LifetimeBoundAttr>();
}

/// Whether somebody gives \p Variable another value than its initialiser.
static bool isReassigned(const VarDecl &Variable, const Body &In) {
  return !Variable.getType().isConstQualified() && llvm::any_of(In.statements(), [&](const Stmt *S) {
    const Expr *Target = nullptr;
    if (const auto *Binary = dyn_cast<BinaryOperator>(S); Binary && Binary->isAssignmentOp())
      Target = Binary->getLHS();
    else if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(S); Operator && Operator->isAssignmentOp())
      Target = Operator->getArg(0);
    else if (const auto *Unary = dyn_cast<UnaryOperator>(S); Unary && Unary->getOpcode() == UO_AddrOf)
      Target = Unary->getSubExpr();
    const auto *Name = Target ? dyn_cast<DeclRefExpr>(Target->IgnoreParenImpCasts()) : nullptr;
    return Name && Name->getDecl() == &Variable;
  });
}

/// How the lambda whose body names a variable of the function around it has it; nothing if it is no such name.
static std::optional<Origin> captured(const DeclRefExpr &Name, const VarDecl &Variable, const Body &In) {
  if (!Name.refersToEnclosingVariableOrCapture())
    return std::nullopt;
  const auto *Operator = dyn_cast<CXXMethodDecl>(&In.function());
  if (!Operator || !Operator->getParent()->isLambda())
    return Origin{};
  for (const LambdaCapture &Capture : Operator->getParent()->captures())
    if (Capture.capturesVariable() && Capture.getCapturedVar() == &Variable) {
      const bool ByReference = Capture.getCaptureKind() == LCK_ByRef;
      // What a captured reference refers to is nobody's here.
      return Origin{ByReference ? Origin::Kind::Lent : Origin::Kind::Copied, &Variable, &Name};
    }
  return Origin{};
}

namespace {

/// One walk from an expression to what it refers to; bounded, since initialisers may name their own variables.
class Follower {
public:
  Follower(const Body &In, const Knowledge &Facts) : In(In), Facts(Facts) {}

  Origin object(const Expr *E) {
    if (!E || ++Steps > MaxSteps)
      return {};
    E = written(E);
    if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(E)) {
      if (Temporary->getStorageDuration() == SD_Static || Temporary->getStorageDuration() == SD_Thread)
        return {Origin::Kind::Static};
      if (const auto *Extending = dyn_cast_or_null<VarDecl>(Temporary->getExtendingDecl()))
        return {Origin::Kind::Local, Extending, Temporary};
      return {Origin::Kind::Temporary, nullptr, Temporary};
    }
    if (const auto *Cast = dyn_cast<CastExpr>(E))
      switch (Cast->getCastKind()) {
      case CK_NoOp:
      case CK_DerivedToBase:
      case CK_UncheckedDerivedToBase:
      case CK_BaseToDerived:
      case CK_LValueBitCast:
        return object(Cast->getSubExpr());
      default:
        return {};
      }
    if (const auto *Name = dyn_cast<DeclRefExpr>(E))
      return named(*Name);
    if (const auto *Member = dyn_cast<MemberExpr>(E))
      return member(*Member);
    if (const auto *Unary = dyn_cast<UnaryOperator>(E)) {
      if (Unary->getOpcode() == UO_Deref)
        return pointee(Unary->getSubExpr());
      return {};
    }
    if (const auto *Subscript = dyn_cast<ArraySubscriptExpr>(E))
      return pointee(Subscript->getBase());
    if (const auto *Binary = dyn_cast<BinaryOperator>(E); Binary && Binary->isCommaOp())
      return object(Binary->getRHS());
    if (const auto *Choice = dyn_cast<ConditionalOperator>(E))
      return either(object(Choice->getTrueExpr()), object(Choice->getFalseExpr()));
    if (isa<StringLiteral, PredefinedExpr>(E))
      return {Origin::Kind::Static};
    if (const auto *Call = dyn_cast<CallExpr>(E))
      return called(*Call);
    return {};
  }

  Origin pointee(const Expr *E) {
    if (!E || ++Steps > MaxSteps)
      return {};
    E = written(E);
    if (const auto *Cast = dyn_cast<CastExpr>(E))
      switch (Cast->getCastKind()) {
      case CK_ArrayToPointerDecay:
        return object(Cast->getSubExpr());
      case CK_LValueToRValue:
        return variable(Cast->getSubExpr(), [&](const Expr *Init) { return pointee(Init); });
      case CK_NullToPointer:
        return {Origin::Kind::Static};
      case CK_NoOp:
      case CK_BitCast:
      case CK_DerivedToBase:
      case CK_UncheckedDerivedToBase:
      case CK_BaseToDerived:
        return pointee(Cast->getSubExpr());
      default:
        return {};
      }
    if (isa<CXXThisExpr>(E))
      return thisObject();
    if (const auto *Unary = dyn_cast<UnaryOperator>(E); Unary && Unary->getOpcode() == UO_AddrOf)
      return object(Unary->getSubExpr());
    if (const auto *Binary = dyn_cast<BinaryOperator>(E); Binary && Binary->isAdditiveOp())
      return pointee(Binary->getLHS()->getType()->isPointerType() ? Binary->getLHS() : Binary->getRHS());
    if (const auto *Choice = dyn_cast<ConditionalOperator>(E))
      return either(pointee(Choice->getTrueExpr()), pointee(Choice->getFalseExpr()));
    if (const auto *Call = dyn_cast<CallExpr>(E))
      return called(*Call);
    return {};
  }

  Origin view(const Expr *E) {
    if (!E || ++Steps > MaxSteps)
      return {};
    E = written(E);
    if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(E))
      return view(Temporary->getSubExpr());
    if (const auto *Bound = dyn_cast<CXXBindTemporaryExpr>(E))
      return view(Bound->getSubExpr());
    if (const auto *List = dyn_cast<CXXStdInitializerListExpr>(E))
      return object(List->getSubExpr());
    if (const auto *List = dyn_cast<InitListExpr>(E))
      return List->getNumInits() > 0 ? argument(List->getInit(0)) : Origin{Origin::Kind::Static};
    if (isa<DeclRefExpr, MemberExpr>(E))
      return variable(E, [&](const Expr *Init) { return view(Init); });
    if (const auto *Cast = dyn_cast<CastExpr>(E))
      return isa<CXXConstructExpr, CallExpr, DeclRefExpr, MaterializeTemporaryExpr, CastExpr, InitListExpr,
                 CXXStdInitializerListExpr, CXXBindTemporaryExpr, MemberExpr>(Cast->getSubExpr()->IgnoreParens())
                 ? view(Cast->getSubExpr())
                 : Origin{};
    if (const auto *Construct = dyn_cast<CXXConstructExpr>(E))
      return Construct->getNumArgs() > 0 ? argument(Construct->getArg(0)) : Origin{Origin::Kind::Static};
    if (const auto *Choice = dyn_cast<ConditionalOperator>(E))
      return either(view(Choice->getTrueExpr()), view(Choice->getFalseExpr()));
    if (const auto *Call = dyn_cast<CallExpr>(E)) {
      const FunctionDecl *Callee = Call->getDirectCallee();
      // `asio::buffer(data)`, `std::ref(data)`: a view of what it is given.
      if (Callee && !isa<CXXMethodDecl>(Callee) && Call->getNumArgs() > 0 &&
          (Callee->isInStdNamespace() || Facts.isDescribed(*Callee)))
        return argument(Call->getArg(0));
      return Call->isGLValue() ? Origin{} : called(*Call); // A view that somebody keeps looks at anything.
    }
    return {};
  }

private:
  static constexpr unsigned MaxSteps = 64;

  /// \p E without parentheses and what stands for default arguments and whole expressions.
  static const Expr *written(const Expr *E) {
    for (;;) {
      E = E->IgnoreParens();
      if (const auto *Whole = dyn_cast<FullExpr>(E))
        E = Whole->getSubExpr();
      else if (const auto *Default = dyn_cast<CXXDefaultArgExpr>(E))
        E = Default->getExpr();
      else if (const auto *Default = dyn_cast<CXXDefaultInitExpr>(E))
        E = Default->getExpr();
      else
        return E;
    }
  }

  /// What a view made from \p E looks at: what a view or pointer refers to, or what an object owns.
  Origin argument(const Expr *E) {
    if (isView(E->getType(), Facts))
      return view(E);
    if (E->getType()->isPointerType())
      return pointee(E);
    const Expr *Named = E->IgnoreParens();
    if (!E->isGLValue() && !isa<FullExpr>(Named))
      return {};
    Origin Found = object(E);
    Found.Inside |= isOwner(classOf(E->getType()));
    return Found;
  }

  static bool dies(const Origin &O) {
    return O.What == Origin::Kind::Temporary || O.What == Origin::Kind::Local || O.What == Origin::Kind::Parameter;
  }
  static Origin either(Origin A, Origin B) { return dies(A) || !dies(B) ? A : B; }

  Origin thisObject() const {
    const auto *Method = dyn_cast<CXXMethodDecl>(&In.function());
    return Method && Method->getParent()->isLambda() ? Origin{} : Origin{Origin::Kind::Object};
  }

  Origin named(const DeclRefExpr &Name) {
    if (const auto *Binding = dyn_cast<BindingDecl>(Name.getDecl()))
      return Binding->getHoldingVar() ? Origin{} : object(Binding->getBinding());
    const auto *Variable = dyn_cast<VarDecl>(Name.getDecl());
    if (!Variable)
      return {isa<FunctionDecl>(Name.getDecl()) ? Origin::Kind::Static : Origin::Kind::Unknown};
    if (Variable->hasGlobalStorage())
      return {Origin::Kind::Static};
    if (auto Captured = captured(Name, *Variable, In))
      return *Captured;
    const bool Reference = Variable->getType()->isReferenceType();
    if (isa<ParmVarDecl>(Variable))
      return {Reference ? Origin::Kind::Lent : Origin::Kind::Parameter, Variable, &Name};
    if (!Reference)
      return {Origin::Kind::Local, Variable, &Name};
    if (Variable->isInitCapture() || !Variable->getInit())
      return {};
    Origin Found = object(Variable->getInit());
    if (Found.What == Origin::Kind::Temporary) // Its life is that of the reference.
      Found = {Origin::Kind::Local, Variable, &Name};
    if (Found.Variable)
      Found.Site = &Name;
    return Found;
  }

  Origin member(const MemberExpr &Member) {
    if (!isa<FieldDecl>(Member.getMemberDecl()))
      return {Origin::Kind::Static};
    if (Member.getMemberDecl()->getType()->isReferenceType())
      return {};
    return Member.isArrow() ? pointee(Member.getBase()) : object(Member.getBase());
  }

  /// What a pointer or view that the name \p E holds refers to: its initialiser's, if it has no other value.
  template <class Follow> Origin variable(const Expr *E, Follow FollowInit) {
    const auto *Name = dyn_cast<DeclRefExpr>(E->IgnoreParenImpCasts());
    const auto *Variable = Name ? dyn_cast<VarDecl>(Name->getDecl()) : nullptr;
    if (!Variable)
      return {};
    if (auto Captured = captured(*Name, *Variable, In))
      return {};
    if (isa<ParmVarDecl>(Variable))
      return {isReassigned(*Variable, In) ? Origin::Kind::Unknown : Origin::Kind::Lent, Variable, Name};
    if (!Variable->hasLocalStorage() || !Variable->getInit() || Variable->isInitCapture() ||
        isReassigned(*Variable, In))
      return {};
    Origin Found = FollowInit(Variable->getInit());
    if (Found.Variable)
      Found.Site = Name;
    return Found;
  }

  /// What a reference, pointer or view that a call gives refers to.
  Origin called(const CallExpr &Call) {
    const FunctionDecl *Callee = Call.getDirectCallee();
    if (!Callee)
      return {};
    if (Call.isCallToStdMove())
      return object(Call.getArg(0));
    if (Callee->isInStdNamespace() && Callee->getIdentifier() && Call.getNumArgs() == 1 &&
        llvm::is_contained({"forward", "as_const", "addressof", "move_if_noexcept", "forward_like"}, Callee->getName()))
      return object(Call.getArg(0));
    const Expr *Object = nullptr;
    unsigned First = 0;
    if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call)) {
      Object = Member->getImplicitObjectArgument();
    } else if (isa<CXXOperatorCallExpr>(Call) && isa<CXXMethodDecl>(Callee) && Call.getNumArgs() > 0) {
      Object = Call.getArg(0);
      First = 1;
    }
    if (Object)
      return ofObject(*Object, *cast<CXXMethodDecl>(Callee));
    for (unsigned I = First; I < Call.getNumArgs(); ++I)
      if (isLifetimeBound(*Callee, I - First))
        return argument(Call.getArg(I));
    return {};
  }

  Origin ofObject(const Expr &Object, const CXXMethodDecl &Method) {
    const CXXRecordDecl *Class = recordOf(Object.getType());
    // An object that is reached through a pointer: `p->name()`.
    const bool Arrow = Object.getType()->isPointerType();
    if (isOwner(Class)) {
      // A pointer or iterator that asking alone gives: data(), begin(). Others are elements, or given away.
      const QualType Result = Method.getReturnType();
      if (!Result->isReferenceType() && !(leavesObject(Method) && Method.param_empty()))
        return {};
      Origin Found = Arrow ? pointee(&Object) : object(&Object);
      Found.Inside = true;
      return Found;
    }
    if (isView(Object.getType(), Facts))
      return view(&Object);
    if (isSmartPointer(Class)) {
      const Origin Holder = object(&Object);
      return {Origin::Kind::Shared, Holder.Variable, &Object};
    }
    return {};
  }

  const Body &In;
  const Knowledge &Facts;
  unsigned Steps = 0;
};

} // namespace

Origin originOfObject(const Expr *E, const Body &In, const Knowledge &Facts) { return Follower(In, Facts).object(E); }
Origin originOfPointee(const Expr *E, const Body &In, const Knowledge &Facts) { return Follower(In, Facts).pointee(E); }
Origin originOfView(const Expr *E, const Body &In, const Knowledge &Facts) { return Follower(In, Facts).view(E); }

std::optional<Origin> originOfArgument(const Expr *E, QualType T, const Body &In, const Knowledge &Facts) {
  if (T->isReferenceType())
    return originOfObject(E, In, Facts);
  if (T->isPointerType())
    return T->isFunctionPointerType() ? std::nullopt : std::optional(originOfPointee(E, In, Facts));
  if (isView(T, Facts))
    return originOfView(E, In, Facts);
  return std::nullopt;
}

const LambdaExpr *closureIn(const Expr *E) {
  for (unsigned Depth = 0; E && Depth < 8; ++Depth) {
    E = valueSource(E)->IgnoreParenImpCasts();
    if (const auto *Lambda = dyn_cast<LambdaExpr>(E))
      return Lambda;
    if (const auto *Bound = dyn_cast<CXXBindTemporaryExpr>(E))
      E = Bound->getSubExpr();
    else if (const auto *Construct = dyn_cast<CXXConstructExpr>(E))
      E = Construct->getNumArgs() >= 1 ? Construct->getArg(0) : nullptr;
    else if (const auto *Call = dyn_cast<CallExpr>(E))
      E = Call->isCallToStdMove() ? Call->getArg(0) : nullptr;
    else if (const auto *Cast = dyn_cast<CastExpr>(E))
      E = Cast->getSubExpr();
    else if (const auto *Name = dyn_cast<DeclRefExpr>(E)) {
      const auto *Variable = dyn_cast<VarDecl>(Name->getDecl());
      E = Variable && !isa<ParmVarDecl>(Variable) && !Name->refersToEnclosingVariableOrCapture() ? Variable->getInit()
                                                                                                 : nullptr;
    } else
      return nullptr;
  }
  return nullptr;
}

} // namespace asynctidy
