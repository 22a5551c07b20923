"""Series: what a session does to its guia, and how a series ends, so that every deed does it in the same way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from chancela.domain import late, policy_proviso as provisos, series, token as tokens
from chancela.domain.absence import Absence, AbsenceLead, AbsenceReview
from chancela.domain.case import Case, Step
from chancela.domain.guia import Attendance
from chancela.domain.series import Session
from chancela.domain.token import Method, TokenEnd, Validation
from chancela.domain.trail import Event, EventKind
from chancela.usecases import absenting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from chancela.domain.token import Token
    from chancela.ports import World
    from chancela.usecases.carried import Found


def done(case: Case) -> bool:
    """Tell whether every session of a guia took place; of one that is no series this is never so."""
    return len(case.sessions) >= case.guia.sessions > 1


def by_code(case: Case, found: Found, by: str, taken: datetime | None, world: World) -> tuple[Step, ...]:
    """Return the steps of the next session, confirmed by a code, which ends with it; the last session validates.

    `taken` is when the code was given, where that was not now; a late code speaks of the visit that waited for it.
    """
    if taken is None and case.late is not None:
        taken = late.taken_at(case.late)
    guia = case.guia
    place, generation = len(case.sessions) + 1, guia.generation
    session = Session(guia.id, place, world.now, by, generation, found.method, found.window, taken_at=taken)
    if found.tried is not None:
        session = replace(session, device_id=found.tried.device.id, device_day=found.tried.day)
    closed = _closed(case, TokenEnd.USED if found.method is Method.TOKEN else TokenEnd.SUPERSEDED, world)
    data = {**_told(case, session), "window": found.window.value, "method": found.method.value, **found.data}
    event = Event(EventKind.SESSION_CONFIRMED, guia.id, by, data)
    return with_end(Step(case, _after(case, session, closed), event, closed, judged=True, sessions=(session,)), world)


def upon(case: Case, first: Session, by: str, world: World) -> tuple[Step, ...]:
    """Return the steps of the next session of a day, for which the code of another one of that day stands."""
    if first.method is None or first.window is None:
        raise ValueError("a code confirmed the session that others stand upon")
    place, generation = len(case.sessions) + 1, first.generation
    session = Session(case.guia.id, place, world.now, by, generation, first.method, first.window, upon=first.place)
    data = {**_told(case, session), "window": first.window.value, "method": first.method.value}
    data["upon"] = first.place
    event = Event(EventKind.SESSION_CONFIRMED, case.guia.id, by, data)
    kept = replace(case, sessions=(*case.sessions, session))
    return with_end(Step(case, kept, event, sessions=(session,)), world)


def with_end(step: Step, world: World) -> tuple[Step, ...]:
    """Return a step, and after it the one that ends the series where that was its last session."""
    return (step, ended(step.after, step.event.actor, world)) if done(step.after) else (step,)


def ended(case: Case, by: str, world: World) -> Step:
    """Return the step that ends a series with the sessions it has: validated by what codes confirmed, or without."""
    proof = series.proven(case.sessions)
    return _without_code(case, by, world) if proof is None else _validated(case, proof, by, world)


def _validated(case: Case, proof: Session, by: str, world: World) -> Step:
    """Validate by the last code; sessions without one that owe something, or that auditors look at, stay to be seen."""
    if proof.method is None or proof.window is None:
        raise ValueError("what proves a series was confirmed by a code")
    guia = case.guia
    code = world.vault.validation_code(guia.operator, guia.id, proof.generation)
    validation = Validation(guia.id, world.now, proof.window, proof.method, code, proof.generation, by)
    closed = _closed(case, TokenEnd.SUPERSEDED, world)
    after = _after(case, None, closed)
    held = replace(after.guia, attendance=Attendance.VALIDATED)
    data: dict[str, str | int | bool | None] = {
        "generation": proof.generation,
        "window": proof.window.value,
        "validation_code": code,
        "sessions": len(case.sessions),
        "of": guia.sessions,
    }
    if proof.method is not Method.TOKEN:
        data["method"] = proof.method.value
    looked_at = [each for each in case.sessions if each.review is AbsenceReview.WAITING or each.owes]
    absence = _absence(case, looked_at, by, world) if looked_at else None
    if absence is not None:
        data |= {"protocol": absence.protocol, "lead": absence.lead.value}
    event = Event(EventKind.GUIA_VALIDATED, guia.id, by, data)
    return Step(case, replace(after, guia=held, validation=validation, absence=absence), event, closed, absence=absence)


def _without_code(case: Case, by: str, world: World) -> Step:
    """End a series in which no code was given: the last session's reason is the guia's, the strictest look holds."""
    return absenting.ended(case, _absence(case, case.sessions, by, world), world)


def _absence(case: Case, of: Sequence[Session], by: str, world: World) -> Absence:
    """Return what is kept of sessions without a code, as auditors look at it with the guia."""
    last = of[-1]
    if last.reason is None or last.tiss is None or last.protocol is None:
        raise ValueError("a session without a code says why")
    leads, owed = {each.lead for each in of}, {need for each in of for need in each.owes}
    order = (AbsenceLead.REVIEWED, AbsenceLead.SAMPLED, AbsenceLead.ACCEPTED)
    waits = any(each.review is AbsenceReview.WAITING for each in of)
    days = timedelta(days=provisos.of_guia(world.operator, case.guia).absence_owed_days)
    return Absence(
        case.guia.id,
        last.reason,
        last.tiss,
        last.protocol,
        world.now,
        by,
        detail=last.detail,
        call_protocol=last.call_protocol,
        second_person=last.second_person,
        taken_at=last.taken_at,
        outage_id=last.outage_id,
        owes=tuple(sorted(owed)),
        owes_until=world.today + days if owed else None,
        lead=next(each for each in order if each in leads),
        review=AbsenceReview.WAITING if waits else AbsenceReview.NONE,
    )


def _after(case: Case, session: Session | None, closed: tuple[Token, ...]) -> Case:
    """Return the case as it waits for the next session; no code lives beside one that was confirmed."""
    end = closed[0].end if closed else None
    last_end = end.value if end is not None else case.guia.last_end
    guia = replace(case.guia, attendance=Attendance.AWAITING_TOKEN, last_end=last_end)
    kept = (*case.sessions, session) if session is not None else case.sessions
    token = closed[0] if closed else case.token
    return replace(case, guia=guia, token=token, secret=None, climb=None, late=None, sessions=kept)


def _closed(case: Case, end: TokenEnd, world: World) -> tuple[Token, ...]:
    if case.secret is None or case.token is None:
        return ()
    gone = end if end is TokenEnd.USED or tokens.alive(case.token, world.now) else TokenEnd.EXPIRED
    return (tokens.ended(case.token, gone, world.now),)


def _told(case: Case, session: Session) -> dict[str, str | int | bool | None]:
    return {"session": session.place, "of": case.guia.sessions, "generation": session.generation}
