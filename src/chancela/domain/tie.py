"""Ties in their making: how long each lasts, who may take one, when a visit is over, who may hide from a holder."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from chancela.domain import family
from chancela.domain.family import Scope, Tie, TieKind
from chancela.domain.policy import Guardians

if TYPE_CHECKING:
    from chancela.domain.family import Circle
    from chancela.domain.people import Beneficiary
    from chancela.domain.policy import Policy
    from chancela.domain.trail import Event

INVITATION: Final = timedelta(days=7)  # a link that nobody took by then was lost on its way
LONGEST: Final = {TieKind.DELEGATION: family.LONGEST_DELEGATION, TieKind.VISIT: family.LONGEST_VISIT}


@dataclass(frozen=True, slots=True)
class FamilyStep:
    """A change between people: a tie as it stands now, or who hides from the holder from now on, and what is told."""

    event: Event
    tie: Tie | None = None
    privacy: Privacy | None = None


@dataclass(frozen=True, slots=True)
class Privacy:
    """Whether a person's attendances are hidden from the holder of their plan."""

    beneficiary_id: UUID
    private: bool


def hashed(secret: str) -> bytes:
    """Return what is kept of a link's secret; 32 random bytes need no salt (ASVS 5.0, 7.2)."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def lasts(kind: TieKind, until: datetime, now: datetime) -> bool:
    """Tell whether a tie may end at an instant: later than now, no later than its kind allows."""
    return now < until <= now + LONGEST[kind]


def standing(tie: Tie, now: datetime) -> bool:
    """Tell whether a tie lets somebody do something, or may yet be taken by somebody."""
    waits = tie.kind is TieKind.DELEGATION and tie.accepted_at is None
    return family.alive(tie, now) and not (waits and now >= tie.created_at + INVITATION)


def open_to(tie: Tie, taker: UUID, now: datetime) -> bool:
    """Tell whether somebody may take a delegation: once, by somebody else, in time."""
    taken = tie.kind is not TieKind.DELEGATION or tie.taker_id is not None
    return standing(tie, now) and not taken and taker not in {tie.giver_id, tie.of_id}


def accepted(tie: Tie, taker: UUID, now: datetime) -> Tie:
    """Return a delegation as its taker has it."""
    return replace(tie, taker_id=taker, accepted_at=now)


def lets_in(policy: Policy, tie: Tie, circle: Circle, today: date, now: datetime) -> bool:
    """Tell whether a visit's link still opens: in time, not ended, its giver still deciding for the person."""
    gives = tie.kind is TieKind.VISIT and family.alive(tie, now)
    return gives and family.powers(policy, circle, tie.giver_id, today, now).manages


def hides(policy: Policy, beneficiary: Beneficiary, today: date) -> bool:
    """Tell whether a person may hide from the holder: at an age at which guardians no longer get the codes."""
    rule = family.rule(policy, beneficiary, today)
    return beneficiary.holder_id is not None and rule.guardians is not Guardians.CODES


def scope_of(kind: TieKind, scope: Scope) -> Scope:
    """Return what a tie lets its taker do: on a visit, codes and nothing else."""
    return Scope.ACT if kind is TieKind.VISIT else scope


def first_name(name: str) -> str:
    """Return what a person is called: all that whoever goes along is told of them."""
    return name.split(maxsplit=1)[0] if name.strip() else ""
