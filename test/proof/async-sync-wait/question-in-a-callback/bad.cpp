// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// An editor that asks before it closes a document with changes.
#include <asyncrt/asyncrt.hpp>

#include <cstdio>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

struct dialog {
  bool answered = false;
  /// The user needs a moment.
  void open(event_loop &loop) {
    loop.schedule_after(20ms, [this] { answered = true; });
  }
};

/// The user closes a document some time later.
void close_later(event_loop &loop, dialog &question) {
  loop.schedule_after(5ms, [&] {
    question.open(loop);
    // As in toolkits of old: the loop goes on inside of the callback until there is an answer.
    while (!question.answered)
      loop.run_one();
    std::puts("closed");
  });
}

} // namespace

int main() {
  event_loop loop;
  dialog question;
  close_later(loop, question);
  loop.run();
}
