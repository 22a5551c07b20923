"""Draft policies: write a version of the rules, or write an own draft anew; nothing holds by it yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from chancela.domain import permissions, policy_limits as limits, policy_version as versions
from chancela.domain.permissions import Actor, Permission
from chancela.domain.policy import Policy
from chancela.domain.policy_proviso import Proviso
from chancela.domain.policy_version import LONGEST_NOTE, MOST_PROVISOS, PolicyStep, PolicyVersion, VersionState
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class DraftPolicy:
    """Write a new version, which began as `copied_from` where that is one, or the draft of this number anew."""

    actor: Actor
    policy: Policy
    provisos: tuple[Proviso, ...]
    from_date: date
    note: str = ""
    number: int | None = None
    copied_from: int | None = None


async def draft_policy(commands: Sequence[DraftPolicy], world: World) -> list[PolicyVersion | Refused]:
    """Write each; refused are drafts of others, what was proposed, what breaks a limit, and a day that is over."""
    known = await world.policies.load({each.number for each in commands if each.number is not None})
    last = await world.policies.last() if any(each.number is None for each in commands) else 0
    outcomes: list[PolicyVersion | Refused] = []
    steps: list[PolicyStep] = []
    for command in commands:
        if refused := _refusal(command, known, world):
            outcomes.append(refused)
            continue
        last += command.number is None
        version = _written(command, last, known, world)
        known[version.number] = version
        told = versions.told(version, EventKind.POLICY_DRAFTED, command.actor.name, provisos=len(version.provisos))
        steps.append(told)
        outcomes.append(version)
    await world.policies.save(steps)
    return outcomes


def _refusal(command: DraftPolicy, known: dict[int, PolicyVersion], world: World) -> Refused | None:
    if not permissions.may_for(command.actor, Permission.WRITE_POLICY, ""):
        return Refused(Refusal.FORBIDDEN)
    if command.number is not None:
        version = known.get(command.number)
        if version is None:
            return Refused(Refusal.NOT_FOUND)
        if version.written_by != command.actor.name or version.state is not VersionState.DRAFT:
            return Refused(Refusal.FORBIDDEN)
    if command.from_date < world.today:
        return Refused(Refusal.POLICY_DATE_PAST)
    too_long = len(command.note) > LONGEST_NOTE or len(command.provisos) > MOST_PROVISOS
    broken = limits.faults(limits.values(command.policy)) or limits.proviso_faults(command.policy, command.provisos)
    return Refused(Refusal.POLICY_INVALID) if too_long or broken else None


def _written(command: DraftPolicy, last: int, known: dict[int, PolicyVersion], world: World) -> PolicyVersion:
    if command.number is not None:
        return replace(
            known[command.number],
            policy=command.policy,
            provisos=command.provisos,
            from_date=command.from_date,
            note=command.note,
            written_at=world.now,
        )
    return PolicyVersion(
        id=world.chance.id(),
        number=last,
        policy=command.policy,
        provisos=command.provisos,
        from_date=command.from_date,
        written_by=command.actor.name,
        written_at=world.now,
        copied_from=command.copied_from,
        note=command.note,
    )
