"""What the channel dialog shows: the way remembered, the other ways, what may be typed, and whom to call."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise

from chancela.domain import contact as contacts, ladder, token as tokens
from chancela.domain.case import Case
from chancela.domain.delivery import Channel
from chancela.domain.ladder import Scene
from chancela.domain.people import Operator, Person
from chancela.domain.policy import Policy, Reissue
from chancela.domain.policy_proviso import of_guia
from chancela.portals.provider import ways, words
from chancela.portals.provider.ways import Way

TYPED = (Channel.SMS, Channel.EMAIL)


@dataclass(frozen=True, slots=True)
class CodeScreen:
    """`together` goes out at once, or else `main` is the one big button; `others` are quiet rows below.

    `climbs` says that these are the ladder's first rung: then no way is chosen, and the ladder goes on by itself;
    `carried` that a code which the person's device computed, or which stands on their paper, is taken.
    """

    alive: bool
    together: tuple[Way, ...]
    main: Way | None
    climbs: bool
    others: tuple[Way, ...]
    typed: tuple[Channel, ...]
    unreached: tuple[Channel, ...]
    annuls: bool
    asks_cpf: bool
    doors: tuple[str | Promise, ...]
    carried: bool


def code_screen(
    operator: Operator, person: Person, case: Case, carried: frozenset[Channel], now: dt.datetime
) -> CodeScreen:
    """Lay out the dialog for a guia, as its operator's policy wants it."""
    policy, alive = of_guia(operator, case.guia), tokens.alive(case.token, now)
    known = ways.ways(policy, person, carried, case)
    scene = Scene(person, carried, timezone.localtime(now).hour, case.guia.id, case.guia.urgent)
    rung = ladder.first(policy, scene)
    first = () if alive else _first(policy, scene, rung[1] if rung else ())
    offered = {each.channel for each in first}
    typed = tuple(channel for channel in TYPED if _may_be_typed(channel, policy, person, carried))
    known_ways = {each.channel for each in known}
    return CodeScreen(
        alive=alive,
        together=first if len(first) > 1 else (),
        main=first[0] if len(first) == 1 else None,
        climbs=rung is not None,
        others=tuple(way for way in known if way.channel not in offered),
        typed=typed,
        unreached=tuple(each for each in TYPED if each in policy.channels and each not in {*known_ways, *typed}),
        annuls=policy.reissue is Reissue.NEW_ANNULS_OLD,
        asks_cpf=policy.email_asks_cpf,
        doors=tuple(words.DOOR[door] for door in policy.contact_doors),
        carried=policy.offline_codes or policy.paper_codes > 0,
    )


def _first(policy: Policy, scene: Scene, rung: tuple[ladder.Recipient, ...]) -> tuple[Way, ...]:
    """The ways by which the code goes out at first: those of the ladder, or else the usual one."""
    if rung:
        return ways.grouped(rung, policy)
    usual = ladder.default_channel(policy, scene.person, ladder.awake(policy, scene), scene.guia_id)
    return ways.grouped(ladder.recipients(scene.person, usual, scene.guia_id), policy) if usual else ()


def _may_be_typed(channel: Channel, policy: Policy, person: Person, carried: frozenset[Channel]) -> bool:
    if not policy.provider_types_first_contact or channel not in policy.channels or channel not in carried:
        return False
    known = [each for one in (person, *person.readers) for each in one.contacts]
    return all(contacts.on_file(known, kind) is None for kind in contacts.KINDS_OF_CHANNEL[channel])
