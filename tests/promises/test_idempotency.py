"""security.md 11: the same key gives the same answer, with another body it is refused, an unfinished one says so."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import psycopg
import pytest
from psycopg import sql

from chancela.adapters.postgres import clients
from chancela.bootstrap.app import App
from chancela.bootstrap.once import Answer
from chancela.domain.guia import Kind
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.validate_token import ValidateToken
from tests import visits
from tests.api.caller import Caller, slug
from tests.promises import crashes, ledger
from tests.promises.hands import do_all, keyed
from tests.promises.holding import HeldTrail

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from chancela.bootstrap.settings import Settings
    from tests.cast import Tenant
    from tests.promises.hands import Hands
    from tests.promises.servers import Members

AT_ONCE = 16
KEYS = 12


@pytest.fixture
async def other(settings: Settings) -> AsyncIterator[App]:
    """A second app over the same installation, as another process has it."""
    async with App(settings) as opened:
        yield opened


def enter(tenant: Tenant) -> RegisterGuia:
    return RegisterGuia(tenant.desk, Kind.ODONTO, tenant.first.card_number, tenant.provider, (visits.CONSULTATION,))


def count(database_url: str, table: str) -> int:
    with psycopg.connect(database_url) as connection:
        asked = sql.SQL("SELECT count(*) FROM chancela.{}").format(sql.Identifier(table))
        row = connection.execute(asked).fetchone()
    assert row is not None
    return int(row[0])


def one_answer(outcomes: Iterable[Any]) -> bool:
    """Whether everyone got the same answer, or was told that it is under way."""
    answers = Counter(outcomes)
    del answers[Refused(Refusal.KEY_RUNNING)]
    return len(answers) == 1 and isinstance(next(iter(answers)), Answer)


async def test_a_key_gives_the_same_answer_in_any_process(app: App, other: App, aurora: Tenant, database_url: str):
    case = await visits.issued(app, aurora)
    wrong = ValidateToken(aurora.desk, case.guia.id, visits.wrong(visits.code(app, case)))
    first = await app.do(wrong, keyed("k"))
    assert first.body == b"codigo-recusado"
    assert [await each.do(wrong, keyed("k")) for each in (app, other, app)] == [first] * 3
    assert ledger.events(app.settings, case.guia.id)[2:] == ["guia:token:refused"]
    assert await other.do(wrong, keyed("k", "another body")) == Refused(Refusal.KEY_REUSED)
    assert await other.do(enter(aurora), keyed("k", "another deed")) == Refused(Refusal.KEY_REUSED)
    assert count(database_url, "guia") == 1


async def test_of_16_tasks_with_one_key_in_one_process_one_does_the_deed(app: App, aurora: Tenant, database_url: str):
    outcomes = await asyncio.gather(*(app.do(enter(aurora), keyed("k")) for _ in range(AT_ONCE)))
    assert one_answer(outcomes)
    assert count(database_url, "guia") == count(database_url, "answer") == 1


async def test_of_16_tasks_with_one_key_in_two_processes_one_does_the_deed(
    app: App, aurora: Tenant, hands: Hands, database_url: str
):
    jobs = [(enter(aurora), keyed(f"key {number}")) for number in range(KEYS) for _ in range(AT_ONCE // 2)]
    one, two = await hands.both(app.settings, do_all, (jobs,), (jobs,))
    for number in range(KEYS):
        share = slice(number * AT_ONCE // 2, (number + 1) * AT_ONCE // 2)
        assert one_answer(one[share] + two[share])
    assert count(database_url, "guia") == count(database_url, "answer") == KEYS
    assert await ledger.contradictions(app.settings) == []


async def test_of_16_requests_with_one_key_to_two_servers_one_does_the_deed(
    app: App, aurora: Tenant, database_url: str, members: Members
):
    credentials = await clients.create(app.pool, aurora.ans, "test", aurora.provider)
    async with members, httpx.AsyncClient(base_url=members.url, timeout=30) as http:
        await members.start(2)
        caller = await Caller.admitted(http, credentials)
        for number in range(KEYS):
            answers = await asyncio.gather(*(caller.enter(aurora, key=f"k{number}") for _ in range(AT_ONCE)))
            done = {each.content for each in answers if each.status_code == 201}
            assert len(done) == 1
            assert {slug(each) for each in answers if each.status_code != 201} <= {"em-andamento"}
            assert (await caller.enter(aurora, key=f"k{number}")).content in done
            assert (await caller.enter(aurora, key=f"k{number}", notes="x")).status_code == 422
    assert count(database_url, "guia") == KEYS
    assert await ledger.contradictions(app.settings) == []


async def test_a_set_that_meets_a_key_answered_meanwhile_elsewhere_is_run_again(
    app: App, other: App, aurora: Tenant, database_url: str
):
    """It breaks on the constraint; one by one, all but that one are done, and that one gets the other's answer."""
    await visits.entered(app, aurora)
    async with HeldTrail(app.settings, aurora.ans) as trail:
        here = await trail.started(1, app.do(enter(aurora), keyed("b")))
        there = await trail.started(2, *(other.do(enter(aurora), keyed(key)) for key in "abc"))
        assert not here.done() and not there.done()
    ((b,), (a, again, c)) = await here, await there
    assert again == b
    assert len({a.body, b.body, c.body}) == 3
    assert count(database_url, "guia") == 1 + 3
    assert count(database_url, "answer") == 3
    assert [await app.do(enter(aurora), keyed(key)) for key in "abc"] == [a, b, c]
    assert await ledger.contradictions(app.settings) == []


async def test_a_lone_command_that_meets_a_key_answered_meanwhile_elsewhere_gets_that_answer(
    app: App, other: App, aurora: Tenant, database_url: str
):
    await visits.entered(app, aurora)
    async with HeldTrail(app.settings, aurora.ans) as trail:
        here = await trail.started(1, app.do(enter(aurora), keyed("k")))
        there = await trail.started(2, other.do(enter(aurora), keyed("k")))
    assert await here == await there
    assert count(database_url, "guia") == 2


async def test_one_key_for_two_deeds_at_once_is_one_deed_and_one_refusal(
    app: App, other: App, aurora: Tenant, database_url: str
):
    first, second = await visits.entered(app, aurora), await visits.entered(app, aurora)
    asks = [IssueToken(aurora.desk, each.guia.id) for each in (first, second)]
    async with HeldTrail(app.settings, aurora.ans) as trail:
        here = await trail.started(1, app.do(asks[0], keyed("k", "first")))
        there = await trail.started(2, other.do(asks[1], keyed("k", "second")))
    assert (await here)[0].status == 200
    assert await there == [Refused(Refusal.KEY_REUSED)]
    assert ledger.events(app.settings, second.guia.id) == ["guia:guia:registered"]
    assert await ledger.contradictions(app.settings) == []


async def test_a_number_presented_twice_at_once_is_one_guia_and_one_refusal(
    app: App, other: App, aurora: Tenant, database_url: str
):
    """Another unique fact than a key, found in the same way; here without a key."""
    await visits.entered(app, aurora)
    command = replace(enter(aurora), provider_number="A-17")
    async with HeldTrail(app.settings, aurora.ans) as trail:
        here = await trail.started(1, app.do(command))
        there = await trail.started(2, other.do(command))
    assert (await here)[0].guia.provider_number == "A-17"
    assert await there == [Refused(Refusal.GUIA_PRESENTED)]
    assert await ledger.contradictions(app.settings) == []


@pytest.mark.parametrize(("moment", "kept"), [(crashes.BEFORE, 0), (crashes.AFTER, 1)])
async def test_after_a_crash_a_key_is_free_or_answered_and_never_half(
    app: App, aurora: Tenant, database_url: str, moment: str, kept: int
):
    await crashes.crash(app.settings, enter(aurora), keyed("k"), moment)
    assert count(database_url, "guia") == count(database_url, "answer") == kept
    first = await app.do(enter(aurora), keyed("k"))
    assert isinstance(first, Answer)
    assert await app.do(enter(aurora), keyed("k")) == first
    assert count(database_url, "guia") == count(database_url, "answer") == 1
    assert await ledger.contradictions(app.settings) == []
