// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A source that the target names in a way of its own.
int late() { return 1; }
