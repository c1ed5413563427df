#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# add-blocking-call.sh [FILE]: puts a call that blocks into a coroutine of the repository here, and stages it.
set -eu
file=${1:-src/feed.cpp}
cat >>"$file" <<'TEXT'

#include "feed.h"
task<int> pause_between() {
  sleep(1);
  co_return 0;
}
TEXT
git add "$file"
