"""Expire tokens: codes past their time lose their copy and become history; the guia may ask for a new one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chancela.domain import permissions, token as tokens
from chancela.domain.case import Case, Step
from chancela.domain.permissions import Actor, Permission
from chancela.domain.token import TokenEnd
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class ExpireTokens:
    """Sweep at most `limit` codes of the actor's operator."""

    actor: Actor
    limit: int = 500


async def expire_tokens(commands: Sequence[ExpireTokens], world: World) -> list[int]:
    """Expire what is past its time; return how many each sweep ended."""
    swept = []
    for command in commands:
        cases = await world.cases.load(await world.cases.stale(command.limit))
        steps = [step for case in cases.values() if (step := _expired(command, case, world)) is not None]
        await world.cases.save(steps)
        swept.append(len(steps))
    return swept


def _expired(command: ExpireTokens, case: Case, world: World) -> Step | None:
    token = case.token
    if token is None or token.end is not None or tokens.alive(token, world.now):
        return None
    if not permissions.may(command.actor, Permission.EXPIRE_TOKEN, case.guia):
        return None
    gone = tokens.ended(token, TokenEnd.EXPIRED, world.now)
    after = replace(case, guia=replace(case.guia, last_end=TokenEnd.EXPIRED.value), token=gone, secret=None, climb=None)
    event = Event(EventKind.TOKEN_EXPIRED, case.guia.id, command.actor.name, {"generation": token.generation})
    return Step(case, after, event, closed=(gone,))
