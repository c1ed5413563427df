#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# slurm.sh OPTION... [option of `async-tidy plan`, or file]... [-- option of `async-tidy merge`...]
#
# Checks a project on many machines, with a job array of Slurm. Prints the report of one machine, and exits with its
# code. The sources, the folder of results and async-tidy lie on a file system that the nodes share.
#
#   --shards=N          how many parts: tasks of the array
#   --results=FOLDER    where results are kept; what is done is not done again
#   --root=FOLDER       top of the project (default: the git checkout)
#   --sbatch=OPTION     an option of sbatch; may be there several times: --sbatch=--cpus-per-task=8
#   --only=N,N          run these shards only, then merge all
#
# Without -j each shard uses the processors that Slurm gives it. ASYNC_TIDY_EXECUTABLE says where the program is.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=driver/machines/common.sh
. "$here/common.sh"

read_options sbatch "$@"
command -v sbatch >/dev/null || die "Slurm is not installed: there is no sbatch" "run this where jobs are submitted"
batch=()
[[ -z ${option[sbatch]:-} ]] || mapfile -t batch <<<"${option[sbatch]}"
prepare

for shard in "${chosen[@]}"; do
  rm -f "$results/$shard/exit-code" "$results/$shard/log"
done
cancel() {
  local id
  id=$(cut -d ';' -f 1 "$results/job" 2>/dev/null) || return 0
  [[ -z $id ]] || scancel "$id" || true
}
trap 'cancel; exit 4' INT TERM HUP
sbatch --wait --parsable --job-name=async-tidy --array="$(IFS=,; echo "${chosen[*]}")" --output="$results/%a/log" "${batch[@]}" \
  "$here/slurm-shard.sh" "$(realpath -s -- "$(command -v "$executable")")" "$shards" "$results" "$root" "${running[@]}" </dev/null >"$results/job" &
wait $! || [[ -s $results/job ]] || exit 4 # It has said why; or a task has failed.

for shard in "${chosen[@]}"; do
  log=$results/$shard/log
  [[ ! -f $log ]] || cat "$log" >&2
  place[$shard]="; its log is $log"
  [[ ! -f $results/$shard/exit-code ]] || ended[$shard]=$(<"$results/$shard/exit-code")
done
finish
