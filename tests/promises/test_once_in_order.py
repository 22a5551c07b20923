"""security.md 3: a superseded, used, locked or expired code is never accepted, however closely deeds follow."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from chancela.bootstrap.app import App
from chancela.domain.case import Case
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.cancel_guia import CancelGuia
from chancela.usecases.expire_tokens import ExpireTokens
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.validate_token import ValidateToken
from tests import visits
from tests.promises import ledger, mixing
from tests.promises.holding import HeldTrail, waited

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

    from chancela.bootstrap.deeds import Command
    from chancela.bootstrap.settings import Settings
    from tests.cast import Tenant
    from tests.promises.hands import Hands

TRIES = 5


@pytest.fixture
async def other(settings: Settings) -> AsyncIterator[App]:
    """A second app over the same installation, as another process has it."""
    async with App(settings) as opened:
        yield opened


async def one_behind_the_other(app: App, first: Command, other: App, second: Command) -> tuple[Any, Any]:
    """Do both, so that the first holds the guia and cannot end before the second waits for it."""
    async with HeldTrail(app.settings, first.actor.operator) as trail:
        leads = await trail.started(1, app.do(first))
        follows = await trail.started(2, other.do(second))
        assert not leads.done()
    return (await leads)[0], (await follows)[0]


def entry(tenant: Tenant, guia_id: UUID, code: str) -> ValidateToken:
    return ValidateToken(tenant.desk, guia_id, code)


async def spend(app: App, tenant: Tenant, case: Case, times: int) -> None:
    """Give a wrong code so many times."""
    for _ in range(times):
        outcome = await app.do(entry(tenant, case.guia.id, visits.wrong(visits.code(app, case))))
        assert outcome.reason is Refusal.CODE_REFUSED


async def test_a_code_is_refused_that_was_superseded_while_it_waited(app: App, other: App, bem_te_vi: Tenant):
    case = await visits.issued(app, bem_te_vi)
    new, outcome = await one_behind_the_other(
        app,
        IssueToken(bem_te_vi.desk, case.guia.id),
        other,
        entry(bem_te_vi, case.guia.id, visits.code(app, case)),
    )
    assert outcome == Refused(Refusal.CODE_REFUSED, 4)
    assert isinstance(await app.do(entry(bem_te_vi, case.guia.id, visits.code(app, new))), Case)
    assert await ledger.contradictions(app.settings) == []


async def test_a_code_is_refused_that_was_locked_while_it_waited(app: App, other: App, aurora: Tenant):
    case = await visits.issued(app, aurora)
    code = visits.code(app, case)
    await spend(app, aurora, case, TRIES - 1)
    last, outcome = await one_behind_the_other(
        app, entry(aurora, case.guia.id, visits.wrong(code)), other, entry(aurora, case.guia.id, code)
    )
    assert (last, outcome) == (Refused(Refusal.CODE_REFUSED, 0), Refused(Refusal.CODE_LOCKED, 0))
    assert await ledger.contradictions(app.settings) == []


async def test_a_code_is_refused_that_was_used_while_it_waited(app: App, other: App, cambui: Tenant):
    case = await visits.issued(app, cambui)
    right = entry(cambui, case.guia.id, visits.code(app, case))
    used, outcome = await one_behind_the_other(app, right, other, right)
    assert isinstance(used, Case)
    assert outcome == Refused(Refusal.GUIA_VALIDATED)
    assert await ledger.contradictions(app.settings) == []


async def test_a_code_is_refused_whose_guia_was_cancelled_while_it_waited(app: App, other: App, aurora: Tenant):
    case = await visits.issued(app, aurora)
    right = entry(aurora, case.guia.id, visits.code(app, case))
    cancel = CancelGuia(aurora.desk, case.guia.id, "entered twice")
    cancelled, outcome = await one_behind_the_other(app, cancel, other, right)
    assert isinstance(cancelled, Case)
    assert outcome == Refused(Refusal.GUIA_CANCELLED)
    assert await ledger.contradictions(app.settings) == []


async def test_a_guia_is_given_no_code_that_was_validated_while_it_waited(app: App, other: App, bem_te_vi: Tenant):
    case = await visits.issued(app, bem_te_vi)
    right, ask = entry(bem_te_vi, case.guia.id, visits.code(app, case)), IssueToken(bem_te_vi.desk, case.guia.id)
    used, outcome = await one_behind_the_other(app, right, other, ask)
    assert isinstance(used, Case)
    assert outcome == Refused(Refusal.GUIA_VALIDATED)
    assert await ledger.contradictions(app.settings) == []


@pytest.mark.parametrize("known", [False, True], ids=["the first code", "a later code"])
async def test_two_codes_asked_for_at_once_are_two_generations(app: App, other: App, bem_te_vi: Tenant, known: bool):
    case = await (visits.issued if known else visits.entered)(app, bem_te_vi)
    ask = IssueToken(bem_te_vi.desk, case.guia.id)
    first, second = await one_behind_the_other(app, ask, other, ask)
    assert second.token.generation == first.token.generation + 1
    assert second.token.issued_at > first.token.issued_at
    old, new = visits.code(app, first), visits.code(app, second)
    if old != new:
        assert (await app.do(entry(bem_te_vi, case.guia.id, old))).reason is Refusal.CODE_REFUSED
    assert isinstance(await app.do(entry(bem_te_vi, case.guia.id, new)), Case)
    assert await ledger.contradictions(app.settings) == []


async def test_two_wrong_codes_at_once_spend_two_tries(app: App, other: App, aurora: Tenant):
    case = await visits.issued(app, aurora)
    wrong = entry(aurora, case.guia.id, visits.wrong(visits.code(app, case)))
    assert await one_behind_the_other(app, wrong, other, wrong) == (
        Refused(Refusal.CODE_REFUSED, 4),
        Refused(Refusal.CODE_REFUSED, 3),
    )
    assert await ledger.contradictions(app.settings) == []


async def test_a_code_ends_once_that_is_swept_while_it_is_given(
    app: App, other: App, aurora: Tenant, database_url: str
):
    case = await visits.issued(app, aurora)
    right = entry(aurora, case.guia.id, visits.code(app, case))
    expire(database_url, case.guia.id)
    swept, outcome = await one_behind_the_other(app, ExpireTokens(aurora.system), other, right)
    assert swept == 1
    assert outcome == Refused(Refusal.CODE_REFUSED, 5)
    assert ledger.events(app.settings, case.guia.id)[2:] == ["guia:token:expired"]
    assert await ledger.contradictions(app.settings) == []


async def test_what_waited_for_a_guia_happens_when_it_gets_it(app: App, aurora: Tenant, database_url: str):
    """So the times in a guia's history are in order, whoever began first."""
    case = await visits.entered(app, aurora)
    async with await psycopg.AsyncConnection.connect(database_url) as connection:
        await connection.execute("SELECT FROM chancela.guia WHERE id = %s FOR UPDATE", (case.guia.id,))
        asked = asyncio.create_task(app.do(IssueToken(aurora.desk, case.guia.id)))
        await waited(connection, 1)
        now = await (await connection.execute("SELECT clock_timestamp()")).fetchone()
    assert now is not None
    assert (await asked).token.issued_at > now[0]


def expire(database_url: str, guia_id: UUID) -> None:
    """Let a live code be past its time."""
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "UPDATE chancela.live_token SET expires_at = issued_at + interval '1 microsecond' WHERE guia_id = %s",
            (guia_id,),
        )


async def test_64_tasks_that_ask_for_codes_and_give_older_ones_validate_only_with_the_live_one(
    app: App, bem_te_vi: Tenant, database_url: str
):
    mixing.lift_the_limits(database_url)
    guias = [(await visits.issued(app, bem_te_vi)).guia.id for _ in range(24)]
    diary = await mixing.mix(app, bem_te_vi.desk, guias, seed=1, tasks=64)
    assert diary.faults(database_url) == []
    assert await ledger.contradictions(app.settings) == []


async def test_two_processes_that_ask_for_codes_and_give_older_ones_validate_only_with_the_live_one(
    app: App, bem_te_vi: Tenant, database_url: str, hands: Hands
):
    mixing.lift_the_limits(database_url)
    guias = [(await visits.issued(app, bem_te_vi)).guia.id for _ in range(24)]
    one, two = ((bem_te_vi.desk, guias, seed) for seed in (2, 3))
    first, second = await hands.both(app.settings, mixing.mix, one, two)
    assert (first + second).faults(database_url) == []
    assert await ledger.contradictions(app.settings) == []


async def test_what_ended_stays_ended(app: App, bem_te_vi: Tenant, database_url: str):
    """One after the other, without haste: each way in which a code ends, and the code given after it."""
    mixing.lift_the_limits(database_url)
    case = await visits.issued(app, bem_te_vi)
    codes = [visits.code(app, case)]
    await spend(app, bem_te_vi, case, TRIES)
    assert await app.do(entry(bem_te_vi, case.guia.id, codes[0])) == Refused(Refusal.CODE_LOCKED, 0)
    for _ in range(2):
        case = await visits.issued(app, bem_te_vi, case)
        codes.append(visits.code(app, case))
    for old in codes[:-1]:
        assert (await app.do(entry(bem_te_vi, case.guia.id, old))).reason is Refusal.CODE_REFUSED
    assert isinstance(await app.do(entry(bem_te_vi, case.guia.id, codes[-1])), Case)
    for each in codes:
        assert await app.do(entry(bem_te_vi, case.guia.id, each)) == Refused(Refusal.GUIA_VALIDATED)
    assert await ledger.contradictions(app.settings) == []
