// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The options of the checks: names and defaults from the checks themselves, meanings from their pages.
#pragma once

#include "CheckInfo.h"
#include <string>
#include <vector>

namespace asynctidy {

struct OptionInfo {
  std::string Key; ///< "async-blocking-call.FollowCalls"
  std::string Default;
  std::string Meaning; ///< One line, without markup; empty if the page does not say it.
};

/// The options of \p Check, in the order of its page.
std::vector<OptionInfo> optionsOf(const CheckInfo &Check);

/// The option that all checks share.
OptionInfo knowledgeFilesOption();

} // namespace asynctidy
