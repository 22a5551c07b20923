"""The way in: choosing the operator, saying who one is, entering the code that came."""

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_safe

from chancela.portals.hand.door import operator_of

if TYPE_CHECKING:
    from chancela.bootstrap.app import App


@require_safe
async def operators(request: HttpRequest) -> HttpResponse:
    """The operators of this installation; where there is one alone, its own door."""
    app: App = request.scope["chancela"]  # type: ignore[attr-defined]
    known = await app.reads.operators()
    if len(known) == 1:
        return HttpResponseRedirect(resolve_url("hand_home", known[0].ans), status=303)
    return render(request, "hand/operators.html", {"operators": known})


@require_safe
async def sign_in(request: HttpRequest, ans: str) -> HttpResponse:
    """Ask who it is."""
    return render(request, "hand/sign_in.html", {"operator": await operator_of(request, ans), "ans": ans})
