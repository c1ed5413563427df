// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// Reads limits from files. Whoever includes settings.hpp does not see that.
#include "settings.hpp"

#include <fstream>
#include <iterator>
#include <sstream>

std::string text_of(const std::string &path) {
  std::ifstream in(path);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

limits parse(const std::string &text) {
  limits l;
  std::istringstream in(text);
  for (std::string key; in >> key;)
    in >> (key == "requests_per_minute" ? l.requests_per_minute : l.longest_message);
  return l;
}

const limits &settings::current() {
  if (old())
    reload();
  return limits_;
}

void settings::reload() { set(parse(text_of(path_))); }
