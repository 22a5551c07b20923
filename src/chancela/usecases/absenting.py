"""Going on without a code: what every deed that ends so does to a guia, so that the reason is judged in one place."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from chancela.domain import absence as absences, policy_proviso as provisos, report, series, token as tokens
from chancela.domain.absence import Absence, AbsenceLead, AbsenceReview
from chancela.domain.case import Case, Step
from chancela.domain.guia import Attendance
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from chancela.domain.absence import AbsenceNeed, AbsenceRule, Given
    from chancela.ports import World


def judged(case: Case, given: Given, world: World) -> AbsenceRule | Refused:
    """Return the rule that takes the reason; refuse one that the policy has not, or without what cannot follow later.

    Whatever is urgent or of an inpatient waits for nothing: neither for a note nor for a second person.
    """
    rule = absences.rule(provisos.of_guia(world.operator, case.guia).absences, given.reason.value)
    if rule is None:
        return Refused(Refusal.ABSENCE_UNKNOWN)
    hurries = absences.never_waits(rule.reason, case.guia)
    if not hurries and absences.at_once(absences.lacking(rule, _proven(rule, given))):
        return Refused(Refusal.ABSENCE_NEEDS)
    return rule


def recorded(
    case: Case, given: Given, protocol: str, by: str, world: World, *, anyway: AbsenceRule | None = None
) -> Step | Refused:
    """Return the step by which a guia goes on without a code; a live code ends with it.

    Whoever calls has judged that the guia may (permissions, its status); what is judged here is the reason alone. Of a
    series it is one session that takes place so: `series_steps.with_end` ends the series where it was the last.
    `anyway` is the rule for what must not fail, where nobody is there to give another reason.
    """
    rule = judged(case, given, world)
    if isinstance(rule, Refused):
        if anyway is None:
            return rule
        rule = anyway
    new = _absence(case, rule, given, protocol, by, world)
    return ended(case, new, world) if case.guia.sessions == 1 else _session(case, new, world)


def _absence(case: Case, rule: AbsenceRule, given: Given, protocol: str, by: str, world: World) -> Absence:
    """Return what is kept of a reason that was judged."""
    policy, proven = provisos.of_guia(world.operator, case.guia), _proven(rule, given)
    owes = tuple(each for each in absences.lacking(rule, proven) if each not in absences.AT_ONCE)
    lead = _lead(case, rule, proven)
    return Absence(
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
        outage_id=proven.outage_id,
        owes=owes,
        owes_until=world.today + timedelta(days=policy.absence_owed_days) if owes else None,
        lead=lead,
        review=_review(lead, protocol, policy.absence_sample_percent, world),
    )


def _proven(rule: AbsenceRule, given: Given) -> Given:
    """An outage proves what is put down to systems, and nothing else."""
    return given if rule.tiss == absences.OF_SYSTEMS else replace(given, outage_id=None)


def _lead(case: Case, rule: AbsenceRule, proven: Given) -> AbsenceLead:
    """Return what the absence leads to: always to auditors where the person disowned the guia, never in an outage.

    An urgent or inpatient reason that the guia itself does not bear out is looked at by sample: it needs nothing else.
    """
    if report.stops(case.report):
        return AbsenceLead.REVIEWED
    if proven.outage_id is not None:
        return AbsenceLead.ACCEPTED
    doubtful = rule.leads is AbsenceLead.ACCEPTED and not absences.vouched(rule.reason, case.guia)
    return AbsenceLead.SAMPLED if doubtful else rule.leads


def _review(lead: AbsenceLead, protocol: str, percent: int, world: World) -> AbsenceReview:
    """Return whether auditors look at it; who is in the sample nobody outside can know before."""
    if lead is AbsenceLead.SAMPLED:
        drawn = int.from_bytes(world.vault.lot(world.operator.ans, b"absence|" + protocol.encode())[:4], "big") % 100
        return AbsenceReview.WAITING if drawn < percent else AbsenceReview.NONE
    return AbsenceReview.WAITING if lead is AbsenceLead.REVIEWED else AbsenceReview.NONE


def supplied(case: Case, new: Absence, need: AbsenceNeed, by: str) -> Step:
    """Return the step by which something came that a guia without a code owed."""
    data = {"need": need.value, "left": ",".join((*new.owes, *new.missed))}
    return Step(
        case, replace(case, absence=new), Event(EventKind.ABSENCE_SUPPLIED, case.guia.id, by, data), absence=new
    )


def ended(case: Case, new: Absence, world: World) -> Step:
    """Return the step that ends a guia without a code, for a reason that was judged."""
    closed = tokens.overtaken(case.token, world.now)
    end = closed[0].end if closed else None
    guia = replace(
        case.guia, attendance=Attendance.WITHOUT_TOKEN, last_end=end.value if end is not None else case.guia.last_end
    )
    token = closed[0] if closed else case.token
    after = replace(case, guia=guia, token=token, secret=None, climb=None, absence=new, late=None)
    event = Event(EventKind.ABSENCE_RECORDED, guia.id, new.by, _told(new))
    return Step(case, after, event, closed=closed, absence=new)


def _session(case: Case, new: Absence, world: World) -> Step | Refused:
    """Return the step by which the next session of a series takes place without a code; a live code was for it.

    What still waits for an auditor goes on waiting: an urgent visit opens nothing.
    """
    place = len(case.sessions) + 1
    if place > case.guia.sessions:
        return Refused(Refusal.SESSIONS_DONE)
    session = series.without_code(case.guia.id, place, new)
    closed = tokens.overtaken(case.token, world.now)
    last_end = closed[0].end.value if closed and closed[0].end else case.guia.last_end
    waits = case.guia.attendance is Attendance.NONE
    attendance = Attendance.NONE if waits else Attendance.AWAITING_TOKEN
    guia = replace(case.guia, attendance=attendance, last_end=last_end)
    token = closed[0] if closed else case.token
    kept = (*case.sessions, session)
    after = replace(case, guia=guia, token=token, secret=None, climb=None, late=None, sessions=kept)
    data = {**_told(new), "session": place, "of": guia.sessions}
    event = Event(EventKind.ABSENCE_RECORDED, guia.id, new.by, data)
    return Step(case, after, event, closed=closed, sessions=(session,))


def _told(new: Absence) -> dict[str, str | int | bool | None]:
    return {
        "absence": new.tiss,
        "reason": new.reason.value,
        "protocol": new.protocol,
        "owes": ",".join(new.owes),
        "lead": new.lead.value,
        "outage": str(new.outage_id) if new.outage_id else None,
    }
