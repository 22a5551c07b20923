"""security.md 7 for visits of a series, and for what came in afterwards: nothing said behind the trail stays unseen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from chancela.adapters.postgres import policy_text
from chancela.bootstrap.verify import verify
from chancela.domain import printed
from chancela.domain.absence import AbsenceReason
from chancela.domain.attachment import MediaType
from chancela.domain.block import Block
from chancela.domain.case import Case
from chancela.domain.guia import Kind, RequestedProcedure
from chancela.domain.outage import Outage, OutageKind
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.policy_proviso import Departure, Proviso, Reach
from chancela.domain.printed import Slip
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.domain.series import SessionCode
from chancela.usecases.attach_outage import AttachOutage
from chancela.usecases.close_series import CloseSeries
from chancela.usecases.confirm_session import ConfirmSession
from chancela.usecases.declare_outage import DeclareOutage
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.postpone_token import PostponeToken
from chancela.usecases.print_guia import PrintGuia
from chancela.usecases.reconcile_guia import Reconciled, ReconcileGuia
from chancela.usecases.record_absence import RecordAbsence
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.return_printed import ReturnPrinted
from chancela.usecases.take_block import TakeBlock
from chancela.usecases.validate_token import ValidateToken
from tests import visits
from tests.promises import ledger

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from tests.cast import Tenant

SERIES = RequestedProcedure("22", "86000357", 4)
RULES = {"series": [SERIES.code], "session_code": "per_day", "late_days": 5}
RULED = "UPDATE chancela.operator SET settings = jsonb_set(settings, '{policy}', settings -> 'policy' || %s)"
REVIVED = """
INSERT INTO chancela.live_token SELECT t.operator, t.guia_id, 1, t.issued_at, t.expires_at, 0, '', '', now()
FROM chancela.token t WHERE t.guia_id = %s
"""


@pytest.fixture
async def series(app: App, bem_te_vi: Tenant, database_url: str) -> Case:
    """Three visits of four: by a code, upon it, and without one; a code that was asked for since does not count."""
    with psycopg.connect(database_url) as connection:
        connection.execute(RULED, (Jsonb(RULES),))
    desk = bem_te_vi.desk
    wanted = RegisterGuia(desk, Kind.ODONTO, bem_te_vi.first.card_number, bem_te_vi.provider, (SERIES,))
    case = await visits.issued(app, bem_te_vi, await done(app, wanted))
    guia = case.guia.id
    await done(app, ValidateToken(desk, guia, visits.code(app, case)))
    await done(app, ConfirmSession(desk, guia, 2))
    await done(app, RecordAbsence(desk, guia, AbsenceReason.NO_PHONE))
    await done(app, IssueToken(desk, guia))
    return await done(app, CloseSeries(desk, guia, "alta"))


async def done(app: App, command: Any) -> Case:
    outcome = await app.do(command)
    assert isinstance(outcome, Case), outcome
    return outcome


async def test_a_series_that_ended_before_its_time_is_found_whole(app: App, series: Case):
    assert series.validation is not None
    assert (await verify(app.settings)).findings == ()


async def test_what_came_in_afterwards_is_found_whole(app: App, bem_te_vi: Tenant, series: Case):
    """A guia under a contingency number is as old as its visit, and a signed sheet is a document of its slip."""
    desk, provider = bem_te_vi.desk, bem_te_vi.provider
    block = await app.do(TakeBlock(desk, provider))
    assert isinstance(block, Block)
    taken, card = datetime.now(UTC) - timedelta(minutes=5), bem_te_vi.first.card_number
    asked = (visits.CONSULTATION,)
    brought = await app.do(ReconcileGuia(desk, provider, block.numbers[0], taken, card, Kind.ODONTO, asked))
    assert isinstance(brought, Reconciled) and brought.case is not None
    assert brought.case.guia.created_at == taken
    case = await visits.entered(app, bem_te_vi)
    slip = await app.do(PrintGuia(desk, case.guia.id))
    assert isinstance(slip, Slip)
    shown, why = printed.said(case.guia, slip), AbsenceReason.NO_PHONE
    await done(app, ReturnPrinted(desk, case.guia.id, "a" * 64, MediaType.PNG, 9, 1, shown, why))
    assert (await verify(app.settings)).findings == ()


@pytest.mark.usefixtures("series")
async def test_what_an_outage_proved_afterwards_is_found_whole(app: App, bem_te_vi: Tenant):
    """One series that goes on, and one that ended with nothing left for an auditor to look at."""
    desk, card, system = bem_te_vi.desk, bem_te_vi.first.card_number, bem_te_vi.system
    for visits_of in (SERIES, replace(SERIES, quantity=2)):
        case = await done(app, RegisterGuia(desk, Kind.ODONTO, card, bem_te_vi.provider, (visits_of,)))
        for _ in range(2):
            case = await done(app, RecordAbsence(desk, case.guia.id, AbsenceReason.SYSTEM_DOWN))
    manager, since = Actor(bem_te_vi.ans, ActorKind.MANAGER, "gerente"), datetime.now(UTC) - timedelta(hours=1)
    outage = await app.do(DeclareOutage(manager, OutageKind.PORTAL, since))
    assert isinstance(outage, Outage)
    assert await app.do(AttachOutage(system, 10)) == 4
    kept = await app.guia(desk, case.guia.id)
    assert kept is not None and kept.absence is not None
    assert {each.outage_id for each in (*kept.sessions, kept.absence)} == {outage.id}
    assert await ledger.contradictions(app.settings) == []


CHANGES = {
    "UPDATE chancela.guia_session SET by = 'x' WHERE place = 1": "a session of a series has no such event",
    "UPDATE chancela.guia_session SET generation = 2 WHERE place = 1": "a session of a series has no such event",
    "UPDATE chancela.guia_session SET upon = NULL WHERE place = 2": "a session of a series has no such event",
    "UPDATE chancela.guia_session SET method = 'paper' WHERE place = 2": "a session of a series has no such event",
    "UPDATE chancela.guia_session SET tiss = '02' WHERE place = 3": "a session of a series has no such event",
    "UPDATE chancela.guia_session SET protocol = '0' WHERE place = 3": "a session of a series has no such event",
    "DELETE FROM chancela.guia_session WHERE place = 3": "the series has none with this event",
    "UPDATE chancela.guia_session SET event_seq = 1 WHERE place = 3": "the series has none with this event",
    "UPDATE chancela.trail SET data = replace(data, '\"generation\":1', '\"generation\":2')"
    " WHERE kind = 'guia:attendance:validated'": "confirmed none of its sessions",
    "UPDATE chancela.operator SET settings = jsonb_set(settings, '{policy,day_sessions}', '1')"
    " WHERE ans IN (SELECT operator FROM chancela.guia_session)": "than the rules of that day allowed",
    "UPDATE chancela.operator SET settings = jsonb_set(settings, '{policy,session_code}', '\"per_session\"')"
    " WHERE ans IN (SELECT operator FROM chancela.guia_session)": "than the rules of that day allowed",
    "UPDATE chancela.trail SET kind = 'guia:token:postponed' WHERE kind = 'guia:token:issued'": "did not live",
}


@pytest.mark.parametrize("change", CHANGES)
async def test_what_was_changed_behind_the_trail_is_found(app: App, series: Case, database_url: str, change: str):
    with psycopg.connect(database_url, autocommit=True) as owner:
        assert owner.execute(change.encode()).rowcount > 0
    assert any(CHANGES[change] in each.sentence for each in (await verify(app.settings)).findings)


FEWER = replace(LATEST_CODE_WINS, session_code=SessionCode.PER_DAY, day_sessions=1)
ELSEWHERE, HERE = (Proviso(Reach(procedure=each), Departure(day_sessions=2)) for each in ("5000", SERIES.code[:2]))
APPROVED = """
INSERT INTO chancela.policy_version (operator, number, id, policy, provisos, from_date, state, note, written_by,
                                     written_at, decided_by, decided_at, reason)
SELECT t.operator, 1, gen_random_uuid(), %s, %s, (t.at AT TIME ZONE 'America/Sao_Paulo')::date + %s, 'approved', '',
       'ana', t.at, 'rui', t.at + %s * interval '1 day', ''
FROM chancela.trail t WHERE t.kind = 'guia:session:confirmed' AND position('"upon":' IN t.data) > 0
"""


@pytest.mark.usefixtures("series")
@pytest.mark.parametrize(
    ("begins", "decided", "exceptions", "allowed"),
    [
        (0, -1, (), False),
        (-3, -3, (ELSEWHERE,), False),
        (-3, -3, (HERE,), True),
        (0, 0, (), True),  # approved on that day: what held until then was the rule of some of it
        (1, -1, (), True),
    ],
)
async def test_a_code_of_a_day_is_held_to_the_rules_of_that_day(
    app: App, database_url: str, begins: int, decided: int, exceptions: tuple[Proviso, ...], *, allowed: bool
):
    rules = policy_text.policy_text(FEWER), policy_text.provisos_text(exceptions)
    with psycopg.connect(database_url) as owner:
        assert owner.execute(APPROVED, (*rules, begins, decided)).rowcount == 1
    found = [each.what for each in (await verify(app.settings)).findings]
    assert found == ([] if allowed else ["a code of a day confirmed more sessions than the rules of that day allowed"])


@pytest.mark.usefixtures("series")
async def test_a_code_that_was_left_for_later_lives_no_more(app: App, bem_te_vi: Tenant, database_url: str):
    case = await visits.issued(app, bem_te_vi)
    today = datetime.now(UTC) - timedelta(hours=3)
    await done(app, PostponeToken(bem_te_vi.desk, case.guia.id, today.date()))
    assert (await verify(app.settings)).findings == ()
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute(REVIVED, (case.guia.id,))
    assert any("the trail has ended it" in each.sentence for each in (await verify(app.settings)).findings)
