"""Care goes on: the 24 cells of the demo, each prepared with one press, and a portal away for one browser."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth import alogin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.decorators import async_only_middleware
from django.views.decorators.http import require_GET, require_POST

from chancela.adapters.demo import houses
from chancela.adapters.demo.care import CELLS, GUESTS, HOUSE, Fault, Way, Whom
from chancela.adapters.demo.phones import Trouble
from chancela.domain.people import masked_name
from chancela.domain.permissions import Actor, ActorKind
from chancela.portals.accounts import assurance
from chancela.portals.accounts.models import User
from chancela.portals.demo import care_words as words, doors
from chancela.portals.design import words as shared

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from chancela.adapters.demo.care import Cell, Guest

AWAY_COOKIE: Final = "demo_portal_away"
HOUR_S: Final = 3600
UNAVAILABLE: Final = 503
MOTHER: Final = "00100000101"
ON_PAPER: Final = frozenset({Way.LISTED, Way.NUMBERED})


@dataclass(frozen=True, slots=True)
class Shown:
    """One cell as its page shows it."""

    whom: Whom
    fault: Fault
    cell: "Cell"

    @property
    def told(self) -> words.Told:
        """The way in words."""
        return words.WAY[self.cell.way]

    @property
    def guest(self) -> "Guest":
        """The person's card and care."""
        return GUESTS[self.whom]

    @property
    def tiss(self) -> str:
        """What TISS is told."""
        return str(words.RECORDED) if self.cell.tiss is None else str(words.TABLE_74) % self.cell.tiss

    @property
    def sentences(self) -> tuple[object, ...]:
        """Who it is, what is wrong, what to do."""
        return (words.WHOM[self.whom][1], words.FAULT[self.fault][1], self.told.does)

    @property
    def who(self) -> object:
        """Who it is, in a few words."""
        return words.WHOM[self.whom][0]

    @property
    def wrong(self) -> object:
        """What is wrong, in a few words."""
        return words.FAULT[self.fault][0]

    @property
    def phone(self) -> str:
        """The card whose demo phone shows the code."""
        return MOTHER if self.cell.way is Way.FAMILY else self.guest.card_number

    @property
    def plays_dead(self) -> bool:
        """Whether the portal is to be switched off for this browser."""
        return self.fault is Fault.PORTAL


def _shown(whom: str, fault: str) -> Shown:
    try:
        key = Whom(whom), Fault(fault)
    except ValueError as unknown:
        raise Http404 from unknown
    return Shown(*key, CELLS[key])


def is_away(request: HttpRequest) -> bool:
    """Whether the portal plays dead for this browser."""
    return AWAY_COOKIE in request.COOKIES


@async_only_middleware
def away(get_response: "Callable[[HttpRequest], Awaitable[HttpResponseBase]]") -> "Callable[[HttpRequest], Any]":
    """Answer the desk's pages with 503 for a browser that asked for it; all else of the demo stays reachable."""

    async def middleware(request: HttpRequest) -> HttpResponseBase:
        if is_away(request) and request.path.startswith(resolve_url("desk")):
            return render(request, "demo/away.html", status=UNAVAILABLE)
        return await get_response(request)

    return middleware


@require_GET
async def matrix(request: HttpRequest) -> HttpResponse:
    """Show all 24 cells."""
    rows = [(words.WHOM[whom][0], [Shown(whom, fault, CELLS[whom, fault]) for fault in Fault]) for whom in Whom]
    faults = [words.FAULT[fault][0] for fault in Fault]
    return render(request, "demo/care.html", {"rows": rows, "faults": faults, "away": is_away(request)})


@require_GET
async def cell(request: HttpRequest, whom: str, fault: str) -> HttpResponse:
    """Say who it is, what is wrong and what to do, with the steps."""
    shown = _shown(whom, fault)
    app: Any = request.scope["chancela"]  # type: ignore[attr-defined]
    person = await app.reads.person(Actor(HOUSE, ActorKind.SYSTEM, "demo"), shown.guest.card_number)
    if person is None:
        raise Http404
    context = {
        "it": shown,
        "house": HOUSE,
        "born": person.beneficiary.birth_date,
        "kind": shared.KIND[shown.guest.kind],
        "name": masked_name(person.beneficiary.name),
        "away": is_away(request),
        "installs": shown.plays_dead and shown.cell.way not in ON_PAPER,
    }
    return render(request, "demo/care_cell.html", context)


@require_POST
async def begin(request: HttpRequest, whom: str, fault: str) -> HttpResponse:
    """Sign in at the desk, set what is wrong, and go to where it begins."""
    shown = _shown(whom, fault)
    app: Any = request.scope["chancela"]  # type: ignore[attr-defined]
    user = await User.objects.filter(username=_login()).afirst()
    if user is None:
        raise Http404
    known = request.META.get("CSRF_COOKIE")
    await alogin(request, user, backend=doors.BACKEND)
    if known:
        request.META["CSRF_COOKIE"] = known  # the page with the steps stays open beside the desk, and its forms good
    assurance.record(request, user, "demo")
    off = Trouble.OFF if shown.fault is Fault.CARRIER else Trouble.NONE
    app.inboxes.phones.set(shown.guest.card_number, off)
    response = HttpResponseRedirect(_place(shown), status=303)
    response.delete_cookie(AWAY_COOKIE)
    return response


def _login() -> str:
    return next(each.login for each in houses.HOUSES if each.ans == HOUSE)


def _place(shown: Shown) -> str:
    """Where it begins: at the person's card; where the portal is to go away, at what is made ready before."""
    if shown.plays_dead:
        return resolve_url("contingency") if shown.cell.way in ON_PAPER else resolve_url("desk_computer")
    return resolve_url("person", shown.guest.card_number)


@require_POST
async def switch(request: HttpRequest, whom: str, fault: str) -> HttpResponse:
    """Let the portal play dead for this browser, for an hour at most, or come back."""
    _shown(whom, fault)
    back = request.POST.get("portal") == "back"
    to = resolve_url("desk") if back else resolve_url("demo_care_cell", whom, fault)
    response = HttpResponseRedirect(to, status=303)
    if back:
        response.delete_cookie(AWAY_COOKIE)
    else:
        response.set_cookie(AWAY_COOKIE, "1", max_age=HOUR_S, httponly=True, samesite="Lax")
    return response
