"""One guia: person, procedures and their analysis, code, seal; its paper, its receipt, and its end."""

import hashlib
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from chancela.domain import guia as guias, printed, report, sentences, series, token as tokens
from chancela.domain.guia import Attendance, Kind, Status
from chancela.domain.permissions import Permission
from chancela.domain.policy import Asker
from chancela.domain.policy_proviso import of_guia
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.series import SessionCode
from chancela.portals.design import disowning, series as sessions, words as shared
from chancela.portals.provider import absence_screens, forms, late_shown, once, steps, words
from chancela.portals.provider.door import Desk, opens
from chancela.portals.provider.views.home import waiting
from chancela.portals.provider.views.person import introduced, known
from chancela.usecases.cancel_guia import CancelGuia

if TYPE_CHECKING:
    from chancela.domain.case import Case

ENDED = frozenset({Status.VALIDATED, Status.WITHOUT_TOKEN, Status.DISPUTED, Status.CANCELLED})


async def held(desk: Desk, guia_id: UUID) -> "Case":
    """The guia, or the one answer for what is unknown and what is another's."""
    case = await desk.app.guia(desk.actor, guia_id)
    if case is None:
        raise Http404
    return case


def made_by_hand(desk: Desk, case: "Case") -> bool:
    """Tell whether the person may make the code of this guia on their own phone, with a signal or without one."""
    policy = of_guia(desk.operator, case.guia)
    status = guias.status(case.guia, timezone.localdate())
    waits = status in {Status.AWAITING_TOKEN, Status.LATE_PENDING} and not report.stops(case.report)
    return waits and (policy.offline_codes or Asker.BENEFICIARY in policy.askers)


def marked(case: "Case") -> str:
    """A short mark of the guia as it stands, by which its stream knows what a page has already drawn."""
    drawn = (case.guia, case.token, case.deliveries, case.validation, case.climb, case.report)
    since = (case.sessions, case.late, case.absence)
    return hashlib.sha256(repr((drawn, since)).encode()).hexdigest()[:16]


async def shown(desk: Desk, case: "Case") -> dict[str, object]:
    """Everything that the page, its paper and its live parts say of a guia."""
    guia, validation, now = case.guia, case.validation, timezone.now()
    status, person = guias.status(guia, timezone.localdate()), await known(desk, guia.card_number)
    return {
        "case": case,
        "mark": marked(case),
        "guia": guia,
        "status": status.value,
        "said": shared.STATUS[status],
        "kind": shared.KIND[guia.kind],
        "person": introduced(person),
        "procedures": [(each, words.ITEM[each.authorisation]) for each in guia.procedures],
        "dental": any(each.tooth or each.region or each.faces for each in guia.procedures),
        "alive": tokens.alive(case.token, now),
        "steps": steps.steps(desk.operator, person, case, desk.carried, now),
        "stopped": report.stops(case.report),
        "named": disowning.shown(case).named,
        "closed": desk.closed,
        "by_hand": made_by_hand(desk, case),
        "window": words.WINDOW[validation.window] if validation else "",
        "method": words.METHOD[validation.method] if validation else "",
        "cancellable": status not in ENDED and not case.sessions,
        **_series(desk, case),
        "absence": absence_screens.shown(case.absence),
        "outage": await desk.app.outages.proof(case),
        "goes_on": absence_screens.goes_on(case),
        "hurries": guia.urgent or guia.kind is Kind.INTERNACAO,
        **late_shown.of_case(desk.operator, case),
        "printable": printed.unprintable(case, timezone.localdate()) is None,
        "denied": any(each.authorisation is guias.ItemState.DENIED for each in guia.procedures),
    }


def _series(desk: Desk, case: "Case") -> dict[str, object]:
    """The sessions of a series; `day_code` is the one given today, `upon` its session where it confirms the next."""
    policy, today, shown_series = of_guia(desk.operator, case.guia), timezone.localdate(), sessions.shown(case)
    waits = guias.status(case.guia, today) is Status.AWAITING_TOKEN and not report.stops(case.report)
    daily = waits and policy.session_code is SessionCode.PER_DAY and shown_series and shown_series.next
    found = series.day_code(case.sessions, today, policy.day_sessions) if daily else None
    return {
        "series": shown_series,
        "day_code": found,
        "upon": found.session.place if found and found.left else None,
        "closable": bool(case.sessions) and case.guia.attendance is Attendance.AWAITING_TOKEN,
    }


@require_GET
@opens(Permission.READ_GUIA)
async def guia(desk: Desk, guia_id: UUID) -> HttpResponse:
    """The guia in hand, from top to bottom in the order in which it is done."""
    case = await held(desk, guia_id)
    context = {
        **await waiting(desk),
        **await shown(desk, case),
        "arriving": "validada" in desk.request.GET,
        "gone_on": "sem-codigo" in desk.request.GET,
        "at_once": "registrada" in desk.request.GET,
    }
    return desk.page("provider/guia.html", context)


@require_GET
@opens(Permission.READ_GUIA)
async def paper(desk: Desk, guia_id: UUID) -> HttpResponse:
    """The guia for A4, seal included."""
    case = await held(desk, guia_id)
    return desk.page("provider/paper.html", await shown(desk, case))


@require_GET
@opens(Permission.READ_GUIA)
async def receipt(desk: Desk, guia_id: UUID) -> HttpResponse:
    """The signed receipt (compact JWS) as a file."""
    found = await desk.app.receipt(desk.actor, guia_id)
    if found is None:
        raise Http404
    case = await held(desk, guia_id)
    response = HttpResponse(found.jws, content_type="application/jose")
    response["Content-Disposition"] = f'attachment; filename="recibo-{case.guia.number}.jws"'
    return response


@require_http_methods(["GET", "POST"])
@opens(Permission.CANCEL_GUIA)
async def cancel(desk: Desk, guia_id: UUID) -> HttpResponse:
    """Ask why, and cancel."""
    case = await held(desk, guia_id)
    form = forms.Cancel(desk.request.POST if desk.request.method == "POST" else None)
    refused = ""
    if form.is_valid():
        command = CancelGuia(desk.actor, guia_id, form.cleaned_data["why"])
        outcome = await once.do(desk, command)
        if not isinstance(outcome, Refused):
            return desk.go("guia", guia_id)
        if outcome.reason is Refusal.NOT_FOUND:
            raise Http404
        refused = sentences.sentence(outcome, get_language() or sentences.PORTUGUESE)
    context = {**await waiting(desk), **await shown(desk, case), "form": form, "refused": refused, "once": once.word()}
    return desk.page("provider/cancel.html", context, 422 if form.is_bound else 200)
