"""The sessions of a series: the next one by the code given today, and the end of a series before its last."""

import re
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from chancela.domain import sentences, series
from chancela.domain.permissions import Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.portals.design import series as sessions
from chancela.portals.provider import forms, once
from chancela.portals.provider.door import Desk, opens
from chancela.portals.provider.views.guia import held, shown
from chancela.portals.provider.views.home import waiting
from chancela.usecases.close_series import CloseSeries
from chancela.usecases.confirm_session import ConfirmSession

_PLACE = re.compile(r"[1-9][0-9]?\Z", re.ASCII)


@require_http_methods(["GET", "POST"])
@opens(Permission.VALIDATE_TOKEN)
async def confirm(desk: Desk, guia_id: UUID) -> HttpResponse:
    """Ask, and confirm the session that the page showed as the next, by the code that was given today."""
    case, refused, status = await held(desk, guia_id), "", 200
    if desk.request.method == "POST":
        typed = desk.request.POST.get("place", "")
        outcome = await once.do(desk, ConfirmSession(desk.actor, guia_id, int(typed) if _PLACE.match(typed) else 0))
        if not isinstance(outcome, Refused):
            return desk.go("guia", guia_id, query={"validada": "1"})
        if outcome.reason is Refusal.NOT_FOUND:
            raise Http404
        case, refused, status = await held(desk, guia_id), _sentence(outcome), 422
    if sessions.shown(case) is None:
        raise Http404
    told = {"refused": refused, "once": once.word()}
    return desk.page("provider/series_session.html", {**await waiting(desk), **await shown(desk, case), **told}, status)


@require_http_methods(["GET", "POST"])
@opens(Permission.CLOSE_SERIES)
async def end(desk: Desk, guia_id: UUID) -> HttpResponse:
    """Ask why, and close the series with the sessions that took place."""
    case = await held(desk, guia_id)
    if sessions.shown(case) is None:
        raise Http404
    form = forms.EndSeries(desk.request.POST if desk.request.method == "POST" else None)
    refused = ""
    if form.is_valid():
        outcome = await once.do(desk, CloseSeries(desk.actor, guia_id, form.cleaned_data["why"]))
        if not isinstance(outcome, Refused):
            return desk.go("guia", guia_id, query={"validada": "1"})
        if outcome.reason is Refusal.NOT_FOUND:
            raise Http404
        refused, case = _sentence(outcome), await held(desk, guia_id)
    told = {"form": form, "refused": refused, "once": once.word(), "proven": series.proven(case.sessions) is not None}
    context = {**await waiting(desk), **await shown(desk, case), **told}
    return desk.page("provider/series_end.html", context, 422 if form.is_bound else 200)


def _sentence(outcome: Refused) -> str:
    return sentences.sentence(outcome, get_language() or sentences.PORTUGUESE)
