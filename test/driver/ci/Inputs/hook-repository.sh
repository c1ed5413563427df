#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# hook-repository.sh PROJECT DIR: a repository with what pre-commit takes from this one, and the tag v1.
set -eu
rm -rf "$2"
mkdir -p "$2/driver"
cp "$1/.pre-commit-hooks.yaml" "$2"
cp -r "$1/driver/ci" "$2/driver"
cd "$2"
git init -q -b main .
git add .
git -c user.name=tester -c user.email=tester@example.org -c commit.gpgsign=false commit -q -m hooks
git tag v1
