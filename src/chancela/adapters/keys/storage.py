"""keys.json on disk: read with suspicion, written whole or not at all, one process at a time."""

from __future__ import annotations

import fcntl
import os
import stat
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from chancela.adapters.keys.derive import KEY_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VERSION = 1
NO_ONE_ELSE = 0o077


class KeyFileError(Exception):
    """The key file cannot be trusted or read; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class StoredSigningKey:
    """An Ed25519 seed with its RFC 7638 thumbprint as name; a retired one only verifies."""

    kid: str
    created_at: datetime
    seed: bytes = field(repr=False)
    retired_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """All that the key file holds: signing keys from old to new, the mac secret, and a secret per operator and day."""

    mac: bytes = field(repr=False)
    signing: tuple[StoredSigningKey, ...]
    days: dict[str, dict[date, bytes]] = field(repr=False)
    version: int = VERSION


class Stamp(NamedTuple):
    """What changes whenever another process has replaced the file."""

    inode: int
    mtime_ns: int
    size: int


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the file's lock (keys.json.lock beside it) against every other thread and process of this machine.

    The folder is made, for its owner alone, where there is none.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as fault:
        raise KeyFileError(f"The key file {path} cannot be made or locked: {fault.strerror}.") from fault
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def stamp(path: Path) -> Stamp | None:
    """Return the file's stamp, or None when there is none to be seen."""
    try:
        return stamp_of(path.stat())
    except OSError:
        return None


def stamp_of(status: os.stat_result) -> Stamp:
    """Return the stamp within a stat result."""
    return Stamp(status.st_ino, status.st_mtime_ns, status.st_size)


def read(path: Path) -> tuple[Content, Stamp]:
    """Return the content and its stamp; a file that others can read, or that is damaged, raises KeyFileError."""
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if stat.S_IMODE(status.st_mode) & NO_ONE_ELSE:
                raise KeyFileError(
                    f"The key file {path} can be read or written by others: "
                    f"make it yours alone with `chmod 600 {path}`, and rotate the keys if others may have seen it."
                )
            return decode(path, file.read()), stamp_of(status)
    except OSError as fault:
        raise KeyFileError(f"The key file {path} cannot be read: {fault.strerror}.") from fault


def decode(path: Path, raw: bytes) -> Content:
    """Return the content of a whole, undamaged file; anything else raises KeyFileError and leaves the file alone."""
    try:
        content = msgspec.json.decode(raw, type=Content)
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise damaged(path, str(fault)) from None
    if content.version != VERSION:
        raise damaged(path, f"it is of version {content.version}, this program knows version {VERSION}")
    if any(len(secret) != KEY_BYTES for secret in secrets(content)):
        raise damaged(path, f"a key in it does not have {KEY_BYTES} bytes")
    if not any(key.retired_at is None for key in content.signing):
        raise damaged(path, "it has no key to sign with")
    return content


def secrets(content: Content) -> Iterator[bytes]:
    """Return every secret in the content."""
    yield content.mac
    yield from (key.seed for key in content.signing)
    for days in content.days.values():
        yield from days.values()


def damaged(path: Path, why: str) -> KeyFileError:
    """Return the refusal of a damaged file."""
    return KeyFileError(f"The key file {path} is damaged ({why}). Put a copy of it back; it is never overwritten.")


def write(path: Path, content: Content) -> None:
    """Replace the file in one step that survives a crash; only to be called while `locked`."""
    raw = msgspec.json.format(msgspec.json.encode(content))
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    new = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(new, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
