"""A person at the desk: whether the plan answers for them today, and which guia to enter."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from chancela.adapters.postgres.reads import GuiaFilter
from chancela.domain import ladder
from chancela.domain.guia import Kind
from chancela.domain.people import Beneficiary, Person, Standing, masked_name
from chancela.domain.permissions import Permission
from chancela.domain.policy_proviso import in_force
from chancela.portals.design import words as shared
from chancela.portals.provider import cards, queue, ways, words
from chancela.portals.provider.door import Desk, opens
from chancela.portals.provider.views.home import waiting

RECENT = 6


async def known(desk: Desk, card: str) -> Person:
    """The person with this card as codes reach them, or the answer for every unknown thing."""
    person = await desk.app.reads.reached(desk.actor, card) if cards.may_be(card) else None
    if person is None:
        raise Http404
    return person


def introduced(person: Person) -> dict[str, object]:
    """A person as a provider may see them: greeted, not known."""
    who = person.beneficiary
    return {"name": masked_name(who.name), "card": who.card_number, "relation": words.RELATION[who.relation]}


def eligible(who: Beneficiary) -> bool:
    """Tell whether nothing of the card itself speaks against care today; the analysis of each guia says the rest."""
    today = timezone.localdate()
    over = [day for day in (who.ended_date, who.card_valid_until) if day is not None and day < today]
    return who.standing is Standing.ACTIVE and not over


@require_GET
@opens(Permission.REGISTER_GUIA)
async def person(desk: Desk, card: str) -> HttpResponse:
    """Eligibility, the ways to reach the person, and the kinds of guia."""
    found = await known(desk, card)
    who = found.beneficiary
    recent = await desk.app.reads.guias(desk.actor, GuiaFilter(card_number=card, limit=RECENT))
    operator = desk.operator
    policy = in_force(operator.policy, operator.provisos, who.plan, desk.actor.provider or "", ())
    known_ways = ways.grouped(ladder.ways(policy, found, desk.carried), policy)
    context = {
        **await waiting(desk),
        "person": introduced(found),
        "who": who,
        "types_contact": policy.provider_types_first_contact,
        "standing": shared.STANDING[who.standing],
        "eligible": eligible(who),
        "card_over": who.card_valid_until is not None and who.card_valid_until < timezone.localdate(),
        "kinds": kinds(who),
        "ways": [(shared.CHANNEL[way.channel], way.channel.value, way.to) for way in known_ways],
        "recent": [queue.row(case, timezone.now()) for case in recent.items],
    }
    return desk.page("provider/person.html", context)


def kinds(who: Beneficiary) -> list[dict[str, object]]:
    """The guias that can be entered, those that the plan covers first."""
    offered = [
        {
            "slug": kind.value.replace("_", "-"),
            "word": shared.KIND[kind],
            "icon": words.KIND_ICON[kind],
            "key": words.KIND_KEY[kind],
            "covered": who.covers_dental if kind is Kind.ODONTO else who.covers_medical,
        }
        for kind in (Kind.ODONTO, Kind.CONSULTA, Kind.SP_SADT, Kind.INTERNACAO)
    ]
    return sorted(offered, key=lambda each: not each["covered"])
