// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// A secret that is wiped however its holder ends: with a value, with an error, or because it was stopped in the
/// middle.
#include <asyncrt/asyncrt.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <span>
#include <string.h>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

/// A key in the memory of \p at, which is overwritten when the holder is destroyed. A destructor is enough: the locals
/// of a coroutine that is stopped at an await are destroyed like those of a function that throws. What had to be
/// awaited in order to clean up would be the matter of finally() and with().
class secret {
public:
  explicit secret(std::span<unsigned char> at) noexcept : at_(at) { std::ranges::fill(at_, 0x5a); }
  secret(const secret &) = delete;
  secret &operator=(const secret &) = delete;
  ~secret() { explicit_bzero(at_.data(), at_.size()); } // Not memset(): the compiler may leave that out.

private:
  std::span<unsigned char> at_;
};

task<> sign(std::span<unsigned char> memory, std::chrono::milliseconds takes) {
  secret key(memory);
  co_await sleep_for(takes);
}

task<> ends(const char *how, std::span<unsigned char> memory, std::chrono::milliseconds takes) {
  bool timed_out = false;
  try {
    co_await with_timeout(sign(memory, takes), 200ms);
  } catch (const timeout_error &) {
    timed_out = true;
  }
  const bool wiped = std::ranges::all_of(memory, [](unsigned char byte) { return byte == 0; });
  std::printf("%s: %s, %s\n", how, timed_out ? "timed out" : "signed", wiped ? "wiped" : "still there");
}

task<> both() {
  std::array<unsigned char, 32> memory{};
  co_await ends("quick", memory, 1ms);
  co_await ends("slow", memory, 1h);
}

} // namespace

int main() { run(both()); }

// PRINTS: quick: signed, wiped
// PRINTS-NEXT: slow: timed out, wiped
