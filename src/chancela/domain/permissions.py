"""Who may do what: actors, and one table from permission to predicate."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from uuid import UUID

    from chancela.domain.guia import Guia


class ActorKind(StrEnum):
    """In what role someone acts."""

    PROVIDER = "provider"
    CLIENT = "client"
    AUDITOR = "auditor"
    SYSTEM = "system"
    BENEFICIARY = "beneficiary"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: `provider` is set for whoever is bound to one provider; `assured_at` is their last second factor.

    A beneficiary's `person` is who signed in; `sees` are those whose guias they may read, `acts_for` those whose codes
    they may ask for, see and disown, `manages` those whose contacts and helpers they may change (domain/family.py).
    `visit` is set for whoever came by a one-visit link: the tie that lets them in.
    """

    operator: str
    kind: ActorKind
    name: str
    provider: str | None = None
    assured_at: datetime | None = None
    person: UUID | None = None
    sees: frozenset[UUID] = frozenset()
    acts_for: frozenset[UUID] = frozenset()
    manages: frozenset[UUID] = frozenset()
    visit: UUID | None = None


class Permission(StrEnum):
    """What can be asked of a guia, or of the operator itself."""

    READ_GUIA = "read_guia"
    REGISTER_GUIA = "register_guia"
    REVIEW_GUIA = "review_guia"
    ISSUE_TOKEN = "issue_token"  # noqa: S105 - a permission, not a secret
    SEND_TOKEN = "send_token"  # noqa: S105 - a permission, not a secret
    VALIDATE_TOKEN = "validate_token"  # noqa: S105 - a permission, not a secret
    CANCEL_GUIA = "cancel_guia"
    EXPIRE_TOKEN = "expire_token"  # noqa: S105 - a permission, not a secret
    CLIMB_LADDER = "climb_ladder"
    REVEAL_TOKEN = "reveal_token"  # noqa: S105 - a permission, not a secret
    REPORT_TOKEN = "report_token"  # noqa: S105 - a permission, not a secret
    CLOSE_REPORT = "close_report"
    REVIEW_CONTACT = "review_contact"
    READ_CARRIERS = "read_carriers"
    OPEN_SESSION = "open_session"
    MANAGE_PERSON = "manage_person"
    TELL_ATTENDANCE = "tell_attendance"


@dataclass(frozen=True, slots=True)
class Matter:
    """What a permission is asked of: a provider, and the person whose guia it is where there is one."""

    provider: str
    beneficiary: UUID | None = None


def _of_provider(actor: Actor, matter: Matter) -> bool:
    if actor.kind is ActorKind.PROVIDER:
        return actor.provider == matter.provider
    return actor.kind is ActorKind.CLIENT and actor.provider in {None, matter.provider}


def _acts_for(actor: Actor, matter: Matter) -> bool:
    return actor.kind is ActorKind.BENEFICIARY and matter.beneficiary in actor.acts_for


def _asks(actor: Actor, matter: Matter) -> bool:
    return _of_provider(actor, matter) or _acts_for(actor, matter)


def _sends(actor: Actor, matter: Matter) -> bool:
    return _asks(actor, matter) and actor.visit is None


def _reads(actor: Actor, matter: Matter) -> bool:
    if actor.kind is ActorKind.BENEFICIARY:
        return matter.beneficiary in actor.sees
    return _of_provider(actor, matter) or actor.kind in {ActorKind.AUDITOR, ActorKind.SYSTEM}


def _reviews(actor: Actor, matter: Matter) -> bool:
    del matter
    return actor.kind is ActorKind.AUDITOR or (actor.kind is ActorKind.CLIENT and actor.provider is None)


def _system(actor: Actor, matter: Matter) -> bool:
    del matter
    return actor.kind is ActorKind.SYSTEM


def _disowns(actor: Actor, matter: Matter) -> bool:
    return _system(actor, matter) or _acts_for(actor, matter)


def _comes_in(actor: Actor, matter: Matter) -> bool:
    del matter
    return actor.kind in {ActorKind.SYSTEM, ActorKind.BENEFICIARY} and actor.visit is None


def _manages(actor: Actor, matter: Matter) -> bool:
    return actor.kind is ActorKind.BENEFICIARY and matter.beneficiary in actor.manages


PERMISSIONS: Mapping[Permission, Callable[[Actor, Matter], bool]] = {
    Permission.READ_GUIA: _reads,
    Permission.REGISTER_GUIA: _of_provider,
    Permission.REVIEW_GUIA: _reviews,
    Permission.ISSUE_TOKEN: _asks,
    Permission.SEND_TOKEN: _sends,
    Permission.REVEAL_TOKEN: _acts_for,
    Permission.VALIDATE_TOKEN: _of_provider,
    Permission.CANCEL_GUIA: _of_provider,
    Permission.EXPIRE_TOKEN: _system,
    Permission.CLIMB_LADDER: _system,
    Permission.REPORT_TOKEN: _disowns,
    Permission.CLOSE_REPORT: _reviews,
    Permission.REVIEW_CONTACT: _reviews,
    Permission.READ_CARRIERS: _reviews,
    Permission.OPEN_SESSION: _comes_in,
    Permission.MANAGE_PERSON: _manages,
    Permission.TELL_ATTENDANCE: _system,
}


def may(actor: Actor, permission: Permission, guia: Guia) -> bool:
    """Tell whether the actor may do this to the guia; another operator's guia is never theirs."""
    return actor.operator == guia.operator and PERMISSIONS[permission](
        actor, Matter(guia.provider, guia.beneficiary_id)
    )


def may_change(actor: Actor, person: UUID) -> bool:
    """Tell whether the actor may change a person's contacts, ways and helpers."""
    return PERMISSIONS[Permission.MANAGE_PERSON](actor, Matter("", person))


def may_for(actor: Actor, permission: Permission, provider: str) -> bool:
    """Tell whether the actor may do this in the name of a provider of its operator."""
    return PERMISSIONS[permission](actor, Matter(provider))
