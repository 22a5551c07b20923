"""What people carry, in memory: the port `Pocket` over a shelf."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chancela.domain import trail
from tests.fakes.shelf import hold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from chancela.domain.offline import Device
    from chancela.domain.paper import PaperCode, PocketStep
    from tests.fakes.shelf import Shelf


@dataclass
class MemoryPocket:
    """One transaction at a time: whoever holds something waits for nobody."""

    shelf: Shelf
    now: datetime
    looked: int = 0  # how often somebody's things were looked at

    async def hold(self, people: Collection[UUID]) -> None:
        """There is nobody to wait for."""

    async def load(self, device_ids: Collection[UUID]) -> dict[UUID, Device]:
        return {key: self.shelf.devices[key] for key in device_ids if key in self.shelf.devices}

    async def devices(self, people: Collection[UUID]) -> Mapping[UUID, tuple[Device, ...]]:
        self.looked += 1
        live = [each for each in self.shelf.devices.values() if each.ended_at is None]
        return _by_person(people, sorted(live, key=lambda each: (each.enrolled_at, each.id)))

    async def sheets(self, people: Collection[UUID]) -> Mapping[UUID, tuple[PaperCode, ...]]:
        self.looked += 1
        unused = [each for each in self.shelf.papers.values() if each.ended_at is None]
        return _by_person(people, sorted(unused, key=lambda each: (each.sheet_id, each.place)))

    async def save(self, steps: Sequence[PocketStep]) -> None:
        for step in steps:
            for device in step.devices:
                whole = (device.ended_at is None) == (device.secret is not None)
                hold("an_ended_device_keeps_no_key", true=whole)
                self.shelf.devices[device.id] = device
            for code in step.codes:
                known = self.shelf.papers.get((code.sheet_id, code.place))
                hold("used meanwhile", true=known is None or known.ended_at is None)
                hold("an_ended_paper_code_is_forgotten", true=(code.ended_at is None) == (code.digest is not None))
                self.shelf.papers[code.sheet_id, code.place] = code
            self.shelf.deliveries.extend(step.planned)
            entries, self.shelf.head = trail.append(self.shelf.operator.ans, self.shelf.head, step.events, self.now)
            self.shelf.trail.extend(entries)


def _by_person(people: Collection[UUID], found: Iterable[Any]) -> dict[UUID, tuple[Any, ...]]:
    held: dict[UUID, tuple[Any, ...]] = {}
    for each in found:
        if each.beneficiary_id in people:
            held[each.beneficiary_id] = (*held.get(each.beneficiary_id, ()), each)
    return held
