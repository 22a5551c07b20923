"""Merge people: two files of one person become one, which takes contacts and guias; the other's card leads to it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import call, permissions, record as records, session as sessions
from chancela.domain.permissions import Actor, ActorKind, Permission
from chancela.domain.record import Likeness, Merge, Record, RecordStep
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence, Set as AbstractSet

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class MergePeople:
    """Let the file `gone_id` end as the same person's as `survivor_id`, for a reason of ten letters at least."""

    actor: Actor
    gone_id: UUID
    survivor_id: UUID
    reason: str = field(repr=False)

    @property
    def both(self) -> frozenset[UUID]:
        """Return both files."""
        return frozenset({self.gone_id, self.survivor_id})


async def merge_people(commands: Sequence[MergePeople], world: World) -> list[Record | Refused]:
    """Return each survivor; one pair is merged at a time, and none of whom a code lives or a contact waits."""
    outcomes: list[Record | Refused] = []
    for command in commands:
        found = await world.records.load(command.both if _may(command) else frozenset())
        alive = await world.records.alive(found)
        waiting = await world.holds.waiting(found)
        made = _decide(command, found, alive, world)
        if isinstance(made, RecordStep) and waiting:
            made = Refused(Refusal.CONTACT_IN_REVIEW)
        if isinstance(made, Refused):
            outcomes.append(made)
            continue
        await world.records.save([made])
        outcomes.append((await world.records.load({command.survivor_id}))[command.survivor_id])
    return outcomes


def _may(command: MergePeople) -> bool:
    return permissions.may_for(command.actor, Permission.CHANGE_PEOPLE, "")


def _decide(
    command: MergePeople, found: dict[UUID, Record], alive: AbstractSet[UUID], world: World
) -> RecordStep | Refused:
    gone, kept = found.get(command.gone_id), found.get(command.survivor_id)
    if gone is None or kept is None or not _may(command):
        return Refused(Refusal.NOT_FOUND)
    why = call.reason(command.reason)
    if why is None:
        return Refused(Refusal.REASON_NEEDED)
    if not sessions.assured(command.actor.assured_at, world.now):
        return Refused(Refusal.SECOND_FACTOR_NEEDED)
    if not _one_person(command, gone, kept):
        return Refused(Refusal.NOT_THE_SAME_PERSON)
    return Refused(Refusal.CODE_ALIVE) if alive else _step(command, gone, kept, why, world)


def _one_person(command: MergePeople, gone: Record, kept: Record) -> bool:
    """Tell whether the files may become one: a doubtful pair by a manager's second look alone, none of them twice."""
    like = records.likeness(gone.person.beneficiary, kept.person.beneficiary)
    looked = like is Likeness.DOUBTFUL and command.actor.kind is ActorKind.MANAGER
    return (like is Likeness.SAME or looked) and gone.merged_into is None and kept.merged_into is None


def _step(command: MergePeople, gone: Record, kept: Record, why: str, world: World) -> RecordStep:
    one, other = kept.person.beneficiary, gone.person.beneficiary
    now = records.survivor(other, one)
    newly = (one.id,) if now.protected and not one.protected else ()
    like = records.likeness(other, one)
    data = {"gone": str(other.id), "likeness": like.value, "reason": why}
    told = Event(EventKind.PERSON_MERGED, one.id, command.actor.name, data)
    merge = Merge(other.id, one.id, records.merged(gone.person, kept.person), world.today)
    about = replace(told, subject=other.id, data={"into": str(one.id)})
    return RecordStep((told, about), now, one, let_out=(other.id, *newly), merge=merge)
