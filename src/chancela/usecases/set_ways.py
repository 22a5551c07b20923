"""Set ways: how a person wishes to be reached: not by any mobile, and first by the way that they prefer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import change as changes, permissions, session as sessions
from chancela.domain.change import ChangeStep, Ways
from chancela.domain.permissions import Actor
from chancela.domain.refusal import Refusal, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.domain.people import Person
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class SetWays:
    """Say how a person wishes to be reached."""

    actor: Actor
    beneficiary_id: UUID
    ways: Ways


async def set_ways(commands: Sequence[SetWays], world: World) -> list[Ways | Refused]:
    """Keep each wish, after a code entered lately: it may silence notices. One that changes nothing is told nowhere."""
    named = {each.beneficiary_id for each in commands if permissions.may_change(each.actor, each.beneficiary_id)}
    people = await world.changes.people(named)
    outcomes: list[Ways | Refused] = []
    steps: list[ChangeStep] = []
    for command in commands:
        person = people.get(command.beneficiary_id)
        outcomes.append(_decided(command, person, world))
        if person is not None and outcomes[-1] == command.ways != changes.ways(person):
            people[command.beneficiary_id] = changes.with_ways(person, command.ways)
            told = changes.told_ways(command.beneficiary_id, command.ways, command.actor.name)
            steps.append(ChangeStep(command.beneficiary_id, ways=command.ways, events=(told,)))
    await world.changes.save(steps)
    return outcomes


def _decided(command: SetWays, person: Person | None, world: World) -> Ways | Refused:
    if person is None or not permissions.may_change(command.actor, command.beneficiary_id):
        return Refused(Refusal.NOT_FOUND)
    if not sessions.assured(command.actor.assured_at, world.now):
        return Refused(Refusal.CONFIRM_YOURSELF)
    if command.ways.preferred not in {None, *world.operator.policy.channels}:
        return Refused(Refusal.CHANNEL_UNAVAILABLE)
    return command.ways
