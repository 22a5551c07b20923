"""See records: what is masked in a person's file is uncovered for a reason, and the trail says who saw it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import call, permissions
from chancela.domain.permissions import Actor, Permission
from chancela.domain.record import Part, Record, RecordStep
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class SeeRecord:
    """Uncover a part of a person's file; the reason has ten letters at least."""

    actor: Actor
    person_id: UUID
    part: Part
    reason: str = field(repr=False)


async def see_record(commands: Sequence[SeeRecord], world: World) -> list[Record | Refused]:
    """Return each file as it stands; one that is not there, or may not be seen, is refused alike."""
    asked = {each.person_id for each in commands if _may(each)}
    found = await world.records.load(asked)
    outcomes: list[Record | Refused] = []
    steps: list[RecordStep] = []
    for command in commands:
        record, why = found.get(command.person_id), call.reason(command.reason)
        if record is None or not _may(command):
            outcomes.append(Refused(Refusal.NOT_FOUND))
        elif why is None:
            outcomes.append(Refused(Refusal.REASON_NEEDED))
        else:
            data = {"part": command.part.value, "reason": why}
            event = Event(EventKind.RECORD_SEEN, command.person_id, command.actor.name, data)
            outcomes.append(record)
            steps.append(RecordStep((event,)))
    await world.records.save(steps)
    return outcomes


def _may(command: SeeRecord) -> bool:
    return permissions.may_for(command.actor, Permission.REVEAL_RECORD, "")
