"""security.md 1 to 3 where care goes on without a code: a guia ends one way alone, whoever comes at the same time."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Any

import psycopg

from chancela.domain.case import Case
from chancela.domain.guia import Attendance
from chancela.usecases.record_absence import RecordAbsence
from chancela.usecases.validate_token import ValidateToken
from tests import visits
from tests.promises import ledger, mixing
from tests.promises.hands import do_all

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from tests.cast import Tenant
    from tests.promises.hands import Hands

BOTH = """
SELECT count(*) FROM chancela.absence a JOIN chancela.validation v ON v.operator = a.operator AND v.guia_id = a.guia_id
"""
ALIVE = """
SELECT count(*) FROM chancela.absence a JOIN chancela.live_token l ON l.operator = a.operator AND l.guia_id = a.guia_id
"""


def reasons(outcomes: list[Any]) -> Counter[str]:
    return Counter(each.guia.attendance.value if isinstance(each, Case) else each.reason.name for each in outcomes)


async def counted(url: str, statement: str) -> int:
    async with await psycopg.AsyncConnection.connect(url) as connection:
        row = await (await connection.execute(statement.encode())).fetchone()
    assert row is not None
    return int(row[0])


async def test_a_reason_and_a_code_that_meet_end_a_guia_once(app: App, aurora: Tenant, hands: Hands, database_url: str):
    """Two processes over two connections: one has the codes, the other the reasons, of the same guias."""
    mixing.lift_the_limits(database_url)
    cases = [await visits.issued(app, aurora) for _ in range(20)]
    codes = [ValidateToken(aurora.desk, case.guia.id, visits.code(app, case)) for case in cases]
    without = [RecordAbsence(aurora.desk, case.guia.id, "no_phone") for case in cases]
    validated, absent = await hands.both(app.settings, do_all, (codes,), (without,))
    for case, by_code, by_reason in zip(cases, validated, absent, strict=True):
        ways = [each for each in (by_code, by_reason) if isinstance(each, Case)]
        assert len(ways) == 1
        now = await app.guia(aurora.desk, case.guia.id)
        assert now is not None
        assert now.guia.attendance is ways[0].guia.attendance
        assert (now.validation is None) is (now.guia.attendance is Attendance.WITHOUT_TOKEN)
    refused = reasons([*validated, *absent])
    assert set(refused) <= {"validated", "without_token", "GUIA_VALIDATED", "GUIA_WITHOUT_TOKEN"}
    assert await counted(database_url, BOTH) == await counted(database_url, ALIVE) == 0
    assert await ledger.contradictions(app.settings) == []


async def test_two_reasons_at_once_leave_one(app: App, aurora: Tenant, database_url: str):
    mixing.lift_the_limits(database_url)
    case = await visits.entered(app, aurora)
    asked = [RecordAbsence(aurora.desk, case.guia.id, why) for why in ("no_phone", "no_signal") for _ in range(8)]
    outcomes = await asyncio.gather(*(app.do(each) for each in asked))
    assert reasons(list(outcomes)) == {"without_token": 8, "GUIA_WITHOUT_TOKEN": 8}
    assert len({each.absence.protocol for each in outcomes if isinstance(each, Case)}) == 1
    assert await ledger.contradictions(app.settings) == []
