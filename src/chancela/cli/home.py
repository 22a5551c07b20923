"""Where an installation lives: its settings and its database, which is embedded where none is named."""

from __future__ import annotations

import contextlib
import getpass
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from chancela.bootstrap import settings as house

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from chancela.bootstrap.settings import Settings


class Sorry(Exception):  # noqa: N818 - it is an answer to a person
    """The command cannot be done; its one sentence says why."""


def actor() -> str:
    """Return who works at the command line, as the trail names them."""
    try:
        return f"cli {getpass.getuser()}"
    except (KeyError, OSError):  # no name for this user on this machine
        return "cli"


def settings(data: Path | None) -> Settings:
    """Return the settings of this installation; `data` goes before the environment."""
    try:
        return house.read(data=data)
    except ValueError as fault:
        raise Sorry(f"A setting in the environment is not right: {fault}.") from None


@contextlib.contextmanager
def opened(data: Path | None, *, must_exist: bool = True) -> Iterator[Settings]:
    """Give the settings with a database that answers; an embedded one runs at least until the end of the block.

    Where there must be an installation already, a folder without one is refused rather than filled.
    """
    found = settings(data)
    if found.database_url is not None:
        yield found
        return
    if must_exist and not (found.data / "postgres").exists():
        raise Sorry(
            f"There is no Chancela in {found.data}: name its folder with --data, or begin one with `chancela migrate`."
        )
    from chancela.adapters.postgres import embedded

    held = embedded.start(found.data / "postgres")
    try:
        yield replace(found, database_url=held.url)
    finally:
        held.close()


def check_keys(data: Path | None) -> None:
    """Refuse a key file that cannot be trusted or read before anything is started; make it where there is none."""
    from chancela.adapters.keys.key_file import KeyFile

    KeyFile(settings(data).key_file)


def check(found: Settings) -> None:
    """Refuse a database without our tables."""
    import psycopg

    from chancela.adapters.postgres import registry

    with psycopg.connect(found.database_url or "") as connection:
        registry.operators(connection)


def publish(found: Settings) -> None:
    """Put the settings into the environment, for Django and for the processes that this one starts."""
    told = {
        "CHANCELA_DATABASE_URL": found.database_url,
        "CHANCELA_DATA": str(found.data),
        "CHANCELA_PUBLIC_URL": found.public_url,
        "CHANCELA_SMTP_URL": found.smtp_url,
        "CHANCELA_SMTP_FROM": found.smtp_from,
        "CHANCELA_DEMO": "1" if found.demo else None,
        "CHANCELA_DEMO_CARRIER_DELAY_MS": str(found.demo_carrier_delay_ms),
        "CHANCELA_DEMO_LOCAL_WEBHOOKS": "1" if found.demo_local_webhooks else None,
    }
    os.environ.update({name: value for name, value in told.items() if value is not None})


def django(found: Settings) -> None:
    """Start Django for this installation, once in a process."""
    publish(found)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chancela.portals.settings")
    import django as framework

    framework.setup(set_prefix=False)


def migrate(found: Settings) -> None:
    """Lay down every table, or bring those of an older version up to date; Django must be started."""
    del found
    from chancela.portals.schema import lay

    lay.migrate()
