"""What the channel dialog shows: the way remembered, the other ways, what may be typed, and whom to call."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from chancela.domain import contact as contacts, ladder, token as tokens
from chancela.domain.case import Case
from chancela.domain.delivery import Channel, Delivery
from chancela.domain.people import Operator, Person
from chancela.domain.policy import Policy, Reissue
from chancela.portals.provider import words

TYPED = (Channel.SMS, Channel.EMAIL)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to the person; `to` is masked."""

    channel: Channel
    label: str
    to: str
    asks_cpf: bool = False


@dataclass(frozen=True, slots=True)
class Rung:
    """One line of the ladder: hour, channel, masked address, state."""

    at: dt.datetime
    channel: str | Promise
    icon: str
    to: str
    said: words.Said


@dataclass(frozen=True, slots=True)
class CodeScreen:
    """`together` goes out at once, or else `main` is the one big button; `others` are quiet rows below."""

    alive: bool
    together: tuple[Way, ...]
    main: Way | None
    others: tuple[Way, ...]
    typed: tuple[Channel, ...]
    unreached: tuple[Channel, ...]
    annuls: bool
    asks_cpf: bool
    doors: tuple[str | Promise, ...]
    rungs: tuple[Rung, ...]


def code_screen(
    operator: Operator, person: Person, case: Case, carried: frozenset[Channel], now: dt.datetime
) -> CodeScreen:
    """Lay out the dialog for a guia, as its operator's policy wants it."""
    policy, alive = operator.policy, tokens.alive(case.token, now)
    reached = ladder.ways(policy, person, carried, case.guia.id)
    ways = tuple(_way(each, policy, alive) for each in reached)
    together = tuple(way for way in ways if way.channel in policy.together and not alive)
    usual = together[0].channel if together else ladder.default_channel(policy, person, carried)
    main = None if len(together) > 1 or alive else next((way for way in ways if way.channel is usual), None)
    typed = tuple(channel for channel in TYPED if _may_be_typed(channel, policy, person, carried))
    known = {each.channel for each in reached}
    return CodeScreen(
        alive=alive,
        together=together if len(together) > 1 else (),
        main=main,
        others=() if len(together) > 1 else tuple(way for way in ways if way is not main),
        typed=typed,
        unreached=tuple(each for each in policy.channels if each not in known and each not in typed and each in TYPED),
        annuls=policy.reissue is Reissue.NEW_ANNULS_OLD,
        asks_cpf=policy.email_asks_cpf,
        doors=tuple(words.DOOR[door] for door in policy.contact_doors),
        rungs=rungs(case),
    )


def _way(reached: ladder.Recipient, policy: Policy, alive: bool) -> Way:
    said = words.SEND_AGAIN_BY if alive else words.SEND_BY
    label = str(said[reached.channel]) % {"to": reached.to}
    return Way(reached.channel, label, reached.to, reached.channel is Channel.EMAIL and policy.email_asks_cpf)


def _may_be_typed(channel: Channel, policy: Policy, person: Person, carried: frozenset[Channel]) -> bool:
    if not policy.provider_types_first_contact or channel not in policy.channels or channel not in carried:
        return False
    return contacts.on_file(person.contacts, contacts.KIND_OF_CHANNEL[channel]) is None


def rungs(case: Case) -> tuple[Rung, ...]:
    """The messages of the live code, in the order in which they were planned."""
    return tuple(_rung(each) for each in _latest(case.deliveries, case.guia.generation))


def _latest(deliveries: Iterable[Delivery], generation: int) -> list[Delivery]:
    return sorted((each for each in deliveries if each.generation == generation), key=lambda each: each.planned_at)


def _rung(delivery: Delivery) -> Rung:
    channel = delivery.channel
    to = "" if delivery.to == ladder.APP_MASK else delivery.to
    return Rung(delivery.changed_at, words.CHANNEL[channel], channel.value, to, words.DELIVERY[delivery.state])
