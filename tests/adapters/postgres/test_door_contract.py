"""What the door promises, held against the fakes and against PostgreSQL alike."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.refusal import Refusal
from chancela.domain.sign_in import Asked, Claim
from chancela.usecases.ask_sign_in import AskSignIn
from chancela.usecases.end_session import EndSession
from chancela.usecases.enter import Enter, Opened
from tests.adapters.postgres.conftest import BORN
from tests.usecases.scene import ANS, CARD, CPF, MOBILE, NOWHERE, SYSTEM, reason

if TYPE_CHECKING:
    from tests.adapters.postgres.stages import Stage

ANA = Claim(CARD, CPF, BORN)
PLACE = b"here"


async def ask(stage: Stage, claim: Claim = ANA, origin: bytes = PLACE) -> UUID:
    chance(stage).next_codes.append("482913")
    (made,) = await stage.do(AskSignIn(SYSTEM, claim, origin))
    assert isinstance(made, UUID)
    return made


def chance(stage: Stage) -> Any:
    return stage.memory.chance if hasattr(stage, "memory") else stage.means.chance


async def enter(stage: Stage, sign_in_id: UUID, code: str = "482913", **more: Any) -> Any:
    (outcome,) = await stage.do(Enter(SYSTEM, sign_in_id, code, "Firefox", **more))
    return outcome


async def test_who_is_known_by_card_or_cpf_is_found_with_their_contacts(stage: Stage):
    nobody = Claim(CARD, CPF, BORN + timedelta(days=1))
    async with stage.world(AskSignIn) as world:
        found = await world.doors.known([ANA, nobody, Claim("1", CPF, BORN), Claim("1", None, BORN)])
    assert {claim: each.beneficiary.id for claim, each in found.items()} == {
        ANA: stage.ana,
        Claim("1", CPF, BORN): stage.ana,
    }
    assert MOBILE in {each.address for each in found[ANA].contacts}


async def test_what_was_asked_is_counted_by_person_and_by_place(stage: Stage):
    for claim in (ANA, ANA, Claim("1", None, BORN)):
        await ask(stage, claim)
    await ask(stage, origin=b"elsewhere")
    await stage.do(AskSignIn(SYSTEM, ANA, PLACE, stage.ana))
    async with stage.world(AskSignIn) as world:
        await world.doors.hold({stage.ana})
        asked = await world.doors.asked({stage.ana})
        places = await world.doors.asked_from({PLACE, b"elsewhere"})
        none = await world.doors.asked({NOWHERE})
    assert asked[stage.ana, False] == Asked(3, 3) and asked.get((stage.ana, True), Asked()) == Asked(1, 1)
    assert dict(places) == {PLACE: 3, b"elsewhere": 1}
    assert none.get((NOWHERE, False), Asked()) == Asked()


async def test_a_wrong_entry_stays_spent_and_the_right_one_opens_once(stage: Stage):
    id_ = await ask(stage)
    assert reason(await enter(stage, id_, "000000")) == Refusal.CODE_REFUSED
    async with stage.world(Enter) as world:
        held = (await world.doors.load([id_, NOWHERE]))[id_]
    assert (held.wrong_tries, held.beneficiary_id, held.origin) == (1, stage.ana, PLACE)
    opened = await enter(stage, id_)
    assert isinstance(opened, Opened)
    assert reason(await enter(stage, id_)) == Refusal.NO_LIVE_CODE
    async with stage.world(Enter) as world:
        over = (await world.doors.load([id_]))[id_]
        known = await world.doors.sessions([opened.session.id, NOWHERE])
    assert over.secret is None and over.ended_at is not None
    assert known == {opened.session.id: opened.session}


async def test_a_decoy_is_kept_and_counted_like_any_other(stage: Stage):
    id_ = await ask(stage, Claim("1", None, BORN))
    outcomes = [reason(await enter(stage, id_)) for _ in range(6)]
    assert outcomes == [*[Refusal.CODE_REFUSED] * 4, Refusal.CODE_LOCKED, Refusal.NO_LIVE_CODE]


async def test_an_ended_session_stays_ended_and_the_trail_tells_of_it(stage: Stage):
    session = (await enter(stage, await ask(stage))).session
    first, again = await stage.do(*[EndSession(person_of(stage), session.id)] * 2)
    assert first == again and first.ended_at is not None
    async with stage.world(EndSession) as world:
        assert (await world.doors.sessions([session.id]))[session.id].ended_at == first.ended_at
    assert [each.kind for each in await stage.trail()] == ["person:session:opened", "person:session:ended"]


def person_of(stage: Stage) -> Actor:
    return Actor(ANS, ActorKind.BENEFICIARY, "pessoa", person=stage.ana)
