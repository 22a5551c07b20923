"""Calls at the same time: a limit holds in a parallel burst, and what excludes each other never happens twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from chancela.domain.call import Call
from chancela.domain.contact import ContactKind
from chancela.domain.guia import Kind, RequestedProcedure
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.answer_caller import AnswerCaller
from chancela.usecases.end_call import EndCall
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.name_caller import NameCaller
from chancela.usecases.open_call import OpenCall
from chancela.usecases.propose_contact import ProposeContact
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.reveal_token import RevealToken
from tests.adapters.postgres.stages import PostgresStage
from tests.usecases.desk import BY_CARD, RITA, WHY, Desk
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


async def test_six_wrong_answers_about_one_person_are_the_most_of_a_day_in_a_burst_too(town: Town):
    agents = [Actor(ANS, ActorKind.AGENT, f"agente {nth}") for nth in range(BURST)]
    calls = await town.together(*map(OpenCall, agents))
    named = await town.together(*(NameCaller(who, each.id, BY_CARD) for who, each in zip(agents, calls, strict=True)))
    assert all(isinstance(each, Call) and each.person_id == town.ana for each in named)
    told = await town.together(
        *(AnswerCaller(who, each.id, 0, "errada") for who, each in zip(agents, calls, strict=True))
    )
    assert all(each.wrong == 1 for each in told)
    right = {"birth_date": "31/12/1980", "cpf_end": "4725", "mobile_end": "5949", "email_name": "ana.souza"}
    more = {"plan": "essencial", "joined_month": "03/2019"}
    kind = told[0].questions[1].kind
    late = await town.one(AnswerCaller(agents[0], calls[0].id, 1, {**right, **more}[kind.value]))
    assert reason(late) == Refusal.CALLER_TRIES_SPENT


async def test_a_call_that_ends_while_a_code_is_asked_for_reads_none_after_its_end(town: Town):
    case, agent = await town.awaiting(), await town.identified()
    ended, *shown = await town.together(EndCall(RITA, agent.call), *[RevealToken(agent, case.guia.id, WHY)] * LIMIT)
    assert isinstance(ended, Call) and ended.ended_at is not None
    kinds = [each.kind for each in await town.stage.trail()]
    assert "guia:token:revealed" not in kinds[kinds.index("call:call:ended") :]
    assert {reason(each) for each in shown if isinstance(each, Refused)} <= {Refusal.CALL_OVER}
