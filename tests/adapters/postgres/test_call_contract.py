"""What the store of calls promises, held against the fakes and against PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from chancela.domain import call as calls
from chancela.domain.call import Asked, Call, CallStep, Doing, Done
from chancela.domain.caller import FoundBy, QuestionKind, Search
from chancela.domain.contact import ContactKind
from chancela.domain.trail import Event, EventKind
from tests.adapters.postgres.stages import Stage
from tests.fakes.brazil import BRAZIL
from tests.fakes.shelf import BrokenRuleError
from tests.usecases.scene import CARD, CPF, EMAIL, MOBILE, NOWHERE

BORN = date(1980, 12, 31)
TWENTY = "99900920261120000001"


async def opened(stage: Stage, **more: Any) -> Call:
    """A call, as a deed that opened it just now left it."""
    async with stage.world() as world:
        (protocol,) = await world.cases.protocols(1)
        made = Call(world.chance.id(), more.pop("agent", "rita"), protocol, world.now, **more)
        await world.calls.save([CallStep(made, Event(EventKind.CALL_OPENED, made.id, made.agent, {}))])
    return made


async def load(stage: Stage, call_id: UUID) -> Call:
    async with stage.world() as world:
        found: dict[UUID, Call] = await world.calls.load([call_id, NOWHERE])
    assert list(found) == [call_id]
    return found[call_id]


async def put(stage: Stage, *changed: Call) -> None:
    async with stage.world() as world:
        await world.calls.save([CallStep(each) for each in changed])


async def midnight(stage: Stage) -> datetime:
    """When the day began where the people are."""
    async with stage.world() as world:
        today: date = world.today
    return datetime(today.year, today.month, today.day, tzinfo=BRAZIL)


async def test_a_call_is_kept_as_it_was_opened_and_as_it_went_on(stage: Stage):
    made = await opened(stage)
    assert await load(stage, made.id) == made
    asked = (
        Asked(QuestionKind.PLAN, fitted=True),
        Asked(QuestionKind.CPF_END),
        Asked(QuestionKind.BIRTH_DATE, fitted=False),
    )
    now = made.opened_at + timedelta(minutes=1)
    told = (Done(Doing.ISSUED, now, "2026000000001"), Done(Doing.REVEALED, now))
    more = {"questions": asked, "wrong": 1, "identified_at": now, "reveals": 1, "done": told, "named": 2}
    later = replace(made, person_id=stage.ana, **more)
    await put(stage, replace(made, wrong=1), later)
    assert await load(stage, made.id) == later
    over = replace(later, reveals=0, changed_contact=True, ended_at=now)
    await put(stage, over)
    assert await load(stage, made.id) == over
    assert [each.kind for each in await stage.trail()] == ["call:call:opened"]


async def test_an_agents_open_call_is_found_and_one_that_ended_is_not(stage: Stage):
    made, other = await opened(stage), await opened(stage, agent="bia")
    async with stage.world() as world:
        assert await world.calls.open_of(["rita", "bia", "ninguem"]) == {"rita": made, "bia": other}
    await put(stage, replace(made, ended_at=made.opened_at))
    async with stage.world() as world:
        assert await world.calls.open_of(["rita"]) == {}


async def test_of_one_that_ends_and_one_that_begins_at_once_both_are_kept(stage: Stage):
    made = await opened(stage)
    async with stage.world() as world:
        (protocol,) = await world.cases.protocols(1)
    fresh = replace(made, id=UUID(int=7), protocol=protocol)
    await put(stage, fresh, replace(made, ended_at=made.opened_at))
    async with stage.world() as world:
        assert await world.calls.open_of(["rita"]) == {"rita": fresh}


async def test_people_are_found_by_card_by_cpf_and_by_the_day_of_their_birth(stage: Stage):
    card, cpf = Search(FoundBy.CARD, card=CARD), Search(FoundBy.CPF, cpf=CPF)
    born, nobody = Search(FoundBy.NAME, name="x", birth_date=BORN), Search(FoundBy.CARD, card="0")
    async with stage.world() as world:
        found = await world.calls.known([card, nobody, cpf, born])
        assert await world.calls.known([]) == {}
    ids = {key: [each.id for each in people] for key, people in found.items()}
    assert ids == {card: [stage.ana], born: [stage.ana], cpf: sorted([stage.ana, *stage.crowd])}


async def test_what_is_on_file_is_the_person_with_contacts_and_the_names_of_the_family(stage: Stage):
    holder, dependant = stage.crowd[0], stage.crowd[1]
    async with stage.world() as world:
        files = await world.calls.files([stage.ana, holder, dependant, NOWHERE])
        assert await world.calls.files([]) == {}
    assert set(files) == {stage.ana, holder, dependant}
    kept = {each.kind: each.address for each in files[stage.ana].person.contacts}
    assert kept == {ContactKind.MOBILE: MOBILE, ContactKind.EMAIL: EMAIL}
    assert (files[stage.ana].holder, files[stage.ana].dependants) == (None, ())
    assert (files[holder].holder, files[holder].dependants) == (None, ("Pessoa 900-1",))
    assert (files[dependant].holder, files[dependant].dependants) == ("Pessoa 900", ())


async def test_todays_wrong_answers_about_a_person_are_counted_over_all_agents(stage: Stage):
    morning = await midnight(stage)
    await opened(stage, person_id=stage.ana, wrong=2)
    await opened(stage, agent="bia", person_id=stage.ana, wrong=1)
    await opened(stage, agent="caio", wrong=2)
    old = await opened(stage, agent="davi", person_id=stage.ana, wrong=2)
    await delete(stage, old)
    before = replace(old, id=UUID(int=8), opened_at=morning - timedelta(minutes=1))
    await put(stage, before)
    async with stage.world() as world:
        assert await world.calls.failures([stage.ana, stage.crowd[0]]) == {stage.ana: 3}
        assert await world.calls.failures([]) == {}


async def delete(stage: Stage, call: Call) -> None:
    """Forget a call, so that another may bear its protocol."""
    if hasattr(stage, "memory"):
        stage.memory.shelf.calls.pop(call.id)
    else:
        await stage.execute(f"DELETE FROM chancela.call WHERE id = '{call.id}'")  # noqa: S608


async def test_what_an_agent_reads_out_counts_for_the_day_on_which_its_call_is_not_over(stage: Stage):
    morning, minute = await midnight(stage), timedelta(minutes=1)
    known = {"person_id": stage.ana, "reveals": 2}
    first = await opened(stage, **known, identified_at=morning)
    still = replace(first, opened_at=morning - minute, reveals=4)
    await put(stage, still)
    await delete(stage, first)
    await put(stage, still)
    await opened(stage, agent="bia", person_id=stage.ana, identified_at=morning, reveals=1)
    gone = replace(still, id=UUID(int=9), protocol=TWENTY, reveals=8, ended_at=morning - minute / 2)
    fresh = replace(gone, id=UUID(int=10), protocol=TWENTY[:-1] + "2", opened_at=morning, ended_at=morning, reveals=16)
    stale = replace(gone, id=UUID(int=11), protocol=TWENTY[:-1] + "3", ended_at=None, agent="eva")
    long_ago = replace(stale, opened_at=morning - calls.LONGEST - minute)
    await put(stage, gone, fresh, long_ago)
    async with stage.world() as world:
        found = await world.calls.reveals_today(["rita", "eva"])
    assert {key: each for key, each in found.items() if each} == {"rita": 20}


@pytest.mark.parametrize(
    ("rule", "broken"),
    [
        ("a_call_protocol_has_twenty_digits", {"protocol": "1"}),
        ("wrong_answers_of_a_call_never_pass_two", {"wrong": 3}),
        ("an_identified_caller_is_somebody", {"identified_at": True}),
        ("only_an_identified_caller_hears_a_code", {"reveals": 1}),
        ("a_caller_is_a_beneficiary", {"person_id": NOWHERE}),
        ("a_call_has_its_own_protocol", {"id": UUID(int=7), "agent": "bia"}),
        ("an_agent_has_one_open_call", {"id": UUID(int=7), "protocol": TWENTY}),
        (
            "a_call_reveals_a_code_or_changes_a_contact",
            {"identified_at": True, "person_id": True, "reveals": 1, "changed_contact": True},
        ),
    ],
)
async def test_rules_hold_even_against_us(stage: Stage, rule: str, broken: dict[str, Any]):
    made = await opened(stage)
    if "identified_at" in broken:
        broken = {**broken, "identified_at": made.opened_at}
    if broken.get("person_id") is True:
        broken = {**broken, "person_id": stage.ana}
    with pytest.raises((BrokenRuleError, psycopg.IntegrityError), match=rule):
        await put(stage, replace(made, **broken))
