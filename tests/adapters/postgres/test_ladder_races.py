"""Two connections at once: what a carrier tells, what a desk types and what a person says meet without a loss."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from chancela.domain.case import Case
from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.guia import Kind, RequestedProcedure
from chancela.domain.profiles import ONE_CODE_PER_GUIA
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.report import ReportWay
from chancela.usecases.climb_ladders import ClimbLadders, climb_ladders
from chancela.usecases.issue_token import IssueToken, issue_token
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.report_token import ReportToken
from chancela.usecases.validate_token import ValidateToken, validate_token
from tests.adapters.postgres.stages import PostgresStage
from tests.usecases.scene import DESK, OK, PROVIDER, SYSTEM, Scene

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TYPED = "+5541900001111"
CARDS = [f"{number}" for number in range(2, 10)]


@pytest.fixture
async def stage(empty_database_url: str) -> AsyncIterator[PostgresStage]:
    """An operator where a desk may type first numbers, and eight families of whom it knows a landline."""
    scene = Scene(replace(ONE_CODE_PER_GUIA, cool_down_s=0, families_per_number=3))
    for card in CARDS:
        whom = scene.someone(card)
        scene.knows(ContactKind.LANDLINE, f"+55412000{card:0>4}", ContactState.CONFIRMED, whom)
    opened = PostgresStage(scene, empty_database_url)
    await opened.open()
    yield opened
    await opened.close()


async def registered(stage: PostgresStage, card: str) -> Case:
    (case,) = await stage.do(RegisterGuia(DESK, Kind.ODONTO, card, PROVIDER, (RequestedProcedure("22", OK),)))
    return case


async def loaded(stage: PostgresStage, case: Case) -> Case:
    async with stage.world() as world:
        return (await world.cases.load([case.guia.id]))[case.guia.id]


async def test_what_arrives_while_a_wrong_code_is_judged_still_ends_the_ladder(stage: PostgresStage):
    case = await registered(stage, "2")
    (live,) = await stage.do(IssueToken(DESK, case.guia.id, channel=Channel.VOICE))
    await _give_ladder(stage)
    async with stage.world(ValidateToken) as world:
        await validate_token([ValidateToken(DESK, live.guia.id, "000000")], _Late(world, stage, live))
    now = await loaded(stage, live)
    assert (now.token.wrong_tries, now.climb.at) == (1, None)


class _Late:
    """A world in which a receipt comes between the loading and the saving of a set."""

    def __init__(self, world: Any, stage: PostgresStage, case: Case) -> None:
        self._world, self._stage, self._case = world, stage, case
        self.cases = self

    def __getattr__(self, name: str) -> Any:
        return getattr(self._world, name)

    async def load(self, ids: Any) -> Any:
        found = await self._world.cases.load(ids)
        assert all(case.climb.at is not None for case in found.values())
        await self._stage.carrier_tells(self._case.guia.id, Channel.VOICE, DeliveryState.DELIVERED)
        return found

    async def save(self, steps: Any) -> None:
        await self._world.cases.save(steps)


async def _give_ladder(stage: PostgresStage) -> None:
    """Let every live code have a ladder, as under another policy."""
    await stage.execute("UPDATE chancela.live_token SET climb_at = clock_timestamp() + interval '1 minute'")


async def test_one_number_typed_for_eight_families_at_once_reaches_three(stage: PostgresStage):
    cases = [await registered(stage, card) for card in CARDS]
    done = await asyncio.gather(*[stage.do(IssueToken(DESK, each.guia.id, phone=TYPED)) for each in cases])
    outcomes = [outcome for (outcome,) in done]
    held = [each for each in outcomes if isinstance(each, Refused)]
    assert held == [Refused(Refusal.CONTACT_IN_REVIEW)] * 5
    states = sorted(each.state for each in await stage.contacts() if each.address == TYPED)
    assert states == [ContactState.IN_REVIEW] * 5 + [ContactState.PROVISIONAL] * 3


async def test_a_set_that_waits_for_a_number_holds_none_that_comes_after_it(stage: PostgresStage):
    """Numbers are held in their order: so two sets never wait for each other in a circle."""
    numbers = [f"+554190000{ending}" for ending in (4444, 1111, 3333, 2222)]
    wishes = [
        IssueToken(DESK, (await registered(stage, card)).guia.id, phone=phone)
        for card, phone in zip(CARDS[:4], numbers, strict=True)
    ]
    with psycopg.connect(stage.url) as connection:
        assert _free(connection, stage.ans, min(numbers))
        waiting = asyncio.create_task(stage.do(*wishes))
        await asyncio.wait([waiting], timeout=0.3)
        assert not waiting.done()
        assert all(_free(connection, stage.ans, each) for each in numbers)
    assert not any(isinstance(each, Refused) for each in await asyncio.wait_for(waiting, 20))


def _free(connection: psycopg.Connection[Any], operator: str, address: str) -> bool:
    """Whether nobody else holds an address; from here on this connection does."""
    asked = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s || ' ' || %s, 0))"
    return connection.execute(asked, (operator, address)).fetchone() == (True,)


async def test_a_number_that_is_being_learnt_is_awaited_and_counted(stage: PostgresStage):
    cases = [await registered(stage, card) for card in CARDS[:4]]
    for case in cases[:2]:
        await stage.do(IssueToken(DESK, case.guia.id, phone=TYPED))
    async with stage.world(IssueToken) as world:
        await issue_token([IssueToken(DESK, cases[2].guia.id, phone=TYPED)], world)
        fourth = asyncio.create_task(stage.do(IssueToken(DESK, cases[3].guia.id, phone=TYPED)))
        await asyncio.wait([fourth], timeout=0.3)
    assert await fourth == [Refused(Refusal.CONTACT_IN_REVIEW)]


async def test_a_code_reported_many_times_at_once_is_reported_once(stage: PostgresStage):
    case = await registered(stage, "2")
    (live,) = await stage.do(IssueToken(DESK, case.guia.id, channel=Channel.VOICE))
    ways = [ReportToken(SYSTEM, live.guia.id, way) for way in ReportWay] * 2
    done = await asyncio.gather(*[stage.do(each) for each in ways])
    assert len({outcome.report.protocol for (outcome,) in done}) == 1
    assert [each.kind for each in await stage.trail()].count("guia:token:reported") == 1


async def test_ladders_named_in_another_order_do_not_wait_for_each_other(stage: PostgresStage):
    cases = [await registered(stage, card) for card in CARDS]
    for case in cases:
        await stage.do(IssueToken(DESK, case.guia.id, channel=Channel.VOICE))
    await _give_ladder(stage)
    for case in cases:
        await stage.carrier_tells(case.guia.id, Channel.VOICE, DeliveryState.FAILED)
    named = [ClimbLadders(SYSTEM, (case.guia.id,)) for case in cases]
    moved = await asyncio.wait_for(asyncio.gather(_climbed(stage, named), _climbed(stage, named[::-1])), 20)
    assert sum(sum(each) for each in moved) == len(cases)


async def _climbed(stage: PostgresStage, commands: list[ClimbLadders]) -> list[int]:
    async with stage.world(ClimbLadders) as world:
        return await climb_ladders(commands, world)
