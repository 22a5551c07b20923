"""Tries alone what failed among thousands of tests: `again.py CACHE WORDS...`, with pytest's cache folder and words.

A fault that is there fails alone as well; a test that two clocks, a busy machine or a number drawn by chance upset does
not. What breaks once in thousands is told as unsteady and to be mended, and stops nobody's change: see docs/adr/0016.
A test of a promise must hold five times, any other twice. More than three failures are never tried again.
"""

import json
import pathlib
import subprocess
import sys

FEW = 3
PROMISES, OFTEN, TWICE = "tests/promises/", 5, 2
FAILED = 1  # pytest's own status when tests failed; all others mean that it could not do its work


def say(words: str) -> None:
    """Tell what happens, as the other tools do."""
    print(f"chancela: {words}", file=sys.stderr, flush=True)


def failed(cache: pathlib.Path) -> list[str]:
    """The tests that failed, as pytest names them; none if it kept no list."""
    kept = cache / "v" / "cache" / "lastfailed"
    return list(json.loads(kept.read_text(encoding="utf-8"))) if kept.exists() else []


def steady(test: str, words: list[str]) -> bool:
    """Tell whether it passes alone, time after time."""
    times = OFTEN if test.startswith(PROMISES) else TWICE
    for turn in range(1, times + 1):
        say(f"alone, {turn} of {times}: {test}")
        command = [sys.executable, "-m", "pytest", "--quiet", "-p", "no:cacheprovider", *words, test]
        if subprocess.run(command, check=False).returncode:
            return False
    return True


def main(cache: str, *words: str) -> int:
    """Return 0 if nothing is left that fails, else 1."""
    tests = failed(pathlib.Path(cache))
    if not 0 < len(tests) <= FEW or any("::" not in each for each in tests):
        return FAILED
    for test in tests:
        if not steady(test, list(words)):
            say(f"{test} fails alone too; what it says stands above.")
            return FAILED
    for test in tests:
        say(
            f"UNSTEADY: {test} failed among the others and passed alone. What it said stands above; it is to be mended."
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
