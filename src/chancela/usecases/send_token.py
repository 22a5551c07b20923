"""Send tokens: the live code again, or by another way; never a new code."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chancela.domain import permissions, token as tokens
from chancela.domain.call import Doing
from chancela.domain.delivery import Channel
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.route import Wish
from chancela.usecases import calling, networking, sending
from chancela.usecases.issue_token import unready

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from chancela.domain.case import Case, Step
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class SendToken:
    """Ask that the live code go out again by one channel, or by the policy's ways where none is named."""

    actor: Actor
    guia_id: UUID
    channel: Channel | None = None
    cpf: str | None = field(default=None, repr=False)


async def send_token(commands: Sequence[SendToken], world: World) -> list[Case | Refused]:
    """Plan each sending; refuse where the guia awaits none, no code lives, or a limit is reached."""
    asks = [(each.actor, each.guia_id) for each in commands]
    line = await calling.line([each.actor for each in commands], world)
    desk = await sending.open_desk(asks, Permission.SEND_TOKEN, world)
    outcomes: list[Case | Refused] = []
    for command in commands:
        step = _decide(command, desk, line, world)
        told = step if isinstance(step, Refused) else line.noted(step, command.actor, Doing.SENT)
        outcomes.append(told if isinstance(told, Refused) else desk.take(told))
    await line.close()
    await desk.close()
    return outcomes


def _decide(command: SendToken, desk: sending.Desk, line: calling.Line, world: World) -> Step | Refused:
    case = desk.cases.get(command.guia_id)
    if case is None or not permissions.may(command.actor, Permission.SEND_TOKEN, case.guia):
        return Refused(Refusal.NOT_FOUND)
    if barred := line.refused(command.actor) or networking.out(desk.providers[case.guia.provider], command.actor):
        return barred
    if refused := unready(case, world):
        return Refused(refused)
    if stopped := desk.stopped(case):
        return stopped
    if not tokens.alive(case.token, world.now):
        return Refused(Refusal.NO_LIVE_CODE)
    cpf = world.formats.cpf(command.cpf) if command.cpf is not None else None
    wish = line.wish(command.actor, Wish(command.guia_id, command.channel, cpf=cpf), desk.person(case))
    route = desk.route(case, wish)
    if isinstance(route, Refused):
        return route
    return sending.again(case, desk.person(case), route, command.actor.name, world)
