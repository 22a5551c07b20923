"""A visit by link: whoever goes along sees the codes of one person, without an account, until the visit came to be."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from chancela.bootstrap import codes, ties as families
from chancela.domain.policy import Asker
from chancela.domain.refusal import Refused
from chancela.domain.report import ReportWay
from chancela.portals.hand import words
from chancela.portals.hand.door import address, operator_of
from chancela.portals.hand.views.attendance import SHOWN_S
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.report_token import ReportToken

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from chancela.domain.people import Operator

REFUSED = 422


@dataclass(frozen=True, slots=True)
class Going:
    """Somebody who came by a visit's link; the link is all that is known of them."""

    app: "App"
    request: HttpRequest
    operator: "Operator"
    visit: families.Visit
    secret: str

    def page(self, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        """A page of the visit."""
        shown = {"operator": self.operator, "ans": self.operator.ans, "visit": self.visit, "secret": self.secret}
        return render(self.request, template, {**shown, **context}, status=status)

    def back(self) -> HttpResponse:
        """Send the browser to the visit's first page."""
        return HttpResponseRedirect(address("hand_visit", self.operator.ans, self.secret), status=303)


Page = Callable[..., Awaitable[HttpResponse]]
View = Callable[..., Coroutine[Any, Any, HttpResponse]]


def by_link(page: Page) -> View:
    """Let a page be reached by a visit's link; whatever is wrong with one is answered by one and the same page.

    The address holds the secret: nothing of it is told to other pages, kept, or found by search engines.
    """

    # No form token: whoever holds the link may do what it says, nobody can guess one, and no cookie speaks for anybody.
    @csrf_exempt
    @wraps(page)
    async def view(request: HttpRequest, ans: str, secret: str, *args: Any, **kwargs: Any) -> HttpResponse:
        app: App = request.scope["chancela"]  # type: ignore[attr-defined]
        operator = await operator_of(request, ans)
        found = await families.visit(app, operator, secret)
        if found is None:
            response = render(request, "hand/visit_over.html", {"operator": operator, "ans": ans}, status=404)
        else:
            response = await page(Going(app, request, operator, found, secret), *args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Cache-Control"] = "no-store"
        return response

    return view


@require_safe
@by_link
async def visit(going: Going) -> HttpResponse:
    """The codes that live and those that may be made now, their digits still covered."""
    return _page(going)


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
async def code(going: Going, guia_id: UUID) -> HttpResponse:
    """Show the digits for a minute to whoever taps; asked for in any other way, lead back."""
    seen = going.visit.of(guia_id)
    asked = going.request.method == "POST" and seen is not None
    digits = await codes.reveal(going.app, going.visit.actor, guia_id) if asked else None
    if digits is None:
        return going.back()
    shown = {"first": digits[:3], "second": digits[3:], "spoken": ", ".join(digits)}
    response = going.page("hand/visit_shown.html", {"it": seen, **shown})
    # Hidden again without a script: the time is essential (WCAG 2.2, 2.2.1), and another tap shows them once more.
    response["Refresh"] = f"{SHOWN_S};url={address('hand_visit', going.operator.ans, going.secret)}"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
async def issue(going: Going, guia_id: UUID) -> HttpResponse:
    """Make the code of one guia that awaits it."""
    seen = going.visit.of(guia_id)
    if going.request.method == "POST" and seen is not None and seen.until is None:
        outcome = await going.app.do(IssueToken(going.visit.actor, guia_id))
        if isinstance(outcome, Refused):
            return _page(going, outcome)
    return going.back()


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
async def not_asked(going: Going, guia_id: UUID) -> HttpResponse:
    """Ask first; then stop the code, and say that the family and the operator look at it."""
    seen = going.visit.of(guia_id)
    if seen is None:
        return going.back()
    if going.request.method == "POST":
        outcome = await going.app.do(ReportToken(going.visit.actor, guia_id, ReportWay.APP))
        if isinstance(outcome, Refused) or outcome.report is None:
            return going.back()
        return going.page("hand/visit_not_asked.html", {"it": seen, "report": outcome.report})
    return going.page("hand/visit_not_asked.html", {"it": seen})


def _page(going: Going, refused: Refused | None = None) -> HttpResponse:
    seen = going.visit.seen
    context = {
        "live": [each for each in seen if each.until],
        "awaiting": [each for each in seen if not each.until],
        "may_ask": Asker.BENEFICIARY in going.operator.policy.askers,
        "error": words.refused(refused) if refused else None,
    }
    return going.page("hand/visit.html", context, status=REFUSED if refused else 200)
