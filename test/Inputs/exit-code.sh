#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# exit-code.sh FILE COMMAND...: runs the command, and writes what it prints and its exit code to FILE.
file=$1
shift
"$@" >"$file" 2>&1
echo "exit code $?" >>"$file"
