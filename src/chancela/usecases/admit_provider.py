"""Admit providers: somebody of the operator puts one out of the network, or lets it in again.

Who is out registers no guia and asks for no code. What was registered before stays provable: the person still gets the
code in the app or by telephone, and the provider still enters it (care that was promised is never blocked).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from chancela.domain import call, network
from chancela.domain.network import House, NetworkStep
from chancela.domain.permissions import Actor
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases import networking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class AdmitProvider:
    """Activate a provider, or deactivate it, for a reason of ten letters at least."""

    actor: Actor
    code: str
    active: bool
    reason: str = field(repr=False)


async def admit_provider(commands: Sequence[AdmitProvider], world: World) -> list[House | Refused]:
    """Let each in or out; refuse unknown providers, what is so already, and reasons that are none."""
    return await networking.one_by_one(commands, world, _decide)


def _decide(command: AdmitProvider, house: House, world: World) -> tuple[House, NetworkStep] | Refused:
    why = call.reason(command.reason)
    if why is None:
        return Refused(Refusal.REASON_NEEDED)
    if house.provider.active is command.active:
        return Refused(Refusal.NOTHING_TO_REVIEW)
    ended = (None, None) if command.active else (world.now, why)
    now = replace(house, provider=replace(house.provider, active=command.active), ended_at=ended[0], ended_why=ended[1])
    what = "activated" if command.active else "deactivated"
    event = network.told(world.operator.ans, command.code, command.actor.name, what, reason=why)
    return now, NetworkStep(event, now)
