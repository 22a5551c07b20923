"""As many invented people as are asked for, the same ones each time: for measuring, and for seeing long lists."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from chancela.adapters.demo import invented, names
from chancela.adapters.demo.families import CARD_YEARS, JOINED, LATELY, card_number
from chancela.adapters.demo.houses import HOUSES
from chancela.adapters.demo.invented import Invented
from chancela.domain.people import Relation, Standing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chancela.adapters.demo.houses import House

AREAS: Final = (
    *("11", "12", "13", "14", "15", "16", "17", "18", "19", "21", "22", "24", "27", "28", "31", "32", "33", "34", "35"),
    *("37", "38", "41", "42", "43", "44", "45", "46", "47", "48", "49", "51", "53", "54", "55", "61", "62", "63", "64"),
    *("65", "66", "67", "68", "69", "71", "73", "74", "75", "77", "79", "81", "82", "83", "84", "85", "86", "87", "88"),
    *("89", "91", "92", "93", "94", "95", "96", "97", "98", "99"),
)
MOST: Final = 2_000_000
BLOCK: Final = 3_000
SUSPENDED_EVERY, WAITING_EVERY, WITHOUT_EVERY = 50, 20, 10  # families
CPF_FROM: Final = 200_000_000
FAMILIES: Final = (1, 2, 3, 4, 1, 3, 2, 5)  # how many people the families have, in turns
MEMBERS: Final = (Relation.HOLDER, Relation.SPOUSE, Relation.CHILD, Relation.CHILD, Relation.STEPCHILD)
ADULTS: Final = frozenset({Relation.HOLDER, Relation.SPOUSE})


def crowd(house: House, count: int, today: date) -> Iterator[Invented]:
    """Yield `count` people in families, holders first; the first one has every contact, the second holder has none."""
    chance = random.Random(house.ans)  # noqa: S311 - the same people each time
    family = made = 0
    while made < count:
        size = min(FAMILIES[family % len(FAMILIES)], count - made)
        family += 1
        yield from _family(house, family, range(made, made + size), chance, today)
        made += size


def _family(house: House, family: int, numbers: range, chance: random.Random, today: date) -> Iterator[Invented]:
    surname = f"{chance.choice(names.SURNAMES)} {chance.choice(names.SURNAMES)}"
    holder = card_number(house, family, 1)
    suspended, waiting = family % SUSPENDED_EVERY == 0, family % WAITING_EVERY == 0
    for member, number in enumerate(numbers, start=1):
        relation = MEMBERS[member - 1]
        name = f"{chance.choice(names.WOMEN if chance.random() < 0.52 else names.MEN)} {surname}"  # noqa: PLR2004
        mobile, landline, mail, app = _reach(family, relation, number)
        place = number * len(HOUSES) + HOUSES.index(house)
        area, line = _line(place)
        yield Invented(
            card_number=card_number(house, family, member),
            name=name,
            relation=relation,
            holder_card=None if relation is Relation.HOLDER else holder,
            birth_date=_birth(relation, chance, today),
            cpf=invented.cpf(CPF_FROM + place * 7),
            plan=house.plan,
            standing=Standing.SUSPENDED if suspended else Standing.ACTIVE,
            joined_date=today - LATELY if waiting else JOINED,
            ended_date=None,
            card_valid_until=today + CARD_YEARS,
            covers_dental=True,
            covers_medical=house.covers_medical,
            has_app=app,
            mobile=invented.mobile(area, line) if mobile else None,
            landline=invented.landline(area, line % 10_000) if landline else None,
            email=f"{names.plain(name)}.{place}@example.com" if mail else None,
        )


def _reach(family: int, relation: Relation, number: int) -> tuple[bool, bool, bool, bool]:
    """Return whether the person has a mobile, a landline, an e-mail and the app; some families have none of it."""
    if family == 1:
        return True, False, True, True
    if relation not in ADULTS or family % WITHOUT_EVERY == 2:  # noqa: PLR2004 - the second family too
        return False, False, False, False
    if family % 12 == 0:
        return False, True, False, False
    return True, number % 9 == 0, number % 3 != 0, number % 4 != 0


def _line(place: int) -> tuple[str, int]:
    """Return an area code and a number below 100,000 that nobody else has: neighbours share an area."""
    round_, rest = divmod(place, BLOCK * len(AREAS))
    return AREAS[rest // BLOCK], round_ * BLOCK + rest % BLOCK


def _birth(relation: Relation, chance: random.Random, today: date) -> date:
    years = chance.randrange(22, 85) if relation in ADULTS else chance.randrange(1, 18)
    return today - timedelta(days=years * 365 + chance.randrange(365))
