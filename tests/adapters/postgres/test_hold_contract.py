"""What held contacts promise, held against the fakes and against PostgreSQL alike."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from chancela.domain.call import Call, CallStep
from chancela.domain.change import ChangeStep
from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.hold import Hold, HoldEnd, HoldStep
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.policy import ContactCare
from chancela.domain.refusal import Refusal
from chancela.usecases.apply_contacts import ApplyContacts
from chancela.usecases.decide_contact import DecideContact
from chancela.usecases.propose_contact import ProposeContact
from tests.adapters.postgres.conftest import OTHERS, STAFF
from tests.fakes.shelf import BrokenRuleError
from tests.usecases.scene import ANS, EMAIL, MOBILE, NOWHERE, SYSTEM, reason

if TYPE_CHECKING:
    from uuid import UUID

    from tests.adapters.postgres.stages import Stage

NEW, NEWER = "+5541900001111", "+5541900002222"
CONFIRMED, RETIRED = ContactState.CONFIRMED, ContactState.RETIRED
ANALYST, MANAGER = (Actor(ANS, kind, kind.value) for kind in (ActorKind.ANALYST, ActorKind.MANAGER))
EAR = Actor(ANS, ActorKind.SYSTEM, "carrier sms")
A_MOBILE = ContactKind.MOBILE
DAYS_AGO = timedelta(days=2)


def new_id(stage: Stage) -> UUID:
    chance: Any = stage.memory.chance if hasattr(stage, "memory") else stage.means.chance
    id_: UUID = chance.id()
    return id_


async def call(stage: Stage, agent: str, **about: Any) -> Actor:
    """An agent in a call of Ana's, who was asked and answered."""
    id_, now = new_id(stage), datetime.now(UTC)
    told = {"person_id": stage.ana, "identified_at": now, **about}
    async with stage.world(ProposeContact) as world:
        (protocol,) = await world.cases.protocols(1)
        await world.calls.save([CallStep(Call(id_, agent, protocol, now, **told))])
    return Actor(ANS, ActorKind.AGENT, agent, call=id_)


async def propose(stage: Stage, address: str = NEW, kind: ContactKind = A_MOBILE, agent: str = "central") -> Any:
    by = await call(stage, agent)
    (made,) = await stage.do(ProposeContact(by, stage.ana, kind, address))
    return made


async def decide(stage: Stage, hold: Hold, by: Actor = ANALYST, *, accept: bool = True) -> Any:
    (made,) = await stage.do(DecideContact(by, hold.id, accept))
    return made


async def held(stage: Stage, **more: Any) -> Hold:
    """Something that was proposed two days ago and whose time has come, by the agent «central»."""
    at = datetime.now(UTC) - DAYS_AGO
    told: dict[str, Any] = {"care": ContactCare.HOLD, "proposed_at": at, "due_at": at + timedelta(days=1), **more}
    hold = Hold(
        new_id(stage),
        told.pop("whose", stage.ana),
        new_id(stage),
        "1",
        new_id(stage),
        A_MOBILE,
        told.pop("address", NEW),
        proposed_by="central",
        **told,
    )
    about: dict[str, Any] = {"person_id": hold.beneficiary_id, "identified_at": at, "ended_at": at}
    async with stage.world(ApplyContacts) as world:
        (protocol,) = await world.cases.protocols(1)
        during = Call(hold.call_id, "central", protocol, at, **about)
        await world.calls.save([CallStep(during)])
        await world.holds.save([HoldStep(hold, ChangeStep(hold.beneficiary_id))])
    return hold


async def now(stage: Stage, hold: Hold) -> Hold:
    async with stage.world(DecideContact) as world:
        found: dict[UUID, Hold] = await world.holds.load([hold.id, NOWHERE])
    assert set(found) == {hold.id}
    return found[hold.id]


async def states(stage: Stage) -> dict[str, ContactState]:
    return {each.address: each.state for each in await stage.contacts() if each.beneficiary_id == stage.ana}


async def told(stage: Stage) -> list[str]:
    return [each.kind.rpartition(":")[2] for each in await stage.trail() if "contact" in each.kind]


async def test_who_asked_for_what_waits_is_known_by_its_call(stage: Stage):
    hold = await propose(stage)
    async with stage.world(DecideContact) as world:
        assert dict(await world.holds.askers([hold.id])) == {hold.id: stage.ana}
        assert dict(await world.holds.askers([])) == {}


async def test_what_is_proposed_is_kept_as_it_was(stage: Stage):
    hold = await propose(stage)
    assert await now(stage, hold) == hold
    async with stage.world(ProposeContact) as world:
        waiting, asked = await world.holds.waiting({stage.ana, NOWHERE}), await world.holds.asked({stage.ana, NOWHERE})
        call = (await world.calls.load([hold.call_id]))[hold.call_id]
    assert dict(waiting) == {stage.ana: (hold,)} and dict(asked) == {stage.ana: 1}
    assert call.changed_contact and call.protocol == hold.protocol
    assert await states(stage) == {MOBILE: CONFIRMED, EMAIL: CONFIRMED} and await told(stage) == ["proposed"]


async def test_what_a_second_person_approves_takes_its_place(stage: Stage):
    done = await decide(stage, await propose(stage))
    assert (done.end, done.ended_by) == (HoldEnd.APPLIED, "analyst") and await now(stage, done) == done
    assert await states(stage) == {MOBILE: RETIRED, EMAIL: CONFIRMED, NEW: CONFIRMED}
    assert await told(stage) == ["proposed", "decided", "applied"]
    async with stage.world(ProposeContact) as world:
        assert dict(await world.holds.waiting({stage.ana})) == {}


async def test_of_many_approvals_at_once_one_counts(stage: Stage):
    hold = await propose(stage)
    outcomes = await asyncio.gather(*(decide(stage, hold, by) for by in (ANALYST, MANAGER, ANALYST)))
    assert [each.end for each in outcomes if isinstance(each, Hold)] == [HoldEnd.APPLIED]
    assert {reason(each) for each in outcomes if not isinstance(each, Hold)} == {Refusal.NOTHING_TO_REVIEW}
    assert await told(stage) == ["proposed", "decided", "applied"]


async def test_of_an_approval_and_a_no_at_once_the_first_counts(stage: Stage):
    hold = await propose(stage)
    yes, no = await asyncio.gather(decide(stage, hold), decide(stage, hold, EAR, accept=False))
    assert isinstance(yes, Hold) != isinstance(no, Hold)
    end = HoldEnd.APPLIED if isinstance(yes, Hold) else HoldEnd.REFUSED
    assert (await now(stage, hold)).end is end
    assert (await states(stage)).get(NEW) is (CONFIRMED if end is HoldEnd.APPLIED else None)
    assert len(await told(stage)) == (3 if end is HoldEnd.APPLIED else 2)


async def test_two_workers_apply_a_contact_once(stage: Stage):
    hold = await held(stage)
    done = await asyncio.gather(*(stage.do(ApplyContacts(SYSTEM, 5)) for _ in range(3)))
    assert sorted(done) == [[0], [0], [1]]
    assert (await now(stage, hold)).end is HoldEnd.APPLIED and await told(stage) == ["applied"]
    assert await states(stage) == {MOBILE: RETIRED, EMAIL: CONFIRMED, NEW: CONFIRMED}


async def test_of_two_proposals_of_a_kind_at_once_one_waits(stage: Stage):
    made = await asyncio.gather(*(propose(stage, each, agent=each) for each in (NEW, NEWER)))
    waiting = [each for each in made if isinstance(each, Hold)]
    assert len(waiting) == 1
    assert [reason(each) for each in made if not isinstance(each, Hold)] == [Refusal.CONTACT_IN_REVIEW]
    email = await propose(stage, "nova@example.com", ContactKind.EMAIL, "terceira")
    assert isinstance(email, Hold)


async def test_a_proposal_and_a_refusal_at_once_do_not_wait_for_each_other(stage: Stage):
    hold = await propose(stage)
    by = await call(stage, "outra")
    again = ProposeContact(by, stage.ana, A_MOBILE, NEWER)
    made, done = await asyncio.gather(stage.do(again), decide(stage, hold, accept=False))
    assert done.end is HoldEnd.REFUSED
    assert isinstance(made[0], Hold) or reason(made[0]) == Refusal.CONTACT_IN_REVIEW


async def test_what_is_due_comes_in_its_order_and_nothing_before(stage: Stage):
    later = await held(stage, whose=stage.crowd[0], due_at=datetime.now(UTC) - timedelta(hours=1))
    first = await held(stage)
    await held(stage, whose=stage.crowd[1], due_at=datetime.now(UTC) + timedelta(hours=1))
    async with stage.world(ApplyContacts) as world:
        assert await world.holds.due(5) == [first.id, later.id] and await world.holds.due(1) == [first.id]


async def test_what_lapsed_is_told_and_changes_nothing(stage: Stage):
    hold = await held(stage, care=ContactCare.SECOND_PERSON)
    assert await stage.do(ApplyContacts(SYSTEM, 5)) == [1]
    assert (await now(stage, hold)).end is HoldEnd.LAPSED
    assert await states(stage) == {MOBILE: CONFIRMED, EMAIL: CONFIRMED} and await told(stage) == ["decided"]


async def test_time_applies_no_number_of_many_and_none_of_a_provider(stage: Stage):
    shared = await held(stage, address=OTHERS)
    staff = await held(stage, whose=stage.crowd[0], address=STAFF)
    assert await stage.do(ApplyContacts(SYSTEM, 5)) == [2]
    one, other = await now(stage, shared), await now(stage, staff)
    assert (one.care, one.end, other.end) == (ContactCare.SECOND_PERSON, None, HoldEnd.REFUSED)
    assert OTHERS not in await states(stage)


async def test_what_ended_stays_as_it_is(stage: Stage):
    hold = await propose(stage)
    await decide(stage, hold, accept=False)
    ended = await now(stage, hold)
    again = replace(hold, end=HoldEnd.APPLIED, ended_by="analyst", ended_at=datetime.now(UTC))
    async with stage.world(DecideContact) as world:
        await world.holds.save([HoldStep(again, ChangeStep(stage.ana))])
    assert await now(stage, hold) == ended


@pytest.mark.parametrize(
    "broken",
    [
        {"due_at": datetime.now(UTC) - DAYS_AGO + timedelta(hours=23)},
        {"end": HoldEnd.REFUSED},
        {
            "end": HoldEnd.APPLIED,
            "ended_by": "central",
            "ended_at": datetime.now(UTC),
            "care": ContactCare.SECOND_PERSON,
        },
        {"end": HoldEnd.APPLIED, "ended_by": "worker", "ended_at": datetime.now(UTC) - timedelta(hours=40)},
    ],
    ids=["held too short", "ended by nobody", "approved by who proposed", "applied before its time"],
)
async def test_what_the_rules_forbid_is_not_kept(stage: Stage, broken: dict[str, Any]):
    with pytest.raises((BrokenRuleError, psycopg.errors.CheckViolation)):
        await held(stage, **broken)
