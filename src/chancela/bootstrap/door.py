"""The beneficiary's door: asking for a code, entering it, and whose a session is."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from uuid import UUID

from chancela.adapters.postgres import surroundings
from chancela.adapters.postgres.sessions import Sessions
from chancela.bootstrap import slips
from chancela.domain import family, session as sessions
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.refusal import Refused
from chancela.domain.sign_in import Claim
from chancela.usecases.ask_sign_in import AskSignIn
from chancela.usecases.end_session import EndSession
from chancela.usecases.enter import Enter, Opened

if TYPE_CHECKING:
    from datetime import date, datetime

    from chancela.bootstrap.app import App
    from chancela.domain.people import Person
    from chancela.domain.session import PersonSession

SLIP: Final = "sign-in slip"
BEFORE: Final = "slip of who signed in before"
FLOOR_S: Final = 0.3  # longer than the work takes, so that the answer's time tells nothing of it


@dataclass(frozen=True, slots=True)
class Asked:
    """A code was asked for; `slip` is what its entry must bring, and looks the same whoever it was."""

    slip: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Session:
    """A person signed in at one device: `actor` is who acts, `fresh` tells whether a change needs no new code."""

    id: UUID
    actor: Actor
    person: Person
    record: PersonSession
    now: datetime

    @property
    def fresh(self) -> bool:
        """Tell whether a sign-in code, or a passkey, was shown within the last 15 minutes."""
        return sessions.assured(self.record.assured_at, self.now)

    @property
    def stays(self) -> bool:
        """Tell whether the person wished to stay signed in on this device."""
        return sessions.stays(self.record)


async def ask(
    app: App, ans: str, who: str, birth_date: date, place: str, actor: Actor | None = None, before: str = ""
) -> Asked | Refused:
    """Ask for a code as the person with a card number or CPF and a birth date; `place` is the address that asks.

    `before` is the slip of whoever signed in there before: what strangers ask does not count against them. The answer
    is the same, and no sooner, for known and unknown people; too many from one place are refused.
    """
    began = asyncio.get_running_loop().time()
    claim = Claim(who, app.means.formats.cpf(who), birth_date)
    known = actor.person if actor else slips.named(app.keys, BEFORE, ans, before)
    outcome: UUID | Refused = await app.do(AskSignIn(actor or stranger(ans), claim, origin(app, ans, place), known))
    await asyncio.sleep(began + FLOOR_S - asyncio.get_running_loop().time())
    return outcome if isinstance(outcome, Refused) else Asked(slips.of(app.keys, SLIP, ans, outcome))


async def enter(
    app: App, ans: str, slip: str | None, code: str, device: str, *, stays: bool = False, at: Session | None = None
) -> Opened | Refused | None:
    """Enter the code of a slip; a right one opens a session in the place of `at`; None without a slip of ours."""
    sign_in_id = slips.named(app.keys, SLIP, ans, slip or "")
    if sign_in_id is None:
        return None
    who, replaces = (at.actor, at.id) if at else (stranger(ans), None)
    outcome: Opened | Refused = await app.do(Enter(who, sign_in_id, code, device, stays, replaces))
    return outcome


def before(app: App, ans: str, person: UUID) -> str:
    """Return what a browser keeps of whoever signed in there; it opens nothing."""
    return slips.of(app.keys, BEFORE, ans, person)


async def end(app: App, session: Session, session_id: UUID) -> PersonSession | Refused:
    """End one of the person's own sessions, this one or that of another device."""
    outcome: PersonSession | Refused = await app.do(EndSession(session.actor, session_id))
    return outcome


def origin(app: App, ans: str, place: str) -> bytes:
    """Return what is kept of the address from which somebody asks: enough to count, nothing to read."""
    return app.keys.mac("sign-in origin", f"{ans}|{place}".encode())


def stranger(ans: str) -> Actor:
    """Return who stands before the door of an operator."""
    return Actor(ans, ActorKind.SYSTEM, "app")


async def session(app: App, ans: str, cookie: str | None) -> Session | None:
    """Return the live session of a cookie at an operator, or None: unknown, ended, expired, or another operator's."""
    found = await Sessions(app.pool).by_secret(ans, cookie) if cookie and cookie.isascii() else None
    if found is None:
        return None
    record, person, now = found
    return Session(record.id, await actor(app, ans, person, record.assured_at), person, record, now)


async def actor(app: App, ans: str, person: Person, assured_at: datetime) -> Actor:
    """Return who acts in a person's session, with those for whom they may see, act and manage at this very moment."""
    me = person.beneficiary.id
    around = await surroundings.of_person(app.pool, ans, me)
    policy, today, now = around.operator.policy, around.today, around.now
    powers = {key: family.powers(policy, circle, me, today, now) for key, circle in around.circles.items()}
    return Actor(
        ans,
        ActorKind.BENEFICIARY,
        f"person:{me}",
        assured_at=assured_at,
        person=me,
        sees=frozenset(key for key, each in powers.items() if each.sees),
        acts_for=frozenset(key for key, each in powers.items() if each.acts),
        manages=frozenset(key for key, each in powers.items() if each.manages),
    )


async def listed(app: App, session: Session) -> tuple[PersonSession, ...]:
    """Return the devices at which the person is signed in, the one last seen first."""
    return await Sessions(app.pool).of_person(session.actor.operator, session.person.beneficiary.id)
