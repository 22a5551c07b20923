"""Without a signal: switching it on for a device, what the device may keep from now on, and taking it away again."""

import dataclasses
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from chancela.bootstrap import pocket as pockets
from chancela.domain import offline, sentences, session as sessions
from chancela.domain.refusal import Refused
from chancela.portals.hand import devices
from chancela.portals.hand.door import Hand, signed_in, step_up

REFUSED = 422
GONE = 410
MOST_KEPT = 200  # codes that a device may say it has


@require_safe
@signed_in
async def pocket(hand: Hand) -> HttpResponse:
    """Say what it does, and on which devices it is switched on."""
    if not _offered(hand):
        raise Http404
    listed = await pockets.devices(hand.app, hand.actor)
    context = {
        "here": "sessions",
        "devices": listed,
        "full": len(listed) >= offline.MOST_DEVICES,
        "most": offline.MOST_DEVICES,
        "stays": sessions.stays(hand.session.record),
    }
    return hand.page("hand/pocket.html", context)


@require_POST
@signed_in
@step_up
async def enrol(hand: Hand) -> HttpResponse:
    """Agree on a key with the browser that asks: its public point here, ours in the answer."""
    public = hand.request.POST.get("public", "")
    done = await pockets.enrol(hand.app, hand.actor, public, devices.name(hand.request))
    if isinstance(done, Refused):
        sentence = sentences.sentence(done, get_language() or sentences.PORTUGUESE)
        return JsonResponse({"refused": sentence}, status=REFUSED)
    return JsonResponse({"device": str(done.device_id), "public": done.public, "operator": hand.ans})


@require_POST
@signed_in
async def refresh(hand: Hand) -> HttpResponse:
    """What the device may keep from now on, codes among it; 410 for one that is none of the person's any more."""
    given = hand.request.POST
    device, have = devices.id_of(given.get("device", "")), frozenset(given.getlist("have")[:MOST_KEPT])
    kept = await pockets.snapshot(hand.app, hand.actor, device, have) if device and _offered(hand) else None
    answer = JsonResponse({}, status=GONE) if kept is None else JsonResponse(dataclasses.asdict(kept))
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@signed_in
async def remove(hand: Hand, device_id: UUID) -> HttpResponse:
    """Take a device away, at once and without a new code: it may be in somebody else's hands."""
    await pockets.end_device(hand.app, hand.actor, device_id)
    return hand.go("hand_pocket" if _offered(hand) else "hand_sessions")


def _offered(hand: Hand) -> bool:
    return hand.operator.policy.offline_codes
