"""Going on without a code: what every deed that ends so does to a guia, so that the reason is judged in one place."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from chancela.domain import absence as absences, policy_proviso as provisos, report, token as tokens
from chancela.domain.absence import Absence, AbsenceLead, AbsenceReview
from chancela.domain.case import Case, Step
from chancela.domain.guia import Attendance
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.token import TokenEnd
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from chancela.domain.absence import Given
    from chancela.domain.token import Token
    from chancela.ports import World


def recorded(case: Case, given: Given, protocol: str, by: str, world: World) -> Step | Refused:
    """Return the step by which a guia goes on without a code; a live code ends with it.

    Whoever calls has judged that the guia may (permissions, its status); what is judged here is the reason alone:
    unknown to the policy, or without the note or the second person that cannot follow later.
    """
    policy = provisos.of_guia(world.operator, case.guia)
    rule = absences.rule(policy.absences, given.reason.value)
    if rule is None:
        return Refused(Refusal.ABSENCE_UNKNOWN)
    owes = absences.lacking(rule, given)
    if absences.at_once(owes):
        return Refused(Refusal.ABSENCE_NEEDS)
    lead = AbsenceLead.REVIEWED if report.stops(case.report) else rule.leads
    lead = AbsenceLead.ACCEPTED if given.outage_id is not None and lead is AbsenceLead.SAMPLED else lead
    new = Absence(
        guia_id=case.guia.id,
        reason=rule.reason,
        tiss=rule.tiss,
        protocol=protocol,
        at=world.now,
        by=by,
        detail=given.detail,
        call_protocol=given.call_protocol,
        second_person=given.second_person,
        taken_at=given.taken_at,
        outage_id=given.outage_id,
        owes=owes,
        owes_until=world.today + timedelta(days=policy.absence_owed_days) if owes else None,
        lead=lead,
        review=_review(lead, protocol, policy.absence_sample_percent, world),
    )
    return _step(case, new, world)


def _review(lead: AbsenceLead, protocol: str, percent: int, world: World) -> AbsenceReview:
    """Return whether auditors look at it; who is in the sample nobody outside can know before."""
    if lead is AbsenceLead.SAMPLED:
        drawn = int.from_bytes(world.vault.lot(world.operator.ans, b"absence|" + protocol.encode())[:4], "big") % 100
        return AbsenceReview.WAITING if drawn < percent else AbsenceReview.NONE
    return AbsenceReview.WAITING if lead is AbsenceLead.REVIEWED else AbsenceReview.NONE


def _step(case: Case, new: Absence, world: World) -> Step:
    closed = _ended(case.token, world) if case.secret is not None else ()
    end = closed[0].end if closed else None
    guia = replace(
        case.guia, attendance=Attendance.WITHOUT_TOKEN, last_end=end.value if end is not None else case.guia.last_end
    )
    token = closed[0] if closed else case.token
    after = replace(case, guia=guia, token=token, secret=None, climb=None, absence=new, late=None)
    data = {
        "absence": new.tiss,
        "reason": new.reason.value,
        "protocol": new.protocol,
        "owes": ",".join(new.owes),
        "lead": new.lead.value,
        "outage": str(new.outage_id) if new.outage_id else None,
    }
    event = Event(EventKind.ABSENCE_RECORDED, guia.id, new.by, data)
    return Step(case, after, event, closed=closed, absence=new)


def _ended(token: Token | None, world: World) -> tuple[Token, ...]:
    """End the live code: superseded, or expired where its time was over before."""
    if token is None:
        return ()
    end = TokenEnd.SUPERSEDED if tokens.alive(token, world.now) else TokenEnd.EXPIRED
    return (tokens.ended(token, end, world.now),)
