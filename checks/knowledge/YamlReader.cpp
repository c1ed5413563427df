// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reading YAML strictly, on LLVM's parser.
#include "knowledge/YamlReader.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/Twine.h"

using namespace llvm;

namespace asynctidy {

YamlReader::YamlReader(StringRef Text, StringRef File)
    : File(File), Stream(MemoryBufferRef(Text, File), Sources, /*ShowColors=*/false) {
  Sources.setDiagHandler(onDiagnostic, this);
}

void YamlReader::onDiagnostic(const SMDiagnostic &Diagnostic, void *Reader) {
  static_cast<YamlReader *>(Reader)->failAtLine(Diagnostic.getLineNo(), "not YAML: " + Diagnostic.getMessage());
}

Error YamlReader::read(function_ref<bool(yaml::Node &Root)> Read) {
  bool Complete = false;
  yaml::document_iterator Document = Stream.begin();
  if (Document != Stream.end()) {
    yaml::Node *Root = Document->getRoot();
    if (Root && !Stream.failed() && Read(*Root) && !Stream.failed()) {
      Complete = true;
      ++Document;
      if (Document != Stream.end() && !Stream.failed())
        failAtLine(1, "holds more than one YAML document");
    }
  }
  // Directives (lines that begin with %) without a document after them are no error to the parser.
  if (FirstError.empty() && (Stream.failed() || !Complete))
    failAtLine(1, "not YAML");
  if (FirstError.empty())
    return Error::success();
  return createStringError(inconvertibleErrorCode(), FirstError);
}

unsigned YamlReader::line(const yaml::Node &Node) const {
  SMLoc Start = Node.getSourceRange().Start;
  return Start.isValid() ? Sources.FindLineNumber(Start) : 1;
}

bool YamlReader::failAtLine(unsigned Line, const Twine &Reason) {
  if (FirstError.empty())
    FirstError = (File + ":" + Twine(Line) + ": " + Reason).str();
  return false;
}

std::optional<std::string> YamlReader::scalar(yaml::Node &Node) {
  if (auto *Scalar = dyn_cast<yaml::ScalarNode>(&Node)) {
    SmallString<128> Storage;
    return Scalar->getValue(Storage).str();
  }
  if (auto *Block = dyn_cast<yaml::BlockScalarNode>(&Node))
    return Block->getValue().rtrim().str();
  return std::nullopt;
}

bool YamlReader::text(yaml::Node &Node, std::string &Into) {
  std::optional<std::string> Value = scalar(Node);
  if (!Value || Value->empty())
    return fail(Node, "expected a text");
  Into = std::move(*Value);
  return true;
}

bool YamlReader::flag(yaml::Node &Node, bool &Into) {
  std::optional<std::string> Value = scalar(Node);
  // Flags are off unless stated, so that an entry lists only what is true.
  if (!Value || *Value != "true")
    return fail(Node, "expected 'true'; leave the key out otherwise");
  Into = true;
  return true;
}

bool YamlReader::number(yaml::Node &Node, unsigned &Into) {
  std::optional<std::string> Value = scalar(Node);
  if (!Value || !to_integer(*Value, Into, 10) || Into > 99)
    return fail(Node, "expected a number from 0 to 99");
  return true;
}

bool YamlReader::texts(yaml::Node &Node, std::vector<std::string> &Into, bool OneIsEnough) {
  if (OneIsEnough && !isa<yaml::SequenceNode>(&Node))
    return text(Node, Into.emplace_back());
  return sequence(Node, [&](yaml::Node &Item) { return text(Item, Into.emplace_back()); });
}

bool YamlReader::sequence(yaml::Node &Node, function_ref<bool(yaml::Node &)> Read) {
  auto *Sequence = dyn_cast<yaml::SequenceNode>(&Node);
  if (!Sequence)
    return fail(Node, "expected a sequence");
  bool Empty = true;
  for (yaml::Node &Item : *Sequence) {
    if (Stream.failed() || !Read(Item))
      return false;
    Empty = false;
  }
  return Empty && !Stream.failed() ? fail(Node, "expected a sequence with at least one item") : !Stream.failed();
}

bool YamlReader::mapping(yaml::Node &Node, function_ref<bool(StringRef Key, yaml::Node &At, yaml::Node &Value)> Read) {
  auto *Mapping = dyn_cast<yaml::MappingNode>(&Node);
  if (!Mapping)
    return fail(Node, "expected a mapping of keys to values");
  StringSet<> Seen;
  for (yaml::KeyValueNode &Pair : *Mapping) {
    yaml::Node *Key = Pair.getKey();
    if (!Key || Stream.failed())
      return fail(Node, "not YAML");
    std::optional<std::string> Name = scalar(*Key);
    if (!Name)
      return fail(*Key, "expected a key");
    if (!Seen.insert(*Name).second)
      return fail(*Key, "the key '" + Twine(*Name) + "' is given twice");
    yaml::Node *Value = Pair.getValue();
    if (!Value || Stream.failed())
      return fail(*Key, "the key '" + Twine(*Name) + "' has no value");
    if (!Read(*Name, *Key, *Value))
      return false;
  }
  return !Stream.failed();
}

/// The member of \p Known closest to \p Text, as a question, or all of them where none is close.
static std::string suggestion(StringRef Text, ArrayRef<StringRef> Known) {
  StringRef Best;
  unsigned BestDistance = std::max<unsigned>(2, Text.size() / 2) + 1;
  for (StringRef Candidate : Known) {
    unsigned Distance = Text.edit_distance(Candidate, /*AllowReplacements=*/true, BestDistance);
    if (Distance < BestDistance) {
      Best = Candidate;
      BestDistance = Distance;
    }
  }
  if (!Best.empty())
    return ("; did you mean '" + Best + "'?").str();
  return "; valid are: " + join(Known, ", ");
}

std::optional<unsigned> YamlReader::word(yaml::Node &Node, StringRef What, ArrayRef<StringRef> Words) {
  std::optional<std::string> Value = scalar(Node);
  if (!Value) {
    fail(Node, "expected " + What + ": " + join(Words, ", "));
    return std::nullopt;
  }
  for (unsigned I = 0; I != Words.size(); ++I)
    if (Words[I] == *Value)
      return I;
  fail(Node, "'" + Twine(*Value) + "' is not " + What + suggestion(*Value, Words));
  return std::nullopt;
}

bool YamlReader::unknownKey(const yaml::Node &At, StringRef Key, ArrayRef<StringRef> Known) {
  return fail(At, "unknown key '" + Key + "'" + suggestion(Key, Known));
}

} // namespace asynctidy
