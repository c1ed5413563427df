#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# pre-commit.sh [check's options] [FILE...]: lints what is staged, for pre-commit, or as .git/hooks/pre-commit itself.
#
# pre-commit names the files, and puts aside what is not staged. Called by git, it takes the staged C++ sources; when
# some file is staged in part, a copy of what is staged is linted. Files that the compile database does not list are
# passed over with one line that names them. The database is ASYNC_TIDY_BUILD_DIRECTORY, or found as `check` does.
set -eu

executable=${ASYNC_TIDY_EXECUTABLE:-async-tidy}
command -v "$executable" >/dev/null || {
  echo "async-tidy: there is no program $executable; put it on PATH, or set ASYNC_TIDY_EXECUTABLE to where it is" >&2
  exit 2
}
[ -z "${ASYNC_TIDY_BUILD_DIRECTORY:-}" ] || set -- -p "$ASYNC_TIDY_BUILD_DIRECTORY" "$@"

named=
for argument; do
  case $argument in
    -*) ;;
    *.cc | *.cp | *.cpp | *.cxx | *.c++ | *.C) named=yes ;;
  esac
done
[ -z "$named" ] || exec "$executable" check --skip-unlisted "$@"

cd "$(git rev-parse --show-toplevel)"
top=$(pwd -P)
# A name per line; nothing in it is a pattern.
set -f
IFS='
'
staged=$(git -c core.quotePath=off diff --cached --name-only --diff-filter=ACMR -- '*.cc' '*.cp' '*.cpp' '*.cxx' '*.c++' '*.C')
[ -n "$staged" ] || exit 0
git diff --quiet || in_part=yes
if [ -z "${in_part:-}" ]; then
  # shellcheck disable=SC2086
  exec "$executable" check --skip-unlisted "$@" $staged
fi

# Some file differs from what is staged. Its copy lies in git's folder, from where .clang-tidy files above the checkout
# are found, too. What git does not keep, such as the build folder, is linked to.
copy=$(mktemp -d "$(git rev-parse --absolute-git-dir)/async-tidy.XXXXXX")
trap 'rm -rf "$copy"' EXIT
trap 'exit 130' INT TERM HUP
git checkout-index --all --prefix="$copy/"
{
  git -c core.quotePath=off ls-files --others --directory
  git -c core.quotePath=off ls-files --stage | sed -n '/^160000 /p' | cut -f2 # Submodules.
} | while read -r other; do
  other=${other%/}
  [ ! -d "$copy/$other" ] || rmdir "$copy/$other"
  mkdir -p "$copy/$(dirname "$other")"
  ln -s "$top/$other" "$copy/$other"
done

# The database is the project's, with the paths of the copy; the option is taken out, as it may be there once only.
database=
count=$#
while [ "$count" -gt 0 ]; do
  case $1 in
    -p) database=$2; shift; count=$((count - 1)) ;;
    -p?*) database=${1#-p} ;;
    *) set -- "$@" "$1" ;;
  esac
  shift
  count=$((count - 1))
done
if [ -z "$database" ]; then
  database=.
  [ -f compile_commands.json ] || database=build
fi
[ -f "$database/compile_commands.json" ] || {
  echo "async-tidy: there is no $database/compile_commands.json; configure with -DCMAKE_EXPORT_COMPILE_COMMANDS=ON" >&2
  exit 2
}
quote() { printf '%s' "$1" | sed 's/[][\.*^$,&]/\\&/g'; }
mkdir "$copy/.async-tidy"
sed "s,$(quote "$top")/,$(quote "$copy")/,g; s,$(quote "$top")\",$(quote "$copy")\",g" \
  "$database/compile_commands.json" >"$copy/.async-tidy/compile_commands.json"
cd "$copy"
code=0
# shellcheck disable=SC2086
"$executable" check --skip-unlisted --root="$copy" -p "$copy/.async-tidy" "$@" $staged || code=$?
exit "$code"
