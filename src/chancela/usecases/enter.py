"""Enter: a right sign-in code opens a session; every try is counted, whoever it is of."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import permissions, session as sessions, short_code, sign_in as sign_ins, token as tokens
from chancela.domain.permissions import Actor, ActorKind, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.session import PersonSession
from chancela.domain.sign_in import DoorStep, SignIn
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class Enter:
    """Enter the code of a sign-in; `stays` keeps this device signed in, `replaces` is the session that it renews."""

    actor: Actor
    sign_in_id: UUID
    code: str = field(repr=False)
    device: str
    stays: bool = False
    replaces: UUID | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A session, with the secret that its cookie holds and that is kept nowhere else."""

    session: PersonSession
    secret: str = field(repr=False)


async def enter(commands: Sequence[Enter], world: World) -> list[Opened | Refused]:
    """Judge each entry; one answer for wrong codes and decoys, one for all that no code opens any more.

    To whoever is signed in the code of another is like a decoy's, so that it tells nobody who is known.
    """
    found = await world.doors.load({each.sign_in_id for each in commands})
    open_ones = await world.doors.sessions({each.replaces for each in commands if each.replaces is not None})
    outcomes: list[Opened | Refused] = []
    steps: list[DoorStep] = []
    for command in commands:
        outcome, step = _judge(command, found.get(command.sign_in_id), open_ones, world)
        outcomes.append(outcome)
        if step is not None and step.sign_in is not None:
            steps.append(step)
            found[command.sign_in_id] = step.sign_in
            open_ones.update((each.id, each) for each in step.sessions)
    await world.doors.save(steps)
    return outcomes


def _judge(
    command: Enter, known: SignIn | None, open_ones: dict[UUID, PersonSession], world: World
) -> tuple[Opened | Refused, DoorStep | None]:
    if not permissions.may_for(command.actor, Permission.OPEN_SESSION, ""):
        return Refused(Refusal.NOT_FOUND), None
    digits = tokens.digits(command.code)
    if digits is None:
        return Refused(Refusal.CODE_MALFORMED), None
    if known is None or not short_code.alive(known, world.now):
        return Refused(Refusal.NO_LIVE_CODE), None
    right = _right(known, digits, world) and not _of_another(command.actor, known)
    if right and known.beneficiary_id is not None:
        return _opened(command, known, known.beneficiary_id, open_ones, world)
    missed = short_code.missed(known, world.now)
    left = short_code.left(missed)
    return Refused(Refusal.CODE_REFUSED if left else Refusal.CODE_LOCKED, attempts_left=left), DoorStep(missed)


def _of_another(actor: Actor, known: SignIn) -> bool:
    """Tell whether somebody who is signed in brings the code of somebody else."""
    return actor.kind is ActorKind.BENEFICIARY and known.beneficiary_id != actor.person


def _right(known: SignIn, digits: str, world: World) -> bool:
    ans = world.operator.ans
    bound = sign_ins.context(ans, known.id, known.beneficiary_id)
    return known.secret is not None and world.vault.matches(ans, known.secret, bound, digits)


def _opened(
    command: Enter, known: SignIn, whose: UUID, open_ones: dict[UUID, PersonSession], world: World
) -> tuple[Opened, DoorStep]:
    old = open_ones.get(command.replaces) if command.replaces is not None else None
    outcome, step = opening(whose, command.device, old, world, stays=command.stays, way="code")
    return outcome, replace(step, sign_in=short_code.ended(known, world.now))


def opening(
    whose: UUID, device: str, old: PersonSession | None, world: World, *, stays: bool, way: str
) -> tuple[Opened, DoorStep]:
    """Return a new session of a person, in the place of a live one of theirs where there is one; `way` is how."""
    now, secret = world.now, world.chance.secret()
    new = sessions.opened(world.chance.id(), whose, secret, device, now, stays=stays)
    renews = old is not None and old.beneficiary_id == whose and sessions.alive(old, now)
    gone = (sessions.ended(old, now),) if old is not None and renews else ()
    name = f"person:{whose}"
    data: dict[str, str | int | bool | None] = {"person": str(whose), "stays": stays, "renews": renews, "way": way}
    told = Event(EventKind.SESSION_OPENED, new.id, name, data)
    left = tuple(Event(EventKind.SESSION_ENDED, each.id, name, {"person": str(whose)}) for each in gone)
    return Opened(new, secret), DoorStep(sessions=(*gone, new), events=(*left, told))
