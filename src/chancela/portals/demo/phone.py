"""A telephone that shows what a person received, or loses it where a visitor wants to see what happens then."""

import hashlib
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from chancela.adapters.channels.contract import Reply
from chancela.adapters.demo import houses
from chancela.adapters.demo.phones import Trouble
from chancela.bootstrap import hearing
from chancela.domain.delivery import Channel
from chancela.domain.people import masked_name
from chancela.domain.permissions import Actor, ActorKind
from chancela.portals.design import words as shared
from chancela.portals.provider import cards

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from chancela.bootstrap.inboxes import InboxMessage
    from chancela.domain.people import Person

TROUBLES = {
    Trouble.NONE: _("Tudo chega"),
    Trouble.LOSES_SMS: _("Perder os SMS deste telefone"),
    Trouble.OFF: _("Telefone desligado"),
}
SAME = 204
CARRIER = "inbox"


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
    listed = [{"channel": m.channel, "to": m.to, "text": m.text, "code": m.code, "at": m.at.isoformat()} for m in held]
    return JsonResponse(listed, safe=False)


@require_GET
async def phone(request: HttpRequest, card: str) -> HttpResponse:
    """The phone itself, newest message first; where nothing came since it was drawn, nothing is drawn anew."""
    app: Any = request.scope["chancela"]  # type: ignore[attr-defined]
    person, held = await _owner(app, card), await app.inbox(card)
    mark = _mark(held)
    if request.GET.get("seen") == mark:
        return HttpResponse(status=SAME)
    context = {
        "card": card,
        "name": masked_name(person.beneficiary.name),
        "messages_held": [(each, shared.CHANNEL[Channel(each.channel)]) for each in held],
        "mark": mark,
        "now": timezone.now(),
        "trouble": app.inboxes.phones.trouble(card),
        "troubles": TROUBLES.items(),
    }
    part = bool(getattr(request, "htmx", False))
    return render(request, "demo/_screen.html" if part else "demo/phone.html", context)


@require_POST
async def trouble(request: HttpRequest, card: str) -> HttpResponse:
    """Let the phone lose messages, or take them again."""
    app: Any = request.scope["chancela"]  # type: ignore[attr-defined]
    await _owner(app, card)
    wanted = next((each for each in Trouble if each.value == request.POST.get("trouble")), None)
    if wanted is not None:
        app.inboxes.phones.set(card, wanted)
    return HttpResponseRedirect(resolve_url("demo_phone", card), status=303)


@require_POST
async def answer(request: HttpRequest, card: str, message_id: UUID) -> HttpResponse:
    """Answer a message with NAO, as its owner would."""
    app: Any = request.scope["chancela"]  # type: ignore[attr-defined]
    await _owner(app, card)
    answered = next((each for each in await app.inbox(card) if each.id == message_id), None)
    if answered is None:
        raise Http404
    await hearing.hear(app, answered.operator, CARRIER, (Reply("", "NAO", delivery_id=message_id),))
    return HttpResponseRedirect(resolve_url("demo_phone", card), status=303)


def _mark(held: "tuple[InboxMessage, ...]") -> str:
    told = [(each.channel, each.to, each.at) for each in held]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]
