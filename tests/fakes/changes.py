"""New contacts in memory: the port `Changes` over a shelf."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from chancela.domain import short_code, sign_in, trail
from chancela.domain.people import Person
from chancela.domain.sign_in import Asked
from tests.fakes.shelf import hold

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from chancela.domain.change import ChangeStep, ContactChange
    from chancela.domain.contact import Contact
    from tests.fakes.shelf import Shelf


@dataclass
class MemoryChanges:
    """The port `Changes`."""

    shelf: Shelf
    now: datetime

    async def people(self, ids: Collection[UUID]) -> dict[UUID, Person]:
        return {key: self._person(key) for key in ids if key in self.shelf.people}

    async def asked(self, people: Collection[UUID]) -> Mapping[UUID, Asked]:
        return {each: Asked(self._sent(each, sign_in.LATELY), self._sent(each, sign_in.DAY)) for each in people}

    async def load(self, change_ids: Collection[UUID]) -> dict[UUID, ContactChange]:
        return {key: self.shelf.changes[key] for key in change_ids if key in self.shelf.changes}

    async def save(self, steps: Sequence[ChangeStep]) -> None:
        for step in steps:
            self._write(step)

    def _person(self, key: UUID) -> Person:
        contacts = tuple(each for each in self.shelf.contacts.values() if each.beneficiary_id == key)
        return Person(self.shelf.people[key], contacts)

    def _sent(self, person: UUID, within: timedelta) -> int:
        own = [each for each in self.shelf.changes.values() if each.beneficiary_id == person]
        return sum(each.issued_at > self.now - within for each in own)

    def _write(self, step: ChangeStep) -> None:
        """Write one change with its messages and its events."""
        shelf, new = self.shelf, step.change
        entries, shelf.head = trail.append(shelf.operator.ans, shelf.head, step.events, self.now)
        shelf.trail.extend(entries)
        if new is not None:
            hold("wrong_tries_of_a_change_never_pass_five", true=0 <= new.wrong_tries <= short_code.TRIES)
            hold("a_change_waits_ten_minutes_at_most", true=new.expires_at <= new.issued_at + short_code.LIFE)
            hold("an_ended_change_keeps_no_code", true=new.ended_at is None or new.secret is None)
            hold("a_change_is_of_a_beneficiary", true=new.beneficiary_id in shelf.people)
            shelf.changes[new.id] = new
        shelf.deliveries.extend(step.planned)
        for each in step.contacts:
            self._put(each)
        if step.ways is not None:
            person = shelf.people[step.beneficiary_id]
            wished = {"uses_no_mobile": step.ways.uses_no_mobile, "preferred_channel": step.ways.preferred}
            shelf.people[person.id] = replace(person, **wished)

    def _put(self, new: Contact) -> None:
        """Keep a contact; an address stands once for a person, under the id that it had."""
        place = (new.beneficiary_id, new.kind, new.address)
        known = [e for e in self.shelf.contacts.values() if (e.beneficiary_id, e.kind, e.address) == place]
        self.shelf.contacts[known[0].id if known else new.id] = replace(new, id=known[0].id if known else new.id)
