"""The dozen families of each invented operator, as `families.txt` tells them."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

from chancela.adapters.demo import invented, names
from chancela.adapters.demo.houses import HOUSES
from chancela.adapters.demo.invented import Invented
from chancela.domain.people import Relation, Standing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chancela.adapters.demo.houses import House

JOINED = date(2021, 3, 1)
LATELY = timedelta(days=20)
CARD_YEARS = timedelta(days=3 * 365)
SEASON = timedelta(days=90)


class Told(NamedTuple):
    """A line of the file."""

    ans: str
    family: int
    name: str
    relation: Relation
    birth: str
    area: str
    traits: frozenset[str]


def families(house: House, today: date) -> list[Invented]:
    """Return the house's people, holders before their families; waiting periods are counted back from today."""
    people: list[Invented] = []
    holder: str | None = None
    member = 0
    for number, told in enumerate(_of(house)):
        member = 1 if told.relation is Relation.HOLDER else member + 1
        card = card_number(house, told.family, member)
        holder = card if told.relation is Relation.HOLDER else holder
        people.append(_person(house, told, card, None if card == holder else holder, number, today))
    return [_among(each, people, house) for each in people]


def _among(person: Invented, people: list[Invented], house: House) -> Invented:
    """Return a person with those of the family who stand in for them, or help them."""
    own = [(told, each) for told, each in zip(_of(house), people, strict=True) if _home(each) == _home(person)]
    marked = {mark: [each.card_number for told, each in own if mark in told.traits] for mark in "gor"}
    minor = person.relation is Relation.CHILD and person.holder_card is not None and not person.protected
    return person._replace(
        guardian_cards=tuple(marked["g"]) if minor else (),
        named_guardian_card=marked["o"][0] if person.protected else None,
        helper_card=marked["r"][0] if person.uses_no_mobile else None,
    )


def _home(person: Invented) -> str:
    return person.holder_card or person.card_number


def _born(birth: str, today: date) -> date:
    """Return a birth date: as it is told, or so many years and a season ago."""
    if not birth.endswith("y"):
        return date.fromisoformat(birth)
    return today.replace(year=today.year - int(birth.removesuffix("y")), day=1) - SEASON


def card_number(house: House, family: int, member: int) -> str:
    """Return an eleven-digit card number, unique over all houses: two zeros, house, family, member."""
    return f"00{house.ans[-1]}{family:06d}{member:02d}"


@cache
def _of(house: House) -> tuple[Told, ...]:
    return tuple(each for each in _told() if each.ans == house.ans)


def _told() -> Iterator[Told]:
    text = resources.files(__package__).joinpath("families.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        ans, family, name, relation, birth, area, traits = line.split("|")
        yield Told(ans, int(family), name, Relation(relation), birth, area, frozenset(traits))


def _person(house: House, told: Told, card: str, holder_card: str | None, number: int, today: date) -> Invented:
    traits = told.traits
    place = HOUSES.index(house) + 1
    standing = Standing.SUSPENDED if "s" in traits else Standing.ENDED if "x" in traits else Standing.ACTIVE
    return Invented(
        card_number=card,
        name=told.name,
        relation=told.relation,
        holder_card=holder_card,
        birth_date=_born(told.birth, today),
        cpf=invented.cpf(place * 10_000_000 + number * 37_411),
        plan=house.plan,
        standing=standing,
        joined_date=today - LATELY if "w" in traits else JOINED,
        ended_date=today - LATELY if "x" in traits else None,
        card_valid_until=today - LATELY if "v" in traits else today + CARD_YEARS,
        covers_dental="h" not in traits,
        covers_medical=house.covers_medical and "d" not in traits,
        has_app="a" in traits,
        mobile=invented.mobile(told.area, place * 1000 + number * 7) if "m" in traits else None,
        landline=invented.landline(told.area, place * 1000 + number * 7) if "l" in traits else None,
        email=f"{names.plain(told.name)}@example.com" if "e" in traits else None,
        uses_no_mobile="n" in traits,
        protected="p" in traits,
    )
