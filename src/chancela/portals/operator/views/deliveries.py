"""How codes travel today: the carriers, what waits, and what sounds an alarm."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from chancela.domain.permissions import Permission
from chancela.portals.operator import carriers
from chancela.portals.operator.door import Office, opens


@require_GET
@opens(Permission.READ_CARRIERS)
async def deliveries(office: Office) -> HttpResponse:
    """The page, which draws its part anew by itself where there is JavaScript."""
    board = await carriers.board(office.app, office.operator.ans, timezone.now())
    template = "operator/_deliveries.html" if office.partly else "operator/deliveries.html"
    return office.page(template, {"board": board, "here": "operator_deliveries"})
