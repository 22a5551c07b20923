"""The door of the Hand: who may open a page, at which operator, and what the page is told about them."""

import functools
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Concatenate

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.http import urlencode

from chancela.bootstrap import door as doors

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from chancela.bootstrap.door import Session
    from chancela.domain.people import Operator, Person
    from chancela.domain.permissions import Actor


@dataclass(frozen=True, slots=True)
class Hand:
    """A person at their own pages: `actor` is who acts; `ans` is in every address of the operator's pages."""

    app: "App"
    request: HttpRequest
    operator: "Operator"
    session: "Session"

    @property
    def actor(self) -> "Actor":
        """Who acts, with those whom they may see and act for."""
        return self.session.actor

    @property
    def person(self) -> "Person":
        """Who is signed in, with every contact on file."""
        return self.session.person

    @property
    def ans(self) -> str:
        """The operator's ANS register."""
        return self.operator.ans

    def page(self, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        """A page of the signed-in person; `hand/base.html` needs nothing else."""
        shown = {"hand": self, "operator": self.operator, "ans": self.ans, "me": self.person.beneficiary, **context}
        return render(self.request, template, shown, status=status)

    def go(self, to: Any, *args: Any, query: dict[str, str] | None = None) -> HttpResponse:
        """Send the browser on to another page of this operator: `hand.go("hand_home")`."""
        return HttpResponseRedirect(address(to, self.ans, *args, query=query), status=303)


Page = Callable[Concatenate[Hand, ...], Awaitable[HttpResponseBase]]
View = Callable[..., Coroutine[Any, Any, HttpResponseBase]]


def signed_in(page: Page) -> View:
    """Let a page be reached by whoever is signed in at the operator of its address; others are led to the door.

    The view is called with a `Hand` and what the address holds beside `ans`.
    """

    @functools.wraps(page)
    async def view(request: HttpRequest, ans: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        app: App = request.scope["chancela"]  # type: ignore[attr-defined]
        operator = await operator_of(request, ans)
        session = await at_the_door(request, ans)
        if session is None:
            return HttpResponseRedirect(address("hand_sign_in", ans, query=_back(request)), status=303)
        return await page(Hand(app, request, operator, session), *args, **kwargs)

    view.signed_in = True  # type: ignore[attr-defined]
    return view


def step_up(page: Page) -> Page:
    """Let a change be made only with a sign-in code entered within the last 15 minutes; stands below `signed_in`."""

    @functools.wraps(page)
    async def view(hand: Hand, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if hand.session.fresh:
            return await page(hand, *args, **kwargs)
        return hand.go("hand_confirm", query=_back(hand.request))

    return view


async def at_the_door(request: HttpRequest, ans: str) -> "Session | None":
    """The live session of a request at an operator, or None."""
    app: App = request.scope["chancela"]  # type: ignore[attr-defined]
    return await doors.session(app, ans, request.COOKIES.get(cookie(ans)))


async def operator_of(request: HttpRequest, ans: str) -> "Operator":
    """The operator of an address; 404 where there is none."""
    app: App = request.scope["chancela"]  # type: ignore[attr-defined]
    operator = await app.reads.operator(ans)
    if operator is None:
        raise Http404
    return operator


def cookie(ans: str) -> str:
    """The name of the cookie of a session at an operator; over HTTPS no other host can set it (RFC 6265bis)."""
    return f"{settings.PERSON_COOKIE_NAME}-{ans}"


def address(to: Any, *args: Any, query: dict[str, str] | None = None) -> str:
    """The address of a page, with a query where there is one."""
    return resolve_url(to, *args) + (f"?{urlencode(query)}" if query else "")


def _back(request: HttpRequest) -> dict[str, str]:
    """Where to come back to: the page that was asked for, or for what changes something, where it stood."""
    return {"next": request.get_full_path()} if request.method in {"GET", "HEAD"} else {}
