"""The outbox of a test's database, what it holds, and claims of one message."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg.rows import dict_row

from chancela.adapters.postgres.outbox import Outbox, Pick
from chancela.domain.delivery import Channel

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from chancela.adapters.postgres.dues import Due

SOON = timedelta(seconds=30)


@pytest.fixture
def outbox(app) -> Outbox:
    return Outbox(app.pool)


@pytest.fixture
def ask(database_url: str) -> Callable[..., list[dict[str, Any]]]:
    """Ask the database as its owner; each row by the names of its columns."""

    def ask(text: str, *values: object) -> list[dict[str, Any]]:
        with psycopg.connect(database_url, row_factory=dict_row) as connection:
            found = connection.execute(text.encode(), values or None)
            return found.fetchall() if found.description else []

    return ask


@pytest.fixture
def claimed(outbox: Outbox) -> Callable[..., Awaitable[Due]]:
    """Claim the one SMS that is due."""

    async def claim(ans: str, carrier: str = "test", lease: timedelta = SOON) -> Due:
        (due,) = await outbox.claim(ans, Channel.SMS, [Pick(carrier)], 1, lease)
        return due

    return claim
