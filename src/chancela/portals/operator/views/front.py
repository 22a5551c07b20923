"""The front of the operator's desk: it opens with the first page that one may see."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from chancela.domain.permissions import Permission
from chancela.portals.operator import menu
from chancela.portals.operator.door import Office, opens


@require_GET
@opens(Permission.READ_POLICY)
async def index(office: Office) -> HttpResponse:
    """Lead to the first entry of the menu."""
    first = next(iter(menu.of(office.actor)), None)
    if first is None:
        raise Http404
    return office.go(first.view)
