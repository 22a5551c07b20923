"""The door of the operator's desk: its own people alone, in the name of nobody but the operator."""

import functools
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
from chancela.portals.accounts.models import STAFF
from chancela.portals.operator import menu

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from chancela.domain.people import Operator
    from chancela.portals.accounts.models import User


@dataclass(frozen=True, slots=True)
class Office:
    """One of the operator's people at work: `actor` is who acts."""

    app: "App"
    request: HttpRequest
    user: "User"
    actor: Actor
    operator: "Operator"

    def page(self, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        """A page, or only its part where the browser asked for a part."""
        shown = {**context, "me": self.user, "operator": self.operator, "menu": menu.of(self.actor)}
        return render(self.request, template, shown, status=status)

    def go(self, to: Any, *args: Any, query: dict[str, str] | None = None) -> HttpResponse:
        """Send the browser on to another page."""
        return entering.moved(self.request, resolve_url(to, *args) + (f"?{urlencode(query)}" if query else ""))

    def may(self, permission: Permission) -> bool:
        """Tell whether whoever is at work may do this for the operator."""
        return permissions.may_for(self.actor, permission, "")

    @property
    def partly(self) -> bool:
        """Tell whether the browser asked for a part of a page."""
        return bool(self.request.htmx)  # type: ignore[attr-defined]


Page = Callable[Concatenate[Office, ...], Awaitable[HttpResponseBase]]
View = Callable[..., Coroutine[Any, Any, HttpResponseBase]]


def opens(permission: Permission) -> Callable[[Page], View]:
    """Let a view be reached by the operator's people who may do this; to others the page does not exist."""

    def wrap(page: Page) -> View:
        @functools.wraps(page)
        async def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            user: Any = await request.auser()
            if turned_away := await entering.turned_away(request, user):
                return turned_away
            assured_at = assurance.assured_at(request, user)
            if user.role not in STAFF:
                raise Http404
            actor = Actor(user.operator, ActorKind(user.role), user.username, assured_at=assured_at)
            if not permissions.may_for(actor, permission, ""):
                raise Http404
            app: App = request.scope["chancela"]  # type: ignore[attr-defined]
            operator = await app.reads.operator(user.operator)
            if operator is None:
                raise Http404
            return await page(Office(app, request, user, actor, operator), *args, **kwargs)

        view.permission = permission  # type: ignore[attr-defined]
        return view

    return wrap
