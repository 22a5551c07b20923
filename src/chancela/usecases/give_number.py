"""Give numbers: a provider who rings is told one contingency number, for a visit that the call centre writes down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import block as blocks, call as calls
from chancela.domain.block import Told
from chancela.domain.call import CallStep, Doing
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import EventKind
from chancela.usecases import take_block

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.domain.block import Block, BlockStep
    from chancela.domain.call import Call
    from chancela.domain.people import Provider
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class GiveNumber:
    """Tell a provider one number in an open call of the agent's own.

    `card_number` is what the caller says of the person, and what is brought in later is compared with it; `note` what
    else was said (at most 200 characters), nothing about health.
    """

    actor: Actor
    call_id: UUID
    provider: str
    card_number: str | None = None
    note: str = ""


async def give_number(commands: Sequence[GiveNumber], world: World) -> list[Block | Refused]:
    """Return a block of one number for each; the call keeps that it was given, and its protocol stands beside it."""
    held = await world.calls.load({each.call_id for each in commands})
    network = await world.network.by_code({each.provider for each in commands})
    outcomes: list[Block | Refused] = []
    steps: list[BlockStep] = []
    noted: list[CallStep] = []
    for command in commands:
        call = held.get(command.call_id)
        refused = _refusal(command, call, network.get(command.provider), world)
        if call is None or refused is not None:
            outcomes.append(refused or Refused(Refusal.NOT_FOUND))
            continue
        told = Told(call.protocol, (command.card_number or "").strip() or None, _short(command.note))
        new = (await take_block.handed([(command.actor.name, command.provider, told)], 1, world))[0]
        held[call.id] = calls.with_done(call, Doing.NUMBER_GIVEN, world.now, new.block.numbers[0])
        noted.append(CallStep(held[call.id]))
        steps.append(_given(new, told))
        outcomes.append(new.block)
    await world.calls.save(noted)
    await world.blocks.save(steps)
    return outcomes


def _refusal(command: GiveNumber, call: Call | None, provider: Provider | None, world: World) -> Refused | None:
    why = calls.refused(call, command.actor.name, world.now)
    refused = Refused(why) if why else None
    return refused or take_block.refusal(command.actor, Permission.GIVE_NUMBER, command.provider, provider)


def _given(step: BlockStep, told: Told) -> BlockStep:
    data = {**step.event.data, "protocol": told.protocol, "number": step.block.numbers[0]}
    return replace(step, event=replace(step.event, kind=EventKind.NUMBER_GIVEN, data=data))


def _short(note: str) -> str:
    return " ".join(note.split())[: blocks.LONGEST_NOTE]
