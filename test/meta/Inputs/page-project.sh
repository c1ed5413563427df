#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# page-project.sh DIR TEST BUILD: the project in which the commands of pages are run. It has a blocking call that origin/main
# has not, a dropped task that has a fix, a stored report of both, and the paths that pages speak of: async-tidy/build,
# path/to/build, build/lib, build/bin, src/net, include.
set -eu
sh "$2/driver/ci/Inputs/configured-repository.sh" "$1"
cd "$1"
git update-ref refs/remotes/origin/main HEAD
sh "$2/driver/ci/Inputs/add-blocking-call.sh"
mkdir -p src/net include
cat >src/net/session.cpp <<'TEXT'
#include "feed.h"

task<int> session() {
  price();
  co_return co_await doubled();
}
TEXT
cp src/net/session.cpp src/feed_test.cpp
sed -i s/session/feed_test/ src/feed_test.cpp
echo 'target_sources(feed PRIVATE src/net/session.cpp src/feed_test.cpp)' >>CMakeLists.txt
cp build/table.h include
git add .
cmake -S . -B build >/dev/null
git commit -q -m 'A call that blocks'
mkdir -p async-tidy path/to build/lib build/bin
ln -s "$3" async-tidy/build
ln -s ../../build path/to/build
ln -s "$3/lib/AsyncTidy.so" build/lib/AsyncTidy.so
ln -s "$3/bin/async-tidy" build/bin/async-tidy
printf '/async-tidy\n/path\n/report.json\n/home\n' >.git/info/exclude
async-tidy check -p build --save=report.json --quiet >/dev/null || [ $? = 1 ]
