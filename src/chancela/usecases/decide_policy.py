"""Decide policies: another person approves or refuses what was proposed; what does not hold yet can be taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from chancela.domain import permissions, policy_version as versions
from chancela.domain.permissions import Actor, Permission
from chancela.domain.policy_version import LONGEST_NOTE, PolicyStep, PolicyVersion, VersionState
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind

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
    known = await world.policies.load({each.number for each in commands})
    outcomes: list[PolicyVersion | Refused] = []
    steps: list[PolicyStep] = []
    for command in commands:
        version = known.get(command.number)
        refused = _refusal(command, version, world)
        if refused or version is None:
            outcomes.append(refused or Refused(Refusal.NOT_FOUND))
            continue
        decided = known[version.number] = _decided(command, version, world)
        data: dict[str, str | int | bool | None] = {
            "version": version.number,
            "from": f"{version.from_date}",
            "outcome": decided.state.value,
        }
        if decided.reason:
            data["reason"] = decided.reason
        event = Event(EventKind.POLICY_DECIDED, version.id, command.actor.name, data)
        steps.append(PolicyStep(decided, event))
        outcomes.append(decided)
    await world.policies.save(steps)
    return outcomes


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
