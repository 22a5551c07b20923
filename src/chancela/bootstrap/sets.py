"""One set of commands in one transaction: claim the keys, do the deed, keep the answers, commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chancela.adapters.postgres import world as worlds
from chancela.bootstrap import once as onces

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from chancela.adapters.postgres.loading import Look
    from chancela.adapters.postgres.pool import Pool
    from chancela.bootstrap.deeds import Command, Deed
    from chancela.bootstrap.once import Once


@dataclass(frozen=True, slots=True)
class Asked:
    """A command, with its idempotency key where it has one."""

    command: Command
    once: Once | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """The outcomes of a set, in order, and what it touched."""

    outcomes: Sequence[Any]
    touched: frozenset[UUID]
    queued: bool


async def run_set(
    pool: Pool, means: worlds.Means, operator: str, deed: Deed, look: Look, asked: Sequence[Asked]
) -> Done:
    """Do a set of commands; a keyed command's outcome is its `Answer`, now or as it was given before."""
    async with pool.connection() as connection, connection.pipeline():
        opening = await worlds.opening(connection, operator)
        verdicts = await onces.claim(connection, operator, [each.once for each in asked])
        known, now = await worlds.opened(opening, operator)
        world = worlds.world(connection, known, now, means, look)
        open_ones = [each for each, verdict in zip(asked, verdicts, strict=True) if verdict is None]
        outcomes = list(await deed([each.command for each in open_ones], world)) if open_ones else []
        answers = [_answer(each, outcome) for each, outcome in zip(open_ones, outcomes, strict=True)]
        keyed = [(each.once, answer) for each, answer in zip(open_ones, answers, strict=True) if each.once is not None]
        await onces.keep(connection, operator, keyed)
        await connection.commit()
    fresh = iter(answers)
    ordered = [next(fresh) if verdict is None else verdict for verdict in verdicts]
    return Done(ordered, frozenset(world.cases.touched), world.cases.queued)


def _answer(asked: Asked, outcome: Any) -> Any:
    return outcome if asked.once is None else asked.once.render(outcome)
