// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Draws the line of progress.

#include "Progress.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

using Clock = std::chrono::steady_clock;

namespace asynctidy {

Progress::Progress(size_t Total)
    : Total(Total), Visible(llvm::sys::Process::StandardErrIsDisplayed()), Begun(Clock::now()) {}

void Progress::begin(llvm::StringRef File) {
  Current = llvm::sys::path::filename(File).str();
  show();
}

void Progress::done() {
  ++Count;
  show();
}

void Progress::clear() {
  if (Visible)
    llvm::errs() << "\r\x1b[K";
}

void Progress::show() {
  const auto Now = Clock::now();
  if (!Visible || Now - Shown < std::chrono::milliseconds(50))
    return;
  Shown = Now;
  const double Spent = std::chrono::duration<double>(Now - Begun).count();
  std::string Left;
  if (Count >= 3 && Count < Total) {
    const auto Seconds = static_cast<unsigned>(Spent / double(Count) * double(Total - Count) + 0.5);
    Left = Seconds < 60 ? llvm::formatv(", {0} s left", Seconds).str()
                        : llvm::formatv(", {0} min {1} s left", Seconds / 60, Seconds % 60).str();
  }
  const unsigned Columns = std::max(20U, llvm::sys::Process::StandardErrColumns());
  const std::string Line = llvm::formatv("[{0}/{1}{2}] {3}", Count, Total, Left, Current);
  llvm::errs() << "\r\x1b[K" << llvm::StringRef(Line).take_front(Columns - 1);
}

} // namespace asynctidy
