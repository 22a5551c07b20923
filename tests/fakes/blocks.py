"""Contingency numbers in memory: the port `Blocks` over a shelf."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chancela.domain import block as blocks, trail
from tests.fakes.shelf import hold

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from chancela.domain.block import Block, BlockStep
    from chancela.domain.reconcile import Brought, BroughtStep
    from chancela.domain.trail import Event
    from tests.fakes.shelf import Shelf


@dataclass
class MemoryBlocks:
    """The port `Blocks`."""

    shelf: Shelf
    now: datetime

    async def load(self, block_ids: Collection[UUID]) -> dict[UUID, Block]:
        return {key: self.shelf.blocks[key] for key in sorted(block_ids) if key in self.shelf.blocks}

    async def of_numbers(self, numbers: Collection[str]) -> dict[str, Block]:
        by_no = {each.no: each for each in self.shelf.blocks.values()}
        return {each: by_no[no] for each in numbers if (no := blocks.number_of(each)) in by_no}

    async def of_providers(self, providers: Collection[str]) -> Mapping[str, tuple[Block, ...]]:
        standing = [each for each in self.shelf.blocks.values() if each.ended_at is None]
        standing.sort(key=lambda each: each.no)
        found = {code: tuple(each for each in standing if each.provider == code) for code in providers}
        return {code: some for code, some in found.items() if some}

    async def brought(self, numbers: Collection[str]) -> dict[str, Brought]:
        return {each: self.shelf.brought[each] for each in numbers if each in self.shelf.brought}

    async def counted(self, count: int) -> list[int]:
        first = self.shelf.block_count["blocks"] + 1
        self.shelf.block_count["blocks"] += count
        return list(range(first, first + count))

    async def save(self, blocks: Sequence[BlockStep], brought: Sequence[BroughtStep] = ()) -> None:
        for step in blocks:
            self._put(step.block)
        for each in brought:
            self._bring(each.brought)
        self._tell([*(each.event for each in blocks), *(each.event for each in brought)])

    def _put(self, new: Block) -> None:
        shelf = self.shelf
        others = [each for each in shelf.blocks.values() if each.id != new.id]
        hold("a_block_has_its_own_number", true=new.no not in {each.no for each in others})
        hold("a_block_belongs_to_a_provider", true=new.provider in shelf.providers)
        ends = {new.ended_at is None, new.ended_by is None, new.why == ""}
        hold("an_ended_block_says_by_whom_and_why", true=len(ends) == 1)
        known = shelf.blocks.get(new.id)
        if known is None or known.ended_at is None:
            shelf.blocks[new.id] = new

    def _bring(self, new: Brought) -> None:
        known = self.shelf.brought.get(new.number)
        hold("what_was_brought_has_a_guia_or_says_why_not", true=(new.guia_id is None) == (new.refused is not None))
        hold("a_number_is_used_once", true=known is None or known.guia_id is None)
        self.shelf.brought[new.number] = new

    def _tell(self, told: list[Event]) -> None:
        entries, self.shelf.head = trail.append(self.shelf.operator.ans, self.shelf.head, told, self.now)
        self.shelf.trail.extend(entries)
