"""The receipt of a confirmed attendance: a sheet to print, and the signed file that proves it."""

import hashlib
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from chancela.domain import denied_session
from chancela.domain.token import Method, Window
from chancela.portals.design import series
from chancela.portals.hand.door import Hand
from chancela.portals.hand.views.attendance import own

if TYPE_CHECKING:
    from chancela.bootstrap import codes

KEYS = "/.well-known/jwks.json"
WINDOW = {Window.FRESH: _("na hora"), Window.VALID: _("no prazo"), Window.LATE: _("tardio")}
METHOD = {Method.TOKEN: "", Method.OFFLINE: _("código sem sinal"), Method.PAPER: _("código de papel")}


@require_safe
@own
async def receipt(hand: Hand, story: "codes.Story") -> HttpResponse:
    """Show what the signed receipt says; who it was for is not on it, as it is not in the file."""
    case, jws = story.attendance.case, await _jws(hand, story)
    if case.validation is None:
        raise Http404
    found = series.shown(case)
    context = {
        "here": "home",
        "it": story.attendance,
        "guia": case.guia,
        "proof": case.validation,
        "window": WINDOW[case.validation.window],
        "method": METHOD[case.validation.method],
        "denied": found.denied if found and not denied_session.refuted(case) else "",
        "fingerprint": fingerprint(jws),
        "keys_url": f"{hand.app.settings.public_url}{KEYS}",
    }
    return hand.page("hand/receipt.html", context)


@require_safe
@own
async def receipt_file(hand: Hand, story: "codes.Story") -> HttpResponse:
    """The signed receipt itself (compact JWS, RFC 7515), to keep or to pass on."""
    response = HttpResponse(await _jws(hand, story), content_type="application/jose")
    response["Content-Disposition"] = f'attachment; filename="comprovante-{story.attendance.case.guia.number}.jws"'
    return response


async def _jws(hand: Hand, story: "codes.Story") -> str:
    found = await hand.app.receipt(hand.actor, story.attendance.case.guia.id)
    if found is None:
        raise Http404
    return found.jws


def fingerprint(jws: str) -> str:
    """The SHA-256 of a signed receipt's text as people compare it: sixteen groups of four hexadecimal digits."""
    digits = hashlib.sha256(jws.encode("ascii")).hexdigest()
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))
