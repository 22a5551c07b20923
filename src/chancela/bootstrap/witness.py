"""The witness outside the database: `checkpoints.jsonl` in the data folder, one signed checkpoint a line."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FILE: Final = "checkpoints.jsonl"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: an operator's checkpoint of so many events."""

    operator: str
    size: int
    jws: str


_DECODER: Final = msgspec.json.Decoder(Line)


def read(path: Path, start: int = 0) -> tuple[list[Line | None], int]:
    """Return the whole lines from a place in the file, None for one that cannot be read, and where they end.

    A last line without its end was cut off by a crash and counts for nothing.
    """
    try:
        with path.open("rb") as file:
            file.seek(start)
            raw = file.read()
    except FileNotFoundError:
        return [], 0
    whole = raw[: raw.rfind(b"\n") + 1]
    return [_line(each) for each in whole.splitlines()], start + len(whole)


def _line(raw: bytes) -> Line | None:
    try:
        return _DECODER.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


@dataclass(slots=True)
class Witness:
    """The file as one process knows it: read once from the start, then only what was added."""

    path: Path
    _read_upto: int = 0
    _sizes: dict[str, int] = field(default_factory=dict)

    def last(self, operator: str) -> int:
        """Return the size of the operator's largest checkpoint in the file."""
        lines, self._read_upto = read(self.path, self._read_upto)
        for line in lines:
            if line is not None:
                self._sizes[line.operator] = max(line.size, self._sizes.get(line.operator, 0))
        return self._sizes.get(operator, 0)

    def append(self, lines: Sequence[Line]) -> None:
        """Add those lines that say more than the file does, and return when they are on the disk."""
        target = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(target, fcntl.LOCK_EX)
            fresh = [line for line in lines if line.size > self.last(line.operator)]
            os.ftruncate(target, self._read_upto)  # what a crash left of a line
            if fresh:
                os.write(target, b"".join(msgspec.json.encode(line) + b"\n" for line in fresh))
                os.fsync(target)
        finally:
            os.close(target)
