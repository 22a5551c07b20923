#!/bin/sh
# Prints the path of a Chromium that starts; installs one when there is none (Debian's package as root, else
# Playwright's own). CHANCELA_CHROMIUM names one to use. `chromium.sh package` is content with Debian's package, or none.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "chancela: $*" >&2; }

# Some systems keep a `chromium-browser` that only tells how to get the real one.
starts() { timeout 60 "$1" --version >/dev/null 2>&1; }

if [ -n "${CHANCELA_CHROMIUM:-}" ]; then
    starts "$CHANCELA_CHROMIUM" && { printf '%s\n' "$CHANCELA_CHROMIUM"; exit 0; }
    say "CHANCELA_CHROMIUM names $CHANCELA_CHROMIUM, which does not start."
    exit 1
fi

on_path() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        path="$(command -v "$name" || true)"
        if [ -n "$path" ] && starts "$path"; then printf '%s\n' "$path"; return; fi
    done
    return 1
}

playwrights_own() {
    path="$(.venv/bin/python -c 'from playwright.sync_api import sync_playwright as play
with play() as p: print(p.chromium.executable_path)' 2>/dev/null)" || return 1
    if [ -n "$path" ] && starts "$path"; then printf '%s\n' "$path"; return; fi
    return 1
}

on_path && exit 0
[ "${1:-}" = package ] || { playwrights_own && exit 0; }

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "no Chromium found: installing the package chromium for the browser tests"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; } >/dev/null || true
    on_path && exit 0
fi
[ "${1:-}" != package ] || exit 0

say "no Chromium found: asking Playwright for its own"
if [ "$(id -u)" = 0 ]; then deps=--with-deps; else deps=; fi
# shellcheck disable=SC2086  # an empty option must vanish
.venv/bin/python -m playwright install $deps chromium >&2 || true
playwrights_own && exit 0

say "the browser tests need Chromium, which was not found and could not be installed; install it, or name it with CHANCELA_CHROMIUM."
exit 1
