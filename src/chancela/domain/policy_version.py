"""Versions of an operator's rules: written, approved by somebody else, and in force from a midnight on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain.policy import Policy
from chancela.domain.policy_proviso import Proviso
from chancela.domain.series import BRAZIL
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_NOTE = 200
MOST_PROVISOS = 50


class VersionState(StrEnum):
    """What was decided about a version."""

    DRAFT = "draft"
    AWAITING = "awaiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Standing(StrEnum):
    """Where a version stands on a day."""

    DRAFT = "draft"
    AWAITING = "awaiting"
    COMING = "coming"
    IN_FORCE = "in_force"
    PAST = "past"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """The whole of an operator's rules, counted from 1, with the day (in Brazil) from which they are to hold.

    `copied_from` is the version that it began as, None where it began as a shipped profile or as what held without any.
    """

    id: UUID
    number: int
    policy: Policy
    provisos: tuple[Proviso, ...]
    from_date: date
    written_by: str
    written_at: datetime
    state: VersionState = VersionState.DRAFT
    copied_from: int | None = None
    note: str = ""
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What held on a day: the operator's policy with the exceptions to it."""

    policy: Policy
    provisos: tuple[Proviso, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyStep:
    """One change of a version with the event that tells it."""

    version: PolicyVersion
    event: Event


def told(version: PolicyVersion, kind: EventKind, actor: str, **more: str | int) -> PolicyStep:
    """Return a version as it stands now with its event, which tells its number and its first day."""
    return PolicyStep(
        version, Event(kind, version.id, actor, {"version": version.number, "from": f"{version.from_date}", **more})
    )


def in_force(versions: Iterable[PolicyVersion], today: date) -> PolicyVersion | None:
    """Return the version that holds on a day: the approved one that began last, the later one of two of one day."""
    begun = [each for each in versions if each.state is VersionState.APPROVED and each.from_date <= today]
    return max(begun, key=lambda each: (each.from_date, each.number), default=None)


def held(versions: Iterable[PolicyVersion], before: Rules, day: date) -> list[Rules]:
    """Return what held at some time of a day: what its midnight found, and what was approved during it.

    `before` is what held before any version did. Whoever acted while a version was approved may have acted by the last.
    """
    begun = [
        (each, each.decided_at.astimezone(BRAZIL).date())
        for each in versions
        if each.state is VersionState.APPROVED and each.decided_at is not None and each.from_date <= day
    ]
    found = in_force((each for each, decided_date in begun if decided_date < day), day)
    approved = (each for each, decided_date in begun if decided_date == day)
    first = before if found is None else Rules(found.policy, found.provisos)
    return [first, *(Rules(each.policy, each.provisos) for each in approved)]


def standing(version: PolicyVersion, held: PolicyVersion | None, today: date) -> Standing:
    """Return where a version stands beside the one that holds."""
    if version.state is not VersionState.APPROVED:
        return Standing(version.state.value)
    if version.from_date > today:
        return Standing.COMING
    return Standing.IN_FORCE if held is not None and held.number == version.number else Standing.PAST


def open_to_withdrawal(version: PolicyVersion, today: date) -> bool:
    """Tell whether a version may still be taken back: what has begun to hold was, and stays."""
    if version.state is VersionState.APPROVED:
        return version.from_date > today
    return version.state in {VersionState.DRAFT, VersionState.AWAITING}
