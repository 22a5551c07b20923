"""Idempotency: what a key was answered, in the same transaction as the deed itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from chancela.adapters.postgres import statements, wall
from chancela.domain.refusal import Refusal, Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from psycopg import AsyncConnection

    from chancela.adapters.postgres.pool import Pool

SQL: Final = statements.read("world.sql")
_JSON: Final = msgspec.json.Encoder()
Outcome = TypeVar("Outcome")


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
    """Return, for each, the answer given before, a refusal, or None where the deed is to be done now.

    A key twice in one set is still running the second time. A set that meets a key which another process answers at the
    same moment breaks on the constraint `a_key_is_answered_once` and, run again one by one, finds that answer.
    """
    keyed = [each for each in asked if each is not None]
    if not keyed:
        return [None] * len(asked)
    values = {
        "operator": operator,
        "askers": list({each.asker for each in keyed}),
        "keys": [each.key for each in keyed],
    }
    found = await (await connection.execute(SQL["answers"], values)).fetchall()
    known = {(row[0], row[1]): (row[2], Answer(row[3], row[4])) for row in found}
    running: set[tuple[str, str]] = set()
    return [None if each is None else _verdict(each, known, running) for each in asked]


async def around(
    pool: Pool, operator: str, once: Once | None, work: Callable[[], Awaitable[Outcome | Refused]]
) -> Outcome | Answer | Refused:
    """Do what is long under way before its deed: a key that was answered before is answered so, and nothing is done.

    What is refused on that way is asked once more: another process may have answered the same key meanwhile.
    """
    if once is None:
        return await work()
    before = await _known(pool, operator, once)
    if before is not None:
        return before
    outcome = await work()
    return (await _known(pool, operator, once) or outcome) if isinstance(outcome, Refused) else outcome


async def _known(pool: Pool, operator: str, once: Once) -> Answer | Refused | None:
    async with wall.behind(pool, operator) as connection:
        (verdict,) = await claim(connection, operator, [once])
    return verdict


def _verdict(
    once: Once, known: dict[tuple[str, str], tuple[bytes, Answer]], running: set[tuple[str, str]]
) -> Answer | Refused | None:
    place = (once.asker, once.key)
    if before := known.get(place):
        return before[1] if before[0] == once.digest else Refused(Refusal.KEY_REUSED)
    if place in running:
        return Refused(Refusal.KEY_RUNNING)
    running.add(place)
    return None


async def keep(
    connection: AsyncConnection[tuple[Any, ...]], operator: str, answered: Sequence[tuple[Once, Answer]]
) -> None:
    """Keep the answers of keys that were claimed in this transaction."""
    rows = [
        {
            "asker": once.asker,
            "key": once.key,
            "digest": once.digest,
            "status": answer.status,
            "body": answer.body,
        }
        for once, answer in answered
    ]
    if rows:
        await connection.execute(SQL["put_answers"], {"operator": operator, "rows": _JSON.encode(rows).decode()})
