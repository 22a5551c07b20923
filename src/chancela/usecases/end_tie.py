"""End a tie: whoever gave it, took it, or decides for the person whom it is about needs it no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import family, permissions
from chancela.domain.family import Tie
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.tie import FamilyStep
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class EndTie:
    """End a tie now."""

    actor: Actor
    tie_id: UUID


async def end_tie(commands: Sequence[EndTie], world: World) -> list[Tie | Refused]:
    """End each; one that is over already stays as it ended, one between others is like none."""
    known = await world.ties.load({each.tie_id for each in commands})
    outcomes: list[Tie | Refused] = []
    steps: list[FamilyStep] = []
    for command in commands:
        tie = known.get(command.tie_id)
        if tie is None or not _concerns(tie, command.actor):
            outcomes.append(Refused(Refusal.NOT_FOUND))
            continue
        if family.alive(tie, world.now):
            known[tie.id] = tie = family.ended(tie, world.now)
            data = {"kind": tie.kind.value, "of": str(tie.of_id)}
            steps.append(FamilyStep(Event(EventKind.TIE_ENDED, tie.id, command.actor.name, data), tie))
        outcomes.append(tie)
    await world.ties.save(steps)
    return outcomes


def _concerns(tie: Tie, actor: Actor) -> bool:
    if actor.kind is not ActorKind.BENEFICIARY or actor.person is None:
        return False
    return actor.person in {tie.giver_id, tie.taker_id} or permissions.may_change(actor, tie.of_id)
