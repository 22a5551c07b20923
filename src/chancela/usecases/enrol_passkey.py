"""Enrol a passkey: what an authenticator answered, once verified, opens this person's sessions from now on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import passkey as passkeys
from chancela.domain.passkey import Ceremony, Challenge, Passkey, PasskeyStep
from chancela.domain.permissions import Actor
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.sign_in import DoorStep
from chancela.domain.trail import Event, EventKind
from chancela.usecases.ask_passkey import enrolling
from chancela.usecases.warning import warned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class EnrolPasskey:
    """Enrol a new passkey for the actor; `secret` is what its answer held of the challenge, the rest was verified."""

    actor: Actor
    challenge_id: UUID
    secret: str = field(repr=False)
    credential_id: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    sign_count: int
    name: str


async def enrol_passkey(commands: Sequence[EnrolPasskey], world: World) -> list[Passkey | Refused]:
    """Enrol each, and warn its person; whatever becomes of it, its challenge is taken and answers nothing more."""
    people = {each.actor.person for each in commands if each.actor.person is not None}
    await world.doors.hold(people)
    taken = await world.passkeys.take({each.challenge_id for each in commands})
    known = await world.passkeys.by_credential({each.credential_id for each in commands})
    held = await world.passkeys.of(people)
    circles = await world.families.circles(people)
    outcomes: list[Passkey | Refused] = []
    steps: list[PasskeyStep] = []
    for command in commands:
        own = held.get(command.actor.person, ()) if command.actor.person is not None else ()
        challenge = taken.pop(command.challenge_id, None)
        whose = enrolling(command.actor, own, world)
        if isinstance(whose, Refused):
            outcomes.append(whose)
            continue
        if not _sound(command, challenge, known, world):
            outcomes.append(Refused(Refusal.PASSKEY_REFUSED))
            continue
        made = _made(command, whose, world)
        held[whose], known[made.credential_id] = (*own, made), made
        told = Event(EventKind.PASSKEY_ENROLLED, made.id, command.actor.name, {"person": str(whose)})
        steps.append(PasskeyStep(made, DoorStep(planned=warned(made.id, circles[whose], world), events=(told,))))
        outcomes.append(made)
    await world.passkeys.save(steps)
    return outcomes


def _sound(command: EnrolPasskey, held: Challenge | None, known: dict[bytes, Passkey], world: World) -> bool:
    """Tell whether the challenge is this person's, and the credential nobody's yet (WebAuthn Level 2, 7.1, step 22)."""
    fits = passkeys.answers(held, Ceremony.ENROL, command.actor.person, command.secret, world.now)
    return fits and command.credential_id not in known and 0 < len(command.credential_id) <= passkeys.ID_LENGTH


def _made(command: EnrolPasskey, whose: UUID, world: World) -> Passkey:
    name = command.name[: passkeys.NAME_LENGTH]
    key, count = command.public_key, command.sign_count
    return Passkey(world.chance.id(), whose, command.credential_id, key, count, name, world.now)
