"""What happens to accounts stands in the trail of their operator, in the transaction that changed them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg

from chancela.adapters.postgres import events, staff as telling
from chancela.adapters.postgres.wall import behind
from chancela.domain import staff
from chancela.domain.permissions import ActorKind
from chancela.domain.staff import Account, Change
from tests.adapters.postgres.test_owner import owned, owner  # noqa: F401 - fixtures

if TYPE_CHECKING:
    from chancela.adapters.postgres.registry import Opened
    from chancela.bootstrap.app import App

ANS = "999003"
BIA = Account(7, ANS, ActorKind.AGENT, active=True)


def told(change: Change):
    return [staff.event("acessos", BIA, change)]


def of_accounts(connection):
    with connection.transaction():
        connection.execute("SET LOCAL ROLE chancela_app")
        connection.execute("SELECT set_config('chancela.operator', %s, true)", (ANS,))
        asked = (
            "SELECT seq, data::json ->> 'what' FROM chancela.trail WHERE kind = 'operator:staff:changed' ORDER BY seq"
        )
        return connection.execute(asked).fetchall()


async def test_accounts_continue_the_one_trail_of_their_operator(app: App, database_url: str):
    async with behind(app.pool, ANS) as connection:
        await events.append(connection, ANS, told(Change.OPENED), app.head_mac)
    with psycopg.connect(database_url) as connection:
        telling.append(connection, ANS, told(Change.ENTERED), app.head_mac)
        telling.append(connection, ANS, [*told(Change.CLOSED), *told(Change.REOPENED)], app.head_mac)
    async with behind(app.pool, ANS) as connection:
        await events.append(connection, ANS, told(Change.RESET), app.head_mac)
    with psycopg.connect(database_url) as connection:
        kept = of_accounts(connection)
    first = kept[0][0]
    assert [what for _, what in kept] == ["opened", "entered", "closed", "reopened", "reset"]
    assert [seq - first for seq, _ in kept] == [0, 1, 2, 3, 4]


def test_a_trail_begins_with_an_account(owned: Opened):  # noqa: F811 - the fixture
    """As on a server, where the tables belong to a role that is no superuser: the wall stops it too."""
    owned.execute("INSERT INTO chancela.operator (ans, name, profile) VALUES (%s, 'x', 'latest-code-wins')", (ANS,))
    telling.append(owned, ANS, told(Change.OPENED), lambda operator, seq, tip: f"{operator}{seq}".encode() + tip)
    assert of_accounts(owned) == [(1, "opened")]


def test_what_is_rolled_back_was_never_told(app: App, database_url: str):
    with psycopg.connect(database_url) as connection:
        telling.append(connection, ANS, told(Change.OPENED), app.head_mac)
        connection.rollback()
        assert of_accounts(connection) == []


def test_the_caller_is_who_it_was_before(app: App, database_url: str):
    with psycopg.connect(database_url) as connection:
        telling.append(connection, ANS, told(Change.OPENED), app.head_mac)
        assert connection.execute("SELECT current_user = session_user").fetchone() == (True,)
