"""Reveal tokens: a live code is shown to whom it belongs, and the trail says that it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chancela.domain import permissions, token as tokens
from chancela.domain.case import Step
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from chancela.domain.case import Case
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class RevealToken:
    """Ask to see the live code of a guia."""

    actor: Actor
    guia_id: UUID


async def reveal_token(commands: Sequence[RevealToken], world: World) -> list[Case | Refused]:
    """Return each case with its sealed code, which the edge opens; refuse where none is alive or it is another's."""
    cases = await world.cases.load({command.guia_id for command in commands})
    outcomes = [_judged(command, cases, world) for command in commands]
    shown = [(command, each) for command, each in zip(commands, outcomes, strict=True) if not isinstance(each, Refused)]
    await world.cases.save([_step(command, case) for command, case in shown])
    return outcomes


def _judged(command: RevealToken, cases: Mapping[UUID, Case], world: World) -> Case | Refused:
    case = cases.get(command.guia_id)
    if case is None or not permissions.may(command.actor, Permission.REVEAL_TOKEN, case.guia):
        return Refused(Refusal.NOT_FOUND)
    return case if tokens.alive(case.token, world.now) else Refused(Refusal.NO_LIVE_CODE)


def _step(command: RevealToken, case: Case) -> Step:
    data = {"generation": case.guia.generation}
    return Step(case, case, Event(EventKind.TOKEN_REVEALED, case.guia.id, command.actor.name, data))
