// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One function per verb, each in a file of its own.
#pragma once

#include "Verb.h"

namespace asynctidy {

Verb checkVerb();
Verb fixVerb();
Verb listVerb();
Verb undoVerb();

} // namespace asynctidy
