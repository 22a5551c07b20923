"""Consulta de guia: every guia of this provider, by state, card, number and date."""

import datetime as dt
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from chancela.adapters.postgres.dispute_desk import DisputeDesk
from chancela.adapters.postgres.reads import GuiaFilter, Page
from chancela.domain.guia import Status
from chancela.domain.permissions import Permission
from chancela.portals.provider import forms, queue
from chancela.portals.provider.door import Desk, opens

PAGE = 25


@require_GET
@opens(Permission.READ_GUIA)
async def guias(desk: Desk) -> HttpResponse:
    """A page of the list; the next one goes on from a cursor, so that new guias never shift it."""
    form = forms.Filter(desk.request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    status = wanted.get("status")
    asked = GuiaFilter(
        status=Status(status) if status else None,
        card_number=wanted.get("card") or None,
        number=wanted.get("number") or None,
        since=_start(wanted.get("since")),
        cursor=_cursor(desk.request.GET.get("cursor", "")),
        limit=PAGE,
    )
    contested = asked.status is Status.DISPUTED
    page = await (_contested(desk, asked) if contested else desk.app.reads.guias(desk.actor, asked))
    kept = {name: str(value) for name, value in desk.request.GET.items() if name in form.fields and value}
    context = {
        "form": form,
        "rows": [queue.row(case, timezone.now()) for case in page.items],
        "filtered": bool(kept),
        "first": "cursor" not in desk.request.GET,
        "start": urlencode(kept),
        "next": urlencode({**kept, "cursor": str(page.next_cursor)}) if page.next_cursor else "",
    }
    return desk.page("provider/guias.html", context)


async def _contested(desk: Desk, asked: GuiaFilter) -> Page:
    """The contested ones begin with those that await this provider's word."""
    ids, after = await DisputeDesk(desk.app.pool, desk.operator.ans, desk.provider).contested(asked)
    return Page(tuple(each for each in await desk.app.reads.cases(desk.operator.ans, ids) if each), after)


def _start(day: dt.date | None) -> dt.datetime | None:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min)) if day else None


def _cursor(text: str) -> UUID | None:
    """A cursor that is none starts the list anew."""
    try:
        return UUID(text)
    except ValueError:
        return None
