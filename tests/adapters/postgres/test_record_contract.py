"""What files of people promise, held against the fakes and against PostgreSQL alike."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from chancela.domain.call import Call, CallStep
from chancela.domain.caller import FoundBy, Search
from chancela.domain.contact import ContactState
from chancela.domain.guia import Kind, RequestedProcedure
from chancela.domain.people import Standing
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.record import Merge, Part, Record, RecordStep, What
from chancela.domain.refusal import Refusal
from chancela.domain.session import PersonSession
from chancela.domain.sign_in import Claim, DoorStep
from chancela.domain.trail import Event, EventKind
from chancela.usecases.change_record import ChangeRecord
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.merge_people import MergePeople
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.see_record import SeeRecord
from tests.adapters.postgres.conftest import BORN, OTHERS
from tests.usecases.scene import ANS, CARD, DESK, EMAIL, MOBILE, NOWHERE, OK, PROVIDER, reason

if TYPE_CHECKING:
    from tests.adapters.postgres.stages import Stage

CONFIRMED, RETIRED = ContactState.CONFIRMED, ContactState.RETIRED
WHY, TWIN = "A pessoa ligou e pediu ajuda.", "900"


def manager() -> Actor:
    return Actor(ANS, ActorKind.MANAGER, "gestora", assured_at=datetime.now(UTC))


async def change(stage: Stage, what: What, **more: Any) -> Any:
    (made,) = await stage.do(ChangeRecord(manager(), stage.ana, what, WHY, **more))
    return made


async def merge(stage: Stage) -> Any:
    """Let the first of the crowd, who has Ana's CPF, be Ana."""
    (made,) = await stage.do(MergePeople(manager(), stage.crowd[0], stage.ana, WHY))
    return made


async def record(stage: Stage, whom: UUID | None = None) -> Record:
    key = whom or stage.ana
    async with stage.world(SeeRecord) as world:
        found: dict[UUID, Record] = await world.records.load([key, NOWHERE])
    assert set(found) == {key}
    return found[key]


async def contacts(stage: Stage, whom: UUID) -> dict[str, ContactState]:
    return {each.address: each.state for each in await stage.contacts() if each.beneficiary_id == whom}


async def guia(stage: Stage, card: str) -> Any:
    (made,) = await stage.do(RegisterGuia(DESK, Kind.ODONTO, card, PROVIDER, (RequestedProcedure("22", OK),)))
    return made


async def sign_in(stage: Stage, whom: UUID) -> UUID:
    chance: Any = stage.memory.chance if hasattr(stage, "memory") else stage.means.chance
    now, id_ = datetime.now(UTC), chance.id()
    session = PersonSession(id_, whom, id_.bytes, now, now, now, now, "Firefox")
    async with stage.world(SeeRecord) as world:
        await world.doors.save([DoorStep(events=(), sessions=(session,))])
    return UUID(str(id_))


async def open_sessions(stage: Stage, *sessions: UUID) -> list[bool]:
    async with stage.world(SeeRecord) as world:
        found = await world.doors.sessions(sessions)
    return [found[each].ended_at is None for each in sessions]


async def test_a_file_comes_with_every_contact_and_one_that_is_not_there_does_not(stage: Stage):
    found = await record(stage)
    assert (found.person.beneficiary.card_number, found.merged_into) == (CARD, None)
    assert {each.address for each in found.person.contacts} == {MOBILE, EMAIL}


async def test_what_was_seen_stands_in_the_trail(stage: Stage):
    (seen,) = await stage.do(SeeRecord(manager(), stage.ana, Part.IDENTITY, WHY))
    assert isinstance(seen, Record)
    (told,) = await stage.trail()
    assert (told.kind, told.subject, told.actor) == ("beneficiary:record:seen", stage.ana, "gestora")


async def test_a_change_stays_and_is_taken_back(stage: Stage):
    for what, standing in ((What.END, Standing.ENDED), (What.ACTIVATE, Standing.ACTIVE)):
        await change(stage, what)
        now = (await record(stage)).person.beneficiary
        assert (now.standing, now.ended_date is None) == (standing, standing is Standing.ACTIVE)
    await change(stage, What.HIDE)
    one = (await record(stage)).person.beneficiary
    assert (one.private, one.protected) == (True, False)


async def test_whoever_becomes_protected_is_in_nowhere(stage: Stage):
    own, other = await sign_in(stage, stage.ana), await sign_in(stage, stage.crowd[0])
    await change(stage, What.PROTECT)
    assert await open_sessions(stage, own, other) == [False, True]
    assert (await record(stage)).person.beneficiary.protected


async def test_a_contested_contact_stays_contested(stage: Stage):
    held = next(each for each in (await record(stage)).person.contacts if each.address == MOBILE)
    await change(stage, What.CONTEST, contact_id=held.id)
    assert await contacts(stage, stage.ana) == {MOBILE: ContactState.CONTESTED, EMAIL: CONFIRMED}


async def test_of_two_changes_at_once_one_is_told(stage: Stage):
    done = await asyncio.gather(*(change(stage, What.END) for _ in range(3)))
    assert sum(isinstance(each, Record) for each in done) == 1
    assert len(await stage.trail()) == 1


async def test_whoever_rings_while_their_file_is_merged_goes_on_as_the_one_that_goes_on(stage: Stage):
    async with stage.world() as world:
        (protocol,) = await world.cases.protocols(1)
        call = Call(world.chance.id(), "central", protocol, world.now, stage.crowd[0], identified_at=world.now)
        await world.calls.save([CallStep(call)])
    await merge(stage)
    async with stage.world() as world:
        loaded, mine = await world.calls.load([call.id]), await world.calls.open_of(["central"])
    assert loaded[call.id] == mine["central"] == replace(call, person_id=stage.ana)


async def test_the_file_that_goes_on_has_everything_and_the_card_leads_there(stage: Stage):
    old, before = stage.crowd[0], await guia(stage, TWIN)
    theirs = await sign_in(stage, old)
    kept = await merge(stage)
    assert kept.person.beneficiary.id == stage.ana
    assert await contacts(stage, stage.ana) == {MOBILE: CONFIRMED, EMAIL: CONFIRMED, OTHERS: RETIRED}
    gone = await record(stage, old)
    assert (gone.merged_into, gone.person.beneficiary.standing, gone.person.contacts) == (stage.ana, Standing.ENDED, ())
    assert await open_sessions(stage, theirs) == [False]
    async with stage.world() as world:
        assert (await world.cases.load([before.guia.id]))[before.guia.id].guia.beneficiary_id == stage.ana
        people = await world.people.by_card([TWIN, CARD])
        dependant = (await world.records.load([stage.crowd[1]]))[stage.crowd[1]]
    assert {card: each.beneficiary.id for card, each in people.items()} == {TWIN: stage.ana, CARD: stage.ana}
    assert people[TWIN].beneficiary.card_number == TWIN
    assert dependant.person.beneficiary.holder_id == stage.ana
    later = await guia(stage, TWIN)
    assert (later.guia.beneficiary_id, later.guia.card_number) == (stage.ana, TWIN)


async def test_who_comes_with_the_old_card_comes_in_as_the_person_that_goes_on(stage: Stage):
    await merge(stage)
    claim = Claim(card=TWIN, cpf=None, birth_date=BORN)
    async with stage.world(SeeRecord) as world:
        found = await world.doors.known([claim])
    assert found[claim].beneficiary.id == stage.ana


async def test_who_rings_with_the_old_card_is_the_person_that_goes_on(stage: Stage):
    await merge(stage)
    by_card, by_day = Search(FoundBy.CARD, card=TWIN), Search(FoundBy.NAME, name="Ana Souza", birth_date=BORN)
    async with stage.world(SeeRecord) as world:
        found = await world.calls.known([by_card, by_day])
    assert [each.id for each in found[by_card]] == [stage.ana] == [each.id for each in found[by_day]]


async def test_a_code_that_lives_is_seen_until_it_ends(stage: Stage):
    case = await guia(stage, TWIN)
    await stage.do(IssueToken(DESK, case.guia.id))
    async with stage.world(MergePeople) as world:
        assert set(await world.records.alive({stage.ana, stage.crowd[0]})) == {stage.crowd[0]}
    assert reason(await merge(stage)) == Refusal.CODE_ALIVE


async def test_a_code_asked_for_while_files_are_merged_is_of_one_of_them(stage: Stage):
    """Whichever is first: the merge is refused for the code, or the code is the survivor's."""
    case = await guia(stage, TWIN)
    issued, merged = await asyncio.gather(stage.do(IssueToken(DESK, case.guia.id)), merge(stage))
    assert hasattr(issued[0], "guia"), issued
    if isinstance(merged, Record):
        async with stage.world() as world:
            assert (await world.cases.load([case.guia.id]))[case.guia.id].guia.beneficiary_id == stage.ana
    else:
        assert reason(merged) == Refusal.CODE_ALIVE


async def test_two_files_are_merged_once(stage: Stage):
    done = await asyncio.gather(*(merge(stage) for _ in range(3)))
    assert sum(isinstance(each, Record) for each in done) == 1
    assert {reason(each) for each in done if not isinstance(each, Record)} == {Refusal.NOT_THE_SAME_PERSON}
    assert [each.kind for each in await stage.trail()] == ["beneficiary:person:merged"] * 2


async def test_a_file_that_took_one_in_may_go_into_another(stage: Stage):
    await merge(stage)
    third = stage.crowd[2]
    (kept,) = await stage.do(MergePeople(manager(), stage.ana, third, WHY))
    assert isinstance(kept, Record), kept
    assert (await record(stage, stage.crowd[0])).merged_into == third


async def test_nothing_is_written_without_a_step(stage: Stage):
    async with stage.world(SeeRecord) as world:
        await world.records.save([])
    assert await stage.trail() == []
    found = await record(stage)
    one = replace(found.person.beneficiary, private=True)
    event = Event(EventKind.PERSON_CHANGED, stage.ana, "gestora", {})
    async with stage.world(SeeRecord) as world:
        await world.records.save([RecordStep((event,), one)])
    assert (await record(stage)).person.beneficiary.private and Merge(stage.ana, NOWHERE).contacts == ()
