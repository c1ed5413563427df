// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// `async-tidy list`: all checks, a line each.

#include "CheckInfo.h"
#include "verbs/Verbs.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

namespace asynctidy {

static llvm::cl::SubCommand Command("list", "list all checks");

static ExitCode run() {
  for (const CheckInfo &Check : checks())
    llvm::outs() << llvm::formatv("{0,-32} {1,-8} {2,-4} fix: {3,-7} since {4}\n", Check.Name, name(Check.Hurts),
                                  Check.Default ? "on" : "off", name(Check.Fixes), Check.Since);
  return Clean;
}

Verb listVerb() { return {&Command, run}; }

} // namespace asynctidy
