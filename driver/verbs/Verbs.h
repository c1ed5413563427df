// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One function per verb, each in a file of its own.
#pragma once

#include "Verb.h"

namespace asynctidy {

Verb baselineVerb();
Verb checkVerb();
Verb doctorVerb();
Verb explainVerb();
Verb initVerb();
Verb knowledgeVerb();
Verb listVerb();
Verb mergeVerb();
Verb planVerb();
Verb runVerb();
Verb renderVerb();

} // namespace asynctidy
