"""The family: who one is, whom one cares for, who helps, and what stays hidden from the holder."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chancela.bootstrap import ties as families
from chancela.domain import family as rules, tie as ties
from chancela.domain.refusal import Refused
from chancela.portals.hand import family_words as words
from chancela.portals.hand.door import Hand, signed_in, step_up
from chancela.usecases.end_tie import EndTie
from chancela.usecases.set_privacy import SetPrivacy


@require_safe
@signed_in
async def family(hand: Hand) -> HttpResponse:
    """Everyone around the person, and what each may do."""
    found = await household(hand)
    adult = rules.adult(found.me.circle.person.beneficiary, timezone.localdate())
    policy = hand.operator.policy
    context = {
        **await privacy_of(hand, found),
        "adult": adult,
        "lends": adult and not found.me.circle.person.beneficiary.protected,
        "family": found,
        "own_name": _called(found.me),
        "wards": [{"it": each, "name": _called(each), "said": words.cared_for(each, policy)} for each in found.wards],
        "guardians": found.me.circle.guardians if not adult else (),
        "mine": words.mine(found, policy),
        "helpers": [{"it": each, "said": words.SCOPE[each.tie.scope]} for each in found.helpers],
        "helped": [{"it": each, "said": words.SCOPE[each.tie.scope]} for each in found.helped],
        "table": words.table(policy, found),
    }
    return hand.page("hand/family.html", context)


@require_POST
@signed_in
async def end(hand: Hand, tie_id: UUID) -> HttpResponse:
    """End a tie that concerns the person; one between others is like none."""
    outcome = await hand.app.do(EndTie(hand.actor, tie_id))
    if isinstance(outcome, Refused):
        raise Http404
    return hand.go("hand_family")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@step_up
async def privacy(hand: Hand) -> HttpResponse:
    """Tell what is hidden and from whom; then hide it, or stop hiding it."""
    shown = await privacy_of(hand, await household(hand))
    if not shown["hides"]:
        raise Http404
    if hand.request.method == "POST":
        outcome = await hand.app.do(SetPrivacy(hand.actor, private=hand.request.POST.get("private") == "yes"))
        return hand.go("hand_family") if not isinstance(outcome, Refused) else hand.go("hand_privacy")
    return hand.page("hand/family_privacy.html", shown)


async def household(hand: Hand) -> families.Household:
    """The family of whoever is signed in; 404 where the person is no more."""
    found = await families.household(hand.app, hand.actor)
    if found is None:
        raise Http404
    return found


async def privacy_of(hand: Hand, found: families.Household) -> dict[str, Any]:
    """Whether the person may hide from the holder, who that is, and whether it is so now."""
    one = found.me.circle.person.beneficiary
    hides = found.holder is not None and ties.hides(hand.operator.policy, one, timezone.localdate())
    return {"here": "family", "hides": hides, "holder": found.holder, "private": one.private}


def _called(ward: families.Ward) -> str:
    return ties.first_name(ward.circle.person.beneficiary.name)
