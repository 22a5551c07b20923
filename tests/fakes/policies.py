"""Versions of the rules in memory: the port `Policies` over a shelf."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chancela.domain import trail
from chancela.domain.policy_version import Rules, VersionState
from tests.fakes.brazil import BRAZIL
from tests.fakes.shelf import hold

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime

    from chancela.domain.policy_version import PolicyStep, PolicyVersion
    from tests.fakes.shelf import Shelf

OPEN = {VersionState.DRAFT, VersionState.AWAITING}
JUDGED = {VersionState.APPROVED, VersionState.REFUSED}


@dataclass
class MemoryPolicies:
    """The port `Policies`."""

    shelf: Shelf
    now: datetime

    async def load(self, numbers: Collection[int]) -> dict[int, PolicyVersion]:
        return {key: self.shelf.versions[key] for key in numbers if key in self.shelf.versions}

    async def rules(self, days: Collection[date]) -> Mapping[date, Rules]:
        then = {day: self.shelf.operator_on(day) for day in days}
        return {day: Rules(operator.policy, operator.provisos) for day, operator in then.items()}

    async def last(self) -> int:
        return max(self.shelf.versions, default=0)

    async def save(self, steps: Sequence[PolicyStep]) -> None:
        for step in steps:
            entries, self.shelf.head = trail.append(self.shelf.operator.ans, self.shelf.head, [step.event], self.now)
            self.shelf.trail.extend(entries)
            self._put(step.version)

    def _put(self, new: PolicyVersion) -> None:
        known = self.shelf.versions.get(new.number)
        hold("versions_are_counted_from_one", true=new.number >= 1)
        hold("another_person_decides", true=new.state not in JUDGED or new.decided_by != new.written_by)
        told = new.decided_by is not None and new.decided_at is not None
        hold("a_decided_version_says_by_whom", true=new.state in OPEN or told)
        hold("a_refusal_says_why", true=new.state is not VersionState.REFUSED or bool(new.reason))
        if known is not None:
            hold("what_was_proposed_stays_as_it_is", true=self._may_become(known, new))
        self.shelf.versions[new.number] = new

    def _may_become(self, known: PolicyVersion, new: PolicyVersion) -> bool:
        if known.state is VersionState.DRAFT:
            return True
        if (known.policy, known.provisos, known.from_date) != (new.policy, new.provisos, new.from_date):
            return False
        if known.state is VersionState.APPROVED:
            return new.state is VersionState.WITHDRAWN and known.from_date > self.now.astimezone(BRAZIL).date()
        return known.state is VersionState.AWAITING
