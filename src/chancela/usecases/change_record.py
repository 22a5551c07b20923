"""Change records: somebody of the operator ends or opens a plan, protects a person, or finds a contact not theirs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import call, permissions, record as records, session as sessions
from chancela.domain.contact import ContactState
from chancela.domain.permissions import Actor, Permission
from chancela.domain.record import MARKS, TURNED_DOWN, Record, RecordStep, What
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """Change a person's file for a reason of ten letters at least; `contact_id` names the contact to contest."""

    actor: Actor
    person_id: UUID
    what: What
    reason: str = field(repr=False)
    contact_id: UUID | None = None


async def change_record(commands: Sequence[ChangeRecord], world: World) -> list[Record | Refused]:
    """Change each; who becomes protected comes in anew everywhere. No live code ends: promised care goes on."""
    found = dict(await world.records.load({each.person_id for each in commands if _may(each)}))
    outcomes: list[Record | Refused] = []
    steps: list[RecordStep] = []
    for command in commands:
        made = _decide(command, found.get(command.person_id), world)
        if isinstance(made, Refused):
            outcomes.append(made)
            continue
        found[command.person_id], step = made
        outcomes.append(found[command.person_id])
        steps.append(step)
    await world.records.save(steps)
    return outcomes


def _may(command: ChangeRecord) -> bool:
    return permissions.may_for(command.actor, Permission.CHANGE_PEOPLE, "")


def _decide(command: ChangeRecord, record: Record | None, world: World) -> tuple[Record, RecordStep] | Refused:
    if record is None or not _may(command):
        return Refused(Refusal.NOT_FOUND)
    why = call.reason(command.reason)
    if why is None:
        return Refused(Refusal.REASON_NEEDED)
    if command.what in MARKS and not sessions.assured(command.actor.assured_at, world.now):
        return Refused(Refusal.SECOND_FACTOR_NEEDED)
    if record.merged_into is not None:
        return Refused(Refusal.NOTHING_TO_REVIEW)
    return _contested(command, record, why) if command.what is What.CONTEST else _changed(command, record, why, world)


def _changed(command: ChangeRecord, record: Record, why: str, world: World) -> tuple[Record, RecordStep] | Refused:
    one = record.person.beneficiary
    now = records.changed(one, command.what, world.today)
    if (now.standing, now.private, now.protected) == (one.standing, one.private, one.protected):
        return Refused(Refusal.NOTHING_TO_REVIEW)
    let_out = (one.id,) if now.protected and not one.protected else ()
    told = Event(EventKind.PERSON_CHANGED, one.id, command.actor.name, {"what": command.what.value, "reason": why})
    after = replace(record, person=replace(record.person, beneficiary=now))
    return after, RecordStep((told,), now, one, let_out=let_out)


def _contested(command: ChangeRecord, record: Record, why: str) -> tuple[Record, RecordStep] | Refused:
    held = next((each for each in record.person.contacts if each.id == command.contact_id), None)
    if held is None:
        return Refused(Refusal.NOT_FOUND)
    if held.state in TURNED_DOWN:
        return Refused(Refusal.NOTHING_TO_REVIEW)
    now = replace(held, state=ContactState.CONTESTED)
    data = {"what": command.what.value, "kind": held.kind.value, "reason": why}
    told = Event(EventKind.PERSON_CHANGED, command.person_id, command.actor.name, data)
    contacts = tuple(now if each.id == now.id else each for each in record.person.contacts)
    after = replace(record, person=replace(record.person, contacts=contacts))
    return after, RecordStep((told,), contacts=(now,))
