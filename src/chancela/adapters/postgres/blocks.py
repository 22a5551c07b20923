"""Contingency numbers in PostgreSQL: blocks held while their numbers are used, and what became of each number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from chancela.adapters.postgres import events, statements
from chancela.domain import block as blocks
from chancela.domain.block import Block, Told
from chancela.domain.reconcile import Brought, Difference, Result, Said
from chancela.domain.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from psycopg import AsyncConnection

    from chancela.adapters.postgres.cases import PostgresCases
    from chancela.domain.block import BlockStep
    from chancela.domain.reconcile import BroughtStep

SQL: Final = statements.read("blocks.sql")
_JSON: Final = msgspec.json.Encoder()
_TOLD: Final = msgspec.json.Decoder(Told)
_SAID: Final = msgspec.json.Decoder(Said)
_DIFFERENCES: Final = msgspec.json.Decoder(tuple[Difference, ...])


class UsedMeanwhileError(Exception):
    """A number was used under the hands of whoever held its block: nothing of this transaction may stay."""


@dataclass(frozen=True, slots=True)
class PostgresBlocks:
    """The port `Blocks`."""

    connection: AsyncConnection[tuple[Any, ...]]
    operator: str
    cases: PostgresCases

    async def load(self, block_ids: Collection[UUID]) -> dict[UUID, Block]:
        """Return the blocks that exist, locked in key order."""
        found = await (await self._run("load", ids=list(block_ids))).fetchall()
        return {row[0]: block(self.operator, row) for row in found}

    async def of_numbers(self, numbers: Collection[str]) -> dict[str, Block]:
        """Return the block to which each number may belong, locked in key order."""
        asked = {each: blocks.number_of(each) for each in numbers}
        found = await (await self._run("of_numbers", numbers=sorted(set(asked.values())))).fetchall()
        by_no = {row[1]: block(self.operator, row) for row in found}
        return {each: by_no[no] for each, no in asked.items() if no in by_no}

    async def of_providers(self, providers: Collection[str]) -> Mapping[str, tuple[Block, ...]]:
        """Return the blocks of each provider whose numbers may still be taken; nobody hands out another meanwhile."""
        await self._run("hold_providers", providers=list(providers))
        theirs: dict[str, tuple[Block, ...]] = {}
        asked = await self._run("of_providers", providers=list(providers), today=self.cases.today)
        for row in await asked.fetchall():
            theirs[row[2]] = (*theirs.get(row[2], ()), block(self.operator, row))
        return theirs

    async def brought(self, numbers: Collection[str]) -> dict[str, Brought]:
        """Return what was brought under each number."""
        found = await (await self._run("brought", numbers=list(numbers))).fetchall()
        return {row[0]: brought(row) for row in found}

    async def counted(self, count: int) -> list[int]:
        """Return the next numbers of the operator's blocks."""
        row = await (await self._run("counted", count=count)).fetchone()
        return list(range(row[0] - count + 1, row[0] + 1))

    async def save(self, blocks: Sequence[BlockStep], brought: Sequence[BroughtStep] = ()) -> None:
        """Write the last of each block and what was brought, and the events at the end of the trail."""
        if blocks:
            latest = {each.block.id: each.block for each in blocks}
            await self._run("put_blocks", rows=_JSON.encode(list(latest.values())).decode())
        if brought:
            rows = _JSON.encode([each.brought for each in brought]).decode()
            written = await (await self._run("put_brought", rows=rows)).fetchall()
            if len(written) != len(brought):
                raise UsedMeanwhileError(f"{len(brought) - len(written)} contingency numbers")
        told = [*(each.event for each in blocks), *(each.event for each in brought)]
        if told:
            await events.append(self.connection, self.operator, told, self.cases.seal)

    async def _run(self, statement: str, **values: Any) -> Any:
        return await self.connection.execute(SQL[statement], {"operator": self.operator, **values})


def block(operator: str, row: tuple[Any, ...]) -> Block:
    """Read a block's twelve columns."""
    id_, no, provider, numbers, issued_at, issued_by, valid_until, ended_at, ended_by, why, told = row[:11]
    said = _TOLD.decode(told) if told else None
    handed = (operator, id_, no, provider, tuple(numbers), issued_at, issued_by, valid_until)
    return Block(*handed, ended_at, ended_by, why, said, row[11])


def brought(row: tuple[Any, ...]) -> Brought:
    """Read the eleven columns of what was brought under a number."""
    return Brought(
        number=row[0],
        block_id=row[1],
        provider=row[2],
        said=_SAID.decode(row[3]),
        fingerprint=bytes(row[4]),
        result=Result(row[5]),
        at=row[6],
        by=row[7],
        guia_id=row[8],
        refused=Refusal(row[9]) if row[9] else None,
        differences=_DIFFERENCES.decode(row[10]),
    )
