#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# make-repository.sh DIR: a git repository with the project, committed and clean.
set -eu
here=$(dirname "$0")
rm -rf "$1"
mkdir -p "$1"
cp -r "$here/project/." "$1"
cd "$1"
git init -q -b main .
git config user.name tester
git config user.email tester@example.org
git config commit.gpgsign false
echo /build/ >.gitignore
git add .
git commit -q -m 'A clean feed'
