"""Going on without a code at the desk: the reasons, what follows later, and a refusal in writing."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chancela.domain import sentences
from chancela.domain.absence import AbsenceReview
from chancela.domain.permissions import Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.portals.design import absence_refusal
from chancela.portals.provider import absence_forms as forms, absence_screens as screens, once
from chancela.portals.provider.door import Desk, opens
from chancela.portals.provider.views.guia import held, shown
from chancela.portals.provider.views.home import waiting
from chancela.portals.provider.views.person import introduced, known
from chancela.usecases.record_absence import RecordAbsence
from chancela.usecases.supply_absence import SupplyAbsence

if TYPE_CHECKING:
    from chancela.domain.case import Case

POSTED = require_http_methods(["GET", "POST"])


@POSTED
@opens(Permission.RECORD_ABSENCE)
async def absence(desk: Desk, guia_id: UUID) -> HttpResponse:
    """The reasons as big buttons; the one that is pressed is recorded, unless it asks for something first."""
    case = await held(desk, guia_id)
    if desk.request.method == "GET":
        return await _choose(desk, case, forms.Absence()) if screens.goes_on(case) else desk.go("guia", guia_id)
    form = forms.Absence(desk.request.POST)
    if not form.is_valid():
        return await _choose(desk, case, form)
    said = form.cleaned_data
    given = (said["reason"], said["detail"], said["call_protocol"], said["second_person"])
    command = RecordAbsence(desk.actor, guia_id, *given, session=said["session"])
    outcome = await once.do(desk, command)
    if not isinstance(outcome, Refused):
        return desk.go("guia", guia_id, query={"sem-codigo": "1"})
    if outcome.reason is Refusal.NOT_FOUND:
        raise Http404
    if not screens.goes_on(case):
        return desk.go("guia", guia_id)
    _tell(form, outcome)
    return await _choose(desk, case, form)


def _tell(form: forms.Absence, outcome: Refused) -> None:
    """Put what is missing or wrong beside its field."""
    if outcome.reason is Refusal.ABSENCE_NEEDS:
        said = form.cleaned_data
        if not said["detail"].strip():
            form.add_error("detail", _("Escreva o que aconteceu."))
        if not said["second_person"].strip():
            form.add_error("second_person", _("Escreva o nome de quem estava presente."))
        return
    field = "call_protocol" if outcome.reason is Refusal.PROTOCOL_WRONG else None
    form.add_error(field, _sentence(outcome))


def _sentence(outcome: Refused) -> str:
    return sentences.sentence(outcome, get_language() or sentences.PORTUGUESE)


async def _choose(desk: Desk, case: "Case", form: forms.Absence) -> HttpResponse:
    """The page of reasons; in the one that was pressed what is wrong stands open."""
    context = {
        **await waiting(desk),
        **await shown(desk, case),
        "screen": screens.screen(desk.operator, case),
        "form": form,
        "pressed": form.data.get("reason", "") if form.is_bound else "",
        "once": once.word(),
    }
    return desk.page("provider/absence.html", context, 422 if form.is_bound else 200)


@POSTED
@opens(Permission.RECORD_ABSENCE)
async def supply(desk: Desk, guia_id: UUID) -> HttpResponse:
    """Take the call centre's number that was owed."""
    case = await held(desk, guia_id)
    found = screens.shown(case.absence)
    if found is None:
        return desk.go("guia", guia_id)
    form = forms.CallProtocol(desk.request.POST if desk.request.method == "POST" else None)
    if form.is_valid():
        outcome = await once.do(desk, SupplyAbsence(desk.actor, guia_id, form.cleaned_data["call_protocol"]))
        if not isinstance(outcome, Refused):
            return desk.go("guia", guia_id)
        if outcome.reason is Refusal.NOT_FOUND:
            raise Http404
        form.add_error("call_protocol", _sentence(outcome))
    context = {**await waiting(desk), **await shown(desk, case), "form": form, "once": once.word()}
    return desk.page("provider/absence_call.html", context, 422 if form.is_bound else 200)


@require_GET
@opens(Permission.READ_GUIA)
async def refusal(desk: Desk, guia_id: UUID) -> HttpResponse:
    """Why an auditor did not accept it, in writing, for A4."""
    case = await held(desk, guia_id)
    if case.absence is None or case.absence.review is not AbsenceReview.REFUSED:
        raise Http404
    context = await absence_refusal.context(desk.app, case)
    person = await known(desk, case.guia.card_number)
    return desk.page("provider/absence_refusal.html", {**context, "person_name": introduced(person)["name"]})
