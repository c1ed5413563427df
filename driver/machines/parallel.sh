#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# parallel.sh OPTION... [option of `async-tidy plan`, or file]... [-- option of `async-tidy merge`...]
#
# Checks a project on many machines, with GNU parallel over ssh. Prints the report of one machine, and exits with its
# code. Every machine has async-tidy, rsync, and the same sources; only this one needs the compile database.
#
#   --shards=N          how many parts; some more than hosts, so that the fast ones do more
#   --results=FOLDER    where results are kept; what is done is not done again
#   --hosts=A,B         the machines, as `parallel --sshlogin` takes them
#   --hosts-file=FILE   the same, one a line
#   --root=FOLDER       top of the project (default: the git checkout)
#   --root-there=FOLDER the same on the hosts (default: the same path)
#   --only=N,N          run these shards only, then merge all
#
# A shard that fails is tried twice more, on other hosts if there are any. ASYNC_TIDY_EXECUTABLE says where the program
# is, here and there. PARALLEL_SSH and ~/.parallel/config mean what they mean to GNU parallel.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=driver/machines/common.sh
. "$here/common.sh"

read_options "hosts hosts-file root-there" "$@"
[[ $(parallel --version </dev/null 2>/dev/null) == "GNU parallel"* ]] ||
  die "GNU parallel is not installed" "on Debian: apt-get install parallel rsync"
hosts=()
[[ -z ${option[hosts]:-} ]] || hosts+=("--sshlogin=${option[hosts]}")
[[ -z ${option[hosts-file]:-} ]] || hosts+=("--sshloginfile=$(realpath -- "${option[hosts-file]}")")
((${#hosts[@]})) || die "--hosts is missing" "name the machines: --hosts=build1,build2"
if [[ ,${option[hosts]:-}, == *,:,* ]] || { [[ -n ${option[hosts-file]:-} ]] && grep -qx ':' -- "${option[hosts-file]}"; }; then
  die "a host is called :, which means this one without ssh" "call it localhost, with ssh as to the others"
fi
prepare

# Each shard's folder goes there with what is done, and comes back with what was added, also after a failure. Exit code
# 3, a file that could not be analysed, is no failure of the machine.
log=$results/parallel.log
rm -f "$log"
# shellcheck disable=SC2016
(cd "$results" && exec parallel "${hosts[@]}" --jobs=1 --retries=3 --workdir=... --transferfile={} --return={} --cleanup --joblog="$log" \
  -q sh -c '"$@" || { code=$?; [ $code = 3 ] || exit $code; }' sh "$executable" run --plan={}/plan.json --shard="{}/$shards" --results={} --root="${option[root-there]:-$root}" "${running[@]}" \
  ::: "${chosen[@]}") </dev/null >&2 &
child=$!
# The first signal has it start no more shards, the second one ends those that run.
trap 'kill "$child" && kill "$child"; exit 4' INT TERM HUP
wait "$child" || true
[[ -f $log ]] || exit 4

while IFS=$'\t' read -r number host _ _ _ _ code signal _; do
  [[ $number =~ ^[0-9]+$ ]] || continue
  shard=${chosen[number - 1]}
  ((signal == 0)) || code=$((128 + signal))
  ended[$shard]=$code
  place[$shard]=" on $host"
done <"$log"
finish
