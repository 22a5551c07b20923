"""Calls in memory: the port `Calls` over a shelf."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chancela.domain import call as calls, trail
from chancela.domain.caller import File
from tests.fakes.brazil import BRAZIL
from tests.fakes.shelf import hold

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from chancela.domain.call import Call, CallStep
    from chancela.domain.caller import Search
    from chancela.domain.people import Beneficiary
    from tests.fakes.shelf import Shelf


@dataclass
class MemoryCalls:
    """The port `Calls`."""

    shelf: Shelf
    now: datetime
    today: date

    async def load(self, call_ids: Collection[UUID]) -> dict[UUID, Call]:
        return {key: self._now(self.shelf.calls[key]) for key in sorted(call_ids) if key in self.shelf.calls}

    def _now(self, call: Call) -> Call:
        """The call as it goes on where the caller's file was merged meanwhile."""
        whose = call.person_id
        return replace(call, person_id=self.shelf.merged.get(whose, whose) if whose else None)

    async def open_of(self, agents: Collection[str]) -> dict[str, Call]:
        mine = (each for each in self.shelf.calls.values() if each.agent in agents and not each.ended_at)
        return {each.agent: self._now(each) for each in mine}

    async def known(self, searches: Sequence[Search]) -> dict[Search, tuple[Beneficiary, ...]]:
        everybody = sorted(self.shelf.people.values(), key=lambda each: each.id)
        people, merged = self.shelf.people, self.shelf.merged
        by_card = {one.card_number: people[merged.get(one.id, one.id)] for one in everybody}
        alone = [one for one in everybody if one.id not in merged]
        found = {each: self._fitting(each, by_card, alone) for each in searches}
        return {each: people for each, people in found.items() if people}

    def _fitting(
        self, search: Search, by_card: Mapping[str, Beneficiary], alone: Sequence[Beneficiary]
    ) -> tuple[Beneficiary, ...]:
        """Whose card it is, and who has the CPF or birth date; a merged file is found by its card, as the survivor."""
        owner = by_card.get(search.card) if search.card is not None else None
        others = [one for one in alone if one is not owner and _meant(search, one)]
        return tuple(sorted([*([owner] if owner else []), *others], key=lambda one: one.id))

    async def files(self, people: Collection[UUID]) -> dict[UUID, File]:
        return {key: self._file(key) for key in people if key in self.shelf.people}

    async def failures(self, people: Collection[UUID]) -> Mapping[UUID, int]:
        counts: dict[UUID, int] = {}
        for each in self.shelf.calls.values():
            if each.person_id in people and each.person_id and self._day(each.opened_at) >= self.today:
                counts[each.person_id] = counts.get(each.person_id, 0) + each.wrong
        return counts

    async def reveals_today(self, agents: Collection[str]) -> Mapping[str, int]:
        counts: dict[str, int] = {}
        for each in self.shelf.calls.values():
            until = self._day(each.ended_at) if each.ended_at else self.today
            if each.agent in agents and self._day(each.opened_at + calls.LONGEST) >= self.today <= until:
                counts[each.agent] = counts.get(each.agent, 0) + each.reveals
        return counts

    async def save(self, steps: Sequence[CallStep]) -> None:
        for step in steps:
            told = [step.event] if step.event else []
            entries, self.shelf.head = trail.append(self.shelf.operator.ans, self.shelf.head, told, self.now)
            self.shelf.trail.extend(entries)
        latest = {step.call.id: step.call for step in steps}
        for key, each in sorted(latest.items(), key=lambda pair: (pair[1].ended_at is None, pair[0])):
            self._put(key, each)

    def _day(self, at: datetime) -> date:
        return at.astimezone(BRAZIL).date()

    def _file(self, key: UUID) -> File:
        everybody, one = self.shelf.people.values(), self.shelf.person(key)
        held = self.shelf.people.get(one.beneficiary.holder_id or key)
        holder = held.name if held and held.id != key else None
        dependants = (each for each in everybody if each.holder_id == key and each.id != key)
        return File(one, holder, tuple(each.name for each in sorted(dependants, key=lambda each: each.id)))

    def _put(self, key: UUID, new: Call) -> None:
        others = [each for each in self.shelf.calls.values() if each.id != key]
        known = new.identified_at is not None
        hold("a_call_protocol_has_twenty_digits", true=len(new.protocol) == 20 and new.protocol.isdigit())
        hold("a_call_has_its_own_protocol", true=new.protocol not in {each.protocol for each in others})
        hold("wrong_answers_of_a_call_never_pass_two", true=0 <= new.wrong <= calls.MOST_WRONG)
        hold("an_identified_caller_is_somebody", true=not known or (new.person_id is not None and new.wrong < 2))
        hold("only_an_identified_caller_hears_a_code", true=not new.reveals or known)
        hold("a_call_reveals_a_code_or_changes_a_contact", true=not (new.reveals and new.changed_contact))
        hold("a_caller_is_a_beneficiary", true=new.person_id is None or new.person_id in self.shelf.people)
        taken = {each.agent for each in others if each.ended_at is None}
        hold("an_agent_has_one_open_call", true=new.ended_at is not None or new.agent not in taken)
        self.shelf.calls[key] = new


def _meant(search: Search, one: Beneficiary) -> bool:
    by_number = search.card == one.card_number or (search.cpf is not None and search.cpf == one.cpf)
    return by_number or (search.birth_date is not None and search.birth_date == one.birth_date)
