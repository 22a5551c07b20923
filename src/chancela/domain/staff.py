"""The operator's people: what one of them may change about another's account, and how far each role reaches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from chancela.domain.permissions import PERMISSIONS, STAFF, Actor, ActorKind, Matter, Permission
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from datetime import datetime

FRESH: Final = timedelta(minutes=15)  # how old a second factor may be when an account is changed
INVITED_FOR: Final = timedelta(hours=72)


class Change(StrEnum):
    """What happened to an account."""

    OPENED = "opened"
    ENTERED = "entered"  # its invitation was used
    RENAMED = "renamed"
    ROLE = "role"
    CLOSED = "closed"
    REOPENED = "reopened"
    RESET = "reset"


class Objection(StrEnum):
    """Why an account stays as it is."""

    STALE = "stale"
    OWN = "own"
    TAKEN = "taken"
    OTHER_DESK = "other_desk"
    SINGLE_SIGN_ON = "single_sign_on"


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the operator's people or of a provider's; `single` is entered by the house's single sign-on."""

    id: int
    operator: str
    role: ActorKind
    active: bool
    single: bool = False


# An administrator who could close or demote themselves could leave an operator without any; each other one is closed by
# somebody who stays, so the last one stays too.
_NOT_ONES_OWN: Final = frozenset({Change.ROLE, Change.CLOSED, Change.REOPENED, Change.RESET})


def is_fresh(actor: Actor, now: datetime) -> bool:
    """Tell whether the actor showed a second factor within FRESH."""
    return actor.assured_at is not None and now - actor.assured_at <= FRESH


def objection(actor: Actor, own: int | None, account: Account, change: Change, now: datetime) -> Objection | None:
    """Return why the actor, whose own account is `own`, may not change an account in this way; None where they may."""
    if actor.kind is ActorKind.SYSTEM:
        return None
    if not is_fresh(actor, now):
        return Objection.STALE
    if account.id == own and change in _NOT_ONES_OWN:
        return Objection.OWN
    if account.single and change is Change.ROLE:
        return Objection.SINGLE_SIGN_ON
    return None


def fits(account: Account, role: ActorKind) -> bool:
    """Tell whether an account may take a role: an operator's desk never becomes a provider's, nor the reverse."""
    return (account.role in STAFF) == (role in STAFF)


def event(actor: str, account: Account, change: Change) -> Event:
    """Return what the trail keeps of a change: the account's id and role, never a name or an address."""
    data = {"what": change.value, "role": account.role.value}
    return Event(EventKind.STAFF_CHANGED, account_uuid(account.operator, account.id), actor, data)


def account_uuid(operator: str, account_id: int) -> UUID:
    """Return the id by which the trail knows an account."""
    return uuid5(NAMESPACE_URL, f"urn:chancela:account:{operator}:{account_id}")


class Reach(StrEnum):
    """How far a permission reaches for somebody."""

    ALL = "all"  # everything of the operator
    THEIRS = "theirs"  # what is of their own provider, of themselves and theirs, or of the caller whom they identified
    NONE = "none"


_SOMEBODY: Final = UUID(int=1)
_THEIRS: Final = frozenset({_SOMEBODY})


def reach(kind: ActorKind, permission: Permission) -> Reach:
    """Return how far a permission reaches for a kind of actor, asked of the table's own predicate."""
    holds, matter = PERMISSIONS[permission], Matter("10001", _SOMEBODY)
    if kind not in _BOUND and holds(Actor("", kind, ""), matter):
        return Reach.ALL
    bound = Actor("", kind, "", "10001", None, _SOMEBODY, _THEIRS, _THEIRS, _THEIRS, call=_SOMEBODY)
    return Reach.THEIRS if holds(bound, matter) else Reach.NONE


_BOUND: Final = frozenset({ActorKind.PROVIDER, ActorKind.BENEFICIARY})
