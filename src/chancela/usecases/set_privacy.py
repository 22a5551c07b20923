"""Set one's privacy: attendances, codes and notices are hidden from the holder of the plan, or seen again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chancela.domain import permissions, session as sessions, tie as ties
from chancela.domain.permissions import Actor
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.tie import FamilyStep, Privacy
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from chancela.domain.family import Circle
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class SetPrivacy:
    """Hide the actor's own attendances from the holder, or stop hiding them."""

    actor: Actor
    private: bool


async def set_privacy(commands: Sequence[SetPrivacy], world: World) -> list[Privacy | Refused]:
    """Set each; nobody decides it for another, nor at an age at which guardians get the codes."""
    known = await world.families.circles({each.actor.person for each in commands if each.actor.person})
    outcomes: list[Privacy | Refused] = []
    steps: list[FamilyStep] = []
    for command in commands:
        outcome = _judge(command, known, world)
        outcomes.append(outcome)
        if isinstance(outcome, Privacy):
            data = {"private": outcome.private}
            told = Event(EventKind.PRIVACY_CHANGED, outcome.beneficiary_id, command.actor.name, data)
            steps.append(FamilyStep(told, privacy=outcome))
    await world.ties.save(steps)
    return outcomes


def _judge(command: SetPrivacy, known: Mapping[UUID, Circle], world: World) -> Privacy | Refused:
    actor, person = command.actor, command.actor.person
    if person is None or person not in known or not permissions.may_change(actor, person):
        return Refused(Refusal.NOT_FOUND)
    if not ties.hides(world.operator.policy, known[person].person.beneficiary, world.today):
        return Refused(Refusal.FORBIDDEN)
    if not sessions.assured(actor.assured_at, world.now):
        return Refused(Refusal.CONFIRM_YOURSELF)
    return Privacy(person, command.private)
