# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# What parallel.sh and slurm.sh share: their options, the plan before and the merge after the shards.
#
# The folder of results has plan.json, and for each shard a folder with its number: what `run` leaves there.

executable=${ASYNC_TIDY_EXECUTABLE:-async-tidy}
declare -A option=() # By name; several values have a line each.
planning=()          # Arguments of plan, run and merge.
running=()
merging=()
declare -A ended=() # By shard: the exit code of its run. None if nobody knows.
declare -A place=() # By shard: " on HOST", as messages have it.

complain() { # <problem> <cure>
  printf 'async-tidy: %s\n            %s\n' "$1" "$2" >&2
}

die() { # <problem> <cure>
  complain "$@"
  exit 2
}

help() { # <script>: its comment at the top.
  sed -n '3,/^[^#]/s/^# \{0,1\}//p' "$1"
}

read_options() { # <names of the script's own options> <arguments>...
  local names=" shards results root only $1 " name
  shift
  while (($#)); do
    name=${1#--}
    name=${name%%=*}
    case $1 in
      -h | --help) help "$0"; exit 0 ;;
      --) shift; merging=("$@"); break ;;
      -j) planning+=("-j${2:-}"); running+=("-j${2:-}"); shift ;;
      -j* | --timeout=* | --no-cache | --cache-dir=* | --cache-size=*) planning+=("$1"); running+=("$1") ;;
      --*)
        if [[ $names != *" $name "* ]]; then
          planning+=("$1")
        elif [[ $1 == --*=?* ]]; then
          option[$name]+=${option[$name]+$'\n'}${1#*=}
        else
          die "--$name needs a value" "write --$name=...; $(basename "$0") --help tells of what"
        fi
        ;;
      *) planning+=("$1") ;;
    esac
    (($# == 0)) || shift
  done
  [[ -n ${option[results]:-} ]] || die "--results is missing" "name a folder for the results: --results=out"
  [[ ${option[shards]:-} =~ ^[1-9][0-9]*$ ]] ||
    die "--shards needs a number above zero" "as many as there are machines, or some more"
  command -v "$executable" >/dev/null ||
    die "there is no program $executable" "put it on PATH, or set ASYNC_TIDY_EXECUTABLE to where it is"
}

# Makes the plan. Sets `results` and `root`, both absolute, and `chosen`, the numbers of the shards to run.
prepare() {
  local shard
  shards=${option[shards]}
  root=$(realpath -e -- "${option[root]:-$(git rev-parse --show-toplevel 2>/dev/null || pwd)}") || exit 2
  mapfile -t chosen < <(tr , '\n' <<<"${option[only]:-$(seq -s , "$shards")}")
  for shard in "${chosen[@]}"; do
    [[ $shard =~ ^[1-9][0-9]*$ ]] || shard=0
    ((0 < shard && shard <= shards)) ||
      die "--only=${option[only]:-} names a shard that there is not" "write numbers from 1 to $shards, with commas between"
  done
  mkdir -p -- "${option[results]}" || exit 4
  results=$(realpath -e -- "${option[results]}")
  "$executable" plan --root="$root" --shards="$shards" --output="$results/plan.json.new" "${planning[@]}" || exit
  if [[ -f $results/plan.json ]] && ! cmp -s "$results/plan.json" "$results/plan.json.new"; then
    rm "$results/plan.json.new"
    die "$results has results of another plan" "use an empty folder for a new run; the same sources, options and number of shards for the rest of an old one"
  fi
  mv "$results/plan.json.new" "$results/plan.json"
  # A shard that never ran has a plan and no results: then merge can name it.
  for ((shard = 1; shard <= shards; ++shard)); do
    mkdir -p "$results/$shard"
    cp "$results/plan.json" "$results/$shard/plan.json"
  done
}

# Reports, or says which shards failed. Nothing comes after it.
finish() {
  local shard failed=() code=2 folders=()
  for shard in "${chosen[@]}"; do
    case ${ended[$shard]:-} in
      0 | 3) continue ;; # Of a file that could not be analysed, the report tells.
      "") printf 'async-tidy: shard %s of %s did not end%s\n' "$shard" "$shards" "${place[$shard]:-}" >&2 ;;
      *) printf 'async-tidy: shard %s of %s failed with exit code %s%s\n' "$shard" "$shards" "${ended[$shard]}" "${place[$shard]:-}" >&2 ;;
    esac
    [[ ${ended[$shard]:-} == 2 ]] || code=4
    failed+=("$shard")
  done
  if ((${#failed[@]})); then
    printf '            what is done is kept; for the rest: the same command again with --only=%s\n' "$(IFS=,; echo "${failed[*]}")" >&2
    exit "$code"
  fi
  for ((shard = 1; shard <= shards; ++shard)); do
    folders+=("$results/$shard")
  done
  exec "$executable" merge --root="$root" "${merging[@]}" "${folders[@]}"
}
