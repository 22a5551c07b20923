"""Families in memory: the port `Families` over a shelf."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chancela.domain import family
from chancela.domain.family import Circle

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date, datetime
    from uuid import UUID

    from chancela.domain.people import Person
    from tests.fakes.shelf import Shelf


@dataclass
class MemoryFamilies:
    """The port `Families`."""

    shelf: Shelf
    now: datetime
    today: date

    async def circles(self, ids: Collection[UUID]) -> dict[UUID, Circle]:
        return {key: self._circle(key) for key in ids if key in self.shelf.people}

    def _circle(self, key: UUID) -> Circle:
        one = self.shelf.people[key]
        live = [each for each in self.shelf.ties.values() if each.of_id == key and family.alive(each, self.now)]
        ties = sorted((each for each in live if each.taker_id is not None), key=lambda each: each.id)
        found = Circle(
            self.shelf.person(key),
            guardians=self._known(self.shelf.guardians.get(key, ())),
            named=next(iter(self._known([one.named_guardian_id])), None),
            ties=tuple(ties),
            takers=self._known({each.taker_id for each in ties}),
            holder=next(iter(self._known([one.holder_id] if one.holder_id != key else [])), None),
        )
        return family.circle(found, self.today)

    def _known(self, keys: Iterable[UUID | None]) -> tuple[Person, ...]:
        return tuple(self.shelf.person(key) for key in sorted(each for each in keys if each in self.shelf.people))
