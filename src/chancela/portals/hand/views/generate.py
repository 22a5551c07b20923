"""«Gerar token»: a code for a guia that awaits one, from the list or by the number that the desk tells."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from chancela.bootstrap import codes
from chancela.domain.policy import Asker
from chancela.domain.policy_proviso import of_guia
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
        return await _read(hand, hand.request.GET["guia"]) if "guia" in hand.request.GET else await _page(hand)
    typed = hand.request.POST.get("number", "")
    found = await _found(hand, typed)
    if found is None:
        return await _page(hand, typed[:40], Refused(Refusal.NOT_FOUND))
    return await _issued(hand, found)


@require_POST
@signed_in
async def issue(hand: Hand, guia_id: UUID) -> HttpResponse:
    """Make the code of one guia; what cannot be had is said where it was asked for."""
    return await _issued(hand, guia_id)


async def _found(hand: Hand, typed: str) -> UUID | None:
    """The person's guia with a number that was typed or read; another's is like none."""
    digits = "".join(each for each in typed if each.isascii() and each.isdigit())
    return await codes.find(hand.app, hand.actor, digits) if len(digits) == NUMBER else None


async def _read(hand: Hand, number: str) -> HttpResponse:
    """Answer the QR of a desk: the guia alone where it awaits a code; its attendance where there is more to say."""
    found = await _found(hand, number)
    if found is None:
        return await _page(hand, number[:40], Refused(Refusal.NOT_FOUND))
    awaiting = await codes.awaiting(hand.app, hand.actor)
    chosen = next((each for each in awaiting if each.case.guia.id == found), None)
    return await _page(hand, chosen=chosen) if chosen else hand.go("hand_attendance", found)


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


async def _page(
    hand: Hand, number: str = "", refused: Refused | None = None, *, chosen: codes.Attendance | None = None
) -> HttpResponse:
    awaiting = await codes.awaiting(hand.app, hand.actor)
    rules = [of_guia(hand.operator, each.case.guia) for each in awaiting]
    context = {
        "here": "generate",
        "may_ask": any(Asker.BENEFICIARY in each.askers for each in rules or [hand.operator.policy]),
        "awaiting": awaiting,
        "chosen": chosen,
        "number": number,
        "error": words.refused(refused) if refused else None,
    }
    return hand.page("hand/generate.html", context, status=REFUSED if refused else 200)
