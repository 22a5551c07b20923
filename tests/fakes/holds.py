"""Held contacts in memory: the port `Holds` over a shelf."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from chancela.domain.hold import HoldEnd
from chancela.domain.policy import ContactCare
from tests.fakes.shelf import hold as holds_true

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from chancela.domain.hold import Hold, HoldStep
    from tests.fakes.changes import MemoryChanges
    from tests.fakes.shelf import Shelf

DAY = timedelta(days=1)


@dataclass
class MemoryHolds:
    """The port `Holds`."""

    shelf: Shelf
    now: datetime
    changes: MemoryChanges

    async def load(self, hold_ids: Collection[UUID]) -> dict[UUID, Hold]:
        return {key: self.shelf.holds[key] for key in sorted(hold_ids) if key in self.shelf.holds}

    async def waiting(self, people: Collection[UUID]) -> Mapping[UUID, tuple[Hold, ...]]:
        open_ones = [each for each in self.shelf.holds.values() if each.end is None]
        found = {key: tuple(each for each in open_ones if each.beneficiary_id == key) for key in people}
        return {key: own for key, own in found.items() if own}

    async def asked(self, people: Collection[UUID]) -> Mapping[UUID, int]:
        lately = [each.beneficiary_id for each in self.shelf.holds.values() if each.proposed_at > self.now - DAY]
        return {key: lately.count(key) for key in people if key in lately}

    async def askers(self, hold_ids: Collection[UUID]) -> Mapping[UUID, UUID]:
        calls, holds = self.shelf.calls, self.shelf.holds
        named = {key: calls[holds[key].call_id].person_id for key in hold_ids if holds[key].call_id in calls}
        return {key: self.shelf.merged.get(who, who) for key, who in named.items() if who in self.shelf.people}

    async def due(self, limit: int) -> list[UUID]:
        ripe = [each for each in self.shelf.holds.values() if each.end is None and each.due_at <= self.now]
        return [each.id for each in sorted(ripe, key=lambda each: each.due_at)][:limit]

    async def save(self, steps: Sequence[HoldStep]) -> None:
        for step in steps:
            self._put(step.hold)
        await self.changes.save([each.change for each in steps])

    def _put(self, new: Hold) -> None:
        known = self.shelf.holds.get(new.id)
        others = [each for each in self.shelf.holds.values() if each.id != new.id and each.end is None]
        same = [each for each in others if (each.beneficiary_id, each.kind) == (new.beneficiary_id, new.kind)]
        holds_true("one_contact_of_a_kind_waits_for_a_person", true=new.end is not None or not same)
        holds_true("a_contact_is_held_for_a_day_at_least", true=new.due_at >= new.proposed_at + DAY)
        ends = {new.end is None, new.ended_at is None, new.ended_by is None}
        holds_true("a_held_contact_that_ended_says_how_and_by_whom", true=len(ends) == 1)
        applied, alone = new.end is HoldEnd.APPLIED, new.care is ContactCare.HOLD
        by_another = alone or new.ended_by != new.proposed_by
        holds_true("nobody_approves_what_they_proposed", true=not applied or by_another)
        late = new.ended_at is not None and new.ended_at >= new.due_at
        holds_true("time_alone_applies_nothing_early", true=not (applied and alone) or late)
        if known is None or known.end is None:
            self.shelf.holds[new.id] = new
