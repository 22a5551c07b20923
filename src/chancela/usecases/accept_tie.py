"""Accept a tie: an adult of the plan takes the help that somebody offered by a link."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chancela.domain import family, tie as ties
from chancela.domain.family import Tie
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.tie import FamilyStep
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from chancela.domain.family import Circle
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class AcceptTie:
    """Take what the link with this secret offers."""

    actor: Actor
    secret: str = field(repr=False)


async def accept_tie(commands: Sequence[AcceptTie], world: World) -> list[Tie | Refused]:
    """Give each delegation its taker, once; one answer for links that are unknown, used, over, or one's own."""
    known = await world.families.circles({each.actor.person for each in commands if each.actor.person})
    found = dict(await world.ties.by_hash({ties.hashed(each.secret) for each in commands}))
    outcomes: list[Tie | Refused] = []
    steps: list[FamilyStep] = []
    for command in commands:
        kept = ties.hashed(command.secret)
        outcome = _judge(command, known, found.get(kept), world)
        outcomes.append(outcome)
        if isinstance(outcome, Tie):
            found[kept] = outcome
            data = {"of": str(outcome.of_id), "scope": outcome.scope.value}
            told = Event(EventKind.TIE_ACCEPTED, outcome.id, command.actor.name, data)
            steps.append(FamilyStep(told, outcome))
    await world.ties.save(steps)
    return outcomes


def _judge(command: AcceptTie, known: Mapping[UUID, Circle], tie: Tie | None, world: World) -> Tie | Refused:
    """Look at who comes before what they bring, so that a link tells a child nothing of itself."""
    person = command.actor.person
    if command.actor.kind is not ActorKind.BENEFICIARY or person is None or person not in known:
        return Refused(Refusal.NOT_FOUND)
    if not family.adult(known[person].person.beneficiary, world.today):
        return Refused(Refusal.ADULTS_ALONE)
    if tie is None or not ties.open_to(tie, person, world.now):
        return Refused(Refusal.INVITATION_OVER)
    return ties.accepted(tie, person, world.now)
