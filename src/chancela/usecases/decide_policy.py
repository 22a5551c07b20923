"""Decide policies: another person approves or refuses what was proposed; what does not hold yet can be taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from chancela.domain import permissions, policy_version as versions
from chancela.domain.permissions import Actor, Permission
from chancela.domain.policy_version import LONGEST_NOTE, PolicyStep, PolicyVersion, VersionState
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import EventKind
from chancela.usecases import versioning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


class Verdict(StrEnum):
    """What is decided of a version; the value is the state to which it leads."""

    APPROVE = "approved"
    REFUSE = "refused"
    WITHDRAW = "withdrawn"


@dataclass(frozen=True, slots=True)
class DecidePolicy:
    """Approve or refuse what somebody else proposed, or take a version back; a refusal has its reason."""

    actor: Actor
    number: int
    verdict: Verdict
    reason: str = ""


async def decide_policy(commands: Sequence[DecidePolicy], world: World) -> list[PolicyVersion | Refused]:
    """Decide each; refused are own versions, what was decided already, a missing reason, and a day that is over."""
    return await versioning.one_by_one(commands, world, _decide)


def _decide(command: DecidePolicy, version: PolicyVersion | None, world: World) -> PolicyStep | Refused:
    refused = _refusal(command, version, world)
    if refused or version is None:
        return refused or Refused(Refusal.NOT_FOUND)
    decided = _decided(command, version, world)
    why = {"reason": decided.reason} if decided.reason else {}
    return versions.told(decided, EventKind.POLICY_DECIDED, command.actor.name, outcome=decided.state.value, **why)


def _decided(command: DecidePolicy, version: PolicyVersion, world: World) -> PolicyVersion:
    return replace(
        version,
        state=VersionState(command.verdict.value),
        decided_by=command.actor.name,
        decided_at=world.now,
        reason=command.reason.strip()[:LONGEST_NOTE],
    )


def _refusal(command: DecidePolicy, version: PolicyVersion | None, world: World) -> Refused | None:
    if not _may(command, version):
        return Refused(Refusal.FORBIDDEN)
    if version is None:
        return Refused(Refusal.NOT_FOUND)
    if command.verdict is Verdict.WITHDRAW:
        return None if versions.open_to_withdrawal(version, world.today) else Refused(Refusal.FORBIDDEN)
    if version.state is not VersionState.AWAITING:
        return Refused(Refusal.FORBIDDEN)
    if version.written_by == command.actor.name:
        return Refused(Refusal.ANOTHER_PERSON_DECIDES)
    if command.verdict is Verdict.REFUSE:
        return None if command.reason.strip() else Refused(Refusal.REASON_NEEDED)
    return Refused(Refusal.POLICY_DATE_PAST) if version.from_date < world.today else None


def _may(command: DecidePolicy, version: PolicyVersion | None) -> bool:
    """Tell whether the actor may decide; who wrote a version may take it back until it is approved."""
    own = (
        command.verdict is Verdict.WITHDRAW
        and version is not None
        and version.written_by == command.actor.name
        and version.state is not VersionState.APPROVED
        and permissions.may_for(command.actor, Permission.WRITE_POLICY, "")
    )
    return own or permissions.may_for(command.actor, Permission.APPROVE_POLICY, "")
