"""One guia before an auditor: procedures, reasons and documents, an answer for each; and a denial in writing."""

import asyncio
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from chancela.adapters.postgres.attachments import Documents
from chancela.domain import attachment as attachments, decision as decisions, guia as guias, sentences
from chancela.domain.people import masked_name
from chancela.domain.permissions import Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.portals.design import denial as denials, documents as shown_documents, series, words as shared
from chancela.portals.operator import audit_forms as forms, audit_words as words
from chancela.portals.operator.door import Office, opens
from chancela.usecases.review_guia import ReviewGuia

if TYPE_CHECKING:
    from chancela.domain.attachment import Attachment
    from chancela.domain.case import Case


async def held(office: Office, guia_id: UUID) -> "Case":
    """The guia, or the one answer for what is unknown and what is another's."""
    case = await office.app.guia(office.actor, guia_id)
    if case is None:
        raise Http404
    return case


@require_http_methods(["GET", "POST"])
@opens(Permission.REVIEW_GUIA)
async def guia(office: Office, guia_id: UUID) -> HttpResponse:
    """Show it, or take the answers: what was typed stays where they are not taken."""
    case = await held(office, guia_id)
    if office.request.method != "POST":
        return await _page(office, case, forms.read(case.guia.procedures, attachments.WAITING))
    answers = forms.read(case.guia.procedures, attachments.WAITING, office.request.POST)
    if answers.errors:
        return await _page(office, case, answers)
    seen = office.request.POST.get("seen", "") or "unseen"
    outcome = await office.app.do(ReviewGuia(office.actor, guia_id, answers.decisions, seen))
    if not isinstance(outcome, Refused):
        return office.go("operator_audit", query={"guia": str(guia_id)})
    if outcome.reason is Refusal.NOT_FOUND:
        raise Http404
    case = await held(office, guia_id)
    again = forms.read(case.guia.procedures, attachments.WAITING, office.request.POST)
    return await _page(office, case, again, sentences.sentence(outcome, get_language() or sentences.PORTUGUESE))


async def _page(office: Office, case: "Case", answers: forms.Answers, refused: str = "") -> HttpResponse:
    guia, store = case.guia, Documents(office.app.pool)
    sent = await store.of(office.operator.ans, guia.id)
    person = await office.app.reads.person(office.actor, guia.card_number)
    provider = await office.app.reads.provider(office.operator.ans, guia.provider)
    context = {
        "here": "operator_audit",
        "guia": guia,
        "kind": shared.KIND[guia.kind],
        "person_name": masked_name(person.beneficiary.name) if person else "",
        "plan": person.beneficiary.plan if person else "",
        "provider_name": provider.name if provider else guia.provider,
        "settled": [
            (each, words.ITEM[each.authorisation])
            for each in guia.procedures
            if each.authorisation not in attachments.WAITING
        ],
        "answers": answers,
        "rows": [(each, words.ITEM[each.procedure.authorisation]) for each in answers.answers],
        "presets": decisions.DENIALS,
        "series": series.shown(case),
        "documents": await drawn(office, guia.procedures, sent),
        "seen": decisions.mark(guia, sent),
        "refused": refused,
        "expired": guia.valid_until < timezone.localdate(),
        "cancelled": guia.authorisation is guias.Authorisation.CANCELLED,
        "denied": any(each.authorisation is guias.ItemState.DENIED for each in guia.procedures),
    }
    return office.page("operator/audit_guia.html", context, 422 if refused or answers.errors else 200)


async def drawn(
    office: Office, procedures: tuple[guias.Procedure, ...], sent: tuple["Attachment", ...]
) -> list[dict[str, object]]:
    """Each document with its pages, and whether it is in its place."""
    names = {each.item: each.name or each.code for each in procedures}
    cabinet = office.app.documents.cabinet
    here = await asyncio.to_thread(lambda: [cabinet.has(office.operator.ans, each.digest) for each in sent])
    return [
        {"nth": nth, "it": each, "pages": range(1, each.pages + 1), "about": names.get(each.item or 0, ""), "here": has}
        for nth, (each, has) in enumerate(zip(sent, here, strict=True), 1)
    ]


@require_GET
@opens(Permission.READ_ATTACHMENT)
async def document(office: Office, guia_id: UUID, attachment_id: UUID, page: int | None = None) -> HttpResponse:
    """One document to save, or one page of it to look at; either is written down."""
    return await shown_documents.response(office.app, office.actor, office.request, guia_id, attachment_id, page)


@require_GET
@opens(Permission.REVIEW_GUIA)
async def denial(office: Office, guia_id: UUID) -> HttpResponse:
    """What was denied, in writing, for A4."""
    case = await held(office, guia_id)
    context = await denials.context(office.app, case.guia)
    person = await office.app.reads.person(office.actor, case.guia.card_number)
    name = masked_name(person.beneficiary.name) if person else ""
    return office.page("operator/audit_denial.html", {**context, "here": "operator_audit", "person_name": name})
