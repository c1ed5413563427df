// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Names of the program as they are shown: it may have made them of anything, and a terminal obeys what it is shown.
#pragma once

#include <cstddef>
#include <string_view>

namespace asyncrt::debug {

/// Length of the character of UTF-8 at the beginning of \p text; zero if it is none. (RFC 3629)
inline std::size_t utf8_length(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(i < text.size() ? text[i] : 0); };
  const unsigned char first = byte(0);
  if (first < 0x80)
    return 1;
  const std::size_t length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xc0) != 0x80)
      return 0;
  const unsigned char second = byte(1);
  const bool too_long = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
  const bool no_character = (first == 0xed && second > 0x9f) || (first == 0xf4 && second > 0x8f);
  return too_long || no_character ? 0 : length;
}

/// Gives \p text to \p put(std::string_view) in parts: bytes of control characters (C0, DEL, C1), and those that are no
/// UTF-8, as `\x1b`. Allocates nothing itself.
template <class Put> void escape_controls(std::string_view text, Put &&put) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto first = static_cast<unsigned char>(text[0]);
    const bool control = first < 0x20 || first == 0x7f || (first == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0);
    const std::size_t taken = length ? length : 1;
    if (length && !control) {
      put(text.substr(0, taken));
    } else {
      for (const char c : text.substr(0, taken)) {
        constexpr char digits[] = "0123456789abcdef";
        const auto byte = static_cast<unsigned char>(c);
        const char escaped[] = {'\\', 'x', digits[byte / 16], digits[byte % 16]};
        put(std::string_view(escaped, sizeof escaped));
      }
    }
    text.remove_prefix(taken);
  }
}

} // namespace asyncrt::debug
