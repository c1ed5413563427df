// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Puts our checks and options into the text of an existing .clang-tidy file.

#include "ConfigurationSection.h"
#include "ConfigurationText.h"
#include "MarkdownInline.h"
#include "clang-tidy/ClangTidyOptions.h"
#include "clang-tidy/GlobList.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLParser.h"

using llvm::StringRef;
namespace yaml = llvm::yaml;

namespace asynctidy {
namespace {

using clang::tidy::ClangTidyOptions;

/// The options that \p Text stands for; else where and why it stands for none.
std::optional<ClangTidyOptions> parse(StringRef Text, std::string &Why) {
  const std::string Copy = Text.str(); // The parser needs a zero byte after it.
  auto OnDiagnostic = [&](const llvm::SMDiagnostic &D) {
    if (Why.empty())
      Why = "line " + std::to_string(D.getLineNo()) + ", column " + std::to_string(D.getColumnNo() + 1) + ": " +
            harmless(D.getMessage());
  };
  auto Parsed = clang::tidy::parseConfigurationWithDiags(llvm::MemoryBufferRef(Copy, ".clang-tidy"), OnDiagnostic);
  if (Parsed)
    return std::move(*Parsed);
  if (Why.empty())
    Why = Parsed.getError().message();
  return std::nullopt;
}

/// Where the value of a key stands in the text.
struct Value {
  enum Form { Absent, Plain, Quoted, Block, FlowSequence, BlockSequence, BlockMapping, Other };
  Form How = Absent;
  size_t Begin = 0, End = 0; ///< Of what is written for it, quotes and brackets included.
  size_t Key = 0;            ///< Where the key begins.
};

class Document {
public:
  explicit Document(StringRef Text) : Copy(Text.str()), Stream(Copy, Sources, /*ShowColors=*/false) {
    Sources.setDiagHandler([](const llvm::SMDiagnostic &, void *) {});
  }

  /// The value of \p Name at the top; one that is given twice is in no form that could be added to.
  Value find(StringRef Name) {
    Value Found;
    for (auto At = Stream.begin(); At != Stream.end() && !Stream.failed(); ++At) {
      auto *Root = llvm::dyn_cast_or_null<yaml::MappingNode>(At->getRoot());
      if (!Root)
        return Found;
      for (yaml::KeyValueNode &Pair : *Root) {
        auto *Key = llvm::dyn_cast_or_null<yaml::ScalarNode>(Pair.getKey());
        llvm::SmallString<32> Storage;
        yaml::Node *Node = Pair.getValue();
        if (!Node)
          return Found;
        if (!Key || Key->getValue(Storage) != Name) {
          Node->skip();
          continue;
        }
        const bool Twice = Found.How != Value::Absent;
        Found = locate(*Node, offset(Key->getSourceRange().Start), Key->getRawValue().size());
        if (Twice)
          Found.How = Value::Other;
      }
      break;
    }
    return Found;
  }

private:
  size_t offset(llvm::SMLoc Place) const { return static_cast<size_t>(Place.getPointer() - Copy.data()); }

  /// The first thing after the colon at or behind \p At that is neither space nor comment.
  size_t beginOfValue(size_t At) const {
    At = std::min(Copy.find(':', At), Copy.size() - 1) + 1;
    while (At < Copy.size()) {
      if (Copy[At] == '#')
        At = std::min(Copy.find('\n', At), Copy.size());
      else if (llvm::isSpace(Copy[At]))
        ++At;
      else
        break;
    }
    return At;
  }

  Value locate(yaml::Node &Node, size_t Key, size_t KeySize) {
    Value V;
    V.Key = Key;
    V.Begin = beginOfValue(Key + KeySize);
    const char First = V.Begin < Copy.size() ? Copy[V.Begin] : 0;
    if (First == '&' || First == '!') {
      V.How = Value::Other; // An anchor or a tag.
    } else if (auto *Scalar = llvm::dyn_cast<yaml::ScalarNode>(&Node)) {
      V.End = V.Begin + Scalar->getRawValue().rtrim().size();
      V.How = First == '\'' || First == '"' ? Value::Quoted : Value::Plain;
    } else if (llvm::isa<yaml::BlockScalarNode>(&Node)) {
      V.How = Value::Block;
    } else if (llvm::isa<yaml::SequenceNode>(&Node)) {
      Node.skip();
      V.How = First == '[' ? Value::FlowSequence : Value::BlockSequence;
    } else if (llvm::isa<yaml::MappingNode>(&Node)) {
      Node.skip();
      V.How = First == '{' ? Value::Other : Value::BlockMapping;
    } else {
      V.How = llvm::isa<yaml::NullNode>(&Node) ? Value::BlockMapping : Value::Other;
    }
    return V;
  }

  std::string Copy;
  llvm::SourceMgr Sources;
  yaml::Stream Stream;
};

/// The lines below a key that belong to it.
struct Lines {
  size_t End = 0;          ///< Behind the last of them, its line break included.
  std::string Indentation; ///< Of the first.
};

Lines linesBelow(StringRef Text, size_t Key, bool MayBeItems) {
  Lines Result;
  size_t At = std::min(Text.find('\n', Key), Text.size() - 1) + 1;
  Result.End = At;
  bool First = true;
  while (At < Text.size()) {
    const size_t Next = std::min(Text.find('\n', At), Text.size() - 1) + 1;
    const StringRef Line = Text.slice(At, Next).rtrim();
    const StringRef Content = Line.ltrim(' ');
    const size_t Spaces = Line.size() - Content.size();
    if (!Content.empty()) {
      const bool Belongs = Spaces || (MayBeItems && Content.starts_with("- ")) || Content.starts_with("#");
      if (!Belongs)
        break;
      const bool IsComment = Content.starts_with("#");
      if (First && !IsComment) {
        Result.Indentation = std::string(Spaces, ' ');
        First = false;
      }
      // A comment at the margin may belong to what comes next.
      if (Spaces || !IsComment)
        Result.End = Next;
    }
    At = Next;
  }
  return Result;
}

class Merger {
public:
  explicit Merger(StringRef Text) : Text(Text) {}

  Merge run() {
    const std::optional<ClangTidyOptions> Old = parse(Text, Result.Why);
    if (!Old)
      return Result;
    const std::string Checks = Old->Checks.value_or("");
    const bool Chosen = StringRef(Checks).contains("async-") || llvm::any_of(checks(), [&](const CheckInfo &Check) {
                          return clang::tidy::GlobList(Checks).contains(Check.Name);
                        });
    if (!Chosen)
      addChecks();
    clang::tidy::GlobList Enabled(Chosen ? StringRef(Checks) : StringRef(recommendedChecks()));
    std::vector<OptionInfo> Missing;
    if (!Old->CheckOptions.contains(knowledgeFilesOption().Key))
      Missing.push_back(knowledgeFilesOption());
    for (const CheckInfo &Check : checks())
      if (Enabled.contains(Check.Name))
        for (OptionInfo &Option : optionsOf(Check))
          if (!Old->CheckOptions.contains(Option.Key))
            Missing.push_back(std::move(Option));
    if (Result.Why.empty() && !Missing.empty())
      addOptions(Missing);
    if (Result.Why.empty())
      finish(*Old, Chosen, Missing);
    if (!Result.Why.empty())
      Result.Insertions.clear();
    return std::move(Result);
  }

private:
  void insert(size_t Offset, std::string New) { Result.Insertions.push_back({Offset, std::move(New)}); }

  /// Adds lines of their own at the end of the file.
  void append(std::string New) { AtEnd += New; }

  void addChecks() {
    const std::string Globs = recommendedChecks();
    const Value V = Document(Text).find("Checks");
    const StringRef Written = Text.slice(V.Begin, V.End);
    switch (V.How) {
    case Value::Absent:
      return append("Checks: " + quoted(Globs) + "\n");
    case Value::Plain:
      return insert(V.End, (Written.rtrim().ends_with(",") ? "" : ",") + Globs);
    case Value::Quoted: {
      const StringRef Inner = Written.drop_front().drop_back().rtrim();
      return insert(V.End - 1, (Inner.empty() || Inner.ends_with(",") ? "" : ",") + Globs);
    }
    case Value::FlowSequence: {
      const size_t Bracket = Text.find(']', V.Begin);
      if (Bracket == StringRef::npos)
        break;
      const StringRef Inner = Text.slice(V.Begin + 1, Bracket).rtrim();
      return insert(Bracket, (Inner.empty() || Inner.ends_with(",") ? "" : ", ") + quoted(Globs));
    }
    case Value::BlockSequence: {
      const Lines Below = linesBelow(Text, V.Key, true);
      return insert(Below.End, lineBreakBefore(Below.End) + Below.Indentation + "- " + quoted(Globs) + "\n");
    }
    case Value::Block: {
      const Lines Below = linesBelow(Text, V.Key, false);
      const size_t Last = Text.take_front(Below.End).rtrim().size();
      return insert(Last, (Text[Last - 1] == ',' ? "\n" : ",\n") + Below.Indentation + Globs);
    }
    default:
      break;
    }
    Result.Why = "'Checks' is written in a way that cannot be added to";
  }

  void addOptions(const std::vector<OptionInfo> &Missing) {
    const Value V = Document(Text).find("CheckOptions");
    if (V.How == Value::Absent)
      return append("CheckOptions:\n" + optionLines(Missing, OptionForm::Mapping, "  "));
    if (V.How != Value::BlockMapping && V.How != Value::BlockSequence) {
      Result.Why = "'CheckOptions' is not written with a line for each option";
      return;
    }
    const bool Items = V.How == Value::BlockSequence;
    const Lines Below = linesBelow(Text, V.Key, Items);
    const std::string Indentation = Below.Indentation.empty() && !Items ? "  " : Below.Indentation;
    insert(Below.End, lineBreakBefore(Below.End) +
                          optionLines(Missing, Items ? OptionForm::Sequence : OptionForm::Mapping, Indentation));
  }

  /// A line break where a line is to follow one that has none.
  std::string lineBreakBefore(size_t At) const { return At && Text[At - 1] != '\n' ? "\n" : ""; }

  /// Whether the result says all that \p Old says, and what was added to it.
  void finish(ClangTidyOptions Old, bool Chosen, const std::vector<OptionInfo> &Missing) {
    if (Result.Insertions.size() == 2 && Result.Insertions[0].Offset > Result.Insertions[1].Offset)
      std::swap(Result.Insertions[0], Result.Insertions[1]);
    if (!AtEnd.empty())
      insert(Text.size(), lineBreakBefore(Text.size()) + AtEnd);
    if (Text.contains("\r\n"))
      for (Insertion &I : Result.Insertions)
        for (size_t At = 0; (At = I.Text.find('\n', At)) != std::string::npos; At += 2)
          I.Text.insert(At, "\r");
    std::string Why;
    const std::optional<ClangTidyOptions> New = parse(Result.apply(Text), Why);
    for (const OptionInfo &Option : Missing)
      Old.CheckOptions[Option.Key] = ClangTidyOptions::ClangTidyValue(Option.Default);
    const std::string Before = Old.Checks.value_or(""), After = New ? New->Checks.value_or("") : "";
    bool Same = New && StringRef(After).starts_with(StringRef(Before).rtrim(", \n"));
    if (Same && !Chosen)
      for (const CheckInfo &Check : checks())
        Same &= clang::tidy::GlobList(After).contains(Check.Name) == Check.Default;
    if (Same) {
      Old.Checks = After;
      Same = clang::tidy::configurationAsText(Old) == clang::tidy::configurationAsText(*New);
    }
    if (!Same)
      Result.Why = "the result would not mean what the file says now";
  }

  StringRef Text;
  std::string AtEnd;
  Merge Result;
};

} // namespace

Merge mergeInto(StringRef Text) { return Merger(Text).run(); }

} // namespace asynctidy
