// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Declares the option.

#include "verbs/ColorOption.h"
#include "llvm/Support/Process.h"

namespace cl = llvm::cl;

namespace asynctidy {

ColorOption::ColorOption(cl::SubCommand &Of)
    : Chosen("color", cl::desc("colours on standard output"), cl::init(When::Auto),
             cl::values(clEnumValN(When::Auto, "auto", "on a terminal"), clEnumValN(When::Always, "always", ""),
                        clEnumValN(When::Never, "never", "")),
             cl::sub(Of)) {}

bool ColorOption::use() const {
  if (Chosen != When::Auto)
    return Chosen == When::Always;
  return llvm::sys::Process::StandardOutHasColors() && !llvm::sys::Process::GetEnv("NO_COLOR");
}

} // namespace asynctidy
