"""End a sheet: what stands on lost paper is accepted no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chancela.domain import paper
from chancela.domain.permissions import Actor
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.print_sheet import ending

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.domain.paper import PocketStep
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class EndSheet:
    """End the actor's own sheet."""

    actor: Actor


async def end_sheet(commands: Sequence[EndSheet], world: World) -> list[int | Refused]:
    """End each; return how many unused codes ended with it."""
    people = {each.actor.person for each in commands if each.actor.person is not None}
    await world.pocket.hold(people)
    held = dict(await world.pocket.sheets(people))
    outcomes: list[int | Refused] = []
    steps: list[PocketStep] = []
    for command in commands:
        person = paper.bearer(command.actor)
        if person is None:
            outcomes.append(Refused(Refusal.NOT_FOUND))
            continue
        codes = held.pop(person, ())
        steps += ending(command.actor, codes, world)
        outcomes.append(len(codes))
    await world.pocket.save(steps)
    return outcomes
