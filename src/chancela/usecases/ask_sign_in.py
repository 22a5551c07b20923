"""Ask to sign in: a code goes to a contact on file; for whom nobody knows, everything happens but the sending.

Whoever has no door of their own is like unknown, and who hides from the holder is not told by the holder's number.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import family, permissions, short_code, sign_in as sign_ins
from chancela.domain.delivery import Purpose
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.sign_in import Asked, Claim, DoorStep, SignIn
from chancela.usecases import sending

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.domain.delivery import Delivery
    from chancela.domain.family import Circle
    from chancela.domain.ladder import Recipient
    from chancela.domain.people import Person
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class AskSignIn:
    """Ask for a code as the person of a claim; `origin` stands for the address from which it is asked.

    `known` is who is signed in there, or was before.
    """

    actor: Actor
    claim: Claim
    origin: bytes = field(repr=False)
    known: UUID | None = None


async def ask_sign_in(commands: Sequence[AskSignIn], world: World) -> list[UUID | Refused]:
    """Return the id of each sign-in; it tells nothing of whether somebody is known, reachable, or asked too often."""
    known = await world.doors.known([each.claim for each in commands])
    people = {person.beneficiary.id for person in known.values()}
    await world.doors.hold(people)
    circles = await world.families.circles(people)
    having = {claim: own for claim, each in known.items() if (own := _own(circles[each.beneficiary.id], world))}
    asked = dict(await world.doors.asked(people))
    places = Counter(await world.doors.asked_from({each.origin for each in commands}))
    outcomes: list[UUID | Refused] = []
    steps: list[DoorStep] = []
    for command in commands:
        refused = _refused(command, places)
        if refused is not None:
            outcomes.append(refused)
            continue
        made, to = _made(command, having.get(command.claim), asked, world)
        places[command.origin] += 1
        steps.append(DoorStep(made, _planned(made, to, world)))
        outcomes.append(made.id)
    await world.doors.save(steps)
    return outcomes


def _own(circle: Circle, world: World) -> Person | None:
    """Return the person with the contacts that are theirs, where they have a door of their own.

    What desks alone typed opens none, however many of them: it is for codes of guias.
    """
    policy, today = world.operator.policy, world.today
    if not family.signs_in(policy, circle.person.beneficiary, today):
        return None
    person = family.own(policy, circle, today)
    return replace(person, contacts=tuple(each for each in person.contacts if each.typed_by is None))


def _refused(command: AskSignIn, places: Counter[bytes]) -> Refused | None:
    """Refuse by what has nothing to do with the person."""
    if not permissions.may_for(command.actor, Permission.OPEN_SESSION, ""):
        return Refused(Refusal.NOT_FOUND)
    if places[command.origin] >= sign_ins.MOST_FROM_ONE_PLACE:
        return Refused(Refusal.TOO_MANY_SENDS, retry_after_s=int(sign_ins.LATELY.total_seconds()))
    return None


def _made(
    command: AskSignIn, person: Person | None, asked: dict[tuple[UUID, bool], Asked], world: World
) -> tuple[SignIn, Recipient | None]:
    """Return a sign-in and where its code goes: a decoy where nobody is known, may be told more, or can be reached."""
    known = person is not None and command.known == person.beneficiary.id
    to = _way(person, (person.beneficiary.id, known), asked, world) if person else None
    whose = person.beneficiary.id if person and to else None
    ans, id_ = world.operator.ans, world.chance.id()
    secret = world.vault.seal(ans, world.now.date(), sign_ins.context(ans, id_, whose), world.chance.code())
    contact = to.contact.id if to and to.contact else None
    origin = sign_ins.place(command.origin, known=known)
    return SignIn(id_, whose, contact, origin, secret, world.now, world.now + short_code.LIFE), to


def _way(
    person: Person, counted: tuple[UUID, bool], asked: dict[tuple[UUID, bool], Asked], world: World
) -> Recipient | None:
    before = asked.get(counted, Asked())
    if not sign_ins.allowed(before):
        return None
    asked[counted] = Asked(before.lately + 1, before.today + 1)
    return sign_ins.way(world.operator.policy, person, world.carried, before.lately)


def _planned(made: SignIn, to: Recipient | None, world: World) -> tuple[Delivery, ...]:
    """Return the message, where there is one; its subject is the sign-in, in the place of a guia."""
    if to is None or made.beneficiary_id is None:
        world.chance.id()  # nobody's takes as much work as somebody's
        return ()
    return (sending.about(made.id, made.beneficiary_id, to, Purpose.SIGN_IN, world),)
