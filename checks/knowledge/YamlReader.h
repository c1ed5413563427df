// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A strict reader of YAML by tables of keys: an unknown key, a key given twice or a value of the wrong form is an
// error that names the file, the line and, where there is one, the nearest valid spelling.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLParser.h"
#include <optional>
#include <string>

namespace asynctidy {

class YamlReader;

/// One key of a mapping and how its value gets into \p Target. Readers return false after they reported an error.
template <class Target> struct YamlKey {
  llvm::StringLiteral Name;
  bool (*Read)(YamlReader &Reader, llvm::yaml::Node &Value, Target &Into);
};

/// Reads one document. Only the first error is kept: later ones are often its consequences.
class YamlReader {
public:
  /// \p Text must live as long as the reader and be followed by a zero byte.
  YamlReader(llvm::StringRef Text, llvm::StringRef File);

  /// Hands the root of the document to \p Read; afterwards the whole text has been looked at.
  llvm::Error read(llvm::function_ref<bool(llvm::yaml::Node &Root)> Read);

  unsigned line(const llvm::yaml::Node &Node) const;
  /// Records an error and returns false.
  bool fail(const llvm::yaml::Node &At, const llvm::Twine &Reason) { return failAtLine(line(At), Reason); }
  bool failAtLine(unsigned Line, const llvm::Twine &Reason);

  std::optional<std::string> scalar(llvm::yaml::Node &Node);
  bool text(llvm::yaml::Node &Node, std::string &Into);
  bool flag(llvm::yaml::Node &Node, bool &Into);
  bool number(llvm::yaml::Node &Node, unsigned &Into);
  /// A sequence of scalars; where \p OneIsEnough, a single scalar stands for a sequence of one.
  bool texts(llvm::yaml::Node &Node, std::vector<std::string> &Into, bool OneIsEnough = false);
  bool sequence(llvm::yaml::Node &Node, llvm::function_ref<bool(llvm::yaml::Node &Item)> Read);
  bool mapping(llvm::yaml::Node &Node,
               llvm::function_ref<bool(llvm::StringRef Key, llvm::yaml::Node &At, llvm::yaml::Node &Value)> Read);
  /// The position in \p Words of the one that \p Node spells. \p What says in the error what was expected.
  std::optional<unsigned> word(llvm::yaml::Node &Node, llvm::StringRef What, llvm::ArrayRef<llvm::StringRef> Words);
  bool unknownKey(const llvm::yaml::Node &At, llvm::StringRef Key, llvm::ArrayRef<llvm::StringRef> Known);

  template <class Target> bool keys(llvm::yaml::Node &Node, llvm::ArrayRef<YamlKey<Target>> Keys, Target &Into) {
    return mapping(Node, [&](llvm::StringRef Name, llvm::yaml::Node &At, llvm::yaml::Node &Value) {
      for (const YamlKey<Target> &Key : Keys)
        if (Key.Name == Name)
          return Key.Read(*this, Value, Into);
      llvm::SmallVector<llvm::StringRef, 32> Known;
      for (const YamlKey<Target> &Key : Keys)
        Known.push_back(Key.Name);
      return unknownKey(At, Name, Known);
    });
  }

private:
  static void onDiagnostic(const llvm::SMDiagnostic &Diagnostic, void *Reader);

  std::string File;
  std::string FirstError;
  llvm::SourceMgr Sources;
  llvm::yaml::Stream Stream;
};

} // namespace asynctidy
