"""«Gerar token»: a code for a guia that awaits one, from the list or by the number that the desk tells."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from chancela.bootstrap import codes
from chancela.domain.policy import Asker
from chancela.domain.refusal import Refusal, Refused
from chancela.portals.hand import words
from chancela.portals.hand.door import Hand, signed_in
from chancela.usecases.issue_token import IssueToken

REFUSED = 422
NUMBER = 13


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
async def generate(hand: Hand) -> HttpResponse:
    """List the guias that await a code; take a number that was read out at the desk."""
    if hand.request.method != "POST":
        return await _page(hand)
    typed = hand.request.POST.get("number", "")
    digits = "".join(each for each in typed if each.isascii() and each.isdigit())
    found = await codes.find(hand.app, hand.actor, digits) if len(digits) == NUMBER else None
    if found is None:
        return await _page(hand, typed[:40], Refused(Refusal.NOT_FOUND))
    return await _issued(hand, found)


@require_POST
@signed_in
async def issue(hand: Hand, guia_id: UUID) -> HttpResponse:
    """Make the code of one guia; what cannot be had is said where it was asked for."""
    return await _issued(hand, guia_id)


async def _issued(hand: Hand, guia_id: UUID) -> HttpResponse:
    """Lead to the attendance, where the code is seen on a tap; one that lives already stays as it is."""
    story = await codes.attendance(hand.app, hand.actor, guia_id)
    if story is None or not story.acts:
        raise Http404
    if story.attendance.until is None:
        outcome = await hand.app.do(IssueToken(hand.actor, guia_id))
        if isinstance(outcome, Refused):
            return await _page(hand, story.attendance.case.guia.number, outcome)
    return hand.go("hand_attendance", guia_id)


async def _page(hand: Hand, number: str = "", refused: Refused | None = None) -> HttpResponse:
    context = {
        "here": "generate",
        "may_ask": Asker.BENEFICIARY in hand.operator.policy.askers,
        "awaiting": await codes.awaiting(hand.app, hand.actor),
        "number": number,
        "error": words.refused(refused) if refused else None,
    }
    return hand.page("hand/generate.html", context, status=REFUSED if refused else 200)
