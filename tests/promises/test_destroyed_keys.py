"""Promise 9: a dump of the database with the key file reveals no code older than its day key; after 72 h nothing does.

Whoever attacks here has every row that ever held a secret, every key that is left, and the right code as a guess.
"""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from chancela.adapters.keys.day_key import DayKey, SealError
from chancela.bootstrap.app import App
from chancela.domain import token as tokens
from chancela.domain.refusal import Refused
from chancela.usecases.validate_token import ValidateToken
from chancela.worker.chores import Chores
from tests import visits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from chancela.domain.case import Case


@dataclass(frozen=True)
class Loot:
    """What is stolen: each live code's row with its context, and each demo phone's message."""

    context: bytes
    digest: bytes
    sealed: bytes
    key_date: date
    code: str


async def stolen(app: App, cases: list[Case]) -> list[Loot]:
    found = []
    for case in cases:
        assert case.secret is not None
        assert case.token is not None
        context = tokens.context(case.guia, case.token.generation)
        found.append(
            Loot(context, case.secret.digest, case.secret.sealed, case.secret.key_date, visits.code(app, case))
        )
    return found


def every_key(path: Path, operator: str, around: date) -> Iterator[DayKey]:
    """Use every secret in the key file as if it were the key of any of the days around."""
    for secret in secrets_in(json.loads(path.read_text())):
        for age in range(-4, 5):
            yield DayKey(operator, around + timedelta(days=age), secret)


def secrets_in(what: Any) -> Iterator[bytes]:
    """Every value in the file that could be a key."""
    if isinstance(what, dict):
        what = list(what.values())
    if isinstance(what, list):
        for each in what:
            yield from secrets_in(each)
    elif isinstance(what, str) and len(what) == 44:
        yield b64decode(what)


def revealed(path: Path, operator: str, loot: Loot) -> bool:
    """Tell whether any key opens the copy, or confirms the right code so that trying all of them would find it."""
    for key in every_key(path, operator, loot.key_date):
        if key.digest(loot.context, loot.code) == loot.digest:
            return True
        try:
            if key.open(loot.context, loot.sealed) == loot.code.encode():
                return True
        except SealError:
            continue
    return False


@pytest.fixture
async def loot(app, aurora) -> list[Loot]:
    return await stolen(app, [await visits.issued(app, aurora) for _ in range(3)])


async def test_while_its_day_key_lives_the_attack_succeeds_and_so_proves_something(app, aurora, loot):
    assert all(revealed(app.settings.key_file, aurora.ans, each) for each in loot)


async def test_after_72_hours_nothing_reveals_a_code(app, aurora, loot):
    gone = app.keys.destroy_expired(midnight(loot[0].key_date) + timedelta(hours=72))
    assert (aurora.ans, loot[0].key_date) in gone
    app.keys.day(aurora.ans, loot[0].key_date + timedelta(days=3))
    assert not any(revealed(app.settings.key_file, aurora.ans, each) for each in loot)
    assert {path.name for path in app.settings.data.glob("*keys*")} == {
        "keys.json",
        "keys.json.lock",
    }  # no copy is left


async def test_a_moment_before_the_key_is_still_there(app, aurora, loot):
    app.keys.destroy_expired(midnight(loot[0].key_date) + timedelta(hours=72) - timedelta(microseconds=1))
    assert all(revealed(app.settings.key_file, aurora.ans, each) for each in loot)


async def test_another_operators_key_reveals_nothing(app, aurora, bem_te_vi, loot):
    assert not any(revealed(app.settings.key_file, bem_te_vi.ans, each) for each in loot)


async def test_a_destroyed_key_is_gone_for_every_process(app, aurora, cambui):
    case = await visits.issued(app, aurora)
    right = visits.code(app, case)
    async with App(app.settings) as other:
        app.keys.destroy_expired(midnight(case.secret.key_date) + timedelta(days=3))
        other.keys.list()
        for each in (app, other):
            outcome = await each.do(ValidateToken(aurora.desk, case.guia.id, right))
            assert isinstance(outcome, Refused)


async def test_an_ended_code_leaves_nothing_that_a_key_could_open(app, house, database_url):
    for tenant in house.all:
        await visits.validated(app, tenant)
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM chancela.live_token").fetchone() == (0,)
        columns = connection.execute(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = 'chancela' AND column_name = 'sealed'"
        ).fetchall()
    assert {name for (name,) in columns} == {"live_token", "inbox_message", "sign_in", "contact_change"}


async def test_the_worker_destroys_the_key_and_what_it_sealed(app, cambui, database_url):
    """By the database's clock, here moved back by ageing the key and the row together."""
    old = datetime.now().astimezone().date() - timedelta(days=5)
    app.keys.day(cambui.ans, old)
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "INSERT INTO chancela.inbox_message (operator, id, card_number, channel, masked, sealed, key_date)"
            " VALUES (%s, gen_random_uuid(), '1', 'sms', '', '', %s)",
            (cambui.ans, old),
        )
    await Chores(app).destroy_day_keys()
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM chancela.inbox_message").fetchone() == (0,)
    assert app.keys.find_day(cambui.ans, old) is None


def midnight(day: date) -> datetime:
    return datetime.fromisoformat(f"{day.isoformat()}T00:00:00+00:00")
