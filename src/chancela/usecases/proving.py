"""Proving sessions: what an outage makes of those without a code that were recorded before anybody knew of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chancela.domain.absence import AbsenceLead, AbsenceReview
from chancela.domain.case import Case, Step
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.domain.absence import Absence
    from chancela.domain.outage import Outage
    from chancela.domain.permissions import Actor
    from chancela.domain.series import Session
    from chancela.ports import World


async def to_sessions(outage: Outage, actor: Actor, limit: int, world: World) -> int:
    """Attach an outage to at most `limit` sessions of its time that lack their proof; return to how many.

    The store has looked at how each one's code was to come: a case knows the messages of its last code alone.
    """
    found = await world.outages.lacking_sessions(outage, limit)
    cases = dict(await world.cases.load({guia_id for guia_id, _ in found}))
    steps = []
    for guia_id, place in found:
        steps.append(_step(cases[guia_id], place, outage, actor.name, world))
        cases[guia_id] = steps[-1].after
    await world.cases.save(steps)
    return len(steps)


def _step(case: Case, place: int, outage: Outage, by: str, world: World) -> Step:
    found = case.sessions[place - 1]
    new = _proved(found, outage)
    kept = tuple(new if each is found else each for each in case.sessions)
    reviews = [(found.review, new.review)]
    absence = None
    if case.absence is not None:
        absence = _eased(case.absence, new, kept, by, world)
        reviews.append((case.absence.review, absence.review))
    decided = [after.value for before, after in reviews if after is not before]
    data: dict[str, str | int | bool | None] = {
        "outage": str(outage.id),
        "owed": ",".join(found.owes),
        "review": decided[-1] if decided else None,
        "session": place,
        "of": case.guia.sessions,
    }
    event = Event(EventKind.OUTAGE_ATTACHED, case.guia.id, by, data)
    return Step(case, replace(case, absence=absence, sessions=kept), event, absence=absence, sessions=(new,))


def _proved(found: Session, outage: Outage) -> Session:
    """Return a session with its proof: it owes nothing more, and is in no sample; what is always reviewed still is."""
    drawn = found.review is AbsenceReview.WAITING and found.lead is AbsenceLead.SAMPLED
    return replace(found, outage_id=outage.id, owes=(), review=AbsenceReview.NONE if drawn else found.review)


def _eased(found: Absence, proved: Session, sessions: Sequence[Session], by: str, world: World) -> Absence:
    """Return what is kept of an ended series: it is asked for nothing that no session owes any more.

    Its sample is over once nothing is left to look at of any session: an outage proves its own sessions alone.
    """
    owed = {need for each in sessions for need in each.owes}
    owes = tuple(each for each in found.owes if each in owed)
    own = found.outage_id is None and found.protocol == proved.protocol
    outage_id = proved.outage_id if own else found.outage_id
    new = replace(found, outage_id=outage_id, owes=owes, owes_until=found.owes_until if owes else None)
    looked_at = owed or any(each.review is AbsenceReview.WAITING for each in sessions)
    if looked_at or found.review is not AbsenceReview.WAITING or found.lead is not AbsenceLead.SAMPLED:
        return new
    return replace(new, review=AbsenceReview.ACCEPTED, reviewed_at=world.now, reviewed_by=by)
