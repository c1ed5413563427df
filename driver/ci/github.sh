#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# github.sh install|check: the steps of action.yml. Inputs come as INPUT_... variables, as action.yml sets them.
set -eu
here=$(dirname "$(readlink -f "$0")")

die() {
  printf '::error title=async-tidy::%s\n' "$*"
  exit 2
}

# set_output NAME VALUE: for later steps, and for the job.
set_output() {
  [ -z "${GITHUB_OUTPUT:-}" ] || printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
}

# Says where the program is: the one that is given, one that is installed, or one that is built from this checkout.
install() {
  executable=${INPUT_EXECUTABLE:-}
  if [ -n "$executable" ]; then
    executable=$(command -v "$executable") || die "there is no program $INPUT_EXECUTABLE (input executable)"
  elif executable=$(command -v async-tidy); then
    :
  else
    # shellcheck source=/dev/null
    id=$(. /etc/os-release && printf '%s %s' "$ID" "${VERSION_ID:-}")
    [ "$id" = "debian 12" ] ||
      die "async-tidy is not installed, and is built on Debian 12 only: run the job in the container debian:12, or give the input executable"
    "$here/../../dev" build
    executable=$(readlink -f "$here/../../build/bin/async-tidy")
  fi
  "$executable" --version >/dev/null || die "$executable does not run"
  set_output executable "$executable"
  printf 'async-tidy: %s\n' "$executable"
}

# counts REPORT.jsonl: a line of Markdown for each check that has findings.
counts() {
  sed -n '/"suppressed":true/d; s/^{"type":"finding","check":"\([^"]*\)".*/\1/p' "$1" | sort | uniq -c |
    while read -r count check; do printf '| %s | %s |\n' "$check" "$count"; done
}

# places REPORT.jsonl: a line of Markdown for each finding. The keys of a finding have a fixed order.
places() {
  string='"(([^"\\]|\\.)*)"'
  sed -nE -e '/"suppressed":true/d; s/[|]/\&#124;/g' \
    -e 's/^\{"type":"finding","check":"([^"]*)","severity":"([^"]*)","file":'"$string"',"line":([0-9]+),"column":[0-9]+,"offset":[0-9]+,"length":[0-9]+,"function":'"$string"',"message":'"$string"'.*/| \3:\5 | \8 | \1 |/' \
    -e 't found' -e d -e ':found' -e 's/\\(["\\])/\1/g; s/</\&lt;/g; s/`/\&#96;/g' -e p "$1"
}

# summary REPORT.jsonl CODE: what the page of the workflow's run shows.
summary() {
  echo '## async-tidy'
  echo
  case $2 in
    0) echo 'No findings.' ;;
    1) ;;
    3) echo '**Some file could not be analysed.** The log says which, and why.' ;;
    *) echo '**The run is not complete.** The log says why.' ;;
  esac
  [ -n "$(counts "$1")" ] || return 0
  printf '\n| check | findings |\n|---|---|\n'
  counts "$1"
  printf '\n| place | finding | check |\n|---|---|---|\n'
  places "$1" | head -n 100
  [ "$(places "$1" | wc -l)" -le 100 ] || printf '\nThese are the first 100.\n'
}

# Lints, and exits with the code of async-tidy; the report, the annotations and the summary are made in any case.
check() {
  cd "${GITHUB_WORKSPACE:?}"
  executable=${INPUT_EXECUTABLE:-async-tidy}
  format=${INPUT_FORMAT:-sarif}
  if [ "${INPUT_CACHE:-}" = true ]; then
    export ASYNC_TIDY_CACHE_DIR="$GITHUB_WORKSPACE/.async-tidy-cache"
  fi
  temporary=$(mktemp -d)
  trap 'rm -rf "$temporary"' EXIT
  set -- check -p "${INPUT_BUILD_DIRECTORY:-build}" --save="$temporary/report.json"
  case $format in
    sarif)
      report=${INPUT_OUTPUT:-async-tidy.sarif}
      rm -f "$report"
      set -- "$@" --format=sarif --output="$report"
      ;;
    github) report= ;;
    *) die "there is no format $format; there are sarif and github" ;;
  esac
  [ -z "${INPUT_CHECKS:-}" ] || set -- "$@" --checks="$INPUT_CHECKS"
  [ -z "${INPUT_BASELINE:-}" ] || set -- "$@" --baseline="$INPUT_BASELINE"
  [ -z "${INPUT_NEW_FROM:-}" ] || set -- "$@" --new-from="$INPUT_NEW_FROM"
  # Both are lists of words; nothing in them is a pattern.
  set -f
  # shellcheck disable=SC2086
  set -- "$@" ${INPUT_ARGS:-} ${INPUT_FILES:-}
  set +f

  # The text quotes lines of the project, which must not be taken for commands of the workflow.
  token=async-tidy-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  printf '::stop-commands::%s\n' "$token"
  code=0
  "$executable" "$@" 2>&1 || code=$?
  printf '::%s::\n' "$token"

  set_output exit-code "$code"
  [ ! -d "${ASYNC_TIDY_CACHE_DIR:-}" ] || set_output cached true
  findings=
  if [ -f "$temporary/report.json" ]; then
    "$executable" render "$temporary/report.json" --format=github
    "$executable" render "$temporary/report.json" --format=jsonl --output="$temporary/report.jsonl"
    findings=$(counts "$temporary/report.jsonl" | awk '{ n += $4 } END { print n + 0 }')
    [ -z "${GITHUB_STEP_SUMMARY:-}" ] || summary "$temporary/report.jsonl" "$code" >>"$GITHUB_STEP_SUMMARY"
  fi
  set_output findings "$findings"
  [ -z "$report" ] || [ ! -f "$report" ] || set_output report "$report"
  exit "$code"
}

case ${1:-} in
  install | check) "$1" ;;
  *) die "usage: github.sh install|check" ;;
esac
