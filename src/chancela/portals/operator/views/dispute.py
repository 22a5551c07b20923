"""Disputed attendances: those that wait, first what is due first; one with both sides, and its decision in writing."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chancela.adapters.postgres import disputes as store
from chancela.domain import denied_session, dispute as disputes, sentences
from chancela.domain.people import masked_name
from chancela.domain.permissions import Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.portals.design import disowning, dispute as shown, series
from chancela.portals.operator import staff, words
from chancela.portals.operator.door import Office, opens
from chancela.usecases.decide_dispute import DecideDispute

if TYPE_CHECKING:
    from chancela.domain.case import Case
    from chancela.domain.report import Report

CHOICES = {"yes": True, "no": False}


async def section(office: Office) -> dict[str, Any]:
    """What the page of cases shows of them, and what was decided just now."""
    if not office.may(Permission.DECIDE_DISPUTE):
        return {}
    today = timezone.localdate()
    waiting = await store.waiting(office.app.pool, office.operator.ans)
    rows = [(each, words.WAY[each.way], shown.WAS[each.was], each.due_date < today, _named(each)) for each in waiting]
    settled = await _settled(office)
    partly = settled is not None and settled.report is not None and not denied_session.refuted(settled)
    told = {"settled": settled, "settled_named": _named(settled.report) if partly and settled else ""}
    return {"disputes": rows, "overdue": sum(row[3] for row in rows), **told}


def _named(found: "store.OpenDispute | Report | None") -> str:
    return series.named(found.sessions) if found is not None and found.sessions else ""


async def _settled(office: Office) -> "Case | None":
    try:
        guia_id = UUID(office.request.GET.get("contestacao", ""))
    except ValueError:
        return None
    case = await office.app.guia(office.actor, guia_id)
    return case if case and case.report and case.report.was and case.report.closed_at else None


@require_http_methods(["GET", "POST"])
@opens(Permission.DECIDE_DISPUTE)
async def dispute(office: Office, guia_id: UUID) -> HttpResponse:
    """Show both sides, or take the decision: what was typed stays where it is not taken."""
    case = await _held(office, guia_id)
    if office.request.method != "POST":
        return await _page(office, case)
    choice, text = office.request.POST.get("choice", ""), office.request.POST.get("text", "")
    if choice not in CHOICES:
        return await _page(office, case, {"choice": _("Diga se o atendimento aconteceu.")}, choice, text)
    seen = disowning.seen(office.request.POST)
    outcome = await office.app.do(DecideDispute(office.actor, guia_id, CHOICES[choice], text, seen))
    if not isinstance(outcome, Refused):
        return office.go("operator_cases", query={"contestacao": str(guia_id)})
    if outcome.reason is Refusal.NOT_FOUND:
        raise Http404
    if outcome.reason is Refusal.REASON_NEEDED:
        return await _page(office, case, {"text": _("Escreva por quê, em pelo menos dez letras.")}, choice, text)
    said = sentences.sentence(outcome, get_language() or sentences.PORTUGUESE)
    about = "reviewed" if outcome.reason is Refusal.DISPUTE_REVIEWED else "choice"
    return await _page(office, await _held(office, guia_id), {about: said}, choice, text)


@require_GET
@opens(Permission.DECIDE_DISPUTE)
async def paper(office: Office, guia_id: UUID) -> HttpResponse:
    """The dispute and its answer, for A4."""
    return office.page("operator/dispute_paper.html", await _context(office, await _held(office, guia_id)))


async def _held(office: Office, guia_id: UUID) -> "Case":
    case = await office.app.guia(office.actor, guia_id)
    if case is None:
        raise Http404
    return case


async def _context(office: Office, case: "Case") -> dict[str, Any]:
    person = await office.app.reads.person(office.actor, case.guia.card_number)
    name = masked_name(person.beneficiary.name) if person else ""
    found = await shown.context(office.app, case)
    return {**found, "here": "operator_cases", "person_name": name, "both_sides": True}


async def _page(
    office: Office, case: "Case", errors: dict[str, str] | None = None, choice: str = "", text: str = ""
) -> HttpResponse:
    found = await _context(office, case)
    typed = {"errors": errors or {}, "choice": choice, "text": text}
    way = words.WAY[case.report.way] if case.report else ""
    context = {**found, **typed, **await _others(office, case), "way": way}
    return office.page("operator/dispute.html", context, 422 if errors else 200)


async def _others(office: Office, case: "Case") -> dict[str, Any]:
    """Who may decide, where whoever looks may not: they reviewed this attendance as one without a code."""
    if not disputes.is_open(case.report) or not disputes.reviewed(case.absence, office.actor):
        return {}
    able = staff.others(office.user, Permission.DECIDE_DISPUTE)
    return {"reviewed": case.absence, "others": [each async for each in able]}
