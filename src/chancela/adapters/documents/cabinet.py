"""The cabinet: sealed documents in the data folder, each named by its hash, written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPERATOR: Final = re.compile(r"[0-9]{6}", re.ASCII)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
OLD_S: Final = 24 * 3600
SPARE_B: Final = 512 * 1024 * 1024


class Seal(Protocol):
    """What closes and opens documents."""

    def seal(self, operator: str, digest: str, content: bytes) -> bytes:
        """Return the sealed document."""
        ...

    def open(self, operator: str, digest: str, sealed: bytes) -> bytes | None:
        """Return the document; None for what was altered, moved or sealed elsewhere."""
        ...


class GoneError(Exception):
    """A document that should be here is missing or damaged."""


@dataclass(frozen=True, slots=True)
class Cabinet:
    """Documents below `folder/<operator>/<first two characters>/<SHA-256>`; its calls wait for the disk."""

    folder: Path
    seal: Seal

    def put(self, operator: str, content: bytes) -> str:
        """Keep a document and return the SHA-256 of what it holds, in hex; it is on the disk when this returns."""
        digest = hashlib.sha256(content).hexdigest()
        place = self._place(operator, digest)
        folders = (self.folder, place.parent.parent, place.parent)
        for each in folders:
            each.mkdir(mode=0o700, exist_ok=True)
        beside = place.with_name(f"{digest}.{secrets.token_hex(8)}.new")
        try:
            with os.fdopen(os.open(beside, NEW, 0o600), "wb") as file:
                file.write(self.seal.seal(operator, digest, content))
                file.flush()
                os.fsync(file.fileno())
            beside.replace(place)
        finally:
            beside.unlink(missing_ok=True)
        for each in folders:
            _settle(each)
        return digest

    def get(self, operator: str, digest: str) -> bytes:
        """Return a document; one that is missing, altered or from elsewhere raises GoneError."""
        try:
            sealed = self._place(operator, digest).read_bytes()
        except OSError as fault:
            raise GoneError(f"the document {digest[:12]} of {operator} is not to be read: {fault.strerror}") from None
        content = self.seal.open(operator, digest, sealed)
        if content is None or hashlib.sha256(content).hexdigest() != digest:
            raise GoneError(f"the document {digest[:12]} of {operator} is damaged, or of another key file")
        return content

    def full(self) -> bool:
        """Tell whether the disk has too little room left: what is free stays with the database."""
        place = next(each for each in (self.folder, *self.folder.parents) if each.exists())
        return shutil.disk_usage(place).free < SPARE_B

    def has(self, operator: str, digest: str) -> bool:
        """Tell whether a document is in its place."""
        return self._place(operator, digest).is_file()

    def old(self, operator: str, now: float | None = None) -> Iterator[str]:
        """Give what has lain here for a day or longer: hashes of documents, and beginnings of some that never ended."""
        house = self.folder / _named(_OPERATOR, operator)
        until = (time.time() if now is None else now) - OLD_S
        for path in sorted(house.glob("*/*")):
            if path.is_file() and path.stat().st_mtime < until:
                yield path.name

    def remove(self, operator: str, name: str) -> None:
        """Forget what lies under a name that `old` gave, unless it was put here anew meanwhile."""
        digest = name.partition(".")[0]
        path = self._place(operator, digest).with_name(name)
        if path.parent.name == name[:2] and path.is_file() and path.stat().st_mtime < time.time() - OLD_S:
            path.unlink(missing_ok=True)

    def _place(self, operator: str, digest: str) -> Path:
        return self.folder / _named(_OPERATOR, operator) / _named(_DIGEST, digest)[:2] / digest


def _named(pattern: re.Pattern[str], name: str) -> str:
    if not pattern.fullmatch(name):
        raise ValueError(f"no document is named {name[:12]!r}")
    return name


def _settle(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
