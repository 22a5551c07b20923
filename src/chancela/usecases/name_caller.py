"""Name callers: the agent says whom the call is about, and questions are drawn from what is on file.

Whom nobody knows is asked like anybody else, so that an agent's screen tells no guesser who is a customer. Whoever
is searched for in the same way on one day is asked the same, so that nobody hangs up until the questions suit them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import call as calls, caller as callers, family, permissions
from chancela.domain.call import Asked, Call, CallStep
from chancela.domain.caller import Search
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.domain.caller import File
    from chancela.domain.people import Beneficiary
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class NameCaller:
    """Say of a call who rings."""

    actor: Actor
    call_id: UUID
    search: Search


async def name_caller(commands: Sequence[NameCaller], world: World) -> list[Call | Refused]:
    """Return each call with its questions; one in which something was answered keeps those that it has."""
    found = await world.calls.load({each.call_id for each in commands})
    known = await world.calls.known([each.search for each in commands])
    meant = {each.search: _meant(each.search, known.get(each.search, ()), world) for each in commands}
    files = await world.calls.files({each.id for each in meant.values() if each})
    outcomes: list[Call | Refused] = []
    steps: list[CallStep] = []
    for command in commands:
        call = found.get(command.call_id)
        refused = _refused(command.actor, call, world)
        if refused is not None or call is None:
            outcomes.append(Refused(refused or Refusal.NOT_FOUND))
            continue
        if calls.untouched(call):
            person = meant[command.search]
            step = _named(call, command.search, files[person.id] if person else None, world)
            steps.append(step)
            call = found[call.id] = step.call
        outcomes.append(call)
    await world.calls.save(steps)
    return outcomes


def _refused(actor: Actor, call: Call | None, world: World) -> Refusal | None:
    if not permissions.may_for(actor, Permission.TAKE_CALL, ""):
        return Refusal.NOT_FOUND
    why = calls.refused(call, actor.name, world.now)
    if why is not None or call is None:
        return why
    enough = calls.spent(call) or (calls.untouched(call) and call.named >= calls.MOST_NAMED)
    return Refusal.CALLER_TRIES_SPENT if enough else None


def _meant(search: Search, found: Sequence[Beneficiary], world: World) -> Beneficiary | None:
    """Return whom a search means; a small child, for whom others ring, is like nobody."""
    person = callers.chosen(search, found)
    if person is None or not family.signs_in(world.operator.policy, person, world.today):
        return None
    return person


def _named(call: Call, search: Search, file: File | None, world: World) -> CallStep:
    needed = world.operator.policy.caller_questions
    lot = world.vault.lot(world.operator.ans, callers.lot(search, world.today))
    kinds = callers.drawn(search.by, file, needed, callers.falling(lot))
    person = file.person.beneficiary.id if file else None
    named = replace(call, person_id=person, named=call.named + 1, questions=tuple(Asked(each) for each in kinds))
    data: dict[str, str | int | bool | None] = {
        "protocol": call.protocol,
        "by": search.by.value,
        "person": str(person) if person else None,
        "questions": ",".join(kinds),
    }
    return CallStep(named, Event(EventKind.CALLER_NAMED, call.id, call.agent, data))
