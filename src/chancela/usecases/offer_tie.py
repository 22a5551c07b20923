"""Offer a tie: an adult lets another one help them, or lets whoever goes along on one visit have the codes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chancela.domain import family, permissions, session as sessions, tie as ties
from chancela.domain.family import MOST_TIES, Scope, Tie, TieKind
from chancela.domain.permissions import Actor
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.tie import FamilyStep
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from chancela.domain.family import Circle
    from chancela.domain.people import Beneficiary
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class OfferTie:
    """Let somebody help a person until an instant; who that is shows when they come with the link."""

    actor: Actor
    of_id: UUID
    kind: TieKind
    until: datetime
    scope: Scope = Scope.ACT


@dataclass(frozen=True, slots=True)
class Offered:
    """A tie with the secret that its link holds and that is kept nowhere else."""

    tie: Tie
    secret: str = field(repr=False)


async def offer_tie(commands: Sequence[OfferTie], world: World) -> list[Offered | Refused]:
    """Make each tie; adults delegate for themselves alone, visits are for whomever the actor decides for."""
    named = {each.of_id for each in commands} | {each.actor.person for each in commands if each.actor.person}
    known = await world.families.circles(named)
    standing = dict(await world.ties.standing({each.of_id for each in commands}))
    outcomes: list[Offered | Refused] = []
    steps: list[FamilyStep] = []
    for command in commands:
        outcome = _judge(command, known, standing.get(command.of_id, ()), world)
        outcomes.append(outcome)
        if isinstance(outcome, Offered):
            tie = outcome.tie
            standing[tie.of_id] = (*standing.get(tie.of_id, ()), tie)
            data = {"kind": tie.kind.value, "of": str(tie.of_id), "scope": tie.scope.value}
            steps.append(FamilyStep(Event(EventKind.TIE_OFFERED, tie.id, command.actor.name, data), tie))
    await world.ties.save(steps)
    return outcomes


def _judge(
    command: OfferTie, known: Mapping[UUID, Circle], standing: tuple[Tie, ...], world: World
) -> Offered | Refused:
    person = command.actor.person
    giver = known.get(person) if person is not None else None
    if giver is None or command.of_id not in known or not permissions.may_change(command.actor, command.of_id):
        return Refused(Refusal.NOT_FOUND)
    refusal = _refusal(command, giver.person.beneficiary, standing, world)
    return Refused(refusal) if refusal is not None else _offered(command, giver.person.beneficiary, world)


def _refusal(command: OfferTie, giver: Beneficiary, standing: tuple[Tie, ...], world: World) -> Refusal | None:
    if not family.adult(giver, world.today):
        return Refusal.ADULTS_ALONE
    if command.kind is TieKind.DELEGATION and (command.of_id != giver.id or giver.protected):
        return Refusal.FORBIDDEN  # a guardian's child gets visits; of a protected person nobody takes anything
    if not sessions.assured(command.actor.assured_at, world.now):
        return Refusal.CONFIRM_YOURSELF
    if not ties.lasts(command.kind, command.until, world.now):
        return Refusal.TIE_TOO_LONG
    return Refusal.TOO_MANY_TIES if len(standing) >= MOST_TIES else None


def _offered(command: OfferTie, giver: Beneficiary, world: World) -> Offered:
    secret, scope = world.chance.secret(), ties.scope_of(command.kind, command.scope)
    of_whom = (giver.id, command.of_id, scope, ties.hashed(secret))
    return Offered(Tie(world.chance.id(), command.kind, *of_whom, world.now, command.until), secret)
