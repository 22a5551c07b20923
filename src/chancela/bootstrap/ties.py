"""Ties for the edges: the family of whoever reads, what a link invites to, and the codes that a visit's link opens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chancela.adapters.postgres import surroundings
from chancela.adapters.postgres.codes import Codes
from chancela.adapters.postgres.ties import Ties
from chancela.domain import family, permissions, tie as ties, token as tokens
from chancela.domain.family import TieKind
from chancela.domain.permissions import Actor, ActorKind, Permission

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from chancela.adapters.postgres.ties import Known
    from chancela.bootstrap.app import App
    from chancela.domain.case import Case
    from chancela.domain.family import Circle, Powers
    from chancela.domain.people import Operator


@dataclass(frozen=True, slots=True)
class Ward:
    """Somebody whom the reader sees, or decides for, with what the reader may do; `years` is their age."""

    circle: Circle
    powers: Powers
    years: int
    visits: tuple[Known, ...] = ()


@dataclass(frozen=True, slots=True)
class Household:
    """The reader's family: themselves, whom they care for, who helps them, whom they help, and visits of their own."""

    me: Ward
    holder: str | None
    wards: tuple[Ward, ...]
    helpers: tuple[Known, ...]
    helped: tuple[Known, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A guia as whoever goes along sees it; `until` is there while a code is alive."""

    guia_id: UUID
    provider: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visit's link opens: for whom (by first name), until when, and which codes; `used` once it came to be."""

    actor: Actor
    name: str
    known: Known
    seen: tuple[Seen, ...] = ()

    def of(self, guia_id: UUID) -> Seen | None:
        """Return one of its guias; any other is like none."""
        return next((each for each in self.seen if each.guia_id == guia_id), None)


async def household(app: App, actor: Actor) -> Household | None:
    """Return the family of whoever is signed in."""
    person = actor.person
    found = await surroundings.of_person(app.pool, actor.operator, person) if person else None
    if found is None or person is None or person not in found.circles:
        return None
    operator, around, today, now = found.operator, found.circles, found.today, found.now
    known = await Ties(app.pool).around(operator.ans, person, actor.manages | {person})

    def ward(one: UUID) -> Ward:
        circle = around[one]
        can = family.powers(operator.policy, circle, person, today, now)
        visits = tuple(each for each in known if each.tie.kind is TieKind.VISIT and each.tie.of_id == one)
        return Ward(circle, can, family.years(circle.person.beneficiary.birth_date, today), visits)

    given = [each for each in known if each.tie.kind is TieKind.DELEGATION]
    taken = {each.tie.of_id for each in given if each.tie.taker_id == person}
    others = [ward(each) for each in around if each not in {person, *taken}]
    holder = around[person].person.beneficiary.holder_id
    return Household(
        ward(person),
        await Ties(app.pool).name(operator.ans, holder) if holder else None,
        tuple(each for each in sorted(others, key=_by_age) if each.powers.sees),
        tuple(each for each in given if each.tie.of_id == person),
        tuple(each for each in given if each.tie.taker_id == person),
    )


def _by_age(ward: Ward) -> tuple[int, str]:
    return -ward.years, ward.circle.person.beneficiary.name


async def invitation(app: App, actor: Actor, secret: str) -> Known | None:
    """Return what a link offers to whoever is signed in; None alike where it is unknown, used, over or their own."""
    found = await Ties(app.pool).by_secret(actor.operator, secret)
    if found is None or actor.person is None or not ties.open_to(found[0].tie, actor.person, found[1]):
        return None
    return found[0]


async def visit(app: App, operator: Operator, secret: str) -> Visit | None:
    """Return what a visit's link opens now; None alike where it is unknown or over."""
    found = await Ties(app.pool).by_secret(operator.ans, secret)
    if found is None:
        return None
    known = found[0]
    around = await surroundings.of_person(app.pool, operator.ans, known.tie.giver_id)
    circle, now = around.circles.get(known.tie.of_id), around.now
    if circle is None or not ties.lets_in(around.operator.policy, known.tie, circle, around.today, now):
        return None
    actor = visitor(operator.ans, known)
    seen = () if known.used else await _seen(app, actor, now)
    return Visit(actor, ties.first_name(known.of), known, seen)


def visitor(ans: str, known: Known) -> Actor:
    """Return who acts by a visit's link: for the codes of one person, and for nothing else."""
    tie = known.tie
    name, of = f"visit:{tie.id}", frozenset({tie.of_id})
    return Actor(ans, ActorKind.BENEFICIARY, name, acts_for=of, visit=tie.id)


async def _seen(app: App, actor: Actor, now: datetime) -> tuple[Seen, ...]:
    """Return the guias that hold a live code, then those that await one."""
    reading = Codes(app.pool)
    live = await reading.live(actor.operator, actor.acts_for)
    waiting = await reading.awaiting(actor.operator, actor.acts_for)
    asked = list(dict.fromkeys([*live, *waiting]))
    found = await app.reads.cases(actor.operator, asked) if asked else []
    cases = [each for each in found if each and permissions.may(actor, Permission.REVEAL_TOKEN, each.guia)]
    _, providers = await reading.names(actor.operator, [each.guia for each in cases]) if cases else ({}, {})
    return tuple(_one(each, providers, now) for each in cases)


def _one(case: Case, providers: Mapping[str, str], now: datetime) -> Seen:
    until = case.token.expires_at if case.token and tokens.alive(case.token, now) else None
    return Seen(case.guia.id, providers.get(case.guia.provider, case.guia.provider), until)
