"""Outages in memory: the port `Outages` over a shelf."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from chancela.domain import outage as outages, trail
from chancela.domain.outage import LONGEST_NOTE, OutageKind
from tests.fakes.shelf import hold

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from uuid import UUID

    from chancela.domain.absence import Absence
    from chancela.domain.delivery import Channel, Delivery
    from chancela.domain.outage import Outage, OutageStep
    from chancela.domain.series import Session
    from tests.fakes.shelf import Shelf

LULL = timedelta(minutes=2)


@dataclass
class MemoryOutages:
    """The port `Outages`."""

    shelf: Shelf
    now: datetime

    async def covering(
        self, at: datetime, channels: Collection[Channel] = (), *, machine: bool = False
    ) -> Outage | None:
        known = [each for each in self.shelf.outages.values() if each.part_of is None and outages.covers(each, at)]
        return outages.best(each for each in known if outages.proves(each, channels, machine=machine))

    async def load(self, outage_ids: Collection[UUID]) -> dict[UUID, Outage]:
        return {key: self.shelf.outages[key] for key in sorted(outage_ids) if key in self.shelf.outages}

    async def since(self, instant: datetime) -> tuple[Outage, ...]:
        whole = [each for each in self.shelf.outages.values() if each.part_of is None]
        found = [each for each in whole if outages.end(each) >= instant]
        return tuple(sorted(found, key=lambda each: (each.started_at, each.id)))

    async def lapsed(self, now: datetime) -> tuple[Outage, ...]:
        late = [each for each in self.shelf.outages.values() if each.confirm_by and each.confirm_by <= now]
        return tuple(sorted(late, key=lambda each: (each.started_at, each.id)))

    async def covered(self, outage: Outage) -> int:
        own = {outage.id} | {each.id for each in self.shelf.outages.values() if each.part_of == outage.id}
        kept = (*self.shelf.absences.values(), *self.shelf.series.values())
        have = {each.guia_id for each in kept if each.outage_id in own}
        sessions = await self.lacking_sessions(outage, len(self.shelf.series))
        return len(have | {*await self.lacking(outage, len(self.shelf.absences))} | {key for key, _ in sessions})

    async def lacking(self, outage: Outage, limit: int) -> list[UUID]:
        series = {each.guia_id for each in self.shelf.series.values()}
        kept = [each for each in self.shelf.absences.values() if each.guia_id not in series]
        found = [each for each in kept if self._lacks(each, outage, self._codes(each.guia_id))]
        return [each.guia_id for each in sorted(found, key=lambda each: (each.taken_at or each.at, each.guia_id))][
            :limit
        ]

    async def lacking_sessions(self, outage: Outage, limit: int) -> list[tuple[UUID, int]]:
        found = [each for each in self.shelf.series.values() if self._lacks(each, outage, self._codes_of(each))]
        found.sort(key=lambda each: (each.taken_at or each.at, each.guia_id, each.place))
        return [(each.guia_id, each.place) for each in found][:limit]

    async def unsettled(self, limit: int) -> list[UUID]:
        return sorted(self.shelf.unsettled, key=lambda key: (self.shelf.unsettled[key], key))[:limit]

    async def settle(self, outage_id: UUID) -> None:
        if self.shelf.unsettled[outage_id] < self.now - LULL:
            del self.shelf.unsettled[outage_id]

    def _lacks(self, visit: Absence | Session, outage: Outage, codes: Sequence[Delivery]) -> bool:
        if visit.reason is None:
            return False
        channels, machine = outages.channels_of(visit.reason, codes), visit.by in self.shelf.clients
        return outages.within(visit, outage, channels, machine=machine)

    def _codes(self, guia_id: UUID) -> list[Delivery]:
        return [each for each in self.shelf.deliveries if each.guia_id == guia_id]

    def _codes_of(self, session: Session) -> list[Delivery]:
        before = self.shelf.series.get((session.guia_id, session.place - 1))
        known = self._codes(session.guia_id)
        return [each for each in known if each.planned_at <= session.at and (not before or before.at < each.planned_at)]

    async def save(self, steps: Sequence[OutageStep]) -> None:
        for step in steps:
            entries, self.shelf.head = trail.append(self.shelf.operator.ans, self.shelf.head, [step.event], self.now)
            self.shelf.trail.extend(entries)
        latest = {each.id: each for step in steps for each in (step.outage, *step.parts)}
        for each in sorted(latest.values(), key=lambda each: each.part_of is not None):
            self._put(each)
        for each in list(self.shelf.outages.values()):
            if each.part_of in latest and latest[each.part_of].part_of:
                self.shelf.outages[each.id] = replace(each, part_of=latest[each.part_of].part_of)

    def _put(self, new: Outage) -> None:
        others = [each for each in self.shelf.outages.values() if each.id != new.id and each.ended_at is None]
        alike = [each for each in others if (each.what, each.channel) == (new.what, new.channel)]
        hold("one_outage_of_a_kind_runs", true=new.ended_at is not None or not alike)
        known = new.noticed or new.declared_by is not None
        hold("somebody_declares_an_outage_or_the_system_notices_it", true=known)
        hold("an_outage_ends_after_it_began", true=new.ended_at is None or new.ended_at > new.started_at)
        hold("an_outage_that_ended_says_by_whom", true=(new.ended_at is None) == (new.ended_by is None))
        hold("carriers_alone_have_a_channel", true=new.channel is None or new.what is OutageKind.CARRIER)
        hold("what_is_part_of_an_outage_is_over", true=new.part_of is None or new.ended_at is not None)
        hold("a_note_of_an_outage_is_short", true=len(new.note) <= LONGEST_NOTE)
        asked = new.ended_at is not None or new.noticed or new.confirm_by is not None
        hold("what_people_declared_runs_until_it_has_to_be_confirmed", true=asked)
        runs = new.ended_at is None and new.declared_by is not None
        by = new.confirm_by
        hold("only_what_was_declared_and_runs_has_to_be_confirmed", true=by is None or (runs and by > new.started_at))
        self.shelf.outages[new.id] = new
        self.shelf.unsettled.pop(new.id, None)
        if new.part_of is None:
            self.shelf.unsettled[new.id] = self.now
