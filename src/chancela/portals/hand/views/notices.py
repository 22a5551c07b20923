"""Notifications on this device: switched on with the browser's own word, switched off at any time."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from chancela.bootstrap import subscribing
from chancela.portals.hand.door import Hand, signed_in

REFUSED = 422


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
async def notices(hand: Hand) -> HttpResponse:
    """Say how notifications stand; keep what the browser gave."""
    if hand.request.method != "POST":
        return await _page(hand)
    given = hand.request.POST
    wish = subscribing.Wish(given.get("endpoint", ""), given.get("p256dh", ""), given.get("auth", ""))
    if not await subscribing.subscribe(hand.app, hand.actor, wish):
        return await _page(hand, refused=True)
    return hand.go("hand_notices")


@require_POST
@signed_in
async def off(hand: Hand) -> HttpResponse:
    """Forget this device, or every device where none is named."""
    await subscribing.unsubscribe(hand.app, hand.actor, hand.request.POST.get("endpoint") or None)
    return hand.go("hand_notices")


async def _page(hand: Hand, *, refused: bool = False) -> HttpResponse:
    context = {
        "here": "home",
        "key": await subscribing.push_key(hand.app, hand.ans),
        "devices": len(await subscribing.devices(hand.app, hand.actor)),
        "refused": refused,
    }
    return hand.page("hand/notices.html", context, status=REFUSED if refused else 200)
