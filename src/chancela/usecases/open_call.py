"""Open calls: the protocol number comes first, to be told before anything else (RN 623/2024)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chancela.domain import call as calls, permissions
from chancela.domain.call import Call, CallStep
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class OpenCall:
    """Begin a call with whoever rings."""

    actor: Actor


async def open_call(commands: Sequence[OpenCall], world: World) -> list[Call | Refused]:
    """Return each agent's open call: a new one, or the one that is under way, as nobody has two at once."""
    agents = {each.actor.name for each in commands if permissions.may_for(each.actor, Permission.TAKE_CALL, "")}
    mine = await world.calls.open_of(agents)
    forgotten = [each for each in mine.values() if not calls.alive(each, world.now)]
    mine = {agent: each for agent, each in mine.items() if each not in forgotten}
    fresh = sorted(agents - mine.keys())
    numbers = await world.cases.protocols(len(fresh))
    begun = [_begun(agent, number, world) for agent, number in zip(fresh, numbers, strict=True)]
    await world.calls.save([*(_left(each, world) for each in forgotten), *begun])
    mine |= {each.call.agent: each.call for each in begun}
    return [mine[each.actor.name] if each.actor.name in agents else Refused(Refusal.NOT_FOUND) for each in commands]


def _begun(agent: str, protocol: str, world: World) -> CallStep:
    call = Call(world.chance.id(), agent, protocol, world.now)
    return CallStep(call, Event(EventKind.CALL_OPENED, call.id, agent, {"protocol": protocol}))


def _left(call: Call, world: World) -> CallStep:
    """End a call that nobody ended in its time."""
    return ending(replace(call, ended_at=world.now), forgotten=True)


def ending(call: Call, *, forgotten: bool = False) -> CallStep:
    """Return what is written of a call that is over."""
    data: dict[str, str | int | bool | None] = {
        "protocol": call.protocol,
        "identified": call.identified_at is not None,
        "forgotten": forgotten,
    }
    return CallStep(call, Event(EventKind.CALL_ENDED, call.id, call.agent, data))
