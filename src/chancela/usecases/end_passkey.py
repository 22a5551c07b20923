"""End a passkey: a key that was removed opens nothing any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import passkey as passkeys
from chancela.domain.passkey import Passkey, PasskeyStep
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.sign_in import DoorStep
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class EndPasskey:
    """End one of the actor's own passkeys."""

    actor: Actor
    passkey_id: UUID


async def end_passkey(commands: Sequence[EndPasskey], world: World) -> list[Passkey | Refused]:
    """End each; one that is over already stays as it ended, another person's is like none."""
    known = await world.passkeys.load({each.passkey_id for each in commands})
    outcomes: list[Passkey | Refused] = []
    steps: list[PasskeyStep] = []
    for command in commands:
        passkey = known.get(command.passkey_id)
        if passkey is None or not _owns(command.actor, passkey):
            outcomes.append(Refused(Refusal.NOT_FOUND))
            continue
        if passkeys.alive(passkey):
            known[passkey.id] = passkey = passkeys.ended(passkey, world.now)
            data = {"person": str(passkey.beneficiary_id)}
            told = Event(EventKind.PASSKEY_ENDED, passkey.id, command.actor.name, data)
            steps.append(PasskeyStep(passkey, DoorStep(events=(told,))))
        outcomes.append(passkey)
    await world.passkeys.save(steps)
    return outcomes


def _owns(actor: Actor, passkey: Passkey) -> bool:
    return actor.kind is ActorKind.BENEFICIARY and actor.person == passkey.beneficiary_id
