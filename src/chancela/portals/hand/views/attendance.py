"""One attendance: its story, its code on a tap, and «não fui eu»."""

from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from chancela.bootstrap import codes
from chancela.domain import denied_session, dispute as disputes, guia as guias, report as reports
from chancela.domain.report import ReportOutcome, ReportWay
from chancela.portals.design import denial as denials, disowning, dispute as shown, series
from chancela.portals.hand import words
from chancela.portals.hand.door import Hand, Page, View, address, signed_in
from chancela.usecases.report_token import ReportToken

SHOWN_S = 60
WAITING = frozenset({guias.Status.AWAITING_TOKEN, guias.Status.LATE_PENDING})


def own(page: Page) -> View:
    """Let a page be reached with an attendance of its reader; another's answers like an unknown one."""

    @wraps(page)
    async def view(hand: Hand, guia_id: UUID, *args: Any) -> HttpResponse:
        story = await codes.attendance(hand.app, hand.actor, guia_id)
        if story is None:
            raise Http404
        response: HttpResponse = await page(hand, story, *args)  # type: ignore[assignment]
        return response

    return signed_in(view)


@require_safe
@own
async def attendance(hand: Hand, story: codes.Story) -> HttpResponse:
    """Tell what happened, and what can be done now."""
    denied = await denials.denied(hand.app, story.attendance.case.guia) if story.acts else ()
    return hand.page("hand/attendance.html", {**_context(story), "denied": denied})


@require_safe
@own
async def denial(hand: Hand, story: codes.Story) -> HttpResponse:
    """What was denied, in writing, for whoever may act for the person: it names procedures."""
    if not story.acts:
        raise Http404
    context = await denials.context(hand.app, story.attendance.case.guia)
    return hand.page("hand/denial.html", {"here": "home", **context, "person_name": story.attendance.person})


@require_safe
@own
async def dispute(hand: Hand, story: codes.Story) -> HttpResponse:
    """What was said of an attendance and how it was decided, for A4."""
    if not story.acts:
        raise Http404
    context = await shown.context(hand.app, story.attendance.case)
    return hand.page("hand/dispute.html", {"here": "home", **context, "person_name": story.attendance.person})


@require_http_methods(["GET", "HEAD", "POST"])
@own
async def code(hand: Hand, story: codes.Story) -> HttpResponse:
    """Show the digits for a minute to whoever taps; asked for in any other way, lead to the attendance."""
    guia = story.attendance.case.guia
    digits = await codes.reveal(hand.app, hand.actor, guia.id) if hand.request.method == "POST" else None
    if digits is None:
        return hand.go("hand_attendance", guia.id)
    shown = {"first": digits[:3], "second": digits[3:], "spoken": ", ".join(digits)}
    response = hand.page("hand/shown.html", {**_context(story), **shown})
    # Hidden again without a script: the time is essential (WCAG 2.2, 2.2.1), and another tap shows them once more.
    response["Refresh"] = f"{SHOWN_S};url={address('hand_attendance', hand.ans, guia.id)}"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@own
async def not_me(hand: Hand, story: codes.Story) -> HttpResponse:
    """Ask first; then stop the code, open one case, and tell its protocol and what happens next."""
    if not story.acts:
        raise Http404
    guia = story.attendance.case.guia
    if hand.request.method == "POST":
        if disowning.names_none(hand.request.POST):
            return hand.page("hand/not_me.html", {**_context(story, missing=True)}, 422)
        await hand.app.do(ReportToken(hand.actor, guia.id, ReportWay.APP, None, disowning.places(hand.request.POST)))
        return hand.go("hand_not_me", guia.id)
    return hand.page("hand/not_me.html", _context(story))


def _context(story: codes.Story, *, missing: bool = False) -> dict[str, Any]:
    case = story.attendance.case
    told = disputes.standing(case.guia, case.report)
    status = guias.status(case.guia, timezone.localdate())
    return {
        "here": "home",
        "it": story.attendance,
        "guia": case.guia,
        "acts": story.acts,
        "lines": words.sentences(story),
        "said": words.standing(case),
        "can_ask": story.acts and status in WAITING and not reports.stops(case.report),
        "report": told,
        "mistaken": told is not None and told.outcome is ReportOutcome.MISTAKEN,
        "recorded": case.guia.attendance in disputes.RECORDED,
        "disputed": told is not None and told.was is not None,
        "proof": case.validation,
        "late": case.late,
        "series": series.shown(case),
        "disowning": disowning.shown(case, missing=missing),
        "refuted": denied_session.refuted(case),
        "earlier": shown.earlier(case),
    }
