// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The list of verbs; each is implemented in a file of its own under verbs/.

#include "verbs/Verbs.h"
#include "Verb.h"

namespace asynctidy {

llvm::ArrayRef<Verb> verbs() {
  static const Verb All[] = {
      // One a line.
      checkVerb(),     //
      fixVerb(),       //
      undoVerb(),      //
      baselineVerb(),  //
      renderVerb(),    //
      listVerb(),      //
      explainVerb(),   //
      knowledgeVerb(), //
      initVerb(),      //
      doctorVerb(),    //
      planVerb(),      //
      runVerb(),       //
      mergeVerb(),     //
      cacheVerb(),     //
  };
  return All;
}

} // namespace asynctidy
