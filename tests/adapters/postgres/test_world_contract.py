"""What the ports promise, held against the fakes and against PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from chancela.domain import trail
from chancela.domain.case import Case, Step
from chancela.domain.contact import Contact, ContactKind, ContactState
from chancela.domain.delivery import Channel
from chancela.domain.guia import Authorisation, Kind, RequestedProcedure
from chancela.domain.refusal import Refused
from chancela.domain.token import TokenEnd
from chancela.domain.trail import Event, EventKind
from chancela.usecases.cancel_guia import CancelGuia
from chancela.usecases.expire_tokens import ExpireTokens
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.validate_token import ValidateToken
from tests.adapters.postgres.conftest import OTHERS
from tests.adapters.postgres.stages import Stage
from tests.fakes.shelf import BrokenRuleError
from tests.usecases.scene import ANS, CARD, DENIED, DESK, EMAIL, MOBILE, NEIGHBOUR, NOWHERE, OK, ONCE, PROVIDER, SYSTEM


async def registered(stage: Stage, *codes: str, **more: Any) -> Case:
    asked = tuple(RequestedProcedure("22", code, 2, "26", None, "OM") for code in codes or (OK,))
    (case,) = await stage.do(RegisterGuia(DESK, Kind.ODONTO, CARD, PROVIDER, asked, **more))
    return case


async def issued(stage: Stage, **wish: Any) -> Case:
    case = await registered(stage)
    (live,) = await stage.do(IssueToken(DESK, case.guia.id, **wish))
    return live


async def entered(stage: Stage, case: Case, *, right: bool = True) -> Any:
    """Give the right code, or one beside it."""
    code = "482913" if right else "482914"
    (outcome,) = await stage.do(ValidateToken(DESK, case.guia.id, code))
    return outcome


async def loaded(stage: Stage, case: Case) -> Case:
    async with stage.world() as world:
        return (await world.cases.load([case.guia.id]))[case.guia.id]


@pytest.fixture(autouse=True)
def known_codes(stage: Stage) -> None:
    chance = stage.memory.chance if hasattr(stage, "memory") else stage.means.chance
    chance.next_codes += ["482913"] * 20


# what is saved is what is loaded


async def test_a_registered_guia_comes_back_as_it_was(stage: Stage):
    case = await registered(stage, OK, DENIED, provider_number="A-17", requester="Dra. Lia", notes="à tarde")
    assert await loaded(stage, case) == case


async def test_a_live_code_comes_back_with_its_secret_and_its_messages_in_order(stage: Stage):
    case = await issued(stage)
    assert await loaded(stage, case) == case
    assert [each.channel for each in case.deliveries] == [Channel.SMS, Channel.EMAIL]


async def test_a_spent_try_is_kept_with_the_code_and_the_guia(stage: Stage):
    case = await issued(stage)
    await entered(stage, case, right=False)
    now = await loaded(stage, case)
    assert (now.token.wrong_tries, now.guia.wrong_tries, now.secret) == (1, 1, case.secret)


async def test_a_validation_comes_back_with_the_place_of_its_event(stage: Stage):
    case = await issued(stage)
    done = await entered(stage, case)
    now = await loaded(stage, case)
    assert replace(now, validation=replace(now.validation, event_seq=None)) == done
    entry = (await stage.trail())[now.validation.event_seq - 1]
    assert (entry.kind, entry.subject) == (EventKind.GUIA_VALIDATED, case.guia.id)


async def test_a_code_that_ended_comes_back_without_its_secret(stage: Stage):
    case = await issued(stage)
    await stage.do(CancelGuia(DESK, case.guia.id, "engano"))
    now = await loaded(stage, case)
    assert (now.secret, now.token.end, now.token.generation) == (None, TokenEnd.CANCELLED, 1)
    assert (now.guia.generation, now.guia.last_end, now.guia.cancelled_why) == (1, TokenEnd.CANCELLED, "engano")


async def test_after_a_new_code_only_its_own_messages_belong_to_the_case(stage: Stage):
    case = await issued(stage)
    (second,) = await stage.do(IssueToken(DESK, case.guia.id))
    assert await loaded(stage, case) == second
    assert {each.generation for each in second.deliveries} == {2}


async def test_a_guia_whose_new_code_lives_shows_no_end(stage: Stage):
    case = await issued(stage)
    await stage.age(hours=49)
    await stage.do(ExpireTokens(SYSTEM))
    assert (await loaded(stage, case)).guia.last_end == TokenEnd.EXPIRED
    await stage.do(IssueToken(DESK, case.guia.id))
    now = await loaded(stage, case)
    assert (now.guia.last_end, now.guia.generation, now.token.generation) == (None, 2, 2)


async def test_of_several_steps_of_one_guia_the_last_state_stays(stage: Stage):
    guia = (await registered(stage)).guia
    _, last = await stage.do(IssueToken(DESK, guia.id), IssueToken(DESK, guia.id))
    assert (await loaded(stage, last)).token == last.token
    assert [each.kind for each in await stage.trail()][1:] == [EventKind.TOKEN_ISSUED] * 2


async def test_only_what_exists_is_loaded_in_the_order_of_its_key(stage: Stage):
    cases = [await registered(stage) for _ in range(3)]
    ids = [case.guia.id for case in cases]
    async with stage.world() as world:
        assert list(await world.cases.load([ids[2], NOWHERE, ids[0], ids[1]])) == ids
        assert await world.cases.load([NOWHERE]) == {}
        assert await world.cases.load([]) == {}


async def test_within_a_transaction_what_was_saved_is_seen(stage: Stage):
    case = await registered(stage)
    async with stage.world() as world:
        await world.cases.load([case.guia.id])
        noted = replace(case, guia=replace(case.guia, authorisation=Authorisation.CANCELLED, cancelled_why="engano"))
        await world.cases.save([Step(case, noted, happened(case))])
        assert await world.cases.load([case.guia.id]) == {case.guia.id: noted}


# events


def happened(case: Case, kind: EventKind = EventKind.GUIA_CANCELLED) -> Event:
    return Event(kind, case.guia.id, "recepcao", {"from": "authorised"})


async def test_every_step_leaves_its_event_in_an_unbroken_chain(stage: Stage):
    case = await issued(stage)
    for right in (False, False, True):
        await entered(stage, case, right=right)
    entries = await stage.trail()
    _, breaks = trail.follow(trail.start(ANS), entries)
    assert breaks == ()
    assert [entry.kind.split(":", 1)[1] for entry in entries] == [
        "guia:registered",
        "token:issued",
        "token:refused",
        "token:refused",
        "attendance:validated",
    ]


async def test_nothing_saved_is_nothing_told(stage: Stage):
    async with stage.world() as world:
        await world.cases.save([])
    assert await stage.trail() == []


async def spoilt(stage: Stage, case: Case) -> None:
    """Cancel the guia, count five numbers, and stumble."""
    async with stage.world() as world:
        held = (await world.cases.load([case.guia.id]))[case.guia.id]
        gone = replace(held, guia=replace(held.guia, authorisation=Authorisation.CANCELLED, cancelled_why="x"))
        await world.cases.save([Step(held, gone, happened(case))])
        await world.cases.numbers(5)
        raise RuntimeError("on purpose")


async def test_what_is_raised_takes_everything_back(stage: Stage):
    case = await issued(stage)
    before = await loaded(stage, case), await stage.trail()
    with pytest.raises(RuntimeError, match="on purpose"):
        await spoilt(stage, case)
    assert (await loaded(stage, case), await stage.trail()) == before
    assert (await registered(stage)).guia.number.endswith("000000002")


# numbers, repetitions, sweeping


async def test_numbers_follow_each_other_and_begin_with_the_year(stage: Stage):
    async with stage.world() as world:
        year = world.today.year
        assert await world.cases.numbers(0) == []
        assert await world.cases.numbers(2) == [f"{year}000000001", f"{year}000000002"]
    async with stage.world() as world:
        assert await world.cases.numbers(1) == [f"{year}000000003"]


async def test_a_number_is_known_as_presented_by_its_provider_alone(stage: Stage):
    await registered(stage, provider_number="A-17")
    asked = [(PROVIDER, "A-17"), (NEIGHBOUR, "A-17"), (PROVIDER, "A-18")]
    async with stage.world() as world:
        assert await world.cases.presented(asked) == {(PROVIDER, "A-17")}


async def test_the_past_is_what_was_authorised_and_not_cancelled(stage: Stage):
    await registered(stage, OK, DENIED)
    gone = await registered(stage, ONCE)
    await stage.do(CancelGuia(DESK, gone.guia.id, "engano"))
    async with stage.world(RegisterGuia) as world:
        (past,) = (await world.cases.past([stage.ana], world.today))[stage.ana]
        assert (past.code, past.tooth, past.region, past.on_date) == (OK, "26", None, world.today)
        assert await world.cases.past([stage.ana], world.today + timedelta(days=1)) == {}
        assert await world.cases.past([NOWHERE], world.today) == {}


async def test_stale_is_what_still_lives_past_its_time(stage: Stage):
    cases = [await issued(stage) for _ in range(3)]
    assert await stale(stage) == []
    await stage.age(hours=48)
    await stage.do(CancelGuia(DESK, cases[0].guia.id, "engano"))
    assert set(await stale(stage)) == {case.guia.id for case in cases[1:]}
    assert len(await stale(stage, limit=1)) == 1


async def stale(stage: Stage, limit: int = 500) -> list[UUID]:
    async with stage.world(ExpireTokens) as world:
        found: list[UUID] = await world.cases.stale(limit)
    return found


# people, network, catalogue


async def test_people_come_with_their_contacts(stage: Stage):
    async with stage.world(RegisterGuia) as world:
        found = await world.people.by_card([CARD, "0"])
    assert list(found) == [CARD]
    assert found[CARD].beneficiary.id == stage.ana
    assert sorted(each.address for each in found[CARD].contacts) == sorted([MOBILE, EMAIL])


async def test_the_person_of_a_loaded_guia_is_known_by_id(stage: Stage):
    case = await registered(stage)
    async with stage.world(IssueToken) as world:
        await world.cases.load([case.guia.id])
        found = (await world.people.by_id([stage.ana]))[stage.ana]
    assert found.beneficiary.card_number == CARD
    assert len(found.contacts) == 2


@pytest.mark.parametrize("kind", [RegisterGuia, IssueToken])
async def test_the_provider_of_a_deed_is_known_by_its_code(stage: Stage, kind: type):
    case = await registered(stage)
    async with stage.world(kind) as world:
        await world.cases.load([case.guia.id])
        found = (await world.network.by_code([PROVIDER]))[PROVIDER]
    assert (found.code, found.active, found.phones) == (PROVIDER, True, frozenset({"+5541900007777"}))


async def test_what_is_in_no_table_is_not_found(stage: Stage):
    async with stage.world(RegisterGuia) as world:
        assert list(await world.network.by_code(["99999", NEIGHBOUR])) == [NEIGHBOUR]
        assert list(await world.catalogue.entries([OK, "00000000"])) == [OK]
        assert (await world.catalogue.entries([OK]))[OK].dental


# counts


async def test_counts_of_the_day_follow_from_the_steps(stage: Stage):
    case = await issued(stage)
    await entered(stage, case, right=False)
    async with stage.world(ValidateToken) as world:
        await world.cases.load([case.guia.id])
        day = (await world.tallies.days([PROVIDER]))[PROVIDER]
        fleet = await world.tallies.fleet()
    assert (day.guias, day.sends, day.wrong) == (1, 2, 1)
    assert day.wrong_at is not None
    assert (fleet.judged, fleet.wrong, fleet.usual_judged, fleet.usual_wrong) == (1, 1, 0, 0)


async def test_a_provider_without_counts_has_zeros(stage: Stage):
    async with stage.world(ValidateToken) as world:
        await world.cases.load([])
        assert (await world.tallies.days([NEIGHBOUR]))[NEIGHBOUR].wrong == 0
        assert (await world.tallies.fleet()).judged == 0


async def test_messages_of_the_last_hour_are_counted_by_guia(stage: Stage):
    first, second = await issued(stage), await issued(stage, channel=Channel.SMS)
    async with stage.world(IssueToken) as world:
        await world.cases.load([second.guia.id])
        counts = await world.tallies.sends([stage.ana])
    assert dict(counts[stage.ana]) == {first.guia.id: 2, second.guia.id: 1}


# contacts


def typed(stage: Stage, case: Case, number: int, state: ContactState, address: str = "+5541900001111") -> Step:
    new = Contact(UUID(int=number), stage.ana, ContactKind.MOBILE, address, state, PROVIDER, case.guia.id)
    return Step(case, case, happened(case, EventKind.TOKEN_SENT), contacts=(new,))


async def learnt(stage: Stage, case: Case, *steps: Step) -> list[Contact]:
    for step in steps:
        async with stage.world() as world:
            await world.cases.load([case.guia.id])
            await world.cases.save([step])
    return [each for each in await stage.contacts() if each.address not in {MOBILE, EMAIL, OTHERS}]


async def test_an_address_stands_once_for_a_person_under_its_first_id(stage: Stage):
    case = await registered(stage)
    twice = [typed(stage, case, number, ContactState.PROVISIONAL) for number in (71, 72)]
    (contact,) = await learnt(stage, case, *twice)
    assert (contact.id, contact.state, contact.guia_id) == (UUID(int=71), ContactState.PROVISIONAL, case.guia.id)


async def test_a_provisional_contact_may_become_confirmed_and_never_goes_back(stage: Stage):
    case = await registered(stage)
    states = (ContactState.PROVISIONAL, ContactState.CONFIRMED, ContactState.PROVISIONAL)
    (contact,) = await learnt(stage, case, *[typed(stage, case, 71, state) for state in states])
    assert contact.state is ContactState.CONFIRMED


async def test_the_channel_to_remember_is_remembered(stage: Stage):
    case = await registered(stage)
    async with stage.world() as world:
        await world.cases.load([case.guia.id])
        await world.cases.save([Step(case, case, happened(case, EventKind.TOKEN_SENT), prefers=Channel.APP)])
    async with stage.world(RegisterGuia) as world:
        assert (await world.people.by_card([CARD]))[CARD].beneficiary.preferred_channel is Channel.APP


# rules that hold even against us


async def saved(stage: Stage, step: Step) -> None:
    async with stage.world() as world:
        await world.cases.load([step.after.guia.id])
        await world.cases.save([step])


async def broken(stage: Stage, case: Case, change: Case, kind: EventKind = EventKind.GUIA_CANCELLED) -> str:
    """The rule on which a change breaks; nothing of it stays."""
    before = await stage.trail()
    with pytest.raises((BrokenRuleError, psycopg.IntegrityError)) as caught:
        await saved(stage, Step(case, change, happened(case, kind)))
    assert await stage.trail() == before
    return str(caught.value)


async def test_a_guia_is_validated_at_most_once(stage: Stage):
    case = await issued(stage)
    done = await entered(stage, case)
    assert "a_guia_is_validated_at_most_once" in await broken(stage, done, done, EventKind.GUIA_VALIDATED)


async def test_a_provider_presents_a_number_once(stage: Stage):
    case = await registered(stage, provider_number="A-17")
    again = Case(replace(case.guia, id=UUID(int=8), number="9"))
    with pytest.raises((BrokenRuleError, psycopg.IntegrityError), match="a_provider_presents_a_number_once"):
        await saved(stage, Step(None, again, happened(again, EventKind.GUIA_REGISTERED)))
    assert await loaded(stage, case) == case


async def test_a_guia_number_is_given_once(stage: Stage):
    case = await registered(stage)
    again = Case(replace(case.guia, id=UUID(int=8)))
    with pytest.raises((BrokenRuleError, psycopg.IntegrityError), match="a_guia_number_is_given_once"):
        await saved(stage, Step(None, again, happened(again, EventKind.GUIA_REGISTERED)))


async def test_a_cancelled_guia_says_why(stage: Stage):
    case = await registered(stage)
    mute = replace(case, guia=replace(case.guia, authorisation=Authorisation.CANCELLED))
    assert "a_cancelled_guia_says_why" in await broken(stage, case, mute)


async def test_wrong_tries_never_pass_their_limits(stage: Stage):
    case = await issued(stage)
    eleventh = replace(case, guia=replace(case.guia, wrong_tries=11))
    assert "wrong_tries_of_a_guia_never_pass_ten" in await broken(stage, case, eleventh)
    sixth = replace(case, token=replace(case.token, wrong_tries=6))
    assert "wrong_tries_of_a_code_never_pass_five" in await broken(stage, case, sixth)


async def test_a_code_expires_after_it_is_issued(stage: Stage):
    case = await issued(stage)
    dead = replace(case, token=replace(case.token, expires_at=case.token.issued_at))
    assert "a_code_expires_after_it_is_issued" in await broken(stage, case, dead)


async def test_a_refusal_is_kept_as_well_as_a_success(stage: Stage):
    case = await issued(stage)
    outcomes = [await entered(stage, case, right=False) for _ in range(5)]
    assert all(isinstance(each, Refused) for each in outcomes)
    assert (await loaded(stage, case)).guia.last_end == TokenEnd.LOCKED
