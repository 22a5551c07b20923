"""The way in: choosing the operator, saying who one is, entering the code that came."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chancela.bootstrap import door as doors, pocket
from chancela.domain import session as sessions
from chancela.domain.refusal import Refusal, Refused
from chancela.portals.hand import devices, keeping, words
from chancela.portals.hand.door import address, at_the_door, cookie, operator_of
from chancela.portals.hand.forms import Entry, Who

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from chancela.domain.people import Operator

REFUSED = 422
TOO_MANY = 429


@require_safe
async def operators(request: HttpRequest) -> HttpResponse:
    """The operators of this installation; where there is one alone, its own door."""
    app: App = request.scope["chancela"]  # type: ignore[attr-defined]
    known = await app.reads.operators()
    if len(known) == 1:
        return HttpResponseRedirect(resolve_url("hand_home", known[0].ans), status=303)
    return render(request, "hand/operators.html", {"operators": known})


@require_http_methods(["GET", "HEAD", "POST"])
async def sign_in(request: HttpRequest, ans: str) -> HttpResponse:
    """Ask who it is; whatever is answered, the next page is the same."""
    app: App = request.scope["chancela"]  # type: ignore[attr-defined]
    operator = await operator_of(request, ans)
    if request.method != "POST":
        if await at_the_door(request, ans):
            return HttpResponseRedirect(keeping.back(request, ans), status=303)
        return _who(request, operator, Who(initial=_invented(request)))
    form = Who(request.POST)
    if not form.is_valid():
        return _who(request, operator, form, status=REFUSED)
    said = form.cleaned_data
    before = request.COOKIES.get(keeping.before_name(ans), "")
    asked = await doors.ask(app, ans, said["who"], said["birth_date"], devices.place(request), before=before)
    if isinstance(asked, Refused):
        return _who(request, operator, form, status=TOO_MANY)
    response = HttpResponseRedirect(address("hand_code", ans, query=_query(request)), status=303)
    keeping.keep_slip(response, ans, asked.slip)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
async def code(request: HttpRequest, ans: str) -> HttpResponse:
    """Take the code that came; whoever is signed in already renews their session with it."""
    app: App = request.scope["chancela"]  # type: ignore[attr-defined]
    operator, slip = await operator_of(request, ans), request.COOKIES.get(keeping.slip_name(ans))
    if not slip:
        return HttpResponseRedirect(address("hand_sign_in", ans, query=_query(request)), status=303)
    now = await at_the_door(request, ans)
    if request.method != "POST":
        return _code(request, operator, Entry(), renews=now)
    form = Entry(request.POST)
    if not form.is_valid():
        return _code(request, operator, form, status=REFUSED, renews=now)
    stays: bool = sessions.stays(now.record) if now else form.cleaned_data["stays"]
    found = await doors.enter(app, ans, slip, form.cleaned_data["code"], devices.name(request), stays=stays, at=now)
    if found is None or isinstance(found, Refused):
        return _again(request, operator, form, found, renews=now)
    response = HttpResponseRedirect(keeping.back(request, ans), status=303)
    keeping.keep_session(response, ans, found, stays=stays)
    keeping.keep_before(response, ans, doors.before(app, ans, found.session.beneficiary_id))
    return response


@require_POST
async def leave(request: HttpRequest, ans: str) -> HttpResponse:
    """End the session of this device, and what it computes without a signal."""
    app: App = request.scope["chancela"]  # type: ignore[attr-defined]
    await operator_of(request, ans)
    now = await at_the_door(request, ans)
    if now is not None:
        device = devices.id_of(request.POST.get("device", ""))
        if device is not None:
            await pocket.end_device(app, now.actor, device)
        await doors.end(app, now, now.id)
    response = HttpResponseRedirect(address("hand_sign_in", ans), status=303)
    keeping.forget(response, cookie(ans))
    return response


def _who(request: HttpRequest, operator: "Operator", form: Who, status: int = 200) -> HttpResponse:
    context = {"operator": operator, "ans": operator.ans, "form": form, "too_many": status == TOO_MANY}
    return render(request, "hand/sign_in.html", context, status=status)


def _code(request: HttpRequest, operator: "Operator", form: Entry, status: int = 200, **more: object) -> HttpResponse:
    context = {"operator": operator, "ans": operator.ans, "form": form, "query": _query(request), **more}
    return render(request, "hand/code.html", context, status=status)


def _again(
    request: HttpRequest, operator: "Operator", form: Entry, refused: Refused | None, **more: object
) -> HttpResponse:
    """Say what is wrong with an entry; one that cannot be tried again leads to a new code."""
    if refused is None or refused.reason not in {Refusal.CODE_MALFORMED, Refusal.CODE_REFUSED}:
        return _code(request, operator, Entry(), status=REFUSED, over=True, **more)
    return _code(request, operator, form.told(words.entry(refused)), status=REFUSED, **more)


def _query(request: HttpRequest) -> dict[str, str]:
    return {"next": request.GET["next"]} if "next" in request.GET else {}


def _invented(request: HttpRequest) -> dict[str, str]:
    """What the demo's first page fills in for its invented people; nothing anywhere else."""
    return {name: request.GET.get(name, "") for name in ("who", "birth_date")} if settings.DEMO else {}
