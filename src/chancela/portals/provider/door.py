"""The door of the desk: who may open a page, in whose name, and what the page is told about them."""

import functools
import re
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Concatenate

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.http import urlencode

from chancela.domain import permissions
from chancela.domain.permissions import Actor, ActorKind, Permission
from chancela.portals.accounts import assurance, entering
from chancela.portals.accounts.models import Role

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from chancela.domain.delivery import Channel
    from chancela.domain.outage import Outage
    from chancela.domain.people import Operator
    from chancela.portals.accounts.models import User


@dataclass(frozen=True, slots=True)
class Desk:
    """A person at work: `actor` is who acts, `provider` in whose name; `closed` tells that it is out of the network.

    `outages` are those that run, for the line above the page.
    """

    app: "App"
    request: HttpRequest
    user: "User"
    actor: Actor
    operator: "Operator"
    closed: bool = False
    outages: tuple["Outage", ...] = ()

    @property
    def provider(self) -> str:
        """The code of the provider whose desk this is."""
        return self.user.provider_code

    @property
    def carried(self) -> frozenset["Channel"]:
        """The channels that somebody carries for this operator: its own carriers and the installation's."""
        return self.app.means.carried | self.operator.carried

    def page(self, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        """A page, or only its part where the browser asked for a part."""
        shown = {**context, "desk": self, "me": self.user, "operator": self.operator}
        return render(self.request, template, shown, status=status)

    def go(self, to: Any, *args: Any, query: dict[str, str] | None = None) -> HttpResponse:
        """Send the browser on to another page, whichever way it asked."""
        url = resolve_url(to, *args) + (f"?{urlencode(query)}" if query else "")
        return entering.moved(self.request, url)

    def counted(self, name: str) -> int:
        """Return how many a page of ours was led to say were done; 0 for what no page of ours wrote."""
        said = self.request.GET.get(name, "") if self.request.method == "GET" else ""
        return int(said) if COUNT.fullmatch(said) else 0

    @property
    def partly(self) -> bool:
        """Tell whether the browser asked for a part of a page."""
        return bool(self.request.htmx)  # type: ignore[attr-defined]


COUNT = re.compile(r"[0-9]{1,4}", re.ASCII)
# A provider that is out opens no page of these; what was registered before it may still prove, and no deed does more.
SHUT = frozenset({Permission.REGISTER_GUIA})
Page = Callable[Concatenate[Desk, ...], Awaitable[HttpResponseBase]]
View = Callable[..., Coroutine[Any, Any, HttpResponseBase]]


def opens(permission: Permission) -> Callable[[Page], View]:
    """Let a view be reached by those alone who may do this for their provider; to others the page does not exist."""

    def wrap(page: Page) -> View:
        @functools.wraps(page)
        async def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            user: Any = await request.auser()
            if turned_away := await entering.turned_away(request, user):
                return turned_away
            actor = Actor(
                user.operator,
                ActorKind.PROVIDER,
                user.username,
                user.provider_code,
                assurance.assured_at(request, user),
            )
            if user.role != Role.PROVIDER or not permissions.may_for(actor, permission, user.provider_code):
                raise Http404
            app: App = request.scope["chancela"]  # type: ignore[attr-defined]
            operator = await app.reads.operator(user.operator)
            if operator is None:
                raise Http404
            house = await app.reads.provider(user.operator, user.provider_code)
            away = await app.outages.of(user.operator)
            desk = Desk(app, request, user, actor, operator, house is not None and not house.active, away)
            if desk.closed and permission in SHUT:
                return desk.go("desk")
            return await page(desk, *args, **kwargs)

        view.permission = permission  # type: ignore[attr-defined]
        return view

    return wrap
