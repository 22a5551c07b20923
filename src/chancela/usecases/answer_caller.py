"""Answer for callers: what was said is compared with the file, and only whether it fitted is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import call as calls, caller as callers, permissions
from chancela.domain.call import Call, CallStep
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chancela.domain.caller import File
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class AnswerCaller:
    """What the caller said to the question at a place (from 0), as it was typed."""

    actor: Actor
    call_id: UUID
    place: int
    answer: str = field(repr=False)


async def answer_caller(commands: Sequence[AnswerCaller], world: World) -> list[Call | Refused]:
    """Judge each answer; an answer to a question that does not wait changes nothing.

    A second wrong one spends the call. Beyond the day's wrong answers about one person none fits any more, without a
    word of it, as for a person whom nobody knows.
    """
    found = await world.calls.load({each.call_id for each in commands})
    people = {each.person_id for each in found.values() if each.person_id is not None}
    wrong = dict(await world.calls.failures(people))
    files = await world.calls.files(people)
    outcomes: list[Call | Refused] = []
    steps: list[CallStep] = []
    for command in commands:
        outcome, step = _judge(command, found.get(command.call_id), files, wrong, world)
        outcomes.append(outcome)
        if step is not None:
            steps.append(step)
            found[step.call.id] = step.call
    await world.calls.save(steps)
    return outcomes


def _judge(
    command: AnswerCaller, call: Call | None, files: Mapping[UUID, File], wrong: dict[UUID, int], world: World
) -> tuple[Call | Refused, CallStep | None]:
    why = calls.refused(call, command.actor.name, world.now)
    if call is None or not permissions.may_for(command.actor, Permission.TAKE_CALL, ""):
        return Refused(Refusal.NOT_FOUND), None
    if why is not None or calls.spent(call):
        return Refused(why or Refusal.CALLER_TRIES_SPENT), None
    if calls.waiting(call) != command.place:
        return call, None
    file = files.get(call.person_id) if call.person_id else None
    kind, person = call.questions[command.place].kind, call.person_id
    allowed = person is not None and wrong.get(person, 0) < calls.MOST_WRONG_A_DAY
    fitted = callers.fits(kind, command.answer, file) and allowed
    if person is not None and not fitted:
        wrong[person] = wrong.get(person, 0) + 1
    judged = calls.answered(call, world.now, fitted=fitted)
    event = Event(EventKind.CALLER_ANSWERED, call.id, call.agent, _told(judged, kind.value, fitted=fitted))
    spent = calls.spent(judged)
    return Refused(Refusal.CALLER_TRIES_SPENT) if spent else judged, CallStep(judged, event)


def _told(call: Call, question: str, *, fitted: bool) -> dict[str, str | int | bool | None]:
    known = call.identified_at is not None
    return {"protocol": call.protocol, "question": question, "fitted": fitted, "identified": known}
