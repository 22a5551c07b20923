"""Ties in memory: the port `Ties` over a shelf."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chancela.domain import tie as ties, trail
from chancela.domain.family import TieKind
from tests.fakes.shelf import hold

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from chancela.domain.family import Tie
    from chancela.domain.tie import FamilyStep
    from tests.fakes.shelf import Shelf


@dataclass
class MemoryTies:
    """The port `Ties`."""

    shelf: Shelf
    now: datetime

    async def load(self, tie_ids: Collection[UUID]) -> dict[UUID, Tie]:
        return {key: self.shelf.ties[key] for key in tie_ids if key in self.shelf.ties}

    async def by_hash(self, hashes: Collection[bytes]) -> dict[bytes, Tie]:
        return {each.token_hash: each for each in self.shelf.ties.values() if each.token_hash in hashes}

    async def standing(self, people: Collection[UUID]) -> Mapping[UUID, tuple[Tie, ...]]:
        found: dict[UUID, tuple[Tie, ...]] = {}
        for each in self.shelf.ties.values():
            if each.of_id in people and ties.standing(each, self.now) and not self._used(each):
                found[each.of_id] = (*found.get(each.of_id, ()), each)
        return found

    async def save(self, steps: Sequence[FamilyStep]) -> None:
        for step in steps:
            entries, self.shelf.head = trail.append(self.shelf.operator.ans, self.shelf.head, [step.event], self.now)
            self.shelf.trail.extend(entries)
            if step.tie is not None:
                self._put(step.tie)
            if step.privacy is not None:
                person = self.shelf.people[step.privacy.beneficiary_id]
                self.shelf.people[person.id] = replace(person, private=step.privacy.private)

    def _put(self, new: Tie) -> None:
        others = {each.token_hash for each in self.shelf.ties.values() if each.id != new.id}
        hold("a_tie_is_known_by_one_secret", true=new.token_hash not in others)
        hold("a_tie_ends", true=new.until > new.created_at)
        hold("a_visit_is_nobodys_in_particular", true=new.kind is not TieKind.VISIT or new.taker_id is None)
        hold("a_taker_accepted", true=(new.taker_id is None) == (new.accepted_at is None))
        hold("nobody_takes_their_own_tie", true=new.taker_id != new.of_id)
        hold("a_tie_is_of_a_beneficiary", true=new.of_id in self.shelf.people)
        self.shelf.ties[new.id] = new

    def _used(self, tie: Tie) -> bool:
        own = [each for each in self.shelf.validations.values() if each.at > tie.created_at]
        of_person = {self.shelf.guias[each.guia_id].beneficiary_id for each in own}
        return tie.kind is TieKind.VISIT and tie.of_id in of_person
