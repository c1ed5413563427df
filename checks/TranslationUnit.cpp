// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Everything that the checks of one run share about one translation unit.

#include "TranslationUnit.h"
#include "coroutine/Borrow.h"
#include "summary/References.h"
#include "summary/Summaries.h"
#include "llvm/ADT/STLExtras.h"

namespace asynctidy {

TranslationUnit::TranslationUnit(clang::ASTContext &Context, const Settings &Chosen)
    : Context(Context), Chosen(Chosen), Types(Context, *this->Chosen.Facts), Locks(Types, *this->Chosen.Facts) {}

TranslationUnit::~TranslationUnit() = default;

const Body &TranslationUnit::body(const clang::FunctionDecl &F) {
  std::unique_ptr<Body> &Slot = Bodies[&F];
  if (!Slot)
    Slot = std::make_unique<Body>(F, Context);
  return *Slot;
}

/// Whether the file of \p Loc has a word such as O_NONBLOCK or EAGAIN anywhere. Text is enough: the answer only
/// ever makes the linter more careful.
bool TranslationUnit::fileMentionsNonBlocking(clang::SourceLocation Loc) {
  const clang::SourceManager &Sources = Context.getSourceManager();
  clang::FileID File = Sources.getFileID(Sources.getExpansionLoc(Loc));
  auto [Slot, New] = NonBlockingFiles.try_emplace(File, false);
  if (New) {
    llvm::StringRef Text = Sources.getBufferData(File);
    Slot->second = llvm::any_of(knowledge().terms().NonBlockingMarks,
                                [&](const std::string &Mark) { return Text.contains(Mark); });
  }
  return Slot->second;
}

bool TranslationUnit::includes(llvm::StringRef Name) const {
  const clang::SourceManager &Sources = Context.getSourceManager();
  for (auto File = Sources.fileinfo_begin(); File != Sources.fileinfo_end(); ++File)
    if (llvm::StringRef(File->first.getName()).ends_with(("/" + Name).str()))
      return true;
  return false;
}

bool TranslationUnit::mayBeNonBlocking(const clang::Expr &E, const Body &In) {
  if (E.isValueDependent() || E.isTypeDependent())
    return true;
  if (E.isEvaluatable(Context))
    return false;
  // A descriptor that an object hands out is in the mode that its class chose.
  if (llvm::isa<clang::CallExpr>(valueSource(&E)))
    return true;
  const clang::SourceManager &Sources = Context.getSourceManager();
  if (fileMentionsNonBlocking(In.function().getLocation()) ||
      fileMentionsNonBlocking(Sources.getLocForStartOfFile(Sources.getMainFileID())))
    return true;
  // Waiting for readiness and then reading is how an awaitable wrapper is written.
  const clang::VarDecl *Descriptor = namedVariable(&E);
  if (!Descriptor || !In.isAwaitedBefore(*Descriptor, E))
    return false;
  if (!recordOf(E.getType()))
    return true;
  // The synchronous operations of a socket object wait for their end whatever was awaited before, but for readiness.
  return llvm::any_of(In.suspensions(), [&](const SuspensionPoint &P) {
    const auto Awaited = CallSite::of(valueSource(P.Operand));
    const FunctionFact *Fact = Awaited && Awaited->object() ? knowledge().function(Awaited->callee()) : nullptr;
    return Fact && Fact->AwaitsReadiness && namedVariable(Awaited->object()) == Descriptor &&
           Sources.isBeforeInTranslationUnit(P.Site->getBeginLoc(), E.getBeginLoc());
  });
}

Summaries &TranslationUnit::summaries() {
  if (!Functions)
    Functions = std::make_unique<Summaries>(*this);
  return *Functions;
}

Borrows &TranslationUnit::borrows() {
  if (!Lent)
    Lent = std::make_unique<Borrows>(*this);
  return *Lent;
}

const References &TranslationUnit::references() {
  if (!Names)
    Names = std::make_unique<References>(*this);
  return *Names;
}

} // namespace asynctidy
