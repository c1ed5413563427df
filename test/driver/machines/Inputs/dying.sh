#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# dying.sh PROGRAM DEATHS ARGUMENT...: async-tidy; but a run of shard 1 is killed while it works, when it has its first
# result, as often as the file DEATHS has lines. A line that says "parent" has what called it killed, too.
program=$1 deaths=$2
shift 2
case " $* " in
  *" --shard=1/"*) ;;
  *) exec "$program" "$@" ;;
esac
[ -s "$deaths" ] || exec "$program" "$@"
whom=$(head -n 1 "$deaths")
sed -i 1d "$deaths"
for argument; do
  case $argument in --results=*) results=${argument#*=} ;; esac
done
"$program" "$@" &
while ! ls "$results"/[0-9]*.json >/dev/null 2>&1; do
  kill -0 $! || exit 99 # It ended too early: the test is not what it means to be.
  sleep 0.02
done
kill -9 $! || exit 99
[ "$whom" != parent ] || kill -9 "$PPID"
wait $!
