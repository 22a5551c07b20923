"""Ask for a passkey: a challenge that one answers within five minutes, to enrol or to come in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import passkey as passkeys, permissions, session as sessions
from chancela.domain.passkey import Ceremony, Challenge, Passkey
from chancela.domain.permissions import Actor, ActorKind, Permission
from chancela.domain.refusal import Refusal, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class AskPasskey:
    """Ask for a challenge; `origin` stands for the address from which it is asked."""

    actor: Actor
    ceremony: Ceremony
    origin: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Challenged:
    """A challenge with its secret (32 random bytes in base64url); `held` are the live passkeys of who is signed in."""

    id: UUID
    secret: str = field(repr=False)
    held: tuple[Passkey, ...] = ()


async def ask_passkey(commands: Sequence[AskPasskey], world: World) -> list[Challenged | Refused]:
    """Return a challenge for each; it tells strangers nothing of who has a passkey."""
    places = Counter(await world.passkeys.asked_from({each.origin for each in commands}))
    held = await world.passkeys.of({each.actor.person for each in commands if each.actor.person is not None})
    outcomes: list[Challenged | Refused] = []
    made: list[Challenge] = []
    for command in commands:
        own = held.get(command.actor.person, ()) if command.actor.person is not None else ()
        refused = _refused(command, own, places, world)
        if refused is not None:
            outcomes.append(refused)
            continue
        id_, secret, whose = world.chance.id(), world.chance.secret(), command.actor.person
        made.append(passkeys.challenge(id_, command.ceremony, whose, secret, command.origin, world.now))
        places[command.origin] += 1
        outcomes.append(Challenged(id_, secret, own))
    await world.passkeys.put(made)
    return outcomes


def _refused(command: AskPasskey, own: tuple[Passkey, ...], places: Counter[bytes], world: World) -> Refused | None:
    if not permissions.may_for(command.actor, Permission.OPEN_SESSION, ""):
        return Refused(Refusal.NOT_FOUND)
    if places[command.origin] >= passkeys.MOST_FROM_ONE_PLACE:
        return Refused(Refusal.TOO_MANY_SENDS, retry_after_s=int(passkeys.LIFE.total_seconds()))
    whose = enrolling(command.actor, own, world) if command.ceremony is Ceremony.ENROL else None
    return whose if isinstance(whose, Refused) else None


def enrolling(actor: Actor, own: tuple[Passkey, ...], world: World) -> UUID | Refused:
    """Return who may enrol one more: oneself alone, with a proof of the last 15 minutes, and not beyond five."""
    if actor.kind is not ActorKind.BENEFICIARY or actor.person is None:
        return Refused(Refusal.NOT_FOUND)
    if not sessions.assured(actor.assured_at, world.now):
        return Refused(Refusal.CONFIRM_YOURSELF)
    return actor.person if passkeys.room(own) else Refused(Refusal.TOO_MANY_DEVICES)
