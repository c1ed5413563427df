// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a verb of the command line is.
#pragma once

#include "ExitCode.h"
#include "llvm/Support/CommandLine.h"

namespace asynctidy {

/// One verb: its options are declared with cl::sub(Command) in the file that implements it.
struct Verb {
  llvm::cl::SubCommand *Command; ///< Name and one line of help.
  ExitCode (*Run)();             ///< Called when the command line is parsed.
};

/// All verbs, in the order in which help lists them; the first is the default one.
llvm::ArrayRef<Verb> verbs();

/// Prints "async-tidy: <Problem>" and the cure on a line of its own to standard error, and answers Usage.
ExitCode complain(const llvm::Twine &Problem, const llvm::Twine &Cure);

} // namespace asynctidy
