"""«Não pedi este código»: opening the link tells what it is about and changes nothing; its one button reports."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from chancela.bootstrap import slips
from chancela.domain import denied_session, dispute as disputes
from chancela.domain.guia import Attendance
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.report import ReportOutcome, ReportWay
from chancela.portals.design import disowning
from chancela.usecases.report_token import ReportToken

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from chancela.domain.case import Case
    from chancela.domain.people import Operator, Provider

WHO = "nao-pedi"


@dataclass(frozen=True, slots=True)
class Matter:
    """What a slip is about."""

    operator: "Operator"
    case: "Case"
    provider: "Provider | None"
    language: str


# No form token: whoever holds the slip may report, nobody can guess one, and a mail reader may keep no cookie.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
async def report(request: HttpRequest, slip: str) -> HttpResponse:
    """Ask, or report; whatever is wrong with a slip is answered by one and the same page."""
    app: App = request.scope["chancela"]  # type: ignore[attr-defined]
    named = slips.verify(app.keys, slip)
    matter = await _matter(app, named[0], named[1]) if named else None
    if matter is None:
        return render(request, "report/unknown.html", status=404)
    if request.method == "POST":
        if disowning.names_none(request.POST):
            return _page(request, matter, 422)
        actor, guia_id = _actor(matter.operator.ans), matter.case.guia.id
        await app.do(ReportToken(actor, guia_id, ReportWay.EMAIL, None, disowning.places(request.POST)))
        return HttpResponseRedirect(request.get_full_path(), status=303)
    return _page(request, matter)


def _actor(operator: str) -> Actor:
    return Actor(operator, ActorKind.SYSTEM, WHO)


async def _matter(app: "App", ans: str, guia_id: UUID) -> Matter | None:
    operator, case = await app.reads.operator(ans), await app.guia(_actor(ans), guia_id)
    if operator is None or case is None:
        return None
    provider = await app.reads.provider(ans, case.guia.provider)
    person = await app.reads.person(_actor(ans), case.guia.card_number)
    return Matter(operator, case, provider, person.beneficiary.language.value if person else settings.LANGUAGE_CODE)


def _without_code(case: "Case") -> bool:
    """Tell whether the person was told last of an attendance without a code: no code of the guia is alive now."""
    if case.guia.attendance is Attendance.WITHOUT_TOKEN:
        return True
    alive = case.token is not None and case.token.end is None
    return not alive and case.validation is None and bool(case.sessions) and case.sessions[-1].method is None


def _page(request: HttpRequest, matter: Matter, status: int = 200) -> HttpResponse:
    """The page in the person's language, unless the reader chose another."""
    guia = matter.case.guia
    told = disputes.standing(guia, matter.case.report)
    context: dict[str, Any] = {
        "operator": matter.operator,
        "guia": guia,
        "provider": matter.provider,
        "report": told,
        "validated": matter.case.validation is not None,
        "without_code": _without_code(matter.case),
        "disputed": told is not None and told.was is not None,
        "late": matter.case.late,
        "mistaken": told is not None and told.outcome is ReportOutcome.MISTAKEN,
        "refuted": denied_session.refuted(matter.case),
    }
    chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    with translation.override(translation.get_language() if chosen else matter.language):
        said = {"disowning": disowning.shown(matter.case, missing=status != HTTPStatus.OK)}
        response = render(request, "report/report.html", {**context, **said}, status=status)
        response["Content-Language"] = translation.get_language() or matter.language
    return response
