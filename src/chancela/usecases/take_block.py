"""Take blocks: a provider's contingency numbers, topped up to as many as the policy says, before they are needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from chancela.domain import block as blocks, permissions
from chancela.domain.block import Block, BlockStep
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from chancela.domain.block import Told
    from chancela.domain.people import Provider
    from chancela.ports import World

COMPUTER_BLOCKS: Final = 3  # of a desk's computer, for more than an hour without the portal
COMPUTERS_A_DAY: Final = 60  # blocks that the computers of one provider are handed


@dataclass(frozen=True, slots=True)
class TakeBlock:
    """Top up the free numbers of a provider; who works for the operator may hand them out.

    A desk's computer (`machine`) asks for numbers of its own, and says how many it has `left`.
    """

    actor: Actor
    provider: str
    machine: UUID | None = None
    left: int = 0


async def take_block(commands: Sequence[TakeBlock], world: World) -> list[Block | Refused]:
    """Hand each provider as many new numbers as it lacks; where it lacks none, the answer is that it has enough."""
    names = {each.provider for each in commands}
    theirs = dict(await world.blocks.of_providers(names))
    network = await world.network.by_code(names)
    brought = await world.blocks.brought(
        {number for some in theirs.values() for each in some for number in each.numbers}
    )
    outcomes: list[Block | Refused] = []
    steps: list[BlockStep] = []
    for command in commands:
        held = theirs.get(command.provider, ())
        lacking = _lacking(command, held, brought, world)
        refused = refusal(command.actor, Permission.TAKE_BLOCK, command.provider, network.get(command.provider))
        if refused is None and lacking <= 0:
            refused = Refused(Refusal.BLOCKS_ENOUGH)
        if refused is not None:
            outcomes.append(refused)
            continue
        new = (await handed([(command.actor.name, command.provider, None)], lacking, world, command.machine))[0]
        theirs[command.provider] = (*held, new.block)
        steps.append(new)
        outcomes.append(new.block)
    await world.blocks.save(steps)
    return outcomes


def _lacking(command: TakeBlock, held: Sequence[Block], brought: Collection[str], world: World) -> int:
    """Return how many numbers to hand out; a computer keeps three blocks, topped up when one of them is used."""
    size = world.operator.policy.block_numbers
    if command.machine is None:
        return size - len(blocks.free(held, brought, world.now))
    lacking = COMPUTER_BLOCKS * size - command.left
    return lacking if lacking >= size and blocks.of_computers(held, world.today) < COMPUTERS_A_DAY else 0


def refusal(actor: Actor, permission: Permission, code: str, provider: Provider | None) -> Refused | None:
    """Tell why a provider gets no numbers."""
    if provider is None or not permissions.may_for(actor, permission, code):
        return Refused(Refusal.PROVIDER_UNKNOWN)
    return None if provider.active else Refused(Refusal.PROVIDER_INACTIVE)


async def handed(
    asked: Sequence[tuple[str, str, Told | None]], size: int, world: World, machine: UUID | None = None
) -> list[BlockStep]:
    """Return a new block of this size for each of these: who hands it out, to which provider, and what was told."""
    counted = await world.blocks.counted(len(asked))
    most = min(size, blocks.MOST_NUMBERS)
    return [_handed(each, no, most, world, machine) for each, no in zip(asked, counted, strict=True)]


def _handed(asked: tuple[str, str, Told | None], no: int, size: int, world: World, machine: UUID | None) -> BlockStep:
    by, provider, told = asked
    operator = world.operator

    def lot(bound: bytes) -> bytes:
        return world.vault.lot(operator.ans, bound)

    new = Block(
        operator=operator.ans,
        id=world.chance.id(),
        no=no,
        provider=provider,
        numbers=blocks.numbers(provider, no, size, lot),
        issued_at=world.now,
        issued_by=by,
        valid_until=world.today + timedelta(days=operator.policy.block_days),
        told=told,
        machine=machine,
    )
    data: dict[str, str | int | bool | None] = {
        "provider": provider,
        "block": no,
        "count": size,
        "until": f"{new.valid_until}",
    }
    if machine is not None:
        data["machine"] = str(machine)
    return BlockStep(new, Event(EventKind.BLOCK_HANDED, new.id, by, data))
