"""Climb ladders: where no receipt came in time, or every message failed, the next rung goes out with the same code."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import ladder, permissions, token as tokens
from chancela.domain.case import Case, Step
from chancela.domain.delivery import Purpose
from chancela.domain.ladder import Climb
from chancela.domain.permissions import Actor, Permission
from chancela.domain.route import Route
from chancela.domain.trail import Event, EventKind
from chancela.usecases import sending
from chancela.usecases.issue_token import unready

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class ClimbLadders:
    """Look at the ladders of these guias or, where none is named, at up to `limit` whose time has come."""

    actor: Actor
    guia_ids: tuple[UUID, ...] = ()
    limit: int = 200


async def climb_ladders(commands: Sequence[ClimbLadders], world: World) -> list[int]:
    """Climb, or end a ladder that has no further rung; return how many ladders each command moved.

    All are loaded at once, so that two sets never hold guias for which the other waits.
    """
    wanted = sum(command.limit for command in commands if not command.guia_ids)
    due = iter(await world.cases.climbing(wanted) if wanted else ())
    asked = [command.guia_ids or tuple(itertools.islice(due, command.limit)) for command in commands]
    asks = [(command.actor, each) for command, guia_ids in zip(commands, asked, strict=True) for each in guia_ids]
    desk = await sending.open_desk(list(dict.fromkeys(asks)), Permission.CLIMB_LADDER, world)
    moved = []
    for command, guia_ids in zip(commands, asked, strict=True):
        before = len(desk.steps)
        for guia_id in guia_ids:
            if step := _decide(command, desk.cases.get(guia_id), desk, world):
                desk.take(step)
        moved.append(len(desk.steps) - before)
    await desk.close()
    return moved


def _decide(command: ClimbLadders, case: Case | None, desk: sending.Desk, world: World) -> Step | None:
    if case is None or not permissions.may(command.actor, Permission.CLIMB_LADDER, case.guia):
        return None
    climb = case.climb
    if climb is None or climb.at is None or not (ladder.lost(case.deliveries) or climb.at <= world.now):
        return None
    wanted = (
        unready(case, world) is None
        and tokens.alive(case.token, world.now)
        and not ladder.arrived(case.deliveries)
        and desk.stopped(case) is None
    )
    sent = {(each.reader_id, each.channel) for each in case.deliveries if each.purpose is Purpose.CODE}
    used = sent | desk.full_ways(case)
    policy = desk.policy(case)
    found = ladder.above(policy, desk.scene(case), climb.rung, used) if wanted else None
    if found is None or desk.too_many(case, len(found[1])):
        return _ended(case, climb, command)
    rung, recipients = found
    guia = case.guia
    more = sending.planned(guia, guia.generation, Route(recipients, rung), world)
    climbed = replace(case, deliveries=case.deliveries + more, climb=ladder.started(policy, rung, world.now))
    data: dict[str, str | int | bool | None] = {"rung": rung, **sending.told(guia.generation, more)}
    return Step(case, climbed, Event(EventKind.TOKEN_CLIMBED, guia.id, command.actor.name, data), planned=more)


def _ended(case: Case, climb: Climb, command: ClimbLadders) -> Step:
    """End the ladder: it arrived, or there is no further way that goes by itself."""
    data: dict[str, str | int | bool | None] = {
        "generation": case.guia.generation,
        "rung": climb.rung,
        "channels": "",
        "arrived": ladder.arrived(case.deliveries),
    }
    event = Event(EventKind.TOKEN_CLIMBED, case.guia.id, command.actor.name, data)
    return Step(case, replace(case, climb=Climb(climb.rung, None)), event)
