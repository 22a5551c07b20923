"""security.md 12: whatever fails, and whatever the operator's rules, a way ends in an attendance that is recorded."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from chancela.adapters.keys.storage import KeyFileError
from chancela.domain.block import Block
from chancela.domain.case import Case
from chancela.domain.guia import Attendance, Authorisation, Kind, RequestedProcedure
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.report import ReportWay
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.reconcile_guia import Reconciled, ReconcileGuia
from chancela.usecases.record_absence import RecordAbsence
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.report_token import ReportToken
from chancela.usecases.take_block import TakeBlock
from chancela.usecases.validate_token import ValidateToken
from tests import visits

if TYPE_CHECKING:
    from uuid import UUID

    from chancela.bootstrap.app import App
    from tests.cast import Cast, Tenant

TURNS, TURN_S = 50, 0.1
TRIES, IMPLANT = 5, RequestedProcedure("22", "82000980", tooth="46")
LIMITED = """
UPDATE chancela.operator SET settings = jsonb_set(settings, '{policy}', COALESCE(settings -> 'policy', '{}') || %s)
"""
AWAY = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"


@pytest.fixture(params=["aurora", "bem_te_vi", "cambui"])
def tenant(house: Cast, request: pytest.FixtureRequest) -> Tenant:
    """Each shipped policy's operator in turn."""
    found: Tenant = getattr(house, request.param)
    return found


async def refused(app: App, command: Any, *reasons: Refusal) -> None:
    """See that the usual way is closed."""
    outcome = await app.do(command)
    assert isinstance(outcome, Refused), outcome
    assert not reasons or outcome.reason in reasons


async def goes_on(app: App, tenant: Tenant, guia_id: UUID, reason: str) -> None:
    """The desk says why there is no code, and the attendance is recorded, with its protocol and its value for TISS."""
    outcome = await app.do(RecordAbsence(tenant.desk, guia_id, reason))
    assert isinstance(outcome, Case), outcome
    now = await app.guia(tenant.desk, guia_id)
    assert now is not None
    assert now.absence is not None
    assert now.guia.attendance is Attendance.WITHOUT_TOKEN
    assert now.absence.protocol.startswith(tenant.ans)


async def sent_until_answered(app: App, record: ReconcileGuia) -> Any:
    """Send what was kept again until the house answers, as a desk's computer does."""
    for _ in range(TURNS):
        try:
            return await app.do(record)
        except psycopg.OperationalError:
            await asyncio.sleep(TURN_S)
    raise AssertionError("the house did not come back")


async def test_with_no_contact(app: App, tenant: Tenant):
    case = await visits.entered(app, tenant, tenant.unreached)
    await refused(app, IssueToken(tenant.desk, case.guia.id))
    await goes_on(app, tenant, case.guia.id, "no_phone")


async def test_with_a_code_locked_by_wrong_tries(app: App, tenant: Tenant):
    case = await visits.issued(app, tenant)
    right = visits.code(app, case)
    for _ in range(TRIES):
        await refused(app, ValidateToken(tenant.desk, case.guia.id, visits.wrong(right)), Refusal.CODE_REFUSED)
    await refused(app, ValidateToken(tenant.desk, case.guia.id, right))
    await goes_on(app, tenant, case.guia.id, "not_delivered")


async def test_while_a_report_stops_codes(app: App, tenant: Tenant):
    case = await visits.issued(app, tenant)
    await app.do(ReportToken(tenant.system, case.guia.id, ReportWay.SMS))
    await refused(app, IssueToken(tenant.desk, case.guia.id))
    await goes_on(app, tenant, case.guia.id, "phone_not_here")


async def test_with_the_providers_limits_reached(app: App, tenant: Tenant, database_url: str):
    spent, case = await visits.issued(app, tenant), await visits.entered(app, tenant)
    with psycopg.connect(database_url) as connection:
        connection.execute(LIMITED, (Jsonb({"sends_per_provider_floor": 1, "sends_per_provider_guia": 0}),))
    await app.do(IssueToken(tenant.desk, spent.guia.id))
    await refused(app, IssueToken(tenant.desk, case.guia.id))
    await goes_on(app, tenant, case.guia.id, "not_delivered")


async def test_without_the_keys_that_close_a_code(app: App, tenant: Tenant):
    case = await visits.entered(app, tenant)
    app.settings.key_file.write_text("{", encoding="utf-8")
    with pytest.raises(KeyFileError):
        await app.do(IssueToken(tenant.desk, case.guia.id))
    await goes_on(app, tenant, case.guia.id, "system_down")


async def test_while_an_urgent_guia_is_analysed(app: App, tenant: Tenant):
    asked = RegisterGuia(tenant.desk, Kind.ODONTO, tenant.first.card_number, tenant.provider, (IMPLANT,), urgent=True)
    case = await app.do(asked)
    assert isinstance(case, Case), case
    assert case.guia.authorisation is Authorisation.UNDER_AUDIT
    await goes_on(app, tenant, case.guia.id, "urgent")


async def test_with_the_database_away_what_is_written_down_is_brought_in(
    app: App, tenant: Tenant, cluster: str, database_url: str
):
    block = await app.do(TakeBlock(tenant.desk, tenant.provider))
    assert isinstance(block, Block), block
    name = database_url.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(cluster, autocommit=True) as owner:
        owner.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        owner.execute(AWAY, (name,))
        with pytest.raises(psycopg.OperationalError):
            await visits.entered(app, tenant)
        owner.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())
    then, card = datetime.now(UTC) - timedelta(minutes=1), tenant.first.card_number
    record = ReconcileGuia(
        tenant.desk, tenant.provider, block.numbers[0], then, card, Kind.ODONTO, (visits.CONSULTATION,)
    )
    outcome = await sent_until_answered(app, record)
    assert isinstance(outcome, Reconciled), outcome
    assert outcome.case is not None
    assert outcome.case.guia.attendance is Attendance.WITHOUT_TOKEN
