"""`chancela keys`: which there are, a new one to sign with, and the end of those that are due."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from chancela.cli import home, tables
from chancela.cli.options import Data

if TYPE_CHECKING:
    from pathlib import Path

    from chancela.adapters.keys.key_file import KeyFile

app = typer.Typer(no_args_is_help=True, help="List, rotate and destroy keys; no key is ever shown.")


@app.command("list")
def list_keys(data: Data = None) -> None:
    """Say which keys there are, since when, and when each ends or ended."""
    tables.say(
        ("kind", "name", "since", "ends"),
        [
            (each.kind, each.name, tables.instant(each.since), tables.instant(each.ends_at))
            for each in _keys(data).list()
        ],
    )


@app.command()
def rotate(data: Data = None) -> None:
    """Sign with a new key from now on; the ones before it go on verifying."""
    print(f"Signatures are made by key {_keys(data).rotate()} from now on.")


@app.command("destroy-expired")
def destroy_expired(data: Data = None) -> None:
    """Destroy the day keys whose 72 hours are over; what they sealed cannot be read by anybody any more."""
    from chancela.adapters.keys.key_file import utc_now

    gone = _keys(data).destroy_expired(utc_now())
    for operator, day in gone:
        print(f"{operator} {day}")
    print(f"{len(gone)} day keys destroyed.")


def _keys(data: Path | None) -> KeyFile:
    from chancela.adapters.keys.key_file import KeyFile

    path = home.settings(data).key_file
    if not path.exists():
        raise home.Sorry(f"There is no key file {path}; it is made at the first start. Name its folder with --data.")
    return KeyFile(path)
