"""Documents and auditors' answers: the same in memory and in PostgreSQL; and the queue, page by page, by its index."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from chancela.adapters.chance import SystemChance
from chancela.adapters.postgres import audit_queue
from chancela.adapters.postgres.attachments import Documents
from chancela.adapters.postgres.audit_queue import Asked, AuditQueue
from chancela.domain.attachment import MediaType
from chancela.domain.guia import Authorisation, ItemState, Kind, RequestedProcedure
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.add_attachment import AddAttachment
from chancela.usecases.cancel_guia import CancelGuia
from chancela.usecases.open_attachment import OpenAttachment
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.review_guia import Decision, ReviewGuia
from chancela.usecases.tell_decisions import TellDecisions
from tests.adapters.postgres.stages import PostgresStage, Stage
from tests.fakes.shelf import BrokenRuleError
from tests.usecases.scene import AUDITED, AUDITOR, CARD, DESK, DOCUMENTED, PROVIDER, SYSTEM, Scene

if TYPE_CHECKING:
    from uuid import UUID

WHY = "Parecer da auditoria."
BROKEN = (psycopg.IntegrityError, BrokenRuleError)


async def registered(stage: Stage, *codes: str, urgent: bool = False) -> Any:
    asked = tuple(RequestedProcedure("22", code) for code in codes or (AUDITED,))
    (case,) = await stage.do(RegisterGuia(DESK, Kind.ODONTO, CARD, PROVIDER, asked, urgent=urgent))
    return case


def sending(guia_id: UUID, nth: int = 1, item: int | None = 1) -> AddAttachment:
    return AddAttachment(DESK, guia_id, f"{nth:064x}", MediaType.JPEG, 1234, 2, item)


async def of(stage: Stage, guia_id: UUID) -> Any:
    async with stage.world() as world:
        return (await world.attachments.of([guia_id])).get(guia_id, ())


async def test_what_was_sent_is_there_with_its_guia_and_no_other(stage: Stage):
    case, other = await registered(stage, DOCUMENTED), await registered(stage)
    (after,) = await stage.do(sending(case.guia.id))
    assert after.guia.authorisation is Authorisation.UNDER_AUDIT
    (again,) = await stage.do(sending(case.guia.id))
    assert again.guia == after.guia
    await stage.do(sending(case.guia.id, 2, None))
    first, second = await of(stage, case.guia.id)
    assert (first.item, first.digest, first.media_type, first.size, first.pages, first.added_by) == (
        *(1, f"{1:064x}", MediaType.JPEG, 1234, 2, "recepcao"),
    )
    assert second.item is None
    assert await of(stage, other.guia.id) == ()
    opened, refused = await stage.do(
        OpenAttachment(AUDITOR, case.guia.id, first.id, 2), OpenAttachment(AUDITOR, other.guia.id, first.id, 1)
    )
    assert (opened, refused) == (first, Refused(Refusal.NOT_FOUND))
    assert [each.kind for each in await stage.trail()][-1] == "guia:attachment:seen"


async def test_an_answer_waits_to_be_told_until_it_is(stage: Stage):
    case, asked = await registered(stage, AUDITED, AUDITED), await registered(stage)
    await stage.do(
        ReviewGuia(AUDITOR, case.guia.id, (Decision(1, ItemState.DENIED, WHY),)),
        ReviewGuia(AUDITOR, case.guia.id, (Decision(2, ItemState.AUTHORISED),)),
        ReviewGuia(AUDITOR, asked.guia.id, (Decision(1, ItemState.AWAITING_DOCUMENT, WHY),)),
    )
    assert await stage.do(TellDecisions(SYSTEM)) == [1]
    assert await stage.do(TellDecisions(SYSTEM)) == [0]
    told = [json.loads(each.data) for each in await stage.trail() if each.kind == "guia:decision:told"]
    assert told == [{"channels": "email"}]


@pytest.mark.parametrize("harm", [{"digest": "x"}, {"digest": "A" * 64}, {"size": 0}, {"pages": 0}, {"pages": 21}])
async def test_what_is_no_document_is_kept_by_neither(stage: Stage, harm: dict[str, Any]):
    case = await registered(stage)
    with pytest.raises(BROKEN):
        await stage.do(replace(sending(case.guia.id), **harm))
    assert await of(stage, case.guia.id) == ()


# in PostgreSQL alone


@pytest.fixture
async def real(empty_database_url: str) -> Any:
    stage = PostgresStage(Scene(), empty_database_url)
    stage.means = replace(stage.means, chance=SystemChance())  # ids tell the time, and the queue goes by it
    await stage.open()
    yield stage
    await stage.close()


async def test_two_who_decide_at_once_are_heard_one_after_the_other(real: PostgresStage):
    case = await registered(real)
    commands = [
        ReviewGuia(AUDITOR, case.guia.id, (Decision(1, state, WHY),))
        for state in (ItemState.AUTHORISED, ItemState.DENIED)
    ]
    outcomes = await asyncio.gather(*(real.do(each) for each in commands))
    refused = [each for (each,) in outcomes if isinstance(each, Refused)]
    assert refused == [Refused(Refusal.NOTHING_TO_REVIEW)]


async def test_what_was_answered_can_be_read_in_order_by_guia_and_by_provider(real: PostgresStage):
    case = await registered(real, AUDITED, AUDITED)
    await real.do(ReviewGuia(AUDITOR, case.guia.id, (Decision(2, ItemState.DENIED, WHY, "3145"),)))
    await real.do(ReviewGuia(AUDITOR, case.guia.id, (Decision(1, ItemState.AUTHORISED),)))
    store = Documents(real.pool)
    first, second = await store.rulings(real.ans, case.guia.id)
    assert (first.item, first.state, first.reason and (first.reason.code, first.reason.text), first.decided_by) == (
        *(2, ItemState.DENIED, ("3145", WHY), "auditora"),
    )
    assert (second.item, second.reason) == (1, None)
    before = first.decided_at.replace(year=2000)
    assert await store.answered(real.ans, PROVIDER, before, 5) == [case.guia.id]
    assert await store.answered(real.ans, "10002", before, 5) == []
    assert await store.answered(real.ans, PROVIDER, second.decided_at, 5) == []
    assert await store.rulings("999001", case.guia.id) == ()
    with psycopg.connect(real.url) as connection, pytest.raises(psycopg.errors.CheckViolation, match="in_writing"):
        connection.execute("UPDATE chancela.ruling SET text = ' ' WHERE state = 'denied'")


async def pages(real: PostgresStage, asked: Asked) -> list[str]:
    found: list[str] = []
    while True:
        page = await AuditQueue(real.pool).page(real.ans, asked)
        found += [each.number for each in page.items]
        if page.after is None:
            return found
        asked = replace(asked, after=page.after)


async def test_the_queue_is_walked_page_by_page_the_urgent_ones_first_and_nothing_twice(real: PostgresStage):
    cases = [await registered(real, AUDITED if nth % 3 else DOCUMENTED, urgent=nth % 4 == 0) for nth in range(13)]
    await registered(real, "81000030")
    cancelled = cases.pop(5)
    await real.do(CancelGuia(DESK, cancelled.guia.id, "engano"))
    numbers = [each.guia.number for each in cases]
    urgent = [each.guia.number for each in cases if each.guia.urgent]
    for limit in (1, 2, 5, 12, 25):
        assert await pages(real, Asked(urgent_first=False, limit=limit)) == numbers, limit
        first = await pages(real, Asked(limit=limit))
        assert first == urgent + [each for each in numbers if each not in urgent], limit
    lacking = [each.guia.number for each in cases if each.guia.authorisation is Authorisation.AWAITING_DOCUMENT]
    assert await pages(real, Asked(state=Authorisation.AWAITING_DOCUMENT, urgent_first=False, limit=2)) == lacking
    assert await pages(real, Asked(kind=Kind.CONSULTA)) == []
    assert await pages(real, Asked(days=1)) == []
    page = await AuditQueue(real.pool).page("999001", Asked())
    assert page.items == ()


async def test_what_is_over_waits_for_nobody(real: PostgresStage):
    await registered(real)
    await real.execute("UPDATE chancela.guia SET valid_until = current_date - 2")
    assert await pages(real, Asked()) == []


async def test_the_queue_says_what_each_guia_waits_for(real: PostgresStage):
    case = await registered(real, AUDITED, DOCUMENTED, DOCUMENTED)
    await real.do(sending(case.guia.id, 1, 2))
    (one,) = (await AuditQueue(real.pool).page(real.ans, Asked())).items
    assert (one.audit, one.lacking, one.documents, one.name, one.provider_name) == (
        2,
        1,
        1,
        "Ana Souza",
        "Clínica 10001",
    )


MANY = """
INSERT INTO chancela.guia (operator, id, number, kind, beneficiary_id, card_number, provider, created_at, valid_until,
                           procedures, authorisation, attendance, urgent)
SELECT g.operator, gen_random_uuid(), 'x' || n, g.kind, g.beneficiary_id, g.card_number, g.provider, g.created_at,
       g.valid_until, g.procedures, 'authorised', g.attendance, false
FROM chancela.guia g, generate_series(1, 3000) n
"""


async def test_a_page_of_the_queue_costs_the_same_among_many_guias(real: PostgresStage):
    """Behind the wall its index is walked, whichever filter is set; a thousand guias that are over cost nothing."""
    case = await registered(real)
    assert case.guia.number
    await real.execute(MANY)
    await real.execute("ANALYZE chancela.guia")
    plan = await explained(real)
    assert "guia_to_audit" in plan
    assert "Seq Scan on guia" not in plan


async def explained(real: PostgresStage) -> str:
    no, all_ = audit_queue.NEVER, audit_queue.ALWAYS
    values: dict[str, Any] = {"operator": real.ans, "kind": None, "state": None, "today": "2020-01-01", "limit": 26}
    values |= {"since": no, "until": all_, "urgent_first": True, "urgent_after": no, "other_after": no}
    async with real.pool.connection() as connection:
        await connection.execute("SELECT set_config('chancela.operator', %s, true)", (real.ans,))
        found = await connection.execute(b"EXPLAIN " + audit_queue.SQL["waiting"], values)
        return "\n".join(row[0] for row in await found.fetchall())
