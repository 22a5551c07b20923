"""Letting somebody help: what they may do, the link that is shown once, and taking what a link offers."""

import datetime as dt
import io
from typing import TYPE_CHECKING, Any
from uuid import UUID

import segno
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods

from chancela.bootstrap import ties as families
from chancela.domain import family as rules, tie as ties
from chancela.domain.family import Scope, TieKind
from chancela.domain.people import masked_name
from chancela.domain.refusal import Refusal, Refused
from chancela.portals.hand import family_words as words
from chancela.portals.hand.door import Hand, signed_in, step_up
from chancela.portals.hand.tie_forms import Going, Help, end_of
from chancela.portals.hand.views.family import household
from chancela.usecases.accept_tie import AcceptTie
from chancela.usecases.offer_tie import Offered, OfferTie

if TYPE_CHECKING:
    from chancela.domain.people import Beneficiary

REFUSED = 422
QUIET_ZONE = 4  # modules of white around it (ISO/IEC 18004)
# Browsers send no Origin with a form of a page that tells no referrer at all, and Django wants one; so the page of an
# invitation tells the house it is of, and never its own address.
HOUSE_ALONE = "strict-origin"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@step_up
async def offer(hand: Hand) -> HttpResponse:
    """Ask what somebody may do and until when; then show the link, once."""
    one = hand.person.beneficiary
    form = Help(hand.request.POST if hand.request.method == "POST" else None)
    if not form.is_valid():
        return _asked(hand, "hand/family_offer.html", form)
    said = form.cleaned_data
    command = OfferTie(hand.actor, one.id, TieKind.DELEGATION, end_of(said["until"]), Scope(said["scope"]))
    return await _offered(hand, command, "hand/family_offer.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@step_up
async def going(hand: Hand, person_id: UUID) -> HttpResponse:
    """Ask until when somebody goes along with a person; then show the link, once."""
    one = await _cared_for(hand, person_id)
    shown: dict[str, Any] = {"name": ties.first_name(one.name), "own": one.id == hand.actor.person}
    form = Going(hand.request.POST if hand.request.method == "POST" else None)
    if not form.is_valid():
        return _asked(hand, "hand/family_going.html", form, **shown)
    night = timezone.localdate() + dt.timedelta(days=int(form.cleaned_data["nights"]))
    command = OfferTie(hand.actor, one.id, TieKind.VISIT, end_of(night))
    return await _offered(hand, command, "hand/family_going.html", form, **shown)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
async def invitation(hand: Hand, secret: str) -> HttpResponse:
    """Tell who offers what; then take it. Links that are unknown, used, over or one's own are answered alike."""
    refused = None
    if hand.request.method == "POST":
        refused = await hand.app.do(AcceptTie(hand.actor, secret))
        if not isinstance(refused, Refused):
            return hand.go("hand_family")
    known = await families.invitation(hand.app, hand.actor, secret)
    young = not rules.adult(hand.person.beneficiary, timezone.localdate())
    if young or known is None or refused is not None:
        over = Refused(Refusal.ADULTS_ALONE if young else Refusal.INVITATION_OVER)
        response = hand.page("hand/family_invitation.html", {"here": "family", "over": words.told(over)}, status=404)
    else:
        shown = {"giver": masked_name(known.giver), "name": ties.first_name(known.giver), "tie": known.tie}
        response = hand.page("hand/family_invitation.html", {"here": "family", "scope": known.tie.scope.value, **shown})
    response["Referrer-Policy"] = HOUSE_ALONE
    return response


async def _cared_for(hand: Hand, person_id: UUID) -> "Beneficiary":
    """Somebody for whom the reader decides; anybody else is like nobody."""
    found = await household(hand)
    for each in (found.me, *found.wards):
        if each.circle.person.beneficiary.id == person_id and person_id in hand.actor.manages:
            return each.circle.person.beneficiary
    raise Http404


def _asked(hand: Hand, template: str, form: Form, refused: str | None = None, **shown: Any) -> HttpResponse:
    bad = form.is_bound and (refused is not None or not form.is_valid())
    context = {"here": "family", "form": form, "refused": refused, **shown}
    return hand.page(template, context, status=REFUSED if bad else 200)


async def _offered(hand: Hand, command: OfferTie, template: str, form: Form, **shown: Any) -> HttpResponse:
    """Show the link at once, without leading anywhere: nobody keeps its secret, so no later page could."""
    outcome = await hand.app.do(command)
    if not isinstance(outcome, Offered):
        if outcome.reason is Refusal.NOT_FOUND:
            raise Http404
        return _asked(hand, template, form, words.told(outcome), **shown)
    name = "hand_visit" if command.kind is TieKind.VISIT else "hand_invitation"
    link = hand.app.settings.public_url.rstrip("/") + resolve_url(name, hand.ans, outcome.secret)
    context = {"here": "family", "link": link, "qr": _drawn(link), "tie": outcome.tie, **shown}
    return hand.page("hand/family_link.html", context)


def _drawn(link: str) -> SafeString:
    """The link for another phone's camera, in the page itself: no other address gives it away."""
    drawn = io.BytesIO()
    symbol = segno.make(link, error="m", micro=False)
    symbol.save(drawn, kind="svg", border=QUIET_ZONE, omitsize=True, xmldecl=False, dark="#000", light="#fff")
    return mark_safe(drawn.getvalue().decode("ascii"))  # noqa: S308 - drawn by us from an address of ours
