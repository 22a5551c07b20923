"""Pages and machines that are served beat by themselves, once they are answered at their own address."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

import psycopg
import pytest

from chancela import edge
from chancela.bootstrap.app import App
from chancela.cli import listening
from tests.cli.test_serve import port, start

if TYPE_CHECKING:
    from collections.abc import Callable

    from chancela.bootstrap.settings import Settings

__all__ = ["port", "start"]


@pytest.mark.parametrize(("only", "beat"), [("portals", "pages"), ("api", "machines")])
def test_an_edge_at_work_beats(start: Callable[..., object], port: int, settings: Settings, only: str, beat: str):
    start("serve", "--port", str(port), "--only", only)
    until, beats = time.monotonic() + 20, 0
    with psycopg.connect(settings.database_url or "", autocommit=True) as connection:
        while not beats and time.monotonic() < until:
            time.sleep(0.1)
            beats = len(connection.execute("SELECT FROM chancela.pulse").fetchall())
        told = connection.execute("SELECT DISTINCT beat FROM chancela.pulse").fetchall()
    assert (told, beats) == ([(beat,)], 3)  # for each operator


def test_both_edges_at_work_beat_as_both(settings: Settings):
    for only, own in ((None, {"pages", "machines"}), ("portals", {"pages"}), ("api", {"machines"})):
        assert edge.pulse_of(App(settings), only, ("127.0.0.1", 1)).own == own


@pytest.mark.parametrize(("host", "own"), [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1")])  # noqa: S104
def test_a_socket_open_to_all_is_asked_at_home(host: str, own: str):
    with socket.socket() as bound:
        bound.bind((host, 0))
        assert listening.own(bound) == (own, bound.getsockname()[1])
