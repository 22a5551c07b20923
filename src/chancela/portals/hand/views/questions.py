"""Help: how it works in practice, questions and answers, and whom to call; also for those who cannot sign in."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_safe

from chancela.domain.people import Audience
from chancela.domain.policy import Asker, ContactDoor
from chancela.portals.hand.door import Hand, at_the_door, operator_of

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from chancela.domain.people import Operator

KEPT = "sem-sinal"  # with this in its query the page is told as to strangers, whoever asks
YEAR_DAYS = 365


@require_safe
async def questions(request: HttpRequest, ans: str) -> HttpResponse:
    """Plain words, and the operator's own lines; nothing about anybody, signed in or not."""
    app: App = request.scope["chancela"]  # type: ignore[attr-defined]
    operator = await operator_of(request, ans)
    session = None if KEPT in request.GET else await at_the_door(request, ans)
    if session is not None:
        return Hand(app, request, operator, session).page("hand/help.html", _context(operator))
    return render(request, "hand/help.html", _context(operator))


def kept_page(operator: "Operator") -> str:
    """The page as it is kept for where there is no signal, in the language that is read now."""
    return render_to_string("hand/help.html", _context(operator))


def _context(operator: "Operator") -> dict[str, Any]:
    policy = operator.policy
    return {
        "operator": operator,
        "ans": operator.ans,
        "here": "help",
        "hours": int(policy.valid.total_seconds()) // 3600,
        "tries": policy.tries_per_code,
        "may_ask": Asker.BENEFICIARY in policy.askers,
        "changes_here": ContactDoor.APP in policy.contact_doors,
        "kept": kept(policy.history_days),
        "offline_codes": policy.offline_codes,
        "paper_codes": policy.paper_codes > 0,
        "hears": any(each.audience is Audience.HEARING for each in operator.lines),
    }


def kept(days: int) -> str:
    """So many days as people say them: in years where they are whole ones, a leap day more or less."""
    years = days // YEAR_DAYS
    if years and days - years * YEAR_DAYS <= years // 4 + 1:
        return ngettext("%(n)s ano", "%(n)s anos", years) % {"n": years}
    return _("%(n)s dias") % {"n": days}
