// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads the output of `git diff`.

#include "GitChanges.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using llvm::StringRef;

namespace asynctidy {

bool ChangedLines::contains(unsigned Line) const {
  return All || llvm::any_of(Ranges, [&](const auto &R) { return R.first <= Line && Line <= R.second; });
}

/// A path of git: in quotes, with escapes as C has them, if something in it is special.
static std::string pathFrom(StringRef Written) {
  Written = Written.rtrim('\r');
  Written.consume_back("\t"); // Behind a path with blanks.
  std::string Path;
  if (!Written.consume_front("\"")) {
    Path = Written.str();
  } else {
    Written.consume_back("\"");
    for (size_t I = 0; I != Written.size(); ++I) {
      if (Written[I] != '\\' || I + 1 == Written.size()) {
        Path += Written[I];
        continue;
      }
      const char C = Written[++I];
      constexpr StringRef Names = "abtnvfr", Means = "\a\b\t\n\v\f\r";
      if (const size_t Known = Names.find(C); Known != StringRef::npos) {
        Path += Means[Known];
      } else if (unsigned Byte; C >= '0' && C <= '3' && !Written.substr(I, 3).getAsInteger(8, Byte)) {
        Path += static_cast<char>(Byte);
        I += std::min<size_t>(3, Written.size() - I) - 1;
      } else {
        Path += C;
      }
    }
  }
  return StringRef(Path).starts_with("b/") ? Path.substr(2) : "";
}

/// The numbers of "-1,2" or "+3": where it begins, and how many lines.
static bool parseRange(StringRef Written, unsigned &Begin, unsigned &Count) {
  const auto [First, Second] = Written.drop_front().split(',');
  Count = 1;
  return !First.getAsInteger(10, Begin) && (Second.empty() || !Second.getAsInteger(10, Count));
}

ChangedFiles parseDiff(StringRef Diff) {
  ChangedFiles Changed;
  std::string File;
  unsigned Old = 0, New = 0, Line = 0; // Lines of the hunk that are to come, and the number of the next new one.
  while (!Diff.empty()) {
    const auto [Text, Rest] = Diff.split('\n');
    Diff = Rest;
    if (Old || New) {
      const char Mark = Text.empty() ? ' ' : Text.front();
      if (Mark == '+' && New) {
        if (!File.empty()) {
          auto &Ranges = Changed[File].Ranges;
          if (!Ranges.empty() && Ranges.back().second + 1 == Line)
            Ranges.back().second = Line;
          else
            Ranges.emplace_back(Line, Line);
        }
        ++Line;
        --New;
        continue;
      }
      if (Mark == '-' && Old) {
        --Old;
        continue;
      }
      if (Mark == ' ') {
        ++Line;
        Old -= Old != 0;
        New -= New != 0;
        continue;
      }
      if (Mark == '\\') // No newline at the end of the file.
        continue;
      Old = New = 0; // This is no hunk.
    }
    if (Text.starts_with("diff --git ")) {
      File.clear();
    } else if (StringRef Path = Text; Path.consume_front("+++ ")) {
      File = pathFrom(Path);
    } else if (Text.starts_with("@@ -")) {
      llvm::SmallVector<StringRef, 4> Parts;
      Text.split(Parts, ' ', 3);
      unsigned Begin;
      if (Parts.size() < 3 || !Parts[2].starts_with("+") || !parseRange(Parts[1], Begin, Old) ||
          !parseRange(Parts[2], Line, New))
        Old = New = 0;
    } else if (Text.starts_with("Binary files ") && Text.rtrim("\r").ends_with(" differ")) {
      const StringRef Both = Text.rtrim("\r").drop_back(StringRef(" differ").size());
      const size_t Quoted = Both.rfind(" and \"b/"), Plain = Both.rfind(" and b/");
      const size_t At = Both.ends_with("\"") ? Quoted : Plain;
      if (At != StringRef::npos)
        if (const std::string Path = pathFrom(Both.substr(At + StringRef(" and ").size())); !Path.empty())
          Changed[Path].All = true;
    }
  }
  return Changed;
}

} // namespace asynctidy
