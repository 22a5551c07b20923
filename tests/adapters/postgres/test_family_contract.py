"""What the store of families promises, held against the fakes and against PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from chancela.domain import family
from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.family import Circle, Scope, Tie, TieKind
from chancela.domain.guia import Kind, RequestedProcedure
from chancela.domain.people import Person, Relation
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.domain.tie import FamilyStep
from chancela.domain.trail import Event, EventKind
from chancela.usecases.ask_sign_in import AskSignIn
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.register_guia import RegisterGuia
from tests.adapters.postgres.stages import MemoryStage, PostgresStage, Stage
from tests.usecases.scene import CARD, DESK, NOWHERE, OK, PROVIDER, Scene

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MOTHER, FATHER, GRANNY, CHILD, HIDDEN, WIFE = "700", "800", "801", "700-1", "700-2", "700-3"
BORN = date(1980, 12, 31)
SMALL = date.today() - timedelta(days=8 * 366)  # noqa: DTZ011 - any day does


class Home(Scene):
    """A mother who holds the plan, her two children and wife; the father and the granny hold plans of their own."""

    def __init__(self) -> None:
        super().__init__(LATEST_CODE_WINS)
        self.people: dict[str, UUID] = {}
        for card in (MOTHER, FATHER, GRANNY):
            self.people[card] = self.someone(card, f"+554190000{card}0", birth_date=BORN)
        mother = self.people[MOTHER]
        child: dict[str, Any] = {"relation": Relation.CHILD, "holder_id": mother, "birth_date": SMALL}
        self.people[CHILD] = self.someone(CHILD, **child)
        named = self.people[GRANNY]
        self.people[HIDDEN] = self.someone(HIDDEN, **child, protected=True, named_guardian_id=named)
        self.people[WIFE] = self.someone(
            WIFE, relation=Relation.SPOUSE, holder_id=mother, birth_date=BORN, private=True
        )
        self.memory.shelf.guardians[self.people[CHILD]] = (self.people[FATHER],)
        self.knows(ContactKind.EMAIL, "pai@example.com", ContactState.CONFIRMED, self.people[FATHER])


@pytest.fixture(params=["memory", "postgres"])
async def home(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Stage, dict[str, UUID]]]:
    scene = Home()
    stage: Stage = MemoryStage(scene)
    if request.param == "postgres":
        stage = PostgresStage(scene, request.getfixturevalue("empty_database_url"))
        await stage.open()
    yield stage, scene.people
    await stage.close()


async def give(stage: Stage, of: UUID, taker: UUID | None, nth: int, **more: Any) -> Tie:
    """A delegation, or another tie, that stands in the store."""
    async with stage.world(AskSignIn) as world:
        at = world.now - timedelta(minutes=1)
        accepted = at if taker else None
        made = Tie(
            UUID(int=900 + nth), TieKind.DELEGATION, of, of, Scope.ACT, bytes([nth]) * 32, at, at + timedelta(days=1)
        )
        given = replace(made, taker_id=taker, accepted_at=accepted, **more)
        await world.ties.save([FamilyStep(Event(EventKind.TIE_OFFERED, made.id, "pessoa", {}), given)])
    return given


async def test_a_circle_brings_the_holder_of_a_minor_and_the_guardians_on_file_with_their_contacts(
    home: tuple[Stage, dict[str, UUID]],
):
    stage, people = home
    async with stage.world(AskSignIn) as world:
        found = (await world.families.circles([people[CHILD], NOWHERE]))[people[CHILD]]
    assert [each.beneficiary.card_number for each in found.guardians] == [MOTHER, FATHER]
    assert sorted(each.address for each in found.guardians[1].contacts) == ["+5541900008000", "pai@example.com"]
    assert found.person.beneficiary.relation is Relation.CHILD
    assert (found.named, found.holder, found.ties, found.takers) == (None, None, (), ())


async def test_who_does_not_exist_has_no_circle(home: tuple[Stage, dict[str, UUID]]):
    stage, _ = home
    async with stage.world(AskSignIn) as world:
        assert await world.families.circles([NOWHERE]) == {}
        assert await world.families.circles([]) == {}


async def test_a_protected_child_comes_with_the_named_guardian_and_the_holder_it_is_hidden_from(
    home: tuple[Stage, dict[str, UUID]],
):
    stage, people = home
    async with stage.world(AskSignIn) as world:
        found = (await world.families.circles([people[HIDDEN]]))[people[HIDDEN]]
    assert found.person.beneficiary.protected
    assert found.named is not None
    assert found.holder is not None
    assert found.named.beneficiary.card_number == GRANNY
    assert found.holder.contacts != ()
    assert family.own(LATEST_CODE_WINS, found, world.today).contacts == ()


async def test_a_private_adult_comes_with_the_holder_who_is_no_guardian(home: tuple[Stage, dict[str, UUID]]):
    stage, people = home
    async with stage.world(AskSignIn) as world:
        found = (await world.families.circles([people[WIFE]]))[people[WIFE]]
    assert (found.guardians, found.person.beneficiary.private) == ((), True)
    assert found.holder is not None
    assert found.holder.beneficiary.card_number == MOTHER


async def test_only_ties_that_live_and_were_accepted_are_there(home: tuple[Stage, dict[str, UUID]]):
    stage, people = home
    of, taker = people[WIFE], people[GRANNY]
    live = await give(stage, of, taker, 1)
    await give(stage, of, None, 2)
    await give(stage, of, taker, 3, until=live.created_at + timedelta(seconds=1))
    await give(stage, of, people[FATHER], 4, ended_at=live.created_at)
    async with stage.world(AskSignIn) as world:
        found = (await world.families.circles([of]))[of]
        assert family.powers(LATEST_CODE_WINS, found, taker, world.today, world.now).acts
    assert found.ties == (live,)
    assert [each.beneficiary.id for each in found.takers] == [taker]


@pytest.mark.parametrize("given", [False, True])
async def test_a_circle_is_the_same_beside_a_case_whether_it_came_along_or_not(
    home: tuple[Stage, dict[str, UUID]], given: bool
):
    stage, people = home
    if given:
        await give(stage, stage.ana, people[GRANNY], 1)
    guia_id = await _guia(stage)
    async with stage.world(IssueToken) as world:
        await world.cases.load([guia_id])
        beside = await world.families.circles([stage.ana])
    async with stage.world(AskSignIn) as world:
        assert _plain(await world.families.circles([stage.ana])) == _plain(beside)
    assert len(beside[stage.ana].ties) == given


def _plain(circles: dict[UUID, Circle]) -> dict[UUID, Circle]:
    """The circles with contacts in the order of their ids, as no order is promised."""
    return {key: replace(each, person=_sorted(each.person)) for key, each in circles.items()}


def _sorted(person: Person) -> Person:
    return replace(person, contacts=tuple(sorted(person.contacts, key=lambda each: each.id)))


async def _guia(stage: Stage) -> UUID:
    asked = (RequestedProcedure("22", OK),)
    (case,) = await stage.do(RegisterGuia(DESK, Kind.ODONTO, CARD, PROVIDER, asked))
    guia_id: UUID = case.guia.id
    return guia_id
