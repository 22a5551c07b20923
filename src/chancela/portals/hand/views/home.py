"""The first page: what is alive now."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from chancela.portals.hand.door import Hand, signed_in


@require_safe
@signed_in
async def home(hand: Hand) -> HttpResponse:
    """Greet; there is no code in hand yet."""
    return hand.page("hand/home.html", {"here": "home"})
