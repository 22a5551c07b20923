"""Checkpoints: now and then the Merkle root of a trail is signed, kept in the database and told to the witness."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.postgres import trails
from chancela.adapters.postgres.trails import StoredCheckpoint
from chancela.bootstrap.witness import FILE, Line, Witness
from chancela.domain import merkle

if TYPE_CHECKING:
    from datetime import datetime

    from psycopg import AsyncConnection

    from chancela.bootstrap.app import App
    from chancela.domain.trail import Head

TYP: Final = "chancela-checkpoint+jwt"


class BrokenTrailError(Exception):
    """A trail is not what its head says; nothing is signed over it. `chancela verify` says where it is broken."""


def claims(operator: str, frontier: merkle.Frontier, tip: bytes, previous: int, made_at: datetime) -> dict[str, Any]:
    """Return what a checkpoint states: its size, the root of the tree (RFC 9162), the last hash, the size before."""
    return {
        "iss": f"urn:chancela:operator:{operator}",
        "iat": int(made_at.timestamp()),
        "size": frontier.size,
        "root": merkle.root(frontier).hex(),
        "tip": tip.hex(),
        "previous": previous,
    }


@dataclass(slots=True)
class Checkpoints:
    """Makes them; several processes may, as one at a time works on a trail."""

    app: App
    witness: Witness = field(init=False)

    def __post_init__(self) -> None:
        """Find the witness in the data folder."""
        self.witness = Witness(self.app.settings.data / FILE)

    async def make(self, operator: str) -> StoredCheckpoint | None:
        """Sign the trail's present state, unless nothing is new or another process is at it; tell the witness."""
        async with self.app.pool.connection() as connection:
            await trails.wall(connection, operator)
            alone = await trails.alone(connection, operator)
            made = await self._made(connection, operator) if alone else None
        await self._tell(operator)
        return made

    async def _made(self, connection: AsyncConnection[tuple[Any, ...]], operator: str) -> StoredCheckpoint | None:
        last, now = await trails.last_checkpoint(connection, operator)
        before = last.frontier if last else merkle.Frontier()
        sealed = await trails.head(connection, operator)
        if sealed is None or sealed.head.seq == before.size:
            return None
        frontier = await _grown(connection, operator, before, sealed.head)
        stated = claims(operator, frontier, sealed.head.hash, before.size, now)
        made = StoredCheckpoint(now, merkle.root(frontier), frontier, self.app.keys.sign(stated, TYP))
        await trails.put_checkpoint(connection, operator, made)
        return made

    async def _tell(self, operator: str) -> None:
        """Give the witness what it does not have yet, also what a crash once kept from it."""
        known = await asyncio.to_thread(self.witness.last, operator)
        async with self.app.pool.connection() as connection:
            await trails.wall(connection, operator)
            new = await trails.checkpoints(connection, operator, known)
        lines = [Line(operator, each.frontier.size, each.jws) for each in new]
        if lines:
            await asyncio.to_thread(self.witness.append, lines)


async def _grown(
    connection: AsyncConnection[tuple[Any, ...]], operator: str, frontier: merkle.Frontier, head: Head
) -> merkle.Frontier:
    """Return the frontier grown up to the head, a page at a time, so that a long trail needs little memory."""
    while frontier.size < head.seq:
        upto = min(head.seq, frontier.size + trails.PAGE)
        hashes = await trails.hashes(connection, operator, frontier.size, upto)
        if len(hashes) != upto - frontier.size or (upto == head.seq and hashes[-1] != head.hash):
            break
        frontier = merkle.grow(frontier, hashes)
    if frontier.size != head.seq:
        raise BrokenTrailError(operator)
    return frontier
