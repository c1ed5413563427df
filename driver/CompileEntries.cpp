// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads a compile database by the rules of JSON, so that mistakes have a place, and what clang reads besides.

#include "CompileEntries.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/StringSaver.h"

using llvm::StringRef;

namespace asynctidy {
namespace {

constexpr StringRef Again = "have the build write it again; the format: "
                            "https://clang.llvm.org/docs/JSONCompilationDatabase.html";

/// The line in which element \p Number of the array \p Text begins. The text is known to be JSON.
unsigned lineOfElement(StringRef Text, size_t Number) {
  unsigned Line = 1, Depth = 0;
  size_t Seen = 0;
  bool InString = false, Begins = false;
  for (size_t At = 0; At != Text.size(); ++At) {
    const char C = Text[At];
    if (C == '\n')
      ++Line;
    if (InString) {
      At += C == '\\' && At + 1 != Text.size();
      InString = C != '"';
      continue;
    }
    if (C == ' ' || C == '\n' || C == '\r' || C == '\t')
      continue;
    if (Begins && Seen++ == Number)
      return Line;
    Begins = false;
    InString = C == '"';
    Depth += C == '[' || C == '{';
    Depth -= C == ']' || C == '}';
    Begins = Depth == 1 && (C == '[' || C == ',');
  }
  return Line;
}

/// Programs that only call the compiler that is their first argument.
void dropWrapper(std::vector<std::string> &Arguments) {
  while (Arguments.size() > 1 && !StringRef(Arguments[1]).starts_with("-") &&
         llvm::StringSwitch<bool>(llvm::sys::path::stem(Arguments[0]))
             .Cases({"ccache", "distcc", "sccache", "gomacc"}, true)
             .Default(false))
    Arguments.erase(Arguments.begin());
}

/// What is wrong with the form of \p Value; empty if it is an entry, which is then in \p Into.
std::string readEntry(const llvm::json::Value &Value, CompileEntry &Into) {
  const llvm::json::Object *Object = Value.getAsObject();
  if (!Object)
    return "is not an object";
  for (auto [Key, Member] : {std::pair("directory", &Into.Directory), std::pair("file", &Into.File)}) {
    const auto Text = Object->getString(Key);
    if (!Text || Text->empty())
      return std::string("has no '") + Key + "'";
    *Member = Text->str();
  }
  if (const llvm::json::Value *List = Object->get("arguments")) {
    const llvm::json::Array *Array = List->getAsArray();
    if (!Array || Array->empty())
      return "has 'arguments' that are not a list of texts";
    for (const llvm::json::Value &Argument : *Array) {
      const auto Text = Argument.getAsString();
      if (!Text)
        return "has 'arguments' that are not a list of texts";
      Into.Arguments.push_back(Text->str());
    }
  } else if (const auto Line = Object->getString("command")) {
    llvm::BumpPtrAllocator Memory;
    llvm::StringSaver Saver(Memory);
    llvm::SmallVector<const char *, 64> Arguments;
    llvm::cl::TokenizeGNUCommandLine(*Line, Saver, Arguments);
    if (Arguments.empty())
      return "has an empty 'command'";
    Into.Arguments.assign(Arguments.begin(), Arguments.end());
  } else {
    return "has neither 'arguments' nor 'command'";
  }
  dropWrapper(Into.Arguments);
  return "";
}

/// "line 3, column 1: Expected ..." from "[3:1, byte=80]: Expected ...".
std::string placeAndReason(StringRef Error) {
  auto [Place, Reason] = Error.split("]: ");
  Place.consume_front("[");
  const auto [Line, Column] = Place.split(',').first.split(':');
  return ("line " + Line + ", column " + Column + ": " + Reason).str();
}

// What clang reads although it is not JSON: bytes that are not UTF-8, as file names may have, and a comma too many. The
// bytes are taken through the parser as characters for private use, U+10FF80 to U+10FFFF.

std::string repaired(StringRef Text) {
  std::string Out;
  Out.reserve(Text.size());
  bool InString = false;
  for (size_t At = 0; At < Text.size();) {
    const auto Byte = static_cast<unsigned char>(Text[At]);
    if (Byte >= 0x80) {
      const size_t Length = std::min<size_t>(llvm::getNumBytesForUTF8(Byte), Text.size() - At);
      const auto *Begin = reinterpret_cast<const llvm::UTF8 *>(Text.data()) + At;
      if (llvm::isLegalUTF8Sequence(Begin, Begin + Length)) {
        Out += Text.substr(At, Length);
        At += Length;
        continue;
      }
      Out += "\xf4\x8f";
      Out += static_cast<char>(0xbc | Byte >> 6);
      Out += static_cast<char>(0x80 | (Byte & 0x3f));
    } else if (InString && Byte == '\\' && At + 1 != Text.size()) {
      Out += Text[At++];
      if (static_cast<unsigned char>(Text[At]) < 0x80)
        Out += Text[At++];
      continue;
    } else if (Byte == '"') {
      InString = !InString;
      Out += '"';
    } else if (!InString && Byte == ',' && Text.substr(At + 1).ltrim().starts_with("]")) {
      Out += ' ';
    } else {
      Out += Text[At];
    }
    ++At;
  }
  return Out;
}

void restore(std::string &Text) {
  for (size_t At = 0; (At = Text.find("\xf4\x8f", At)) != std::string::npos; ++At) {
    if (At + 3 >= Text.size())
      return;
    const auto Third = static_cast<unsigned char>(Text[At + 2]), Fourth = static_cast<unsigned char>(Text[At + 3]);
    if (Third == 0xbe || Third == 0xbf)
      Text.replace(At, 4, 1, static_cast<char>((Third & 3) << 6 | (Fourth & 0x3f)));
  }
}

} // namespace

std::vector<CompileEntry> readEntries(StringRef Text, std::vector<HealthLine> &Said) {
  using enum HealthLine::Level;
  std::vector<CompileEntry> Entries;
  if (Text.trim().empty()) {
    Said.push_back({Problem, "the file is empty", Again.str()});
    return Entries;
  }
  auto Parsed = llvm::json::parse(Text);
  if (!Parsed) {
    const std::string Why = placeAndReason(llvm::toString(Parsed.takeError()));
    Parsed = llvm::json::parse(repaired(Text));
    if (!Parsed) {
      Said.push_back({Problem, "not JSON, " + placeAndReason(llvm::toString(Parsed.takeError())), Again.str()});
      return Entries;
    }
    Said.push_back({Warning, "not strictly JSON, " + Why + "; clang reads it, other tools may not", Again.str()});
  }
  const llvm::json::Array *Array = Parsed->getAsArray();
  if (!Array) {
    Said.push_back({Problem, "not a list of entries", Again.str()});
    return Entries;
  }
  if (Array->empty())
    Said.push_back({Problem, "it lists no files", "configure the project with the targets that are to be analysed"});
  for (size_t I = 0; I != Array->size(); ++I) {
    CompileEntry Entry;
    const std::string Wrong = readEntry((*Array)[I], Entry);
    if (Wrong.empty()) {
      restore(Entry.Directory);
      restore(Entry.File);
      for (std::string &Argument : Entry.Arguments)
        restore(Argument);
      Entries.push_back(std::move(Entry));
      continue;
    }
    // clang gives up at the first such entry.
    Said.push_back({Problem, "the entry in line " + std::to_string(lineOfElement(Text, I)) + " " + Wrong, Again.str()});
    Entries.clear();
    break;
  }
  return Entries;
}

} // namespace asynctidy
