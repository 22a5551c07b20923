"""Many commands to one installation, said to one process, which is quicker than a new one for each."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests import running

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Commands:
    """The command line of one installation; it keeps Django open from one command to the next."""

    process: subprocess.Popen[str]

    def __call__(self, *words: object, typed: str = "") -> Said:
        """Say a command as it would be typed after `chancela`, with what its standard input holds."""
        assert self.process.stdin and self.process.stdout
        print(json.dumps([list(map(str, words)), typed]), file=self.process.stdin, flush=True)
        return Said(*json.loads(self.process.stdout.readline()))


@contextlib.contextmanager
def heard(**settings: str) -> Iterator[Commands]:
    """Listen for commands to the installation of these settings."""
    command = [sys.executable, "-m", "tests.commands"]
    told = running.environment(**settings)
    with subprocess.Popen(
        command, cwd=ROOT, env=told, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Commands(process)
        assert process.stdin
        process.stdin.close()


def _listen() -> None:
    lines, answers = sys.stdin, sys.stdout
    for line in lines:
        words, typed = json.loads(line)
        print(json.dumps(_run(words, typed)), file=answers, flush=True)


def _run(words: list[str], typed: str) -> tuple[int, str, str]:
    from chancela.cli import main

    sys.argv, sys.stdin = ["chancela", *words], io.StringIO(typed)
    out, err, status = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main.main()
        except SystemExit as end:
            status = int(end.code or 0)
        except Exception:  # noqa: BLE001 - as the interpreter would end
            traceback.print_exc()
            status = 1
    return status, out.getvalue(), err.getvalue()


if __name__ == "__main__":
    _listen()
