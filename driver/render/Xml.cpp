// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text within XML 1.0.

#include "render/Xml.h"
#include "render/Columns.h"

namespace asynctidy {

std::string xml(llvm::StringRef Text) {
  const std::string Valid = validUTF8(Text);
  llvm::StringRef Rest = Valid;
  std::string Out;
  Out.reserve(Rest.size());
  for (; !Rest.empty(); Rest = Rest.drop_front()) {
    const char C = Rest.front();
    // U+FFFE and U+FFFF are not allowed either.
    if (Rest.starts_with("\xEF\xBF\xBE") || Rest.starts_with("\xEF\xBF\xBF")) {
      Out += "\xEF\xBF\xBD";
      Rest = Rest.drop_front(2);
    } else if (C == '&') {
      Out += "&amp;";
    } else if (C == '<') {
      Out += "&lt;";
    } else if (C == '>') {
      Out += "&gt;";
    } else if (C == '"') {
      Out += "&quot;";
    } else if (C == '\n') {
      Out += "&#10;";
    } else if (C == '\r') {
      Out += "&#13;";
    } else if (C == '\t') {
      Out += "&#9;";
    } else if (static_cast<unsigned char>(C) < 0x20) {
      Out += "\xEF\xBF\xBD";
    } else {
      Out += C;
    }
  }
  return Out;
}

} // namespace asynctidy
