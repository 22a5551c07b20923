"""People at the operator's desk: whom a search finds, and what one sees of them before anything is uncovered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chancela.adapters.postgres import holds, record_reads
from chancela.adapters.postgres.record_reads import MOST

if TYPE_CHECKING:
    from uuid import UUID

    from chancela.adapters.postgres.holds import Waiting
    from chancela.adapters.postgres.record_reads import Asked, Found, Sheet
    from chancela.bootstrap.app import App

LEAST_LETTERS: Final = 3
LONGEST_CARD: Final = 20
SIGNS: Final = re.compile(r"[\s./-]")


@dataclass(frozen=True, slots=True)
class Hits:
    """Whom a search found; `more` says that there are others, `short` that a name needs more letters."""

    people: tuple[Found, ...] = ()
    more: bool = False
    short: bool = False


async def search(app: App, operator: str, text: str) -> Hits:
    """Find people by a card number, a CPF, or the beginning of a name of three letters at least."""
    asked = _asked(app, text)
    if not asked:
        return Hits(short=True)
    found: dict[UUID, Found] = {}
    for each in asked:
        found.update((one.id, one) for one in await record_reads.search(app.pool, operator, each, MOST + 1))
    people = tuple(found.values())
    return Hits(people[:MOST], more=len(people) > MOST)


async def sheet(app: App, operator: str, person_id: UUID) -> tuple[Sheet, tuple[Waiting, ...]] | None:
    """Return a person's sheet with the contacts that wait for them."""
    found = await record_reads.sheet(app.pool, operator, person_id)
    return (found, await holds.open_of(app.pool, operator, [person_id])) if found else None


def _asked(app: App, text: str) -> tuple[Asked, ...]:
    bare = SIGNS.sub("", text)
    if any(each.isdigit() for each in bare):
        cpf = app.means.formats.cpf(text)
        by_card = (record_reads.by_card(bare),) if len(bare) <= LONGEST_CARD else ()
        return (*by_card, *((record_reads.by_cpf(cpf),) if cpf else ()))
    named = record_reads.by_name(text)
    return (named,) if sum(each.isalpha() for each in named.text) >= LEAST_LETTERS else ()
