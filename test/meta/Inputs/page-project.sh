#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# page-project.sh DIR TEST BUILD: the project in which the commands of pages are run. It has a blocking call that origin/main
# has not, a stored report of it, and the paths that pages speak of: async-tidy/build, path/to/build, build/lib.
set -eu
sh "$2/driver/ci/Inputs/configured-repository.sh" "$1"
cd "$1"
git update-ref refs/remotes/origin/main HEAD
sh "$2/driver/ci/Inputs/add-blocking-call.sh"
git commit -q -m 'A call that blocks'
mkdir -p async-tidy path/to build/lib
ln -s "$3" async-tidy/build
ln -s ../../build path/to/build
ln -s "$3/lib/AsyncTidy.so" build/lib/AsyncTidy.so
printf '/async-tidy\n/path\n/report.json\n/home\n' >.git/info/exclude
async-tidy check -p build --save=report.json --quiet >/dev/null || [ $? = 1 ]
