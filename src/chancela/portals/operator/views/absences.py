"""Guias that went on without a code and wait for an auditor: the list, the oldest first, and one of them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from chancela.adapters.postgres.absences import START, Absences, Place
from chancela.adapters.postgres.attachments import Documents
from chancela.domain import absence as absences, sentences
from chancela.domain.absence import AbsenceReview
from chancela.domain.case import Case
from chancela.domain.people import masked_name
from chancela.domain.permissions import Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.portals.design import absence_refusal, absence_words as words, series, words as shared
from chancela.portals.operator import printed_shown
from chancela.portals.operator.door import Office, opens
from chancela.portals.operator.views.audit_guia import drawn, held
from chancela.usecases.review_absence import ReviewAbsence

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def written(place: Place) -> str:
    """Where a page ended, as an address has it."""
    return f"{(place.at - EPOCH) // MICROSECOND}-{place.guia_id}"


def read(text: str) -> Place:
    """The same place; the beginning for what is none."""
    at, _dash, last = text.partition("-")
    try:
        return Place(EPOCH + int(at[:20]) * MICROSECOND, UUID(last))
    except (ValueError, OverflowError):
        return START


@require_GET
@opens(Permission.REVIEW_ABSENCE)
async def queue(office: Office) -> HttpResponse:
    """A page of what waits, under what was decided just now."""
    after = office.request.GET.get("depois", "")
    page = await Absences(office.app.pool).to_review(office.operator.ans, read(after))
    context = {
        "here": "operator_audit",
        "rows": [
            (
                each,
                masked_name(each.name),
                shared.KIND[each.kind],
                words.REASON[each.reason],
                [words.NEED_SHORT[need] for need in each.missed],
            )
            for each in page.items
        ],
        "next": written(page.after) if page.after else "",
        "first": bool(after),
        "done": await _done(office),
    }
    return office.page("operator/absences.html", context)


async def _done(office: Office) -> Case | None:
    """The guia that was reviewed just now."""
    try:
        return await office.app.guia(office.actor, UUID(office.request.GET.get("guia", "")))
    except ValueError:
        return None


@require_http_methods(["GET", "POST"])
@opens(Permission.REVIEW_ABSENCE)
async def absence(office: Office, guia_id: UUID) -> HttpResponse:
    """Show it, or take the answer: what was typed stays where it is not taken."""
    case = await held(office, guia_id)
    if case.absence is None:
        raise Http404
    if office.request.method != "POST":
        return await _page(office, case)
    typed = office.request.POST
    text, seen = typed.get("why", "")[: absences.LONGEST_REVIEW], typed.get("seen", "") or "unseen"
    accept = typed.get("answer") == "accept"
    outcome = await office.app.do(ReviewAbsence(office.actor, guia_id, accept, text, seen))
    if not isinstance(outcome, Refused):
        return office.go("operator_absences", query={"guia": str(guia_id)})
    if outcome.reason is Refusal.NOT_FOUND:
        raise Http404
    return await _page(office, await held(office, guia_id), outcome, text)


async def _page(office: Office, case: Case, refused: Refused | None = None, text: str = "") -> HttpResponse:
    guia, found = case.guia, case.absence
    if found is None:
        raise Http404
    sent = await Documents(office.app.pool).of(office.operator.ans, guia.id)
    person = await office.app.reads.person(office.actor, guia.card_number)
    provider = await office.app.reads.provider(office.operator.ans, guia.provider)
    sheets = await printed_shown.sheets(office, case)
    of_sheets = {each.slip.attachment_id for each in sheets}
    silent = refused is not None and refused.reason is Refusal.REASON_NEEDED
    told = sentences.sentence(refused, get_language() or sentences.PORTUGUESE) if refused else ""
    context = {
        "here": "operator_audit",
        "guia": guia,
        "case": case,
        "series": series.shown(case),
        "kind": shared.KIND[guia.kind],
        "person_name": masked_name(person.beneficiary.name) if person else "",
        "provider_name": provider.name if provider else guia.provider,
        "it": found,
        "outage": await office.app.outages.proof(case),
        "reason": words.REASON[found.reason],
        "tiss": words.TISS[found.tiss],
        "review": words.REVIEW[found.review],
        "lead": words.LEAD[found.lead],
        "owes": [words.NEED[each] for each in found.owes],
        "missed": [words.NEED[each] for each in found.missed],
        "waits": found.review is AbsenceReview.WAITING,
        "documents": await drawn(office, guia.procedures, tuple(each for each in sent if each.id not in of_sheets)),
        "signed_sheets": sheets,
        "seen": absences.mark(found, sent),
        "refused": "" if silent else told,
        "silent": silent,
        "text": text,
    }
    return office.page("operator/absence.html", context, 422 if refused else 200)


@require_GET
@opens(Permission.REVIEW_ABSENCE)
async def refusal(office: Office, guia_id: UUID) -> HttpResponse:
    """Why it was not accepted, in writing, for A4."""
    case = await held(office, guia_id)
    if case.absence is None or case.absence.review is not AbsenceReview.REFUSED:
        raise Http404
    person = await office.app.reads.person(office.actor, case.guia.card_number)
    name = masked_name(person.beneficiary.name) if person else ""
    context = await absence_refusal.context(office.app, case)
    return office.page("operator/absence_refusal.html", {**context, "here": "operator_audit", "person_name": name})
