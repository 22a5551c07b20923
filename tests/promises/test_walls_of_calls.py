"""security.md 10 at the call centre: another operator's call, or another agent's, answers like an unknown one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg
import pytest

from chancela.adapters.postgres import calls as store
from chancela.bootstrap import calls as desk
from chancela.domain.call import Call
from chancela.domain.caller import FoundBy, Search
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.report import ReportWay
from chancela.usecases.answer_caller import AnswerCaller
from chancela.usecases.end_call import EndCall
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.name_caller import NameCaller
from chancela.usecases.open_call import OpenCall
from chancela.usecases.report_token import ReportToken
from chancela.usecases.reveal_token import RevealToken
from chancela.usecases.send_token import SendToken
from tests import visits

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from tests.cast import Cast, Tenant

GONE = Refused(Refusal.NOT_FOUND)
KNOWN = "UPDATE chancela.call SET person_id = %s, identified_at = opened_at WHERE id = %s"
WHY = "a mensagem não chegou ao celular"


def agent(tenant: Tenant, name: str = "rita") -> Actor:
    return Actor(tenant.ans, ActorKind.AGENT, name, assured_at=datetime.now(UTC))


async def identified(app: App, tenant: Tenant, url: str) -> tuple[Call, Actor]:
    """Rita's call with the first person of an operator, and Rita as she may act in it."""
    call = await app.do(OpenCall(agent(tenant)))
    found = await app.reads.person(tenant.desk, tenant.first.card_number)
    assert found is not None
    with psycopg.connect(url) as connection:
        connection.execute(KNOWN, (found.beneficiary.id, call.id))
    held = await desk.find(app, agent(tenant), call.id)
    assert held is not None
    talk = await desk.conversation(app, agent(tenant), held)
    assert talk is not None and found.beneficiary.id in talk.actor.acts_for
    return held, talk.actor


def deeds(actor: Actor, call_id: UUID, guia_id: UUID) -> list[Any]:
    """All that may be tried with a call's id."""
    on = replace(actor, call=call_id)
    return [
        NameCaller(actor, call_id, Search(FoundBy.CARD, card="1")),
        AnswerCaller(actor, call_id, 0, "x"),
        EndCall(actor, call_id),
        RevealToken(on, guia_id, WHY),
        IssueToken(on, guia_id),
        SendToken(on, guia_id),
        ReportToken(on, guia_id, ReportWay.PHONE),
    ]


@pytest.mark.parametrize("who", ["another operator's", "another agent"])
async def test_a_call_of_others_is_like_an_unknown_one(app: App, house: Cast, database_url: str, who: str):
    case = await visits.issued(app, house.aurora)
    call, rita = await identified(app, house.aurora, database_url)
    powers = {"person": rita.person, "sees": rita.sees, "acts_for": rita.acts_for, "manages": rita.manages}
    stranger = agent(house.cambui) if who == "another operator's" else agent(house.aurora, "bia")
    stranger = replace(stranger, **powers)
    outcomes = [await app.do(each) for each in deeds(stranger, call.id, case.guia.id)]
    assert outcomes == [await app.do(each) for each in deeds(stranger, uuid4(), case.guia.id)]
    assert outcomes == [GONE] * 7
    assert await desk.find(app, stranger, call.id) is None
    assert await desk.current(app, stranger) is None
    assert await desk.find(app, agent(house.aurora), call.id) == call


async def test_in_a_call_nothing_is_done_to_the_guia_of_another_operator(app: App, house: Cast, database_url: str):
    case = await visits.issued(app, house.aurora)
    _, rita = await identified(app, house.cambui, database_url)
    both = replace(rita, acts_for=rita.acts_for | {case.guia.beneficiary_id})
    for guia_id in (case.guia.id, uuid4()):
        assert await app.do(RevealToken(both, guia_id, WHY)) == GONE
        assert await app.do(ReportToken(both, guia_id, ReportWay.PHONE)) == GONE


async def test_nobody_of_another_operator_is_known_by_any_search(app: App, house: Cast):
    first = house.aurora.first
    searches = (
        Search(FoundBy.CARD, card=first.card_number),
        Search(FoundBy.CPF, card=first.cpf, cpf=first.cpf),
        Search(FoundBy.NAME, name=first.name, birth_date=first.birth_date),
    )
    for tenant, knows in ((house.aurora, True), (house.cambui, False)):
        for search in searches:
            who = agent(tenant, f"agente {search.by}")
            call = await app.do(OpenCall(who))
            named = await app.do(NameCaller(who, call.id, search))
            assert (named.person_id is not None) is knows
            read = await store.read(app.pool, tenant.ans, who.name, call.id)
            assert read == named
