// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Turns clang-tidy's errors into findings.

#include "Diagnostics.h"
#include "UnitFacts.h"
#include "summary/Deferred.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynctidy {

void Diagnostics::HandleDiagnostic(DiagnosticsEngine::Level Level, const Diagnostic &Info) {
  DiagnosticConsumer::HandleDiagnostic(Level, Info);
  if (const std::string Check = Context.getCheckName(Info.getID()); Level != DiagnosticsEngine::Note &&
                                                                    llvm::StringRef(Check).starts_with("async-") &&
                                                                    Info.getLocation().isValid()) {
    llvm::SmallVector<tooling::Diagnostic, 1> Malformed; // Clang-tidy's consumer reports them.
    if (Context.shouldSuppressDiagnostic(Level, Info, Malformed)) {
      const SourceManager &Sources = Info.getSourceManager();
      const SourceLocation Loc = Sources.getFileLoc(Info.getLocation());
      Finding Dropped;
      Dropped.Check = Check;
      Dropped.Suppressed = true;
      Dropped.At.File = Sources.getFilename(Loc).str(); // As clang names it; made a place when all is known.
      Dropped.At.Offset = Sources.getFileOffset(Loc);
      llvm::SmallString<128> Message;
      Info.FormatDiagnostic(Message);
      llvm::StringRef Said = Message;
      Said.consume_back(" [" + Check + "]");
      Dropped.Message = Said.str();
      std::string Unmarked = Dropped.Message;
      const int Number = takeDeferredMark(Unmarked);
      // Clang-tidy heeds comments where the macros are written, too.
      for (SourceLocation At = Info.getLocation();; At = Sources.getImmediateExpansionRange(At).getBegin()) {
        const SourceLocation Written = Sources.getSpellingLoc(At);
        Places.push_back({Paths.get(Sources.getFilename(Written)), Sources.getFileOffset(Written), Check, Number});
        if (!At.isMacroID())
          break;
      }
      Suppressed.push_back(std::move(Dropped));
    }
  }
  Behind.HandleDiagnostic(Level, Info);
}

static std::vector<Edit> edits(const llvm::StringMap<tooling::Replacements> &Fix, PathMap &Paths) {
  std::vector<Edit> All;
  for (const auto &File : Fix)
    for (const tooling::Replacement &R : File.second)
      All.push_back({Paths.get(R.getFilePath()), R.getOffset(), R.getLength(), R.getReplacementText().str()});
  llvm::sort(All);
  return All;
}

/// The bytes to underline at \p At: a range of the message that begins there, or the token.
static unsigned lengthOf(const tooling::DiagnosticMessage &Message, const Position &At, SourceTexts &Texts) {
  for (const tooling::FileByteRange &Range : Message.Ranges)
    if (Range.FileOffset == At.Offset && Range.Length > 0)
      return std::min<unsigned>(Range.Length, static_cast<unsigned>(Texts.line(At).size()) - (At.Column - 1));
  return Texts.tokenLength(At);
}

void Diagnostics::into(FileResult &Result, int DeferredCount, const UnitFacts &Facts, SourceTexts &Texts, bool Failed) {
  Result.Deferred.resize(DeferredCount);
  auto Add = [&](Finding Said) {
    Said.Source = Texts.line(Said.At).str();
    Said.Function = Facts.functionAt(Said.At);
    Said.Statement = Texts.statement(Said.At);
    if (const int Number = takeDeferredMark(Said.Message); Number >= 0 && Number < DeferredCount)
      Result.Deferred[Number] = std::move(Said);
    else if (!llvm::is_contained(Result.Findings, Said))
      Result.Findings.push_back(std::move(Said));
  };
  auto Spoil = [&](FileResult::Outcome How, const std::string &Reason) {
    if (Result.How != FileResult::Outcome::Analysed && Result.How >= How)
      return;
    Result.How = How;
    Result.Reason = Reason;
  };
  for (const tidy::ClangTidyError &Error : Behind.take()) {
    const llvm::StringRef Name = Error.DiagnosticName;
    const bool Placed = !Error.Message.FilePath.empty();
    const Position At = Placed ? Texts.at(Error.Message.FilePath, Error.Message.FileOffset) : Position();
    const std::string Where =
        At.isValid() ? At.File + ":" + std::to_string(At.Line) + ":" + std::to_string(At.Column) + ": " : "";
    if (Name.starts_with("clang-tidy-config")) {
      Spoil(FileResult::Outcome::Misconfigured, Error.Message.Message);
    } else if (Name.starts_with("clang-diagnostic")) {
      if (Error.DiagLevel == tidy::ClangTidyError::Error)
        Spoil(FileResult::Outcome::Broken, Where + Error.Message.Message);
    } else if (At.isValid()) {
      Finding Said;
      Said.Check = Name.str();
      Said.Shown = Error.IsWarningAsError ? Finding::Level::Error : Finding::Level::Warning;
      Said.At = At;
      Said.Length = lengthOf(Error.Message, At, Texts);
      Said.Message = Error.Message.Message;
      Said.Edits = edits(Error.Message.Fix, Paths);
      for (const tooling::DiagnosticMessage &Message : Error.Notes) {
        Note Beside;
        if (!Message.FilePath.empty())
          Beside.At = Texts.at(Message.FilePath, Message.FileOffset);
        Beside.Source = Texts.line(Beside.At).str();
        Beside.Message = Message.Message;
        Beside.Edits = edits(Message.Fix, Paths);
        Said.Notes.push_back(std::move(Beside));
      }
      Add(std::move(Said));
    }
  }
  for (Finding &Dropped : Suppressed) {
    Dropped.At = Texts.at(Dropped.At.File, Dropped.At.Offset);
    Dropped.Length = Texts.tokenLength(Dropped.At);
    Add(std::move(Dropped));
  }
  if (Failed && Result.How == FileResult::Outcome::Analysed)
    Spoil(FileResult::Outcome::Broken, "the compiler's command could not be understood");
}

} // namespace asynctidy
