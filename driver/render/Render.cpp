// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// placeholder until the formats come
#include "render/Render.h"
namespace asynctidy {
std::optional<Format> formatFromName(llvm::StringRef Name) { return Name == "text" ? std::optional(Format::Text) : std::nullopt; }
std::string formatNames() { return "text"; }
void render(Format, const Report &, llvm::raw_ostream &) {}
} // namespace asynctidy
