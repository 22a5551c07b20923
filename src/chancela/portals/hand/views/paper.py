"""Codes on paper: a sheet of one's own for days without a phone, printed once and ended when it is lost."""

from django.http import HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from chancela.bootstrap import pocket as pockets
from chancela.domain import sentences
from chancela.domain.people import masked_name
from chancela.domain.refusal import Refused
from chancela.portals.hand.door import Hand, address, signed_in, step_up

REFUSED = 422
SHOWN_S = 600  # long enough for a printer that has to be found first


@require_safe
@signed_in
async def paper(hand: Hand) -> HttpResponse:
    """Say what a sheet is for, and how many codes of the last one are left."""
    return await _page(hand)


@require_POST
@signed_in
@step_up
async def print_sheet(hand: Hand) -> HttpResponse:
    """Show a new sheet, this once; the same form sent again, by a page that is loaded anew, ends no sheet."""
    if hand.request.POST.get("last", "") != _mark(await pockets.sheet(hand.app, hand.actor)):
        return hand.go("hand_paper")
    sheet = await pockets.print_sheet(hand.app, hand.actor)
    if isinstance(sheet, Refused):
        return await _page(hand, sheet)
    codes = [{"first": each[:3], "second": each[3:], "spoken": ", ".join(each)} for each in sheet.codes]
    context = {"here": "sessions", "codes": codes, "sheet": sheet, "name": masked_name(hand.person.beneficiary.name)}
    response = hand.page("hand/sheet.html", context)
    response["Cache-Control"] = "no-store"
    response["Refresh"] = f"{SHOWN_S};url={address('hand_paper', hand.ans)}"
    return response


@require_POST
@signed_in
async def end(hand: Hand) -> HttpResponse:
    """End the sheet, at once and without a new code: it may be in somebody else's hands."""
    await pockets.end_sheet(hand.app, hand.actor)
    return hand.go("hand_paper")


def _mark(standing: pockets.SheetStanding | None) -> str:
    """By which sheet a form was drawn."""
    return standing.printed_at.isoformat() if standing else ""


async def _page(hand: Hand, refused: Refused | None = None) -> HttpResponse:
    standing = await pockets.sheet(hand.app, hand.actor)
    context = {
        "here": "sessions",
        "count": hand.operator.policy.paper_codes,
        "standing": standing,
        "last": _mark(standing),
        "error": sentences.sentence(refused, get_language() or sentences.PORTUGUESE) if refused else None,
    }
    return hand.page("hand/paper.html", context, status=REFUSED if refused else 200)
