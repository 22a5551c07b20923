"""Decide held contacts: a second person lets one take its place, or not; the old contact's «não fui eu» refuses it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import hold as holds, permissions
from chancela.domain.hold import Hold, HoldEnd
from chancela.domain.permissions import Actor, Permission
from chancela.domain.policy import ContactCare
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases import holding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World
    from chancela.usecases.holding import Desk


@dataclass(frozen=True, slots=True)
class DecideContact:
    """Let a held contact take its place, or refuse it."""

    actor: Actor
    hold_id: UUID
    accept: bool


async def decide_contact(commands: Sequence[DecideContact], world: World) -> list[Hold | Refused]:
    """Decide each; one that is over is refused, and nobody approves what they proposed, or what time is to apply."""
    desk = await holding.open_desk({each.hold_id for each in commands if _may(each)}, world)
    outcomes = [_judge(command, desk) for command in commands]
    await world.holds.save(desk.steps)
    return outcomes


def _may(command: DecideContact) -> bool:
    """Tell whether the actor decides: somebody of the operator; in a person's name our own ear refuses, and no more."""
    speaks = not command.accept and permissions.may_for(command.actor, Permission.APPLY_CONTACT, "")
    return speaks or permissions.may_for(command.actor, Permission.APPROVE_CONTACT, "")


def _judge(command: DecideContact, desk: Desk) -> Hold | Refused:
    hold, by, now = desk.holds.get(command.hold_id), command.actor.name, desk.world.now
    if hold is None or not _may(command):
        return Refused(Refusal.NOT_FOUND)
    if hold.end is not None or now >= hold.due_at:
        return Refused(Refusal.NOTHING_TO_REVIEW)
    if not command.accept:
        return desk.end(hold, HoldEnd.REFUSED, by)
    if hold.proposed_by == by:
        return Refused(Refusal.ANOTHER_PERSON_DECIDES)
    if hold.care is not ContactCare.SECOND_PERSON:
        return Refused(Refusal.FORBIDDEN)
    why = desk.why_not(hold)
    if why is not None and holds.impossible(why):
        return Refused(why)
    return desk.apply(hold, by, holding.decided(hold, by, accepted=True))
