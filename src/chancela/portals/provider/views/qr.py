"""The QR that a person's phone reads at the desk: the guia's number and the provider's code, and nothing secret."""

import io
from typing import TYPE_CHECKING
from uuid import UUID

import segno
from django.http import Http404, HttpResponse
from django.shortcuts import resolve_url
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from chancela.domain.permissions import Permission
from chancela.portals.provider.door import Desk, opens
from chancela.portals.provider.views.guia import held, made_by_hand

if TYPE_CHECKING:
    from chancela.domain.case import Case

QUIET_ZONE = 4  # modules of white around it (ISO/IEC 18004)


@require_GET
@opens(Permission.READ_GUIA)
async def qr(desk: Desk, guia_id: UUID) -> HttpResponse:
    """An SVG of the address of «Gerar token» with the guia chosen; 404 where the person makes no code."""
    case = await held(desk, guia_id)
    if not made_by_hand(desk, case):
        raise Http404
    drawn = io.BytesIO()
    symbol = segno.make(address(desk, case), error="m", micro=False)
    symbol.save(drawn, kind="svg", border=QUIET_ZONE, omitsize=True, dark="#000", light="#fff")
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml", headers={"Cache-Control": "no-store"})


def address(desk: Desk, case: "Case") -> str:
    """Where the person's phone is led: with a signal the page answers, without one what the phone keeps of it."""
    place = f"{desk.app.settings.public_url.rstrip('/')}{resolve_url('hand_generate', desk.operator.ans)}"
    return f"{place}?{urlencode({'guia': case.guia.number, 'prestador': case.guia.provider})}"
