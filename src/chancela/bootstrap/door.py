"""The beneficiary's door: whose a session is, and what its owner may see and do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chancela.adapters.postgres.sessions import Sessions
from chancela.domain import session as sessions
from chancela.domain.permissions import Actor, ActorKind

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from chancela.bootstrap.app import App
    from chancela.domain.people import Person
    from chancela.domain.session import PersonSession


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
        """Tell whether a sign-in code was entered within the last 15 minutes."""
        return sessions.assured(self.record.assured_at, self.now)


async def session(app: App, ans: str, cookie: str | None) -> Session | None:
    """Return the live session of a cookie at an operator, or None: unknown, ended, expired, or another operator's."""
    found = await Sessions(app.pool).by_secret(ans, cookie) if cookie and cookie.isascii() else None
    if found is None:
        return None
    record, person, now = found
    return Session(record.id, await actor(app, ans, person, record.assured_at), person, record, now)


async def actor(app: App, ans: str, person: Person, assured_at: datetime) -> Actor:
    """Return who acts in a person's session, with those for whom they may see and act."""
    del app
    own = frozenset({person.beneficiary.id})
    name = f"person:{person.beneficiary.id}"
    return Actor(
        ans, ActorKind.BENEFICIARY, name, None, assured_at, person=person.beneficiary.id, sees=own, acts_for=own
    )


async def listed(app: App, session: Session) -> tuple[PersonSession, ...]:
    """Return the devices at which the person is signed in, the one last seen first."""
    return await Sessions(app.pool).of_person(session.actor.operator, session.person.beneficiary.id)
