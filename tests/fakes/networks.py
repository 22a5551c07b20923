"""Files of providers in memory: the port `NetworkDesk` over a shelf."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chancela.domain import trail
from chancela.domain.network import House
from tests.fakes.shelf import hold

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from chancela.domain.network import NetworkStep
    from tests.fakes.shelf import Shelf


@dataclass
class MemoryNetworkDesk:
    """The port `NetworkDesk`."""

    shelf: Shelf
    now: datetime

    async def load(self, codes: Collection[str]) -> dict[str, House]:
        return {code: self._house(code) for code in sorted(codes) if code in self.shelf.providers}

    def _house(self, code: str) -> House:
        shelf = self.shelf
        known = shelf.houses.get(code) or House(shelf.providers[code])
        own = [each for each in shelf.professionals.values() if each.provider == code]
        own.sort(key=lambda each: (not each.active, each.name, each.id))
        return replace(known, provider=shelf.providers[code], professionals=tuple(own))

    async def save(self, steps: Sequence[NetworkStep]) -> None:
        shelf = self.shelf
        for step in steps:
            entries, shelf.head = trail.append(shelf.operator.ans, shelf.head, [step.event], self.now)
            shelf.trail.extend(entries)
            if step.house is not None:
                shelf.houses[step.house.provider.code] = step.house
                shelf.providers[step.house.provider.code] = step.house.provider
            if (new := step.professional) is not None:
                others = [each for each in shelf.professionals.values() if each.id != new.id]
                stands = (new.provider, new.entry) in {(each.provider, each.entry) for each in others}
                hold("a_professional_stands_once_at_a_provider", true=not stands)
                hold("a_professional_works_at_a_provider", true=new.provider in shelf.providers)
                shelf.professionals[new.id] = new
