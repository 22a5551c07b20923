"""Documents of a guia at the desk: what is asked for, what was sent, and sending one more; each opens again."""

import asyncio
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chancela.adapters.postgres.attachments import Documents
from chancela.bootstrap import documents as house
from chancela.domain import absence as absences, attachment as attachments, sentences
from chancela.domain.absence import AbsenceNeed
from chancela.domain.guia import ItemState
from chancela.domain.permissions import Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.portals.design import denial as denials, documents as shown_documents
from chancela.portals.provider import words
from chancela.portals.provider.door import Desk, opens
from chancela.portals.provider.views.guia import held
from chancela.portals.provider.views.home import waiting
from chancela.portals.provider.views.person import introduced, known

if TYPE_CHECKING:
    from chancela.domain.attachment import Attachment
    from chancela.domain.case import Case

WHOLE = ""
FIELDS = ("photo", "file")


@require_http_methods(["GET", "POST"])
@opens(Permission.ADD_ATTACHMENT)
async def documents(desk: Desk, guia_id: UUID) -> HttpResponse:
    """The page; a file that was sent is drawn anew and kept, or the page says why not."""
    case = await held(desk, guia_id)
    if desk.request.method != "POST":
        return await _page(desk, case)
    chosen = desk.request.POST.get("item", WHOLE)
    item = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 4 else None  # noqa: PLR2004
    files: list[Any] = [desk.request.FILES[each] for each in FIELDS if each in desk.request.FILES]
    error = "" if files else _("Escolha um arquivo, ou tire uma foto.")
    for each in files:
        content = await asyncio.to_thread(each.read)
        outcome = await house.add(desk.app, desk.actor, guia_id, item, content)
        if isinstance(outcome, Refused):
            error = _told(outcome)
            break
    return await _page(desk, await held(desk, guia_id), error, chosen) if error else _sent(desk, guia_id)


def _sent(desk: Desk, guia_id: UUID) -> HttpResponse:
    return desk.go("guia_documents", guia_id, query={"enviado": "1"})


def _told(refused: Refused) -> str:
    if refused.reason is Refusal.NOT_FOUND:
        raise Http404
    return sentences.sentence(refused, get_language() or sentences.PORTUGUESE)


async def _page(desk: Desk, case: "Case", error: str = "", chosen: str | None = None) -> HttpResponse:
    owed = absences.awaits(case.absence, AbsenceNeed.DOCUMENT)
    guia, sent = case.guia, await Documents(desk.app.pool).of(desk.operator.ans, case.guia.id)
    open_items = [each for each in guia.procedures if each.authorisation in attachments.WAITING]
    asked = [each for each in open_items if each.authorisation is ItemState.AWAITING_DOCUMENT]
    usual = WHOLE if owed else next((str(each.item) for each in (asked or open_items)[:1]), WHOLE)
    context = {
        **await waiting(desk),
        "guia": guia,
        "person": introduced(await known(desk, guia.card_number)),
        "open_items": open_items,
        "asked": asked,
        "sent": [(nth, each, _named(guia.procedures, each)) for nth, each in enumerate(sent, 1)],
        "left": attachments.MOST_FILES - len(sent),
        "owed": owed,
        "takes": attachments.refused(guia, None, len(sent), guia.valid_until, owed=owed) is None,
        "chosen": usual if chosen is None else chosen,
        "error": error,
        "just_sent": "enviado" in desk.request.GET,
        "words": words.ITEM,
    }
    return desk.page("provider/documents.html", context, 422 if error else 200)


def _named(procedures: object, sent: "Attachment") -> str:
    found = next((each.name or each.code for each in procedures if each.item == sent.item), "")  # type: ignore[attr-defined]
    return found or _("guia inteira")


@require_GET
@opens(Permission.READ_ATTACHMENT)
async def document(desk: Desk, guia_id: UUID, attachment_id: UUID, page: int | None = None) -> HttpResponse:
    """One document to save, or one page of it to look at."""
    return await shown_documents.response(desk.app, desk.actor, desk.request, guia_id, attachment_id, page)


@require_GET
@opens(Permission.READ_GUIA)
async def denial(desk: Desk, guia_id: UUID) -> HttpResponse:
    """What was denied, in writing, for A4."""
    case = await held(desk, guia_id)
    context = await denials.context(desk.app, case.guia)
    person = await known(desk, case.guia.card_number)
    return desk.page("provider/denial.html", {**context, "person_name": introduced(person)["name"]})
