"""The first page: what is alive now, what awaits a code, and what was."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from chancela.bootstrap import codes, subscribing
from chancela.portals.hand import words
from chancela.portals.hand.door import Hand, signed_in


@require_safe
@signed_in
async def home(hand: Hand) -> HttpResponse:
    """Show the live codes first, their digits still covered; then the attendances, ten a page."""
    before = _cursor(hand.request.GET.get("antes", ""))
    page = await codes.history(hand.app, hand.actor, before)
    context = {
        "here": "home",
        "older": before is not None,
        "live": () if before else await codes.live_codes(hand.app, hand.actor),
        "awaiting": () if before else await codes.awaiting(hand.app, hand.actor),
        "page": page,
        "rows": rows(page.items),
        "offers_push": await subscribing.push_key(hand.app, hand.ans) is not None,
    }
    return hand.page("hand/home.html", context)


def rows(items: tuple[codes.Attendance, ...]) -> list[dict[str, object]]:
    """Each attendance with the word for where it stands."""
    return [{"it": each, "said": words.standing(each.case)} for each in items]


def _cursor(text: str) -> UUID | None:
    """The guia before which a page begins; what is none begins at the first."""
    try:
        return UUID(text)
    except ValueError:
        return None
