#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# slurm-shard.sh PROGRAM SHARDS RESULTS ROOT [option of `async-tidy run`]...: the batch script of slurm.sh. Each task of
# the job array runs the shard of its number.
set -eu
executable=$1 shards=$2 results=$3/$SLURM_ARRAY_TASK_ID root=$4
shift 4
case " $*" in
  *" -j"*) ;;
  *) set -- -j"${SLURM_CPUS_ON_NODE:-1}" "$@" ;;
esac
code=0
"$executable" run --plan="$results/plan.json" --shard="$SLURM_ARRAY_TASK_ID/$shards" --results="$results" --root="$root" "$@" || code=$?
echo "$code" >"$results/exit-code"
exit "$code"
