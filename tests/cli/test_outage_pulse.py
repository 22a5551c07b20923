"""Pages that are served beat by themselves, once they answer at their own address."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

import psycopg
import pytest

from chancela.cli import listening
from tests.cli.test_serve import port, start

if TYPE_CHECKING:
    from collections.abc import Callable

    from chancela.bootstrap.settings import Settings

__all__ = ["port", "start"]


def test_pages_at_work_beat(start: Callable[..., object], port: int, settings: Settings):
    start("serve", "--port", str(port), "--only", "portals")
    until, beats = time.monotonic() + 20, 0
    with psycopg.connect(settings.database_url or "", autocommit=True) as connection:
        while not beats and time.monotonic() < until:
            time.sleep(0.1)
            found = connection.execute("SELECT count(*) FROM chancela.pulse WHERE beat = 'pages'").fetchone()
            beats = found[0] if found else 0
    assert beats == 3  # for each operator


@pytest.mark.parametrize(("host", "own"), [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1")])  # noqa: S104
def test_a_socket_open_to_all_is_asked_at_home(host: str, own: str):
    with socket.socket() as bound:
        bound.bind((host, 0))
        assert listening.own(bound) == (own, bound.getsockname()[1])
