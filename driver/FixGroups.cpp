// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Chooses and divides.

#include "FixGroups.h"

namespace asynctidy {

Group choose(llvm::ArrayRef<Fix> Fixes, const Group &From, const std::set<size_t> &Accepted,
             std::map<size_t, size_t> &ExcludedBy) {
  std::map<std::string, std::vector<std::pair<const Edit *, size_t>>> Taken;
  auto Take = [&](size_t I) {
    for (const Edit &E : Fixes[I].Edits)
      Taken[E.File].emplace_back(&E, I);
  };
  for (size_t I : Accepted)
    Take(I);
  Group Chosen;
  ExcludedBy.clear();
  for (size_t I : From) {
    for (const Edit &E : Fixes[I].Edits)
      for (const auto &[Other, Whose] : Taken[E.File])
        if (E != *Other && exclude(E, *Other))
          ExcludedBy.emplace(I, Whose);
    if (ExcludedBy.count(I))
      continue;
    Chosen.push_back(I);
    Take(I);
  }
  return Chosen;
}

std::vector<Group> independent(const Group &Of, llvm::ArrayRef<std::set<size_t>> SeenBy) {
  std::map<size_t, size_t> Leaders;
  auto Leader = [&](size_t Unit) {
    for (auto Above = Leaders.find(Unit); Above != Leaders.end(); Above = Leaders.find(Unit))
      Unit = Above->second;
    return Unit;
  };
  for (size_t I : Of)
    for (size_t Unit : SeenBy[I])
      if (const size_t Own = Leader(Unit), First = Leader(*SeenBy[I].begin()); Own != First)
        Leaders[Own] = First;
  std::map<size_t, size_t> Number;
  std::vector<Group> Parts;
  for (size_t I : Of) {
    const auto [Slot, New] = Number.try_emplace(Leader(*SeenBy[I].begin()), Parts.size());
    if (New)
      Parts.emplace_back();
    Parts[Slot->second].push_back(I);
  }
  return Parts;
}

} // namespace asynctidy
