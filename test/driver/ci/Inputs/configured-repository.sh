#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# configured-repository.sh DIR: a git repository with the project, whose build folder has a compile database and what is generated.
set -eu
sh "$(dirname "$0")/make-repository.sh" "$1"
cd "$1"
cmake -S . -B build -G Ninja -DCMAKE_EXPORT_COMPILE_COMMANDS=ON >configured.log
ninja -C build table.cpp >>configured.log
rm configured.log
