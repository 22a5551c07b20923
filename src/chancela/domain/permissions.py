"""Who may do what: actors, and one table from permission to predicate."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from chancela.domain.guia import Guia


class ActorKind(StrEnum):
    """In what role someone acts."""

    PROVIDER = "provider"
    CLIENT = "client"
    AUDITOR = "auditor"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: `provider` is set for whoever is bound to one provider; `assured_at` is their last second factor."""

    operator: str
    kind: ActorKind
    name: str
    provider: str | None = None
    assured_at: datetime | None = None


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
    REPORT_TOKEN = "report_token"  # noqa: S105 - a permission, not a secret
    CLOSE_REPORT = "close_report"
    REVIEW_CONTACT = "review_contact"
    READ_CARRIERS = "read_carriers"


def _of_provider(actor: Actor, provider: str) -> bool:
    if actor.kind is ActorKind.PROVIDER:
        return actor.provider == provider
    return actor.kind is ActorKind.CLIENT and actor.provider in {None, provider}


def _reads(actor: Actor, provider: str) -> bool:
    return _of_provider(actor, provider) or actor.kind in {ActorKind.AUDITOR, ActorKind.SYSTEM}


def _reviews(actor: Actor, provider: str) -> bool:
    del provider
    return actor.kind is ActorKind.AUDITOR or (actor.kind is ActorKind.CLIENT and actor.provider is None)


def _system(actor: Actor, provider: str) -> bool:
    del provider
    return actor.kind is ActorKind.SYSTEM


PERMISSIONS: Mapping[Permission, Callable[[Actor, str], bool]] = {
    Permission.READ_GUIA: _reads,
    Permission.REGISTER_GUIA: _of_provider,
    Permission.REVIEW_GUIA: _reviews,
    Permission.ISSUE_TOKEN: _of_provider,
    Permission.SEND_TOKEN: _of_provider,
    Permission.VALIDATE_TOKEN: _of_provider,
    Permission.CANCEL_GUIA: _of_provider,
    Permission.EXPIRE_TOKEN: _system,
    Permission.CLIMB_LADDER: _system,
    Permission.REPORT_TOKEN: _system,
    Permission.CLOSE_REPORT: _reviews,
    Permission.REVIEW_CONTACT: _reviews,
    Permission.READ_CARRIERS: _reviews,
}


def may(actor: Actor, permission: Permission, guia: Guia) -> bool:
    """Tell whether the actor may do this to the guia; another operator's guia is never theirs."""
    return actor.operator == guia.operator and PERMISSIONS[permission](actor, guia.provider)


def may_for(actor: Actor, permission: Permission, provider: str) -> bool:
    """Tell whether the actor may do this in the name of a provider of its operator."""
    return PERMISSIONS[permission](actor, provider)
