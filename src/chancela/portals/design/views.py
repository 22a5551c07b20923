"""The one style sheet that is not a file: an operator's accent."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from chancela.portals.design import accent as accents


async def accent(request: HttpRequest, ans: str) -> HttpResponse:
    """The operator's accent as a style sheet; empty where it has none, so that nothing tells which operators exist."""
    app: Any = request.scope["chancela"]  # type: ignore[attr-defined]
    operator = await app.reads.operator(ans)
    colour = operator.accent if operator else None
    response = HttpResponse(accents.style(colour), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "max-age=300"
    return response
