"""What new contacts promise, held against the fakes and against PostgreSQL alike."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from chancela.domain.change import Ways
from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.delivery import Channel
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.refusal import Refusal
from chancela.domain.sign_in import Asked
from chancela.usecases.ask_contact import AskContact
from chancela.usecases.confirm_contact import ConfirmContact
from chancela.usecases.set_ways import SetWays
from tests.adapters.postgres.conftest import OTHERS
from tests.adapters.postgres.test_ladder_contract import sharing
from tests.usecases.scene import ANS, EMAIL, MOBILE, NOWHERE, reason

if TYPE_CHECKING:
    from tests.adapters.postgres.stages import Stage

NEW, CODE = "+5541900001111", "482913"
CONFIRMED, RETIRED = ContactState.CONFIRMED, ContactState.RETIRED


def actor(stage: Stage) -> Actor:
    own = frozenset({stage.ana})
    now = datetime.now(UTC)
    return Actor(ANS, ActorKind.BENEFICIARY, "pessoa", None, now, person=stage.ana, manages=own)


async def ask(stage: Stage, address: str = NEW) -> UUID:
    chance: Any = stage.memory.chance if hasattr(stage, "memory") else stage.means.chance
    chance.next_codes.append(CODE)
    (made,) = await stage.do(AskContact(actor(stage), stage.ana, ContactKind.MOBILE, address))
    assert isinstance(made, UUID), made
    return made


async def confirm(stage: Stage, *change_ids: UUID, code: str = CODE) -> list[Any]:
    return await stage.do(*(ConfirmContact(actor(stage), each, code) for each in change_ids))


async def states(stage: Stage) -> dict[str, ContactState]:
    return {each.address: each.state for each in await stage.contacts() if each.beneficiary_id == stage.ana}


async def test_people_come_with_every_contact_and_unknown_ones_do_not(stage: Stage):
    async with stage.world(AskContact) as world:
        found = await world.changes.people({stage.ana, NOWHERE})
        nobody = await world.changes.people(set())
    assert set(found) == {stage.ana} and nobody == {}
    assert {each.address for each in found[stage.ana].contacts} == {MOBILE, EMAIL}


async def test_what_was_asked_is_kept_as_it_was_and_counted_by_person(stage: Stage):
    id_ = await ask(stage)
    await ask(stage)
    async with stage.world(ConfirmContact) as world:
        held = await world.changes.load([id_, NOWHERE])
        asked = await world.changes.asked({stage.ana, NOWHERE})
    change = held[id_]
    assert set(held) == {id_} and change.secret is not None
    assert (change.beneficiary_id, change.asked_by, change.kind) == (stage.ana, stage.ana, ContactKind.MOBILE)
    assert (change.address, change.expires_at - change.issued_at) == (NEW, timedelta(minutes=10))
    assert asked[stage.ana] == Asked(2, 2) and asked.get(NOWHERE, Asked()) == Asked()


async def test_a_wrong_entry_stays_spent_and_the_right_one_counts_once(stage: Stage):
    id_ = await ask(stage)
    (refused,) = await confirm(stage, id_, code="000000")
    assert reason(refused) == Refusal.CODE_REFUSED
    async with stage.world(ConfirmContact) as world:
        assert (await world.changes.load([id_]))[id_].wrong_tries == 1
    first, again = await confirm(stage, id_, id_)
    assert first.ended_at is not None and reason(again) == Refusal.NO_LIVE_CODE
    async with stage.world(ConfirmContact) as world:
        over = (await world.changes.load([id_]))[id_]
    assert (over.secret, over.wrong_tries) == (None, 1) and over.ended_at is not None
    assert await states(stage) == {MOBILE: RETIRED, EMAIL: CONFIRMED, NEW: CONFIRMED}
    told = [each.kind for each in await stage.trail()]
    assert told == ["beneficiary:contact:asked", "beneficiary:contact:confirmed"]


async def test_of_two_changes_confirmed_at_the_same_time_one_alone_stays_confirmed(stage: Stage):
    asked = [await ask(stage, address) for address in (NEW, "+5541900002222")]
    await asyncio.gather(*(confirm(stage, each) for each in asked))
    now = await states(stage)
    assert sorted(now.values()) == [CONFIRMED, CONFIRMED, RETIRED, RETIRED]
    assert (now[EMAIL], now[MOBILE]) == (CONFIRMED, RETIRED)


async def test_an_old_contact_comes_back_under_the_id_that_it_had(stage: Stage):
    before = {each.address: each.id for each in await stage.contacts() if each.beneficiary_id == stage.ana}
    for address in (NEW, MOBILE):
        await confirm(stage, await ask(stage, address))
    now = {each.address: each.id for each in await stage.contacts() if each.beneficiary_id == stage.ana}
    assert await states(stage) == {MOBILE: CONFIRMED, EMAIL: CONFIRMED, NEW: RETIRED}
    assert now[MOBILE] == before[MOBILE]


async def test_a_contact_that_was_left_is_nobodys(stage: Stage):
    assert stage.ana in (await sharing(stage, stage.crowd[0], MOBILE)).families
    await confirm(stage, await ask(stage))
    assert stage.ana not in (await sharing(stage, stage.crowd[0], MOBILE)).families
    assert stage.ana in (await sharing(stage, stage.crowd[0], NEW)).families


async def test_a_number_of_three_families_becomes_nobody_elses(stage: Stage):
    (outcome,) = await stage.do(AskContact(actor(stage), stage.ana, ContactKind.MOBILE, OTHERS))
    assert reason(outcome) == Refusal.CONTACT_IN_REVIEW


async def test_ways_stay_as_the_person_said(stage: Stage):
    for ways in (Ways(uses_no_mobile=True, preferred=Channel.VOICE), Ways()):
        assert await stage.do(SetWays(actor(stage), stage.ana, ways)) == [ways]
        async with stage.world(SetWays) as world:
            person = (await world.changes.people([stage.ana]))[stage.ana].beneficiary
        assert (person.uses_no_mobile, person.preferred_channel) == (ways.uses_no_mobile, ways.preferred)
