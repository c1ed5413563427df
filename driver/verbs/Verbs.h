// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One function per verb, each in a file of its own.
#pragma once

#include "Verb.h"

namespace asynctidy {

Verb cacheVerb();
Verb checkVerb();
Verb listVerb();

} // namespace asynctidy
