// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/// \file
/// An editor that asks before it closes a document with changes.
#include <asyncrt/asyncrt.hpp>

#include <cstdio>
#include <functional>

using namespace asyncrt;
using namespace std::chrono_literals;

namespace {

struct dialog {
  /// The user needs a moment.
  void open(event_loop &loop, std::function<void()> answered) { loop.schedule_after(20ms, std::move(answered)); }
};

/// The user closes a document some time later.
void close_later(event_loop &loop, dialog &question) {
  loop.schedule_after(5ms, [&] { question.open(loop, [] { std::puts("closed"); }); });
}

} // namespace

int main() {
  event_loop loop;
  dialog question;
  close_later(loop, question);
  loop.run();
}
