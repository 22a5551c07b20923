"""Idempotency: what a key was answered, in the same transaction as the deed itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.postgres import statements
from chancela.domain.refusal import Refusal, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from psycopg import AsyncConnection

SQL: Final = statements.read("world.sql")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: an HTTP status and a body; kept 24 hours."""

    status: int
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Once:
    """A key of an asker with the digest of what was asked (route and body), and how an outcome becomes an answer."""

    asker: str
    key: str
    digest: bytes
    render: Callable[[Any], Answer]


async def claim(
    connection: AsyncConnection[tuple[Any, ...]], operator: str, asked: Sequence[Once | None]
) -> list[Answer | Refused | None]:
    """Return, for each, the answer given before, a refusal, or None where the deed is to be done now."""
    keyed = [each for each in asked if each is not None]
    if not keyed:
        return [None] * len(asked)
    values = {"operator": operator, "askers": [each.asker for each in keyed], "keys": [each.key for each in keyed]}
    locks = await (await connection.execute(SQL["claim_keys"], values)).fetchall()
    known = {
        (row[0], row[1]): (row[2], Answer(row[3], row[4]))
        for row in await (await connection.execute(SQL["answers"], values)).fetchall()
    }
    held = {(each.asker, each.key) for each, lock in zip(keyed, locks, strict=True) if lock[0]}
    verdicts: list[Answer | Refused | None] = []
    for each in asked:
        verdicts.append(None if each is None else _verdict(each, known, held))
        if each is not None:
            held.discard((each.asker, each.key))
    return verdicts


def _verdict(
    once: Once, known: dict[tuple[str, str], tuple[bytes, Answer]], held: set[tuple[str, str]]
) -> Answer | Refused | None:
    before = known.get((once.asker, once.key))
    if before is not None:
        return before[1] if before[0] == once.digest else Refused(Refusal.KEY_REUSED)
    return None if (once.asker, once.key) in held else Refused(Refusal.KEY_RUNNING)


async def keep(
    connection: AsyncConnection[tuple[Any, ...]], operator: str, answered: Sequence[tuple[Once, Answer]]
) -> None:
    """Keep the answers of keys that were claimed in this transaction."""
    if not answered:
        return
    values = {
        "operator": operator,
        "askers": [once.asker for once, _ in answered],
        "keys": [once.key for once, _ in answered],
        "digests": [once.digest for once, _ in answered],
        "statuses": [answer.status for _, answer in answered],
        "bodies": [answer.body for _, answer in answered],
    }
    await connection.execute(SQL["put_answers"], values)
