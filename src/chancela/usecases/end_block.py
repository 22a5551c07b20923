"""End blocks: the numbers of a list that was lost take nothing that happens from now on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import block as blocks, permissions
from chancela.domain.block import BlockStep
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.domain.block import Block
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class EndBlock:
    """End a block, and say why (at most 200 characters)."""

    actor: Actor
    block_id: UUID
    why: str


async def end_block(commands: Sequence[EndBlock], world: World) -> list[Block | Refused]:
    """End each; one that is over stays as it ended, and another provider's is like none."""
    known = await world.blocks.load({each.block_id for each in commands})
    outcomes: list[Block | Refused] = []
    steps: list[BlockStep] = []
    for command in commands:
        block = known.get(command.block_id)
        if block is None or not permissions.may_for(command.actor, Permission.TAKE_BLOCK, block.provider):
            outcomes.append(Refused(Refusal.NOT_FOUND))
            continue
        why = " ".join(command.why.split())[: blocks.LONGEST_NOTE]
        if not why:
            outcomes.append(Refused(Refusal.REASON_NEEDED))
            continue
        if block.ended_at is None:
            block = replace(block, ended_at=world.now, ended_by=command.actor.name, why=why)
            known[block.id] = block
            steps.append(_ended(block))
        outcomes.append(block)
    await world.blocks.save(steps)
    return outcomes


def _ended(block: Block) -> BlockStep:
    told = "".join("•" if each.isdigit() else each for each in block.why)
    data = {"provider": block.provider, "block": str(block.no), "why": told}
    return BlockStep(block, Event(EventKind.BLOCK_ENDED, block.id, block.ended_by or "", data))
