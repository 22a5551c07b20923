#!/bin/sh
# Checks Chancela: `test.sh quick` (style, types, architecture, core and house tests) or `test.sh all` (everything,
# with PostgreSQL and a real browser). Stops at the first thing that does not hold; needs `setup.sh dev` before.
# Further words go to pytest: `test.sh all -k token`.
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
export PATH

step() { printf '%s\n' "chancela: $*" >&2; }
stop() { step "$*"; exit 1; }

size="${1:-}"
[ "$size" = quick ] || [ "$size" = all ] || stop "usage: test.sh quick|all [words for pytest]"
shift

# A folder of its own for whatever is made on the way, so that two runs never meet and nothing is left behind.
folder="$(mktemp -d "${TMPDIR:-/tmp}/chancela-test.XXXXXX")"
trap 'rm -rf "$folder"' EXIT
export TMPDIR="$folder"

# Style, types and architecture take one processor: beside them the other fetches a browser where there is none.
read_the_code() {
    step "style (ruff)"
    ruff check --quiet . || stop "the style does not hold; the lines above say where (make fix mends much of it)."
    ruff format --check --quiet . || stop "the format does not hold; make fix mends it."
    step "types (mypy)"
    mypy || stop "the types do not hold; the lines above say where."
    step "architecture (import-linter)"
    lint-imports --no-logo || stop "the architecture does not hold; the lines above say where."
}
read_the_code > "$folder/read" 2>&1 &
reading=$!

# A missing browser is told before the long work, not after it; without Lighthouse one test is left out, which says so.
if [ "$size" = all ]; then
    CHANCELA_CHROMIUM="$(sh tools/chromium.sh)" || exit 1
    export CHANCELA_CHROMIUM
    step "browser tests use $CHANCELA_CHROMIUM"
    python tools/lighthouse.py || step "going on; the test that reads the pages with Lighthouse is left out."
fi
step "style, types, architecture"
held=0
wait "$reading" || held=$?
cat "$folder/read" >&2
[ "$held" = 0 ] || exit "$held"

# The core is small and pure: every branch of it is tested by its own tests, and the run fails if one is not. What is
# counted is slower, so the others run without.
counted="--cov=chancela.domain --cov=chancela.usecases --cov-branch --cov-report=term-missing:skip-covered --cov-fail-under=100"

if [ "$size" = quick ]; then
    step "core and house tests (pytest)"
    # shellcheck disable=SC2086 # several words are meant
    pytest $counted --basetemp="$folder/core" tests/domain tests/usecases tests/house "$@"
else
    step "core tests, each branch of it (pytest)"
    # shellcheck disable=SC2086
    pytest $counted --basetemp="$folder/core" --numprocesses=2 tests/domain tests/usecases "$@"
    step "all other tests (pytest)"
    # In the order of the tree, so that no slow file is left to the end and to one process.
    status=0
    pytest --basetemp="$folder/pytest" -o cache_dir="$folder/cache" --ignore=tests/domain --ignore=tests/usecases \
        --numprocesses=2 --dist=loadfile --no-loadscope-reorder "$@" || status=$?
    # What failed among thousands is tried alone; any other status means that pytest could not do its work.
    [ "$status" != 1 ] || { status=0; python tools/again.py "$folder/cache" --basetemp="$folder/again" || status=$?; }
    exit "$status"
fi
