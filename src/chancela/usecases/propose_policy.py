"""Propose policies: a draft is done, and waits for another person to approve it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chancela.domain import permissions, policy_version as versions
from chancela.domain.permissions import Actor, Permission
from chancela.domain.policy_version import PolicyStep, PolicyVersion, VersionState
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import EventKind
from chancela.usecases import versioning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class ProposePolicy:
    """Ask for the approval of one's own draft."""

    actor: Actor
    number: int


async def propose_policy(commands: Sequence[ProposePolicy], world: World) -> list[PolicyVersion | Refused]:
    """Propose each; refused are drafts of others, what was proposed already, and a day that is over meanwhile."""
    return await versioning.one_by_one(commands, world, _decide)


def _decide(command: ProposePolicy, version: PolicyVersion | None, world: World) -> PolicyStep | Refused:
    refused = _refusal(command, version, world)
    if refused or version is None:
        return refused or Refused(Refusal.NOT_FOUND)
    proposed = replace(version, state=VersionState.AWAITING)
    return versions.told(proposed, EventKind.POLICY_DRAFTED, command.actor.name, proposed=True)


def _refusal(command: ProposePolicy, version: PolicyVersion | None, world: World) -> Refused | None:
    if not permissions.may_for(command.actor, Permission.WRITE_POLICY, ""):
        return Refused(Refusal.FORBIDDEN)
    if version is None:
        return Refused(Refusal.NOT_FOUND)
    if version.written_by != command.actor.name or version.state is not VersionState.DRAFT:
        return Refused(Refusal.FORBIDDEN)
    return Refused(Refusal.POLICY_DATE_PAST) if version.from_date < world.today else None
