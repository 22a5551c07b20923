"""Passkeys: coming in with one, confirming that it is still oneself, enrolling one and taking it away."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.http import require_http_methods, require_POST

from chancela.bootstrap import door as doors, passkey_ceremony as ceremony, passkeys
from chancela.domain.refusal import Refused
from chancela.portals.hand import devices, keeping
from chancela.portals.hand.door import Hand, address, at_the_door, operator_of, signed_in, step_up

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from chancela.bootstrap.passkey_ceremony import Site
    from chancela.bootstrap.passkeys import Asked

REFUSED = 422
SAID = "chave"  # in the query of the page that comes after: whether it worked


@require_POST
async def ask_to_enter(request: HttpRequest, ans: str) -> HttpResponse:
    """Give the browser a challenge; a stranger's answer is the same whoever is known."""
    app: App = request.scope["chancela"]  # type: ignore[attr-defined]
    await operator_of(request, ans)
    at, place = await at_the_door(request, ans), devices.place(request)
    return _options(ans, await passkeys.ask_to_enter(app, ans, _site(app, request), place, at))


@require_POST
async def enter(request: HttpRequest, ans: str) -> HttpResponse:
    """Take the passkey's answer; whoever is signed in already renews their session with it."""
    app: App = request.scope["chancela"]  # type: ignore[attr-defined]
    await operator_of(request, ans)
    at, slip = await at_the_door(request, ans), request.COOKIES.get(keeping.challenge_name(ans))
    answer, device = request.POST.get("answer", ""), devices.name(request)
    found = await passkeys.enter(app, ans, _site(app, request), slip, answer, device, at)
    if isinstance(found, Refused):
        asked = {"next": request.GET["next"]} if "next" in request.GET else {}
        again = address("hand_confirm" if at else "hand_sign_in", ans, query={**asked, SAID: "nao"})
        return HttpResponseRedirect(again, status=303)
    response = HttpResponseRedirect(keeping.back(request, ans), status=303)
    keeping.keep_session(response, ans, found, stays=at.stays if at else False)
    keeping.keep_before(response, ans, doors.before(app, ans, found.session.beneficiary_id))
    keeping.forget(response, keeping.challenge_name(ans))
    return response


@require_POST
@signed_in
@step_up
async def ask_to_enrol(hand: Hand) -> HttpResponse:
    """Give the browser what a new passkey is made from."""
    where, place = _site(hand.app, hand.request), devices.place(hand.request)
    return _options(hand.ans, await passkeys.ask_to_enrol(hand.app, hand.session, where, place))


@require_POST
@signed_in
@step_up
async def enrol(hand: Hand) -> HttpResponse:
    """Keep the passkey that the browser made."""
    request, slip = hand.request, hand.request.COOKIES.get(keeping.challenge_name(hand.ans))
    answer, name = request.POST.get("answer", ""), devices.name(request)
    found = await passkeys.enrol(hand.app, hand.session, _site(hand.app, request), slip, answer, name)
    said = address("hand_sessions", hand.ans, query={SAID: "nao" if isinstance(found, Refused) else "sim"})
    response = HttpResponseRedirect(f"{said}#chaves", status=303)
    keeping.forget(response, keeping.challenge_name(hand.ans))
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@step_up
async def end(hand: Hand, passkey_id: UUID) -> HttpResponse:
    """Ask once more, then take one of the person's own away; another person's is like none."""
    own = await passkeys.listed(hand.app, hand.session)
    found = next((each for each in own if each.id == passkey_id), None)
    if found is None:
        raise Http404
    if hand.request.method != "POST":
        return hand.page("hand/passkey_end.html", {"here": "sessions", "passkey": found})
    await passkeys.end(hand.app, hand.session, passkey_id)
    return hand.go("hand_sessions")


def _options(ans: str, asked: "Asked | Refused") -> HttpResponse:
    if isinstance(asked, Refused):
        return JsonResponse({}, status=REFUSED)
    response = JsonResponse(asked.options)
    keeping.keep_challenge(response, ans, asked.slip)
    return response


def _site(app: "App", request: HttpRequest) -> "Site":
    return ceremony.site(app.settings.public_url, request.get_host())
