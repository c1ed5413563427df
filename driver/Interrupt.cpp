// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The handlers.

#include "Interrupt.h"

namespace asynctidy {

static volatile std::sig_atomic_t Interrupted = 0;

bool InterruptWatch::interrupted() { return Interrupted != 0; }

InterruptWatch::InterruptWatch() {
  if (Interrupted) { // The next one kills.
    sigaction(SIGINT, nullptr, &OldInt);
    sigaction(SIGTERM, nullptr, &OldTerm);
    return;
  }
  struct sigaction Note = {};
  Note.sa_handler = [](int Signal) {
    Interrupted = 1;
    std::signal(Signal, SIG_DFL);
  };
  sigaction(SIGINT, &Note, &OldInt);
  sigaction(SIGTERM, &Note, &OldTerm);
}

InterruptWatch::~InterruptWatch() {
  sigaction(SIGINT, &OldInt, nullptr);
  sigaction(SIGTERM, &OldTerm, nullptr);
}

} // namespace asynctidy
