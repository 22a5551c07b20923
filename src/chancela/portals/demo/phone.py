"""A telephone that shows what a person received; the demo's carrier puts the messages into it."""

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from chancela.adapters.demo import houses
from chancela.domain.people import masked_name
from chancela.domain.permissions import Actor, ActorKind
from chancela.portals.provider import cards

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from chancela.domain.people import Person


async def _owner(app: "App", card: str) -> "Person":
    for house in houses.HOUSES if cards.may_be(card) else ():
        person = await app.reads.person(Actor(house.ans, ActorKind.SYSTEM, "demo"), card)
        if person is not None:
            return person
    raise Http404


@require_GET
async def messages(request: HttpRequest, card: str) -> HttpResponse:
    """What the phone holds, oldest first."""
    app: Any = request.scope["chancela"]  # type: ignore[attr-defined]
    await _owner(app, card)
    held = reversed(await app.inbox(card))
    listed = [{"channel": m.channel, "to": m.to, "text": m.text, "at": m.at.isoformat()} for m in held]
    return JsonResponse(listed, safe=False)


@require_GET
async def phone(request: HttpRequest, card: str) -> HttpResponse:
    """The phone itself, newest message first."""
    app: Any = request.scope["chancela"]  # type: ignore[attr-defined]
    person = await _owner(app, card)
    context = {
        "card": card,
        "name": masked_name(person.beneficiary.name),
        "messages_held": await app.inbox(card),
        "now": timezone.now(),
    }
    part = bool(getattr(request, "htmx", False))
    return render(request, "demo/_screen.html" if part else "demo/phone.html", context)
