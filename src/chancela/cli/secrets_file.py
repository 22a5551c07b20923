"""What a demo tells its visitors at every start: clients' secrets and passwords, in a file for its owner alone."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from chancela.cli.home import Sorry

if TYPE_CHECKING:
    from pathlib import Path

NAME = "demo.json"


@dataclass(frozen=True, slots=True)
class Entrance:
    """How one person signs in."""

    login: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Credentials:
    """How one invented operator is entered: by its program, the receptionist of its provider, its people by role."""

    client_id: str
    client_secret: str = field(repr=False)
    login: str
    password: str = field(repr=False)
    roles: dict[str, Entrance] = field(default_factory=dict)


def read(folder: Path) -> dict[str, Credentials]:
    """Return the credentials by ANS register; nothing where the demo was never started."""
    path = folder / NAME
    if not path.exists():
        return {}
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Credentials])
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise Sorry(f"The file {path} is damaged ({fault}): remove it, and the demo makes new secrets.") from None


def write(folder: Path, credentials: dict[str, Credentials]) -> None:
    """Replace the file in one step; only its owner may read it."""
    beside = folder / f"{NAME}.new"
    beside.unlink(missing_ok=True)
    made = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(made, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(credentials)))
    beside.replace(folder / NAME)
