"""The way of the deeds that tell: each guia of which nobody was told yet, in turn, over what the last one left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from chancela.domain import permissions
from chancela.usecases import sending

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from uuid import UUID

    from chancela.domain.case import Case, Step
    from chancela.domain.delivery import Purpose
    from chancela.domain.permissions import Actor, Permission
    from chancela.ports import World

    Untold = Callable[[int], Awaitable[Sequence[tuple[UUID, Purpose]]]]


class UpToALimit(Protocol):
    """A command that goes through so many guias at the most."""

    @property
    def actor(self) -> Actor:
        """Return who tells."""
        ...

    @property
    def limit(self) -> int:
        """Return the number of guias."""
        ...


Telling = TypeVar("Telling", bound=UpToALimit)


async def through(
    commands: Sequence[Telling],
    permission: Permission,
    untold: Untold,
    world: World,
    told: Callable[[Telling, Case, Purpose, sending.Desk, World], Step],
) -> list[int]:
    """Let each guia that is `untold` be `told`; return how many each command went through, none where it may not."""
    allowed = [permissions.may_for(each.actor, permission, "") for each in commands]
    wanted = sum(each.limit for each, may in zip(commands, allowed, strict=True) if may)
    found = await untold(wanted) if wanted else []
    asks = [(each.actor, guia_id) for each, may in zip(commands, allowed, strict=True) if may for guia_id, _ in found]
    desk = await sending.open_desk(asks, permission, world)
    waiting = [each for each in found if each[0] in desk.cases]
    counts = []
    for command, may in zip(commands, allowed, strict=True):
        mine, waiting = (waiting[: command.limit], waiting[command.limit :]) if may else ([], waiting)
        for guia_id, purpose in mine:
            desk.take(told(command, desk.cases[guia_id], purpose, desk, world))
        counts.append(len(mine))
    await desk.close()
    return counts


def always(purpose: Purpose, untold: Callable[[int], Awaitable[Sequence[UUID]]]) -> Untold:
    """Return what waits where the same is told of every guia."""

    async def found(limit: int) -> Sequence[tuple[UUID, Purpose]]:
        return [(each, purpose) for each in await untold(limit)]

    return found
