"""The dozen families of each invented operator, as `families.txt` tells them."""

from __future__ import annotations

from datetime import date, timedelta
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


class Told(NamedTuple):
    """A line of the file."""

    ans: str
    family: int
    name: str
    relation: Relation
    birth_date: date
    area: str
    traits: frozenset[str]


def families(house: House, today: date) -> list[Invented]:
    """Return the house's people, holders before their families; waiting periods are counted back from today."""
    people: list[Invented] = []
    holder: str | None = None
    member = 0
    for number, told in enumerate(each for each in _told() if each.ans == house.ans):
        member = 1 if told.relation is Relation.HOLDER else member + 1
        card = card_number(house, told.family, member)
        holder = card if told.relation is Relation.HOLDER else holder
        people.append(_person(house, told, card, None if card == holder else holder, number, today))
    return people


def card_number(house: House, family: int, member: int) -> str:
    """Return an eleven-digit card number, unique over all houses: two zeros, house, family, member."""
    return f"00{house.ans[-1]}{family:06d}{member:02d}"


def _told() -> Iterator[Told]:
    text = resources.files(__package__).joinpath("families.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        ans, family, name, relation, birth, area, traits = line.split("|")
        yield Told(ans, int(family), name, Relation(relation), date.fromisoformat(birth), area, frozenset(traits))


def _person(house: House, told: Told, card: str, holder_card: str | None, number: int, today: date) -> Invented:
    traits = told.traits
    place = HOUSES.index(house) + 1
    standing = Standing.SUSPENDED if "s" in traits else Standing.ENDED if "x" in traits else Standing.ACTIVE
    return Invented(
        card_number=card,
        name=told.name,
        relation=told.relation,
        holder_card=holder_card,
        birth_date=told.birth_date,
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
    )
