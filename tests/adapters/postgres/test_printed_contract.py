"""Slips of printed guias: the same in memory and in PostgreSQL; and two who bring one sheet back at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from chancela.adapters.postgres.printed import PrintedReads
from chancela.domain import printed
from chancela.domain.absence import AbsenceReason
from chancela.domain.attachment import MediaType
from chancela.domain.case import Step
from chancela.domain.guia import Attendance, Kind, RequestedProcedure
from chancela.domain.printed import Recognised
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind
from chancela.usecases.print_guia import PrintGuia
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.return_printed import ReturnPrinted
from tests.adapters.postgres.stages import PostgresStage, Stage
from tests.fakes.shelf import BrokenRuleError
from tests.usecases.scene import CARD, DESK, OK, PROVIDER, Scene

if TYPE_CHECKING:
    from uuid import UUID

BROKEN = (psycopg.IntegrityError, BrokenRuleError)


async def registered(stage: Stage) -> Any:
    asked = (RequestedProcedure("22", OK, 2, tooth="16", faces="OV"),)
    (case,) = await stage.do(RegisterGuia(DESK, Kind.ODONTO, CARD, PROVIDER, asked))
    return case


async def sheet(stage: Stage, case: Any) -> Any:
    (slip,) = await stage.do(PrintGuia(DESK, case.guia.id))
    return slip


def returning(case: Any, slip: Any, nth: int = 1) -> ReturnPrinted:
    shown = printed.said(case.guia, slip)
    return ReturnPrinted(DESK, case.guia.id, f"{nth:064x}", MediaType.JPEG, 9, 1, shown, AbsenceReason.NO_PHONE)


async def of(stage: Stage, guia_id: UUID) -> Any:
    async with stage.world() as world:
        return (await world.slips.of([guia_id])).get(guia_id, ())


async def test_a_slip_is_kept_as_it_was_printed_and_ends_by_the_next(stage: Stage):
    case, other = await registered(stage), await registered(stage)
    first = await sheet(stage, case)
    assert await of(stage, case.guia.id) == (first,)
    assert first.procedures == case.guia.procedures
    second = await sheet(stage, case)
    ended, alive = await of(stage, case.guia.id)
    assert (replace(ended, ended_at=None), alive) == (first, second)
    assert ended.ended_at == second.printed_at
    assert await of(stage, other.guia.id) == ()


async def test_two_printings_of_one_set_leave_one_sheet(stage: Stage):
    case = await registered(stage)
    await stage.do(PrintGuia(DESK, case.guia.id), PrintGuia(DESK, case.guia.id))
    assert [printed.alive(each) for each in await of(stage, case.guia.id)].count(True) == 1


async def test_a_sheet_that_came_back_is_kept_with_its_document_and_its_reason(stage: Stage):
    case = await registered(stage)
    slip = await sheet(stage, case)
    first, second = await stage.do(returning(case, slip), returning(case, slip, 2))
    assert first.guia.attendance is Attendance.WITHOUT_TOKEN
    assert second == Refused(Refusal.SLIP_OVER)
    (used,) = await of(stage, case.guia.id)
    async with stage.world() as world:
        ((document,),) = (await world.attachments.of([case.guia.id])).values()
    assert (used.attachment_id, used.recognised, used.returned_by) == (document.id, Recognised.QR, "recepcao")
    assert used.visit_date == printed.day(slip.printed_at)
    told = [each.kind for each in await stage.trail()]
    assert told[-1] == "guia:slip:returned"
    assert "guia:absence:recorded" in told[-3:-1], "whether a signature was owed is the policy's affair"


@pytest.mark.parametrize(
    "harm",
    [
        {"recognised": None},
        {"returned_by": None},
        {"visit_date": None},
        {"visit_back": 1},
        {"visit_back": -1},
        {"ended_at": "returned"},
    ],
)
async def test_what_is_no_return_is_kept_by_neither(stage: Stage, harm: dict[str, Any]):
    case = await registered(stage)
    slip = await sheet(stage, case)
    await stage.do(returning(case, slip))
    (used,) = await of(stage, case.guia.id)
    other = await registered(stage)
    fresh = await sheet(stage, other)
    changed: dict[str, Any] = {
        name: getattr(used, name) for name in ("returned_at", "returned_by", "recognised", "visit_date")
    }
    if "visit_back" in harm:
        changed["visit_date"] = used.visit_date - timedelta(days=harm["visit_back"])
    elif "ended_at" in harm:
        changed["ended_at"] = used.returned_at
    else:
        changed |= harm
    with pytest.raises(BROKEN):
        await written(stage, other.guia.id, replace(fresh, attachment_id=used.attachment_id, **changed))
    assert await of(stage, other.guia.id) == (fresh,)


async def written(stage: Stage, guia_id: UUID, slip: Any) -> None:
    """Write a slip as no deed would."""
    async with stage.world(PrintGuia) as world:
        case = (await world.cases.load([guia_id]))[guia_id]
        await world.cases.save([_step(case, slip)])


def _step(case: Any, slip: Any) -> Any:
    return Step(case, case, Event(EventKind.SLIP_RETURNED, case.guia.id, "recepcao", {}), slips=(slip,))


async def test_what_came_back_is_not_written_over(stage: Stage):
    case = await registered(stage)
    slip = await sheet(stage, case)
    await stage.do(returning(case, slip))
    (used,) = await of(stage, case.guia.id)
    await written(stage, case.guia.id, slip)
    assert await of(stage, case.guia.id) == (used,)


# in PostgreSQL alone


@pytest.fixture
async def real(empty_database_url: str) -> Any:
    stage = PostgresStage(Scene(), empty_database_url)
    await stage.open()
    yield stage
    await stage.close()


async def test_of_two_pictures_sent_at_once_one_wins(real: PostgresStage):
    case = await registered(real)
    slip = await sheet(real, case)
    outcomes = await asyncio.gather(*(real.do(returning(case, slip, nth)) for nth in (1, 2)))
    assert [each for (each,) in outcomes if isinstance(each, Refused)] == [Refused(Refusal.SLIP_OVER)]
    async with real.world() as world:
        ((_,),) = (await world.attachments.of([case.guia.id])).values()


async def test_a_sheet_printed_while_another_prints_leaves_one(real: PostgresStage):
    case = await registered(real)
    await asyncio.gather(*(real.do(PrintGuia(DESK, case.guia.id)) for _ in range(3)))
    slips = await PrintedReads(real.pool).of(real.ans, case.guia.id)
    assert len(slips) == 3
    assert [printed.alive(each) for each in slips].count(True) == 1
    assert await PrintedReads(real.pool).of("999001", case.guia.id) == ()
