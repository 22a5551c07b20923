"""Propose policies: a draft is done, and waits for another person to approve it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chancela.domain import permissions
from chancela.domain.permissions import Actor, Permission
from chancela.domain.policy_version import PolicyStep, PolicyVersion, VersionState
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind

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
    known = await world.policies.load({each.number for each in commands})
    outcomes: list[PolicyVersion | Refused] = []
    steps: list[PolicyStep] = []
    for command in commands:
        version = known.get(command.number)
        refused = _refusal(command, version, world)
        if refused or version is None:
            outcomes.append(refused or Refused(Refusal.NOT_FOUND))
            continue
        proposed = known[version.number] = replace(version, state=VersionState.AWAITING)
        data: dict[str, str | int | bool | None] = {
            "version": version.number,
            "from": f"{version.from_date}",
            "proposed": True,
        }
        event = Event(EventKind.POLICY_DRAFTED, version.id, command.actor.name, data)
        steps.append(PolicyStep(proposed, event))
        outcomes.append(proposed)
    await world.policies.save(steps)
    return outcomes


def _refusal(command: ProposePolicy, version: PolicyVersion | None, world: World) -> Refused | None:
    if not permissions.may_for(command.actor, Permission.WRITE_POLICY, ""):
        return Refused(Refusal.FORBIDDEN)
    if version is None:
        return Refused(Refusal.NOT_FOUND)
    if version.written_by != command.actor.name or version.state is not VersionState.DRAFT:
        return Refused(Refusal.FORBIDDEN)
    return Refused(Refusal.POLICY_DATE_PAST) if version.from_date < world.today else None
