"""What the store of passkeys promises, held against the fakes and against PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
import pytest

from chancela.domain import passkey as passkeys
from chancela.domain.passkey import Ceremony, Passkey, PasskeyStep
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.refusal import Refusal
from chancela.domain.sign_in import DoorStep
from chancela.usecases.ask_passkey import AskPasskey
from chancela.usecases.end_passkey import EndPasskey
from chancela.usecases.enrol_passkey import EnrolPasskey
from chancela.usecases.enter import Opened
from chancela.usecases.enter_by_passkey import EnterByPasskey
from tests.fakes.shelf import BrokenRuleError
from tests.usecases.scene import ANS, NOWHERE, SYSTEM, reason

if TYPE_CHECKING:
    from tests.adapters.postgres.stages import Stage

PLACE = b"here"
BROKEN = (BrokenRuleError, psycopg.IntegrityError)


async def person(stage: Stage) -> Actor:
    async with stage.world(AskPasskey) as world:
        now = world.now
    return Actor(ANS, ActorKind.BENEFICIARY, "pessoa", assured_at=now, person=stage.ana)


async def enrolled(stage: Stage, credential: bytes = b"\x00one") -> Passkey:
    who = await person(stage)
    (asked,) = await stage.do(AskPasskey(who, Ceremony.ENROL, PLACE))
    command = EnrolPasskey(who, asked.id, asked.secret, credential, b"\x00key", 4, "Chrome")
    (made,) = await stage.do(command)
    assert isinstance(made, Passkey), made
    return made


async def enter(stage: Stage, count: int, by: Actor = SYSTEM, **more: Any) -> Any:
    (asked,) = await stage.do(AskPasskey(by, Ceremony.ENTER, PLACE))
    (outcome,) = await stage.do(EnterByPasskey(by, asked.id, asked.secret, b"\x00one", count, "Chrome", **more))
    return outcome


async def test_challenges_are_counted_by_place_and_each_is_taken_once(stage: Stage):
    first, _ = await stage.do(*[AskPasskey(SYSTEM, Ceremony.ENTER, PLACE)] * 2)
    async with stage.world(AskPasskey) as world:
        assert dict(await world.passkeys.asked_from({PLACE, b"elsewhere"})).get(PLACE) == 2
        taken = await world.passkeys.take([first.id, NOWHERE])
        assert list(taken) == [first.id]
        assert passkeys.answers(taken[first.id], Ceremony.ENTER, None, first.secret, world.now)
        assert await world.passkeys.take([first.id]) == {}
    async with stage.world(AskPasskey) as world:
        assert await world.passkeys.take([first.id]) == {}
        await world.passkeys.put([])
        await world.passkeys.save([])


async def test_what_was_enrolled_is_found_by_person_credential_and_id(stage: Stage):
    one, two = await enrolled(stage), await enrolled(stage, b"two")
    async with stage.world(EndPasskey) as world:
        assert set((await world.passkeys.of([stage.ana, NOWHERE]))[stage.ana]) == {one, two}
        assert await world.passkeys.by_credential([b"\x00one", b"none"]) == {b"\x00one": one}
        assert await world.passkeys.load([two.id, NOWHERE]) == {two.id: two}


async def test_a_use_is_kept_with_its_session_and_both_are_told(stage: Stage):
    made = await enrolled(stage)
    opened = await enter(stage, 5)
    assert isinstance(opened, Opened)
    assert reason(await enter(stage, 5)) == Refusal.PASSKEY_REFUSED
    renewed = await enter(stage, 6, await person(stage), replaces=opened.session.id)
    async with stage.world(EndPasskey) as world:
        kept = (await world.passkeys.load([made.id]))[made.id]
        known = await world.doors.sessions([opened.session.id, renewed.session.id])
    assert kept.sign_count == 6 and kept.used_at == renewed.session.created_at
    assert known[opened.session.id].ended_at is not None and known[renewed.session.id].ended_at is None
    told = [each.kind for each in await stage.trail()]
    assert told == ["person:passkey:enrolled", *["person:session:opened", "person:session:ended"], told[1]]


async def test_an_ended_passkey_stays_ended_and_is_listed_no_more(stage: Stage):
    made = await enrolled(stage)
    first, again = await stage.do(*[EndPasskey(await person(stage), made.id)] * 2)
    assert first == again and first.ended_at is not None
    async with stage.world(EndPasskey) as world:
        await world.passkeys.save([PasskeyStep(made, DoorStep())])
        assert await world.passkeys.of([stage.ana]) == {}
        assert (await world.passkeys.load([made.id]))[made.id].ended_at == first.ended_at
        assert set(await world.passkeys.by_credential([b"\x00one"])) == {b"\x00one"}
    assert reason(await enter(stage, 9)) == Refusal.PASSKEY_REFUSED


@pytest.mark.parametrize("credential", [b"\x00one", b"", b"x" * 1024])
async def test_a_credential_is_kept_once_and_has_a_measure(stage: Stage, credential: bytes):
    made = await enrolled(stage)
    twin = replace(made, id=UUID(int=77), credential_id=credential)
    with pytest.raises(BROKEN):
        async with stage.world(EndPasskey) as world:
            await world.passkeys.save([PasskeyStep(twin, DoorStep())])
