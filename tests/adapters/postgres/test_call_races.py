"""Calls at the same time: a limit holds in a parallel burst, and what excludes each other never happens twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from chancela.domain.call import MOST_WRONG_A_DAY, Call
from chancela.domain.contact import ContactKind
from chancela.domain.guia import Kind, RequestedProcedure
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.answer_caller import AnswerCaller, answer_caller
from chancela.usecases.end_call import EndCall
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.name_caller import NameCaller
from chancela.usecases.open_call import OpenCall
from chancela.usecases.propose_contact import ProposeContact
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.reveal_token import RevealToken
from tests.adapters.postgres.stages import PostgresStage
from tests.usecases.desk import ANSWERS, BY_CARD, RITA, WHY, Desk
from tests.usecases.scene import ANS, CARD, CPF, DESK, OK, PROVIDER, reason

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from chancela.domain.case import Case

LIMIT, BURST = 3, 8
KNOWN = "UPDATE chancela.call SET person_id = '{}', identified_at = opened_at WHERE agent = '{}'"


class Town:
    """A call centre over PostgreSQL; as many transactions at once as the pool gives."""

    def __init__(self, url: str) -> None:
        scene = Desk(replace(LATEST_CODE_WINS, reveals_per_agent_day=LIMIT))
        self.ana, self.stage = scene.ana, PostgresStage(scene, url)

    async def one(self, command: Any) -> Any:
        (outcome,) = await self.stage.do(command)
        return outcome

    async def together(self, *commands: Any) -> list[Any]:
        return list(await asyncio.gather(*(self.one(each) for each in commands)))

    async def identified(self, agent: Actor = RITA) -> Actor:
        """The agent on a call whose caller is known to be Ana."""
        call = await self.one(OpenCall(agent))
        await self.stage.execute(KNOWN.format(self.ana, agent.name))
        own = frozenset({self.ana})
        return replace(agent, call=call.id, person=self.ana, sees=own, acts_for=own, manages=own)

    async def awaiting(self) -> Case:
        asked = (RequestedProcedure("22", OK),)
        case: Case = await self.one(RegisterGuia(DESK, Kind.ODONTO, CARD, PROVIDER, asked))
        issued: Case = await self.one(IssueToken(DESK, case.guia.id, cpf=CPF))
        return issued

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.stage.url) as connection:
            return connection.execute(statement.encode()).fetchall()


@pytest.fixture
async def town(empty_database_url: str) -> AsyncIterator[Town]:
    opened = Town(empty_database_url)
    await opened.stage.open()
    yield opened
    await opened.stage.close()


async def test_in_a_burst_no_more_codes_are_read_out_than_the_limit(town: Town):
    case, agent = await town.awaiting(), await town.identified()
    outcomes = await town.together(*[RevealToken(agent, case.guia.id, WHY)] * BURST)
    refused = [reason(each) for each in outcomes if isinstance(each, Refused)]
    assert refused == [Refusal.TOO_MANY_REVEALS] * (BURST - LIMIT)
    assert town.rows("SELECT reveals FROM chancela.call") == [(LIMIT,)]
    told = [each for each in await town.stage.trail() if each.kind == "guia:token:revealed"]
    assert len(told) == LIMIT


async def test_the_limit_holds_over_the_calls_of_a_day(town: Town):
    case, agent = await town.awaiting(), await town.identified()
    for _ in range(2):
        await town.one(RevealToken(agent, case.guia.id, WHY))
    await town.one(EndCall(RITA, agent.call))
    again = await town.identified()
    outcomes = await town.together(*[RevealToken(again, case.guia.id, WHY)] * BURST)
    assert sum(not isinstance(each, Refused) for each in outcomes) == LIMIT - 2


@pytest.mark.parametrize("first", ["reveal", "propose"])
async def test_of_a_reading_and_a_change_of_contact_at_once_one_is_done(town: Town, first: str):
    case, agent = await town.awaiting(), await town.identified()
    reveal = RevealToken(agent, case.guia.id, WHY)
    propose = ProposeContact(agent, town.ana, ContactKind.MOBILE, "41900001111")
    both = (reveal, propose) if first == "reveal" else (propose, reveal)
    outcomes = await town.together(*both, *both)
    refused = {reason(each) for each in outcomes if isinstance(each, Refused)}
    assert Refusal.NOT_IN_THE_SAME_CALL in refused
    ((reveals, changed),) = town.rows("SELECT reveals, changed_contact FROM chancela.call")
    assert bool(reveals) is not changed


async def test_an_agent_who_opens_twice_at_once_has_one_call(town: Town):
    outcomes = await town.together(*[OpenCall(RITA)] * BURST)
    assert len({each.id for each in outcomes}) == 1
    assert town.rows("SELECT count(*) FROM chancela.call") == [(1,)]


async def test_an_answer_waits_for_those_about_the_same_person_that_are_judged_already(town: Town):
    agents = [Actor(ANS, ActorKind.AGENT, f"agente {nth}") for nth in range(MOST_WRONG_A_DAY + 1)]
    calls = [await town.one(OpenCall(each)) for each in agents]
    named = [await town.one(NameCaller(who, each.id, BY_CARD)) for who, each in zip(agents, calls, strict=True)]
    *wrong, last = [AnswerCaller(who, each.id, 0, "errada") for who, each in zip(agents, calls, strict=True)]
    right = replace(last, answer=ANSWERS[named[-1].questions[0].kind])
    async with town.stage.world() as world:
        told = await answer_caller(wrong, world)
        assert [each.wrong for each in told] == [1] * MOST_WRONG_A_DAY
        late = asyncio.create_task(town.one(right))
        await asyncio.sleep(0.5)
        assert not late.done()
    assert (await late).questions[0].fitted is False


async def test_a_call_that_ends_while_a_code_is_asked_for_reads_none_after_its_end(town: Town):
    case, agent = await town.awaiting(), await town.identified()
    ended, *shown = await town.together(EndCall(RITA, agent.call), *[RevealToken(agent, case.guia.id, WHY)] * LIMIT)
    assert isinstance(ended, Call) and ended.ended_at is not None
    kinds = [each.kind for each in await town.stage.trail()]
    assert "guia:token:revealed" not in kinds[kinds.index("call:call:ended") :]
    assert {reason(each) for each in shown if isinstance(each, Refused)} <= {Refusal.CALL_OVER}
