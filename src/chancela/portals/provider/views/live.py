"""What changes while one looks: the ladder and the guia, sent as they change (server-sent events)."""

import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.views.decorators.http import require_GET

from chancela.domain import ladder
from chancela.domain.permissions import Permission
from chancela.portals.accounts import entering
from chancela.portals.provider.door import Desk, opens
from chancela.portals.provider.views.guia import held, marked, shown

if TYPE_CHECKING:
    from chancela.domain.case import Case

PARTS = {"guia": "provider/_guia.html", "ladder": "provider/_ladder.html", "offer": "provider/_offer.html"}
LONGEST_S = 300  # then the browser asks again, and passes the door again
STILL_S = 15
STILL = ": still here\n\n"


def event(name: str, html: str) -> str:
    """One server-sent event; every line of its data carries the field's name (WHATWG HTML, 9.2)."""
    data = "".join(f"data: {line}\n" for line in html.splitlines() if line.strip())
    return f"event: {name}\n{data}\n"


@require_GET
@opens(Permission.READ_GUIA)
async def events(desk: Desk, guia_id: UUID) -> StreamingHttpResponse:
    """A stream of the parts of this guia's page, each sent when it differs from what the browser has."""
    case = await held(desk, guia_id)
    language = translation.get_language() or "pt-br"
    stream = _stream(desk, case, language, desk.request.GET.get("seen", ""))
    response = StreamingHttpResponse(stream, content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


async def _stream(desk: Desk, case: "Case", language: str, mark: str) -> AsyncIterator[str]:
    """Say at once what changed since the page was drawn; then draw when it differs, and now and then for the hour."""
    seen, stood = await _drawn(desk, case, language), _standing(case)
    started = last = time.monotonic()
    missed = "".join(event(name, html) for name, html in seen.items()) if mark != marked(case) else ""
    yield f"retry: 2000\n\n{missed}"
    async with desk.app.watch(desk.operator.ans, case.guia.id) as changes:
        async for _change in changes:
            found, now = await desk.app.guia(desk.actor, case.guia.id), time.monotonic()
            if found is None or now - started > LONGEST_S:
                return
            if found == case and _standing(found) is stood and now - last < STILL_S:
                continue
            if not await entering.stands(desk.user):
                return
            drawn = await _drawn(desk, found, language)
            yield "".join(event(name, html) for name, html in drawn.items() if seen[name] != html) or STILL
            case, seen, stood, last = found, drawn, _standing(found), now


def _standing(case: "Case") -> ladder.Standing:
    """Where the sending stands now: it changes by the clock too, when a wait is over."""
    return ladder.standing(case.deliveries, case.climb, timezone.now())


async def _drawn(desk: Desk, case: "Case", language: str) -> dict[str, str]:
    """The parts as they would be on the page now."""
    with translation.override(language):
        context = {**await shown(desk, case), "operator": desk.operator}
        return {name: render_to_string(template, context) for name, template in PARTS.items()}
