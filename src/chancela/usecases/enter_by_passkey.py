"""Enter by passkey: an answered challenge opens a session as a code does, or renews the one that asks for a change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import family, passkey as passkeys, permissions
from chancela.domain.passkey import Ceremony, Challenge, Passkey, PasskeyStep
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.enter import Opened, opening

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.domain.session import PersonSession
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class EnterByPasskey:
    """Enter by a credential whose signature was verified; `secret` is what it signed of the challenge.

    `stays` keeps this device signed in, `replaces` is the session that it renews.
    """

    actor: Actor
    challenge_id: UUID
    secret: str = field(repr=False)
    credential_id: bytes = field(repr=False)
    sign_count: int
    device: str
    stays: bool = False
    replaces: UUID | None = None


async def enter_by_passkey(commands: Sequence[EnterByPasskey], world: World) -> list[Opened | Refused]:
    """Judge each, taking its challenge; one answer for unknown, ended and foreign passkeys and those of a copy.

    Whoever has no door of their own by now has none by a passkey either.
    """
    taken = await world.passkeys.take({each.challenge_id for each in commands})
    known = await _of_doors({each.credential_id for each in commands}, world)
    open_ones = await world.doors.sessions({each.replaces for each in commands if each.replaces is not None})
    outcomes: list[Opened | Refused] = []
    steps: list[PasskeyStep] = []
    for command in commands:
        passkey = known.get(command.credential_id)
        held = taken.pop(command.challenge_id, None)
        if not permissions.may_for(command.actor, Permission.OPEN_SESSION, ""):
            outcomes.append(Refused(Refusal.NOT_FOUND))
        elif passkey is None or not _opens(command, passkey, held, world):
            outcomes.append(Refused(Refusal.PASSKEY_REFUSED))
        else:
            opened, step = _opened(command, passkey, open_ones, world)
            known[command.credential_id] = step.passkey
            open_ones.update((each.id, each) for each in step.door.sessions)
            steps.append(step)
            outcomes.append(opened)
    await world.passkeys.save(steps)
    return outcomes


async def _of_doors(credentials: set[bytes], world: World) -> dict[bytes, Passkey]:
    """Return the passkeys of people who have a door of their own."""
    known = await world.passkeys.by_credential(credentials)
    circles = await world.families.circles({each.beneficiary_id for each in known.values()})
    people = {key: each.person.beneficiary for key, each in circles.items()}
    doors = {key for key, each in people.items() if family.signs_in(world.operator.policy, each, world.today)}
    return {key: each for key, each in known.items() if each.beneficiary_id in doors}


def _opens(command: EnterByPasskey, passkey: Passkey, held: Challenge | None, world: World) -> bool:
    """Tell whether a live passkey, of whoever is signed in where somebody is, answered a challenge made for it."""
    whose = command.actor.person
    fits = passkeys.answers(held, Ceremony.ENTER, whose, command.secret, world.now)
    owned = whose in {None, passkey.beneficiary_id}
    return fits and owned and passkeys.alive(passkey) and passkeys.counts(passkey, command.sign_count)


def _opened(
    command: EnterByPasskey, passkey: Passkey, open_ones: dict[UUID, PersonSession], world: World
) -> tuple[Opened, PasskeyStep]:
    old = open_ones.get(command.replaces) if command.replaces is not None else None
    whose = passkey.beneficiary_id
    outcome, door = opening(whose, command.device, old, world, stays=command.stays, way="passkey")
    return outcome, PasskeyStep(passkeys.used(passkey, command.sign_count, world.now), door)
