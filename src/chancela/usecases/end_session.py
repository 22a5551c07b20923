"""End a session: a device that is signed in opens no page any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import session as sessions
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.sign_in import DoorStep
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.domain.session import PersonSession
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class EndSession:
    """End one of the actor's own sessions."""

    actor: Actor
    session_id: UUID


async def end_session(commands: Sequence[EndSession], world: World) -> list[PersonSession | Refused]:
    """End each; one that is over already stays as it ended, another person's is like none."""
    known = await world.doors.sessions({each.session_id for each in commands})
    outcomes: list[PersonSession | Refused] = []
    steps: list[DoorStep] = []
    for command in commands:
        session = known.get(command.session_id)
        if session is None or not _owns(command.actor, session):
            outcomes.append(Refused(Refusal.NOT_FOUND))
            continue
        if session.ended_at is None:
            known[session.id] = session = sessions.ended(session, world.now)
            told = Event(
                EventKind.SESSION_ENDED, session.id, command.actor.name, {"person": str(session.beneficiary_id)}
            )
            steps.append(DoorStep(sessions=(session,), events=(told,)))
        outcomes.append(session)
    await world.doors.save(steps)
    return outcomes


def _owns(actor: Actor, session: PersonSession) -> bool:
    return actor.kind is ActorKind.BENEFICIARY and actor.person == session.beneficiary_id
