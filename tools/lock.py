"""Writes requirements.lock and requirements-dev.lock from pyproject.toml, with hashes and without any host name."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
RUNTIME = "requirements.lock"
DEV = "requirements-dev.lock"
COMPILE = [
    "uv", "pip", "compile", "pyproject.toml", "--quiet", "--no-config", "--universal", "--python-version", "3.11",
    "--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links",
]  # fmt: skip
LEAK = re.compile(r"://|file:|--(extra-)?index-url|--find-links|@ ")


def compile_lock(name: str, words: list[str]) -> None:
    """Let uv choose the versions for one lock file; `words` are further options of `uv pip compile`."""
    subprocess.run([*COMPILE, *words, "--output-file", name], cwd=ROOT, check=True)


def leaks(name: str) -> list[str]:
    """The lines of a lock file that name a place instead of a package."""
    return [line for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if LEAK.search(line)]


def main(words: list[str]) -> int:
    """Renew both locks; `--upgrade` among the words takes the newest versions. 1 when a line names a place."""
    print("chancela: choosing versions for requirements.lock (what runs)")
    compile_lock(RUNTIME, ["--group", "build", *words])
    print("chancela: choosing versions for requirements-dev.lock (the same, and what tests)")
    compile_lock(DEV, ["--group", "build", "--group", "dev", "--constraint", RUNTIME, *words])
    found = [f"{name}: {line}" for name in (RUNTIME, DEV) for line in leaks(name)]
    for line in found:
        print(f"chancela: names a place, not a package: {line}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
