"""Files of people in memory: the port `Records` over a shelf."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from chancela.domain import trail
from chancela.domain.people import Standing
from chancela.domain.record import Record
from tests.fakes.shelf import hold

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from uuid import UUID

    from chancela.domain.record import Merge, RecordStep
    from tests.fakes.shelf import Shelf


@dataclass
class MemoryRecords:
    """The port `Records`."""

    shelf: Shelf
    now: datetime

    async def load(self, ids: Collection[UUID]) -> dict[UUID, Record]:
        shelf = self.shelf
        return {key: Record(shelf.person(key), shelf.merged.get(key)) for key in sorted(ids) if key in shelf.people}

    async def alive(self, ids: Collection[UUID]) -> set[UUID]:
        return {whose for key in self.shelf.live if (whose := self.shelf.guias[key].beneficiary_id) in ids}

    async def save(self, steps: Sequence[RecordStep]) -> None:
        for step in steps:
            self._write(step)

    def _write(self, step: RecordStep) -> None:
        shelf = self.shelf
        entries, shelf.head = trail.append(shelf.operator.ans, shelf.head, step.events, self.now)
        shelf.trail.extend(entries)
        if step.beneficiary is not None:
            shelf.people[step.beneficiary.id] = step.beneficiary
        shelf.contacts.update((each.id, each) for each in step.contacts)
        for whose in step.let_out:
            self._let_out(whose)
        if step.merge is not None:
            self._merge(step.merge)

    def _let_out(self, whose: UUID) -> None:
        """End everything by which somebody is in, or about to be: codes, sessions, passkeys, devices, sheets."""
        shelf = self.shelf
        kept: tuple[tuple[dict[Any, Any], dict[str, None]], ...] = (
            (shelf.sign_ins, {"secret": None}),
            (shelf.sessions, {}),
            (shelf.passkeys, {}),
            (shelf.devices, {"secret": None}),
            (shelf.papers, {"digest": None}),
        )
        for facts, forgotten in kept:
            open_ones = [key for key, each in facts.items() if each.beneficiary_id == whose and each.ended_at is None]
            facts.update({key: replace(facts[key], ended_at=self.now, **forgotten) for key in open_ones})

    def _merge(self, merge: Merge) -> None:
        shelf, gone, kept = self.shelf, merge.gone, merge.survivor
        hold("nobody_is_merged_into_themselves", true=gone != kept)
        shelf.contacts.update((each.id, each) for each in merge.contacts)
        moved = {key: each for key, each in shelf.guias.items() if each.beneficiary_id == gone}
        shelf.guias.update((key, replace(each, beneficiary_id=kept)) for key, each in moved.items())
        shelf.deliveries = [
            replace(
                each,
                beneficiary_id=kept if each.beneficiary_id == gone else each.beneficiary_id,
                reader_id=kept if each.reader_id == gone else each.reader_id,
            )
            for each in shelf.deliveries
        ]
        reports = {key: each for key, each in shelf.reports.items() if each.beneficiary_id == gone}
        shelf.reports.update((key, replace(each, beneficiary_id=kept)) for key, each in reports.items())
        self._repoint(gone, kept)
        ended = replace(shelf.people[gone], standing=Standing.ENDED, ended_date=merge.on_date, has_app=False)
        shelf.people[gone] = ended
        shelf.merged.update({key: kept for key, into in shelf.merged.items() if into == gone})
        shelf.merged[gone] = kept

    def _repoint(self, gone: UUID, kept: UUID) -> None:
        """Let whoever leaned on the file that ended lean on the one that goes on; what it gave others is over."""
        shelf = self.shelf
        for key, each in list(shelf.people.items()):
            if key != kept and gone in {each.holder_id, each.named_guardian_id}:
                holder = kept if each.holder_id == gone else each.holder_id
                named = kept if each.named_guardian_id == gone else each.named_guardian_id
                shelf.people[key] = replace(each, holder_id=holder, named_guardian_id=named)
        for key, tie in shelf.ties.items():
            if gone in {tie.giver_id, tie.of_id, tie.taker_id} and tie.ended_at is None:
                shelf.ties[key] = replace(tie, ended_at=self.now)
        wards = {kept if ward == gone else ward: guards for ward, guards in shelf.guardians.items()}
        shelf.guardians = {
            ward: tuple(dict.fromkeys(kept if each == gone else each for each in guards if each != ward))
            for ward, guards in wards.items()
        }
