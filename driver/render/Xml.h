// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text within XML 1.0.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <string>

namespace asynctidy {

/// \p Text for an attribute or an element. What XML 1.0 has no way to say, control characters above all, becomes
/// U+FFFD; line breaks and tabs are written as references, because attributes lose them otherwise.
std::string xml(llvm::StringRef Text);

} // namespace asynctidy
