"""One's own devices: where one is signed in, ending that, and confirming that it is still oneself."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chancela.bootstrap import door as doors, passkeys
from chancela.domain import passkey
from chancela.domain.refusal import Refused
from chancela.portals.hand import devices, keeping
from chancela.portals.hand.door import Hand, cookie, signed_in

TOO_MANY = 429


@require_safe
@signed_in
async def sessions(hand: Hand) -> HttpResponse:
    """The devices at which the person is signed in, this one first."""
    listed = sorted(await doors.listed(hand.app, hand.session), key=lambda each: each.id != hand.session.id)
    held = await passkeys.listed(hand.app, hand.session)
    kept = {"sessions": listed, "passkeys": held, "room": passkey.room(held)}
    return hand.page("hand/sessions.html", {"here": "sessions", **kept})


@require_POST
@signed_in
async def end(hand: Hand, session_id: UUID) -> HttpResponse:
    """End one of them; another person's is like none."""
    await doors.end(hand.app, hand.session, session_id)
    if session_id != hand.session.id:
        return hand.go("hand_sessions")
    response = hand.go("hand_sign_in")
    keeping.forget(response, cookie(hand.ans))
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
async def confirm(hand: Hand) -> HttpResponse:
    """Before a change: send a code to the person's own contact, and ask for it, or for a passkey of theirs."""
    request, me = hand.request, hand.person.beneficiary
    if request.method != "POST" or me.birth_date is None:
        return hand.page("hand/confirm.html", {"passkeys": await passkeys.listed(hand.app, hand.session)})
    place = devices.place(request)
    asked = await doors.ask(hand.app, hand.ans, me.card_number, me.birth_date, place, hand.actor)
    if isinstance(asked, Refused):
        return hand.page("hand/confirm.html", {"too_many": True}, status=TOO_MANY)
    response = hand.go("hand_code", query={"next": keeping.back(request, hand.ans)})
    keeping.keep_slip(response, hand.ans, asked.slip)
    return response
