// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Nearest names by edit distance.

#include "Spelling.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"
#include <algorithm>

using llvm::StringRef;

namespace asynctidy {

std::vector<StringRef> closest(StringRef Word, llvm::ArrayRef<StringRef> Known, size_t Most) {
  const std::string Lower = Word.lower();
  const unsigned Least = Word.size() < 4 ? 1 : 2;
  const unsigned Limit = std::clamp<unsigned>(static_cast<unsigned>(Word.size() / 3), Least, 5);
  std::vector<std::pair<unsigned, StringRef>> Near;
  for (StringRef Name : Known) {
    const unsigned Distance = StringRef(Lower).edit_distance(Name.lower(), /*AllowReplacements=*/true, Limit);
    if (Distance <= Limit)
      Near.emplace_back(Distance, Name);
  }
  if (Near.empty() && Word.size() > 2)
    for (StringRef Name : Known)
      if (StringRef(Name.lower()).contains(Lower))
        Near.emplace_back(0, Name);
  llvm::sort(Near);
  std::vector<StringRef> Result;
  for (const auto &[Distance, Name] : Near)
    if (Result.size() < Most && !llvm::is_contained(Result, Name))
      Result.push_back(Name);
  return Result;
}

std::string didYouMean(StringRef Word, llvm::ArrayRef<StringRef> Known, const llvm::Twine &Otherwise) {
  const std::vector<StringRef> Near = closest(Word, Known);
  return Near.empty() ? Otherwise.str() : "did you mean " + llvm::join(Near, " or ") + "?";
}

std::string plural(size_t Count, StringRef Noun) {
  const std::string Number = std::to_string(Count) + " ";
  if (Count == 1)
    return Number + Noun.str();
  if (Noun.consume_back("y"))
    return Number + Noun.str() + "ies";
  return Number + Noun.str() + (Noun.ends_with("x") ? "es" : "s");
}

} // namespace asynctidy
