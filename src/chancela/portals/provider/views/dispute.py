"""A disputed attendance at the desk: what the person said, the provider's side of it, and the operator's answer."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chancela.domain import sentences
from chancela.domain.permissions import Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.portals.design import disowning, dispute as shown
from chancela.portals.provider import once
from chancela.portals.provider.door import Desk, opens
from chancela.portals.provider.views.guia import held
from chancela.portals.provider.views.home import waiting
from chancela.portals.provider.views.person import introduced, known
from chancela.usecases.answer_dispute import AnswerDispute

if TYPE_CHECKING:
    from chancela.domain.case import Case


@require_http_methods(["GET", "POST"])
@opens(Permission.ANSWER_DISPUTE)
async def dispute(desk: Desk, guia_id: UUID) -> HttpResponse:
    """Show it, or take the provider's side: what was typed stays where it is not taken."""
    case = await held(desk, guia_id)
    if desk.request.method != "POST":
        return await _page(desk, case)
    text = desk.request.POST.get("text", "")
    outcome = await once.do(desk, AnswerDispute(desk.actor, guia_id, text, disowning.seen(desk.request.POST)))
    if not isinstance(outcome, Refused):
        return desk.go("guia_dispute", guia_id, query={"enviada": "1"})
    if outcome.reason is Refusal.NOT_FOUND:
        raise Http404
    said = sentences.sentence(outcome, get_language() or sentences.PORTUGUESE)
    needed = outcome.reason is Refusal.REASON_NEEDED
    error = _("Escreva o que aconteceu, em pelo menos dez letras.") if needed else said
    return await _page(desk, await held(desk, guia_id), error, text)


@require_GET
@opens(Permission.READ_GUIA)
async def paper(desk: Desk, guia_id: UUID) -> HttpResponse:
    """The dispute and its answer, for A4."""
    return desk.page("provider/dispute_paper.html", await _context(desk, await held(desk, guia_id)))


async def _context(desk: Desk, case: "Case") -> dict[str, Any]:
    person = introduced(await known(desk, case.guia.card_number))
    found = await shown.context(desk.app, case)
    return {**found, "person": person, "person_name": person["name"], "both_sides": True}


async def _page(desk: Desk, case: "Case", error: str = "", text: str = "") -> HttpResponse:
    found = {**await waiting(desk), **await _context(desk, case)}
    sent = "enviada" in desk.request.GET
    context = {**found, "error": error, "text": text, "just_sent": sent, "once": once.word()}
    return desk.page("provider/dispute.html", context, 422 if error else 200)
