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
    SYSTEM = "system"
    BENEFICIARY = "beneficiary"
    AGENT = "agent"
    AUDITOR = "auditor"
    ANALYST = "analyst"
    MANAGER = "manager"
    DPO = "dpo"
    ADMINISTRATOR = "administrator"


# The operator's own people: each role is a kind of actor.
STAFF = frozenset(
    {
        *(ActorKind.AGENT, ActorKind.AUDITOR, ActorKind.ANALYST),
        *(ActorKind.MANAGER, ActorKind.DPO, ActorKind.ADMINISTRATOR),
    }
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: `provider` is set for whoever is bound to one provider; `assured_at` is their last second factor.

    A beneficiary's `person` is who signed in; `sees` are those whose guias they may read, `acts_for` those whose codes
    they may ask for, see and disown, `manages` those whose contacts and helpers they may change (domain/family.py).
    `visit` is set for whoever came by a one-visit link: the tie that lets them in. An agent's `call` is the one they
    are on; while its caller is identified, `sees` and `acts_for` hold the person whom it is about.
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
    call: UUID | None = None


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
    TELL_DECISION = "tell_decision"
    TAKE_CALL = "take_call"
    APPROVE_CONTACT = "approve_contact"
    APPLY_CONTACT = "apply_contact"
    READ_PEOPLE = "read_people"
    REVEAL_RECORD = "reveal_record"
    CHANGE_PEOPLE = "change_people"
    READ_NETWORK = "read_network"
    CHANGE_NETWORK = "change_network"
    ADD_ATTACHMENT = "add_attachment"
    READ_ATTACHMENT = "read_attachment"
    IMPORT_FILES = "import_files"
    READ_POLICY = "read_policy"
    WRITE_POLICY = "write_policy"
    APPROVE_POLICY = "approve_policy"
    MANAGE_STAFF = "manage_staff"
    READ_TRAIL = "read_trail"
    EXPORT_TRAIL = "export_trail"
    READ_PICTURE = "read_picture"
    RECORD_ABSENCE = "record_absence"
    REVIEW_ABSENCE = "review_absence"
    CHASE_ABSENCE = "chase_absence"
    POSTPONE_TOKEN = "postpone_token"  # noqa: S105 - a permission, not a secret
    SETTLE_LATE = "settle_late"
    PRINT_SLIP = "print_slip"
    TAKE_BLOCK = "take_block"
    GIVE_NUMBER = "give_number"
    RECONCILE_GUIA = "reconcile_guia"
    DECLARE_OUTAGE = "declare_outage"
    NOTICE_OUTAGE = "notice_outage"
    CLOSE_SERIES = "close_series"
    DECIDE_DISPUTE = "decide_dispute"
    ANSWER_DISPUTE = "answer_dispute"
    TELL_DISPUTE = "tell_dispute"
    MANAGE_WEBHOOKS = "manage_webhooks"


@dataclass(frozen=True, slots=True)
class Matter:
    """What a permission is asked of: a provider, and the person whose guia it is where there is one."""

    provider: str
    beneficiary: UUID | None = None


def _of_provider(actor: Actor, matter: Matter) -> bool:
    if actor.kind is ActorKind.PROVIDER:
        return actor.provider == matter.provider
    return actor.kind is ActorKind.CLIENT and actor.provider in {None, matter.provider}


def _on_behalf(actor: Actor, matter: Matter) -> bool:
    return actor.kind is ActorKind.AGENT and actor.call is not None and matter.beneficiary in actor.acts_for


def _acts_for(actor: Actor, matter: Matter) -> bool:
    own = actor.kind is ActorKind.BENEFICIARY and matter.beneficiary in actor.acts_for
    return own or _on_behalf(actor, matter)


def _asks(actor: Actor, matter: Matter) -> bool:
    return _of_provider(actor, matter) or _acts_for(actor, matter)


def _sends(actor: Actor, matter: Matter) -> bool:
    return _asks(actor, matter) and actor.visit is None


def _reads(actor: Actor, matter: Matter) -> bool:
    if actor.kind in {ActorKind.BENEFICIARY, ActorKind.AGENT}:
        return matter.beneficiary in actor.sees
    return _of_provider(actor, matter) or actor.kind in _READERS


_READERS = frozenset({ActorKind.AUDITOR, ActorKind.ANALYST, ActorKind.MANAGER, ActorKind.DPO, ActorKind.SYSTEM})


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


def _staff(*kinds: ActorKind) -> Callable[[Actor, Matter], bool]:
    """Return the predicate of what some of the operator's people may do, whomever it is about."""
    allowed = frozenset(kinds)

    def holds(actor: Actor, matter: Matter) -> bool:
        del matter
        return actor.kind in allowed

    return holds


def _core_or(*kinds: ActorKind) -> Callable[[Actor, Matter], bool]:
    """Return the predicate of what some of the operator's people may do, and its core system."""
    staff = _staff(*kinds)

    def holds(actor: Actor, matter: Matter) -> bool:
        return staff(actor, matter) or (actor.kind is ActorKind.CLIENT and actor.provider is None)

    return holds


def _desk_or_system(actor: Actor, matter: Matter) -> bool:
    return _of_provider(actor, matter) or _system(actor, matter)


def _blocks(actor: Actor, matter: Matter) -> bool:
    return _of_provider(actor, matter) or actor.kind in {ActorKind.ANALYST, ActorKind.MANAGER}


def _declares(actor: Actor, matter: Matter) -> bool:
    staff = {ActorKind.ANALYST, ActorKind.MANAGER, ActorKind.ADMINISTRATOR}
    return _system(actor, matter) or actor.kind in staff


def _subscribes(actor: Actor, matter: Matter) -> bool:
    client = actor.kind is ActorKind.CLIENT and _of_provider(actor, matter)
    return client or actor.kind in {ActorKind.ADMINISTRATOR, ActorKind.SYSTEM}


def _opens_attachment(actor: Actor, matter: Matter) -> bool:
    return _of_provider(actor, matter) or actor.kind is ActorKind.AUDITOR


AGENT, AUDITOR, ANALYST = ActorKind.AGENT, ActorKind.AUDITOR, ActorKind.ANALYST
MANAGER, DPO, ADMINISTRATOR = ActorKind.MANAGER, ActorKind.DPO, ActorKind.ADMINISTRATOR

PERMISSIONS: Mapping[Permission, Callable[[Actor, Matter], bool]] = {
    Permission.READ_GUIA: _reads,
    Permission.REGISTER_GUIA: _of_provider,
    Permission.REVIEW_GUIA: _core_or(AUDITOR),
    Permission.ISSUE_TOKEN: _asks,
    Permission.SEND_TOKEN: _sends,
    Permission.REVEAL_TOKEN: _acts_for,
    Permission.VALIDATE_TOKEN: _of_provider,
    Permission.CANCEL_GUIA: _of_provider,
    Permission.EXPIRE_TOKEN: _system,
    Permission.CLIMB_LADDER: _system,
    Permission.REPORT_TOKEN: _disowns,
    Permission.CLOSE_REPORT: _core_or(AUDITOR, ANALYST, MANAGER),
    Permission.REVIEW_CONTACT: _core_or(AUDITOR, ANALYST, MANAGER),
    Permission.READ_CARRIERS: _core_or(AUDITOR, ANALYST, MANAGER, ADMINISTRATOR),
    Permission.OPEN_SESSION: _comes_in,
    Permission.MANAGE_PERSON: _manages,
    Permission.TELL_ATTENDANCE: _system,
    Permission.TELL_DECISION: _system,
    Permission.TAKE_CALL: _staff(AGENT),
    Permission.APPROVE_CONTACT: _staff(ANALYST, MANAGER),
    Permission.APPLY_CONTACT: _system,
    Permission.READ_PEOPLE: _staff(AUDITOR, ANALYST, MANAGER, DPO),
    Permission.REVEAL_RECORD: _staff(AUDITOR, ANALYST, MANAGER, DPO),
    Permission.CHANGE_PEOPLE: _staff(ANALYST, MANAGER),
    Permission.READ_NETWORK: _staff(AUDITOR, ANALYST, MANAGER, DPO, ADMINISTRATOR),
    Permission.CHANGE_NETWORK: _staff(ANALYST, MANAGER),
    Permission.ADD_ATTACHMENT: _of_provider,
    Permission.READ_ATTACHMENT: _opens_attachment,
    Permission.IMPORT_FILES: _staff(ANALYST, MANAGER),
    Permission.READ_POLICY: _staff(*STAFF),
    Permission.WRITE_POLICY: _staff(ANALYST, MANAGER),
    Permission.APPROVE_POLICY: _staff(MANAGER),
    Permission.MANAGE_STAFF: _staff(ADMINISTRATOR),
    Permission.READ_TRAIL: _staff(AUDITOR, MANAGER, DPO),
    Permission.EXPORT_TRAIL: _staff(AUDITOR, DPO),
    Permission.READ_PICTURE: _staff(AUDITOR, ANALYST, MANAGER, DPO, ADMINISTRATOR),
    Permission.RECORD_ABSENCE: _desk_or_system,
    Permission.REVIEW_ABSENCE: _core_or(AUDITOR),
    Permission.CHASE_ABSENCE: _system,
    Permission.POSTPONE_TOKEN: _of_provider,
    Permission.SETTLE_LATE: _system,
    Permission.PRINT_SLIP: _of_provider,
    Permission.TAKE_BLOCK: _blocks,
    Permission.GIVE_NUMBER: _staff(AGENT),
    Permission.RECONCILE_GUIA: _of_provider,
    Permission.DECLARE_OUTAGE: _declares,
    Permission.NOTICE_OUTAGE: _system,
    Permission.CLOSE_SERIES: _of_provider,
    Permission.DECIDE_DISPUTE: _core_or(AUDITOR, ANALYST, MANAGER),
    Permission.ANSWER_DISPUTE: _of_provider,
    Permission.TELL_DISPUTE: _system,
    Permission.MANAGE_WEBHOOKS: _subscribes,
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
