"""What the store of ties promises, held against the fakes and against PostgreSQL alike."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
import pytest

from chancela.adapters.postgres.ties import Ties
from chancela.domain import tie as ties
from chancela.domain.family import Scope, Tie, TieKind
from chancela.domain.guia import Kind, RequestedProcedure
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.refusal import Refusal
from chancela.domain.tie import FamilyStep
from chancela.domain.trail import Event, EventKind
from chancela.usecases.accept_tie import AcceptTie
from chancela.usecases.end_tie import EndTie
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.offer_tie import Offered, OfferTie
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.set_privacy import SetPrivacy
from chancela.usecases.validate_token import ValidateToken
from tests.adapters.postgres.stages import MemoryStage, PostgresStage, Stage
from tests.fakes.shelf import BrokenRuleError
from tests.usecases.scene import ANS, CPF, DESK, NOWHERE, OK, PROVIDER, Scene, reason

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

OLD, YOUNG = date(1960, 1, 1), date(1985, 1, 1)
DAY = timedelta(days=1)


class Home(Scene):
    """Ana, Bia and Caio, three adults, Caio a dependant of Ana."""

    def __init__(self) -> None:
        super().__init__(birth_date=OLD)
        self.bia = self.someone("20", birth_date=YOUNG)
        self.caio = self.someone("21", birth_date=YOUNG, holder_id=self.ana)


@pytest.fixture(params=["memory", "postgres"])
async def home(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Stage, Home]]:
    scene = Home()
    stage: Stage = MemoryStage(scene)
    if request.param == "postgres":
        stage = PostgresStage(scene, request.getfixturevalue("empty_database_url"))
        await stage.open()
    yield stage, scene
    await stage.close()


async def somebody(stage: Stage, person: UUID) -> Actor:
    async with stage.world(OfferTie) as world:
        now = world.now
    given = {"person": person, "assured_at": now, "manages": frozenset({person})}
    return Actor(ANS, ActorKind.BENEFICIARY, f"person:{person}", **given)


async def offered(stage: Stage, person: UUID, kind: TieKind = TieKind.DELEGATION) -> Offered:
    actor = await somebody(stage, person)
    assert actor.assured_at is not None
    (outcome,) = await stage.do(OfferTie(actor, person, kind, actor.assured_at + DAY, Scope.SEE))
    assert isinstance(outcome, Offered)
    return outcome


async def load(stage: Stage, tie_id: UUID) -> Tie:
    async with stage.world(EndTie) as world:
        found: dict[UUID, Tie] = await world.ties.load([tie_id, NOWHERE])
    assert list(found) == [tie_id]
    return found[tie_id]


async def test_a_tie_is_kept_as_it_was_made_taken_and_ended(home: tuple[Stage, Home]):
    stage, scene = home
    made = await offered(stage, scene.ana)
    assert await load(stage, made.tie.id) == made.tie
    (taken,) = await stage.do(AcceptTie(await somebody(stage, scene.bia), made.secret))
    assert await load(stage, made.tie.id) == taken
    assert taken.taker_id == scene.bia and taken.accepted_at is not None
    (over,) = await stage.do(EndTie(await somebody(stage, scene.bia), made.tie.id))
    assert await load(stage, made.tie.id) == over
    assert over.ended_at is not None
    told = [each.kind for each in await stage.trail()]
    assert told == ["family:tie:offered", "family:tie:accepted", "family:tie:ended"]


async def test_a_link_is_found_by_the_hash_of_its_secret_alone(home: tuple[Stage, Home]):
    stage, scene = home
    made = await offered(stage, scene.ana)
    kept = ties.hashed(made.secret)
    async with stage.world(AcceptTie) as world:
        assert await world.ties.by_hash([kept, ties.hashed("nada")]) == {kept: made.tie}


async def test_what_stands_is_counted_and_what_is_over_is_not(home: tuple[Stage, Home]):
    stage, scene = home
    lost, open_one = await offered(stage, scene.ana), await offered(stage, scene.ana)
    await stage.do(EndTie(await somebody(stage, scene.ana), lost.tie.id))
    async with stage.world(OfferTie) as world:
        week_ago = world.now - ties.INVITATION
        stale = replace(open_one.tie, id=UUID(int=77), token_hash=b"s" * 32, created_at=week_ago)
        past = replace(open_one.tie, id=UUID(int=78), token_hash=b"p" * 32, created_at=week_ago, until=world.now)
        await world.ties.save([FamilyStep(told(each), each) for each in (stale, past)])
    async with stage.world(OfferTie) as world:
        found = await world.ties.standing([scene.ana, scene.bia])
    assert {key: list(each) for key, each in found.items()} == {scene.ana: [open_one.tie]}


async def test_a_visit_stands_until_a_guia_is_validated_after_it_was_made(home: tuple[Stage, Home]):
    stage, scene = home
    before = await validated(stage)
    visit, delegation = await offered(stage, scene.ana, TieKind.VISIT), await offered(stage, scene.ana)
    assert before is not None
    async with stage.world(OfferTie) as world:
        assert {each.id for each in (await world.ties.standing([scene.ana]))[scene.ana]} == {
            visit.tie.id,
            delegation.tie.id,
        }
    await validated(stage)
    async with stage.world(OfferTie) as world:
        assert [each.id for each in (await world.ties.standing([scene.ana]))[scene.ana]] == [delegation.tie.id]


async def test_privacy_is_kept_and_told_without_a_name(home: tuple[Stage, Home]):
    stage, scene = home
    for private in (True, False):
        await stage.do(SetPrivacy(await somebody(stage, scene.caio), private))
        async with stage.world(SetPrivacy) as world:
            circles = await world.families.circles([scene.caio, scene.bia])
        assert circles[scene.caio].person.beneficiary.private is private
        assert circles[scene.bia].person.beneficiary.private is False
    assert [each.data for each in await stage.trail()] == ['{"private":true}', '{"private":false}']


@pytest.mark.parametrize(
    ("rule", "broken"),
    [
        ("a_tie_is_known_by_one_secret", {"id": UUID(int=79)}),
        ("a_tie_ends", {"id": UUID(int=79), "token_hash": b"x", "until": date(2020, 1, 1)}),
        ("a_taker_accepted", {"id": UUID(int=79), "token_hash": b"x", "taker_id": UUID(int=5)}),
        ("a_tie_is_of_a_beneficiary", {"id": UUID(int=79), "token_hash": b"x", "of_id": NOWHERE}),
    ],
)
async def test_rules_hold_even_against_us(home: tuple[Stage, Home], rule: str, broken: dict[str, Any]):
    stage, scene = home
    made = (await offered(stage, scene.ana)).tie
    if "until" in broken:
        broken = {**broken, "until": made.created_at}
    with pytest.raises((BrokenRuleError, psycopg.IntegrityError), match=rule):
        await put(stage, replace(made, **broken))


async def put(stage: Stage, tie: Tie) -> None:
    async with stage.world(OfferTie) as world:
        await world.ties.save([FamilyStep(told(tie), tie)])


def told(tie: Tie) -> Event:
    return Event(EventKind.TIE_OFFERED, tie.id, "pessoa", {})


async def validated(stage: Stage) -> Any:
    chance = stage.memory.chance if isinstance(stage, MemoryStage) else stage.means.chance
    (case,) = await stage.do(RegisterGuia(DESK, Kind.ODONTO, "00123456789", PROVIDER, (RequestedProcedure("22", OK),)))
    chance.next_codes.append("482913")  # type: ignore[attr-defined]
    await stage.do(IssueToken(DESK, case.guia.id, cpf=CPF))
    (done,) = await stage.do(ValidateToken(DESK, case.guia.id, "482913"))
    assert done.validation is not None
    return done


async def test_of_two_who_take_a_link_at_once_one_has_it(empty_database_url: str):
    scene = Home()
    stage = PostgresStage(scene, empty_database_url)
    await stage.open()
    try:
        made = await offered(stage, scene.ana)
        takers = [await somebody(stage, each) for each in (scene.bia, scene.caio)]
        both = await asyncio.gather(*(stage.do(AcceptTie(each, made.secret)) for each in takers))
        outcomes = [each[0] for each in both]
        assert sorted(isinstance(each, Tie) for each in outcomes) == [False, True]
        assert [reason(each) for each in outcomes if not isinstance(each, Tie)] == [Refusal.INVITATION_OVER]
    finally:
        await stage.close()


async def test_readers_see_whose_a_tie_is_and_whether_a_visit_came_to_be(empty_database_url: str):
    scene = Home()
    stage = PostgresStage(scene, empty_database_url)
    await stage.open()
    try:
        visit, delegation = await offered(stage, scene.ana, TieKind.VISIT), await offered(stage, scene.ana)
        await stage.do(AcceptTie(await somebody(stage, scene.bia), delegation.secret))
        reading = Ties(stage.pool)
        known = await reading.around(ANS, scene.ana, [scene.ana])
        assert [(each.giver, each.of, each.taker) for each in known] == [
            ("Ana Souza", "Ana Souza", "Pessoa 20"),
            ("Ana Souza", "Ana Souza", None),
        ]
        assert [each.tie.id for each in await reading.around(ANS, scene.bia, [])] == [delegation.tie.id]
        assert await reading.around("999001", scene.bia, [scene.ana]) == ()
        found = await reading.by_secret(ANS, visit.secret)
        assert found is not None and not found[0].used
        await validated(stage)
        found = await reading.by_secret(ANS, visit.secret)
        assert found is not None and found[0].used and found[1] > visit.tie.created_at
        assert [each.tie.id for each in await reading.around(ANS, scene.ana, [scene.ana])] == [delegation.tie.id]
        assert await reading.by_secret(ANS, "nada") is None
        assert await reading.by_secret("999001", visit.secret) is None
        assert (await reading.name(ANS, scene.bia), await reading.name(ANS, NOWHERE)) == ("Pessoa 20", None)
    finally:
        await stage.close()
