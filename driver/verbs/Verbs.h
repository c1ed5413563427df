// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One function per verb, each in a file of its own.
#pragma once

#include "Verb.h"

namespace asynctidy {

Verb cacheVerb();
Verb baselineVerb();
Verb checkVerb();
Verb doctorVerb();
Verb explainVerb();
Verb fixVerb();
Verb initVerb();
Verb knowledgeVerb();
Verb listVerb();
Verb mergeVerb();
Verb planVerb();
Verb runVerb();
Verb renderVerb();
Verb undoVerb();

} // namespace asynctidy
