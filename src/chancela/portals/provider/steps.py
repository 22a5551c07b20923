"""The live ladder: what went out and where it stands, what follows by itself and when, and which way to offer next."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from chancela.domain import ladder, token as tokens
from chancela.domain.case import Case
from chancela.domain.delivery import Channel, Delivery, Purpose
from chancela.domain.ladder import Recipient, Scene, Standing
from chancela.domain.people import Operator, Person
from chancela.domain.policy_proviso import of_guia
from chancela.portals.design import spoken, words as shared
from chancela.portals.provider import ways, words

NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class Step:
    """One line: hour, channel, masked address, state."""

    at: dt.datetime
    channel: str | Promise
    icon: str
    to: str
    said: shared.Said


@dataclass(frozen=True, slots=True)
class Steps:
    """The lines with one sentence about what comes; `offer` is there when another way should be used at once.

    `told` says that older contacts heard of a new one: that is a notice, and no delivery of the code.
    """

    lines: tuple[Step, ...]
    standing: Standing
    sentence: str
    offer: ways.Way | None
    told: bool


def steps(operator: Operator, person: Person, case: Case, carried: frozenset[Channel], now: dt.datetime) -> Steps:
    """Lay out the ladder of a guia's code as it stands."""
    standing = ladder.standing(case.deliveries, case.climb, now)
    known = ways.ways(of_guia(operator, case.guia), person, carried, case)
    fresh = sorted((each for each in known if not each.used), key=lambda each: each.asks_cpf)
    return Steps(
        lines=lines(case),
        standing=standing,
        sentence=_sentence(standing, case, following(operator, person, case, carried)),
        offer=fresh[0] if fresh and standing is Standing.USE_ANOTHER_WAY and tokens.alive(case.token, now) else None,
        told=any(each.purpose is Purpose.CONTACT_TYPED for each in case.deliveries),
    )


def lines(case: Case) -> tuple[Step, ...]:
    """The messages of the last code, in the order in which they were planned; notices are none of them."""
    return tuple(_step(each) for each in _latest(case.deliveries, case.guia.generation))


def _latest(deliveries: Iterable[Delivery], generation: int) -> list[Delivery]:
    codes = (each for each in deliveries if each.purpose is Purpose.CODE and each.generation == generation)
    return sorted(codes, key=lambda each: each.planned_at)


def _step(delivery: Delivery) -> Step:
    channel, read = delivery.channel, delivery.reader_id is not None
    to = ways.shown(delivery.to, readers=int(read))
    if channel is Channel.APP:
        to = _("do responsável") if read else ""
    return Step(delivery.changed_at, shared.CHANNEL[channel], channel.value, to, shared.DELIVERY[delivery.state])


def following(
    operator: Operator, person: Person, case: Case, carried: frozenset[Channel]
) -> tuple[dt.datetime, tuple[Recipient, ...]] | None:
    """Whom the next rung would reach, and when, as things are now; None where nothing follows by itself."""
    climb = case.climb
    if climb is None or climb.at is None:
        return None
    hour = timezone.localtime(climb.at).hour
    scene = Scene(person, carried, hour, case.guia.id, case.guia.urgent)
    found = ladder.above(of_guia(operator, case.guia), scene, climb.rung, ways.used_by(case))
    return (climb.at, found[1]) if found else None


def _sentence(standing: Standing, case: Case, follows: tuple[dt.datetime, tuple[Recipient, ...]] | None) -> str:
    match standing:
        case Standing.NONE:
            return ""
        case Standing.ARRIVED:
            return _("Chegou à pessoa.")
        case Standing.USE_ANOTHER_WAY if ladder.lost(case.deliveries):
            return _("Não foi possível entregar. Use outro meio.")
        case Standing.USE_ANOTHER_WAY:
            return _("Ainda sem notícia de que chegou. Use outro meio.")
        case _ if follows is None:
            return _("Aguardando notícia da entrega.")
    at, recipients = follows
    said = [str(words.FOLLOWS_BY[each.channel]) % {"to": _unbroken(each)} for each in recipients]
    return _("Se não chegar, %(ways)s às %(hour)s.") % {"ways": _listed(said), "hour": spoken.clock(at)}


def _unbroken(reached: Recipient) -> str:
    return ways.shown(reached.to, readers=int(reached.reader is not None)).replace(" ", NO_BREAK)


def _listed(said: Sequence[str]) -> str:
    *first, last = said
    return _("%(first)s e %(last)s") % {"first": ", ".join(first), "last": last} if first else last
