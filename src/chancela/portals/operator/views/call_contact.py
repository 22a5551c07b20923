"""Another contact, asked for in a call: it waits for somebody else or for its hours, and the old one is told."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from chancela.bootstrap import calls as desk, holds
from chancela.bootstrap.calls import Conversation
from chancela.bootstrap.holds import Ward
from chancela.domain import call as calls
from chancela.domain.call import Call
from chancela.domain.contact import ContactKind
from chancela.domain.permissions import Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.portals.operator import hold_words, words
from chancela.portals.operator.door import Office, opens
from chancela.portals.operator.hold_forms import NewContact
from chancela.usecases.propose_contact import ProposeContact

REFUSED = 422


@require_http_methods(["GET", "HEAD", "POST"])
@opens(Permission.TAKE_CALL)
async def contact(office: Office, call_id: UUID) -> HttpResponse:
    """Ask for a new contact of the caller, or of whom they manage; then say what happens next."""
    call = await desk.find(office.app, office.actor, call_id)
    if call is None or not holds.opens(office.operator):
        raise Http404
    talk = await desk.conversation(office.app, office.actor, call)
    if talk is None or not calls.alive(call, timezone.now()):
        return office.go("call", call_id)
    if hold_id := _asked_for(office):
        return await _told(office, talk, hold_id)
    if not calls.may_change(call):
        return office.go("call", call_id)
    wards = await holds.wards(office.app, talk)
    form = NewContact(wards, office.request.POST if office.request.method == "POST" else None)
    if not form.is_valid():
        return _page(office, call, wards, form)
    return await _ask(office, talk, wards, form)


async def _ask(office: Office, talk: Conversation, wards: tuple[Ward, ...], form: NewContact) -> HttpResponse:
    said, call = form.cleaned_data, talk.call
    kind = ContactKind(said["kind"])
    asked = await office.app.do(ProposeContact(talk.actor, UUID(said["whose"]), kind, said["address"]))
    if not isinstance(asked, Refused):
        return office.go("call_contact", call.id, query={"pedido": str(asked.id)})
    if asked.reason in {Refusal.CALL_OVER, Refusal.NOT_IN_THE_SAME_CALL}:
        return office.go("call", call.id)
    form.add_error("address", str(hold_words.asked(asked, kind)))
    return _page(office, call, wards, form)


def _page(office: Office, call: Call, wards: tuple[Ward, ...], form: NewContact) -> HttpResponse:
    shown = [(each, [(words.CONTACT_ICON[kind], to) for kind, to in each.contacts]) for each in wards]
    context = {"here": "operator_calls", "call": call, "wards": shown, "form": form}
    return office.page("operator/call_contact.html", context, status=REFUSED if form.is_bound else 200)


async def _told(office: Office, talk: Conversation, hold_id: UUID) -> HttpResponse:
    """What was asked for in this call, what it waits for, and what to tell the caller."""
    held = await holds.proposed(office.app, talk, hold_id)
    if held is None:
        raise Http404
    context = {
        "here": "operator_calls",
        "call": talk.call,
        "held": held,
        "kind": words.CONTACT[held.hold.kind],
        "icon_name": words.CONTACT_ICON[held.hold.kind],
        "timed": held.hold.care.value == "hold",
    }
    return office.page("operator/call_contact_asked.html", context)


def _asked_for(office: Office) -> UUID | None:
    try:
        return UUID(office.request.GET.get("pedido", ""))
    except ValueError:
        return None
