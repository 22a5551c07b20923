#!/bin/sh
# Makes .venv hold what a lock file says: `setup.sh runtime` to run Chancela, `setup.sh dev` to work on it.
# Says each step in plain words; the second time it does nothing. CHANCELA_PYTHON names a Python to use. With the word
# `browser` after it, the browser's package is fetched beside the others where there is none.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "chancela: $*" >&2; }
stop() { say "$*"; exit 1; }

recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    for python in ${CHANCELA_PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if recent "$python"; then printf '%s\n' "$python"; return; fi
    done
    stop "Python 3.11 or newer is needed and was not found; install it, or name it with CHANCELA_PYTHON."
}

has_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

# Debian and Ubuntu keep venv in a package of its own.
ensure_venv() {
    has_venv "$1" && return
    package="$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        stop "$1 comes without venv; install the package $package (for example: sudo apt-get install $package) and try again."
    fi
    say "$1 comes without venv: installing the package $package"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$package"; } >/dev/null \
        || stop "the package $package could not be installed; install it by hand and try again."
}

# The stamp is the text of all that decides what is installed: nothing changed, nothing to do.
fingerprint() { cat "$1" pyproject.toml tools/setup.sh | cksum; }

# Python compiles what it uses when it uses it; to compile all of it here would take half of the time.
install_lock() {
    say "installing the locked packages of $1 into .venv (each checked against its hash)"
    .venv/bin/python -m pip install --quiet --no-input --no-compile --disable-pip-version-check \
        --require-hashes --no-deps --only-binary :all: -r "$1" \
        || stop "the packages of $1 could not be installed; the lines above say why."
    say "installing Chancela itself into .venv"
    .venv/bin/python -m pip install --quiet --no-input --disable-pip-version-check \
        --no-deps --no-build-isolation --editable . \
        || stop "Chancela could not be installed into .venv; the lines above say why."
}

case "${1:-}" in
    runtime) lock=requirements.lock ;;
    dev) lock=requirements-dev.lock ;;
    *) stop "usage: setup.sh runtime|dev [browser]" ;;
esac

stamp=".venv/installed-$1"
now="$(fingerprint "$lock")"
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ] && exit 0
# Whoever has everything for work has everything for running.
[ "$1" = runtime ] && [ -f .venv/installed-dev ] \
    && [ "$(cat .venv/installed-dev)" = "$(fingerprint requirements-dev.lock)" ] && exit 0

if ! { [ -x .venv/bin/python ] && .venv/bin/python -c 'import pip' 2>/dev/null; }; then
    python="$(find_python)"
    ensure_venv "$python"
    say "making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv || stop "$python could not make .venv; the lines above say why."
fi
[ "${2:-}" != browser ] || sh tools/chromium.sh package >/dev/null &
install_lock "$lock"
wait
printf '%s\n' "$now" > "$stamp"
say "ready"
