// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// stub
#include "render/Render.h"
namespace asynctidy {
void renderHtml(const Report &Said, llvm::raw_ostream &OS) {}
} // namespace asynctidy
