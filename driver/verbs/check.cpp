// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// `async-tidy check`, the default verb: analyses a project and reports what it finds.

#include "verbs/ProjectOptions.h"
#include "verbs/ReportOptions.h"
#include "verbs/Verbs.h"

namespace asynctidy {

static llvm::cl::SubCommand Command("check", "find async misuse in a project (the default verb)");
static ProjectOptions Options(Command);
static ReportOptions Reporting(Command);

static ExitCode check() {
  if (!Reporting.verify())
    return Usage;
  const auto Of = Options.open();
  if (!Of)
    return Usage;
  return Reporting.report(Of->Files.Root,
                          [&](llvm::function_ref<void(const Finding &)> Tell) { return run(*Of, Tell); });
}

Verb checkVerb() { return {&Command, check}; }

} // namespace asynctidy
