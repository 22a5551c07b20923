"""Issue tokens: a new code for a guia that awaits one, or the same again where the policy says so; plan its sending.

Who asks in their own hand sees the code there, and whoever rings hears it: nothing is sent, and no ladder climbs.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from chancela.domain import (
    guia as guias,
    ladder,
    late as lates,
    offline,
    permissions,
    policy_proviso as provisos,
    telling,
    token as tokens,
)
from chancela.domain.call import Doing
from chancela.domain.case import Case, Step
from chancela.domain.delivery import Channel, Purpose
from chancela.domain.guia import Status
from chancela.domain.ladder import CHOSEN, Climb
from chancela.domain.permissions import Actor, ActorKind, Permission
from chancela.domain.policy import Asker, Reissue
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.route import Route, Wish
from chancela.domain.token import Token
from chancela.domain.trail import Event, EventKind
from chancela.usecases import calling, networking, sending, series_steps

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from chancela.domain.delivery import Delivery
    from chancela.domain.guia import Guia
    from chancela.domain.people import Person
    from chancela.domain.policy import Policy
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class IssueToken:
    """Ask for a code by the policy's ways, by one chosen channel, or to a first contact given as typed."""

    actor: Actor
    guia_id: UUID
    channel: Channel | None = None
    phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    cpf: str | None = field(default=None, repr=False)


IN_PERSON = frozenset({ActorKind.BENEFICIARY, ActorKind.AGENT})  # an agent asks in the name of whoever rings
STATUS_REFUSALS = {
    Status.VALIDATED: Refusal.GUIA_VALIDATED,
    Status.WITHOUT_TOKEN: Refusal.GUIA_WITHOUT_TOKEN,
    Status.DISPUTED: Refusal.GUIA_DISPUTED,
    Status.CANCELLED: Refusal.GUIA_CANCELLED,
    Status.DENIED: Refusal.GUIA_DENIED,
    Status.EXPIRED: Refusal.GUIA_EXPIRED,
    Status.UNDER_ANALYSIS: Refusal.GUIA_UNDER_ANALYSIS,
}


def unready(case: Case, world: World, taken_at: datetime | None = None) -> Refusal | None:
    """Tell why a guia takes no code as it stands, or stood when one was taken.

    Where the visit was already it takes a late code, until the time for it is over.
    """
    status = guias.status(case.guia, world.today if taken_at is None else offline.day(taken_at))
    if status is Status.LATE_PENDING:
        return Refusal.LATE_WINDOW_OVER if case.late is None or lates.over(case.late, taken_at or world.now) else None
    return STATUS_REFUSALS.get(status)


async def issue_token(commands: Sequence[IssueToken], world: World) -> list[Case | Refused]:
    """Issue or re-send each code; refuse where the guia awaits none, is locked, or a limit of sending is reached."""
    wishes = [_wish(command, world) for command in commands]
    typed = [(each.guia_id, said) for each in wishes if isinstance(each, Wish) and (said := each.phone or each.email)]
    asks = [(each.actor, each.guia_id) for each in commands]
    line = await calling.line([each.actor for each in commands], world)
    desk = await sending.open_desk(asks, Permission.ISSUE_TOKEN, world, typed)
    outcomes: list[Case | Refused] = []
    for command, wish in zip(commands, wishes, strict=True):
        decided = _decide(command, wish, desk, line, world)
        if isinstance(decided, Refused):
            outcomes.append(decided)
        elif isinstance(decided, tuple):
            desk.take(decided[0])
            outcomes.append(decided[1])
        elif isinstance(decided, Case):
            outcomes.append(decided)
        else:
            outcomes.append(desk.take(line.noted(decided, command.actor, Doing.ISSUED)))
    await line.close()
    await desk.close()
    return outcomes


Decided = Step | tuple[Step, Refused] | Case | Refused


def _decide(command: IssueToken, wish: Wish | Refused, desk: sending.Desk, line: calling.Line, world: World) -> Decided:
    case = desk.cases.get(command.guia_id)
    if case is None or not permissions.may(command.actor, Permission.ISSUE_TOKEN, case.guia):
        return Refused(Refusal.NOT_FOUND)
    policy = provisos.of_guia(world.operator, case.guia)
    barred = line.refused(command.actor) or networking.out(desk.providers[case.guia.provider], command.actor)
    if closed := barred or _closed(command, case, policy, world) or desk.stopped(case):
        return closed
    same = policy.reissue is Reissue.SAME_CODE and tokens.alive(case.token, world.now)
    if command.actor.kind in IN_PERSON and not (command.channel and command.actor.kind is ActorKind.AGENT):
        return case if same else _shown(case, desk.person(case), command, world)
    if isinstance(wish, Refused):
        return wish
    route = desk.route(case, line.wish(command.actor, wish, desk.person(case)), anew=not same)
    if isinstance(route, Refused):
        return route
    if route.held:
        return sending.held(case, route, command.actor.name)
    if same:
        return sending.again(case, desk.person(case), route, command.actor.name, world)
    return _issued(case, desk.person(case), route, command, world)


def _closed(command: IssueToken, case: Case, policy: Policy, world: World) -> Refused | None:
    """Tell why no code is made: for whoever asks, for how the guia stands, or after too many wrong entries."""
    in_person = command.actor.kind in IN_PERSON
    if (Asker.BENEFICIARY if in_person else Asker.PROVIDER) not in policy.askers:
        return Refused(Refusal.FORBIDDEN if in_person else Refusal.ASKED_IN_APP)
    if refused := unready(case, world):
        return Refused(refused)
    if series_steps.done(case):
        return Refused(Refusal.SESSIONS_DONE)
    if case.guia.wrong_tries >= policy.tries_per_guia:
        return Refused(Refusal.CODE_LOCKED, attempts_left=0)
    return None


def _shown(case: Case, person: Person, command: IssueToken, world: World) -> Step | Refused:
    """Make a code for the hand that asks; it waits until the one before it had its time."""
    if case.token is not None and tokens.alive(case.token, world.now):
        policy = provisos.of_guia(world.operator, case.guia)
        rest = case.token.issued_at + timedelta(seconds=policy.cool_down_s) - world.now
        if rest > timedelta():
            return Refused(Refusal.JUST_SENT, retry_after_s=-(-rest // timedelta(seconds=1)))
    step = _issued(case, person, Route(()), command, world)
    return replace(step, after=replace(step.after, climb=Climb(CHOSEN, None)))


def _wish(command: IssueToken, world: World) -> Wish | Refused:
    """Return how the code is to go out; a call brings no new contact by the back door."""
    if command.actor.kind is ActorKind.AGENT and (command.phone is not None or command.email is not None):
        return Refused(Refusal.FORBIDDEN)
    phone = world.formats.mobile(command.phone) if command.phone is not None else None
    email = world.formats.email(command.email.lower()) if command.email is not None else None
    cpf = world.formats.cpf(command.cpf) if command.cpf is not None else None
    if (command.phone is not None and phone is None) or (command.email is not None and email is None):
        return Refused(Refusal.CONTACT_INVALID)
    return Wish(command.guia_id, command.channel, phone, email, cpf)


def _issued(case: Case, person: Person, route: Route, command: IssueToken, world: World) -> Step:
    generation, policy = case.guia.generation + 1, provisos.of_guia(world.operator, case.guia)
    closed = tokens.overtaken(case.token, world.now)
    guia = replace(case.guia, generation=generation, last_end=None)
    day = world.now.astimezone(UTC).date()
    secret = world.vault.seal(guia.operator, day, tokens.context(guia, generation), world.chance.code())
    token = Token(guia.id, generation, world.now, _until(case, policy, world))
    planned = sending.planned(guia, generation, route, world)
    planned += _to_guardians(guia, generation, person, world)
    climb = ladder.started(policy, route.rung, world.now)
    after = replace(case, guia=guia, token=token, secret=secret, deliveries=planned, climb=climb)
    data = sending.told(generation, planned) | ({"visit_date": f"{case.late.visit_date}"} if case.late else {})
    return Step(
        case,
        after,
        Event(EventKind.TOKEN_ISSUED, guia.id, command.actor.name, data),
        closed=closed,
        planned=planned,
        contacts=route.learnt,
        prefers=sending.preferred(route, person, policy),
    )


def _until(case: Case, policy: Policy, world: World) -> datetime:
    """Return until when a new code lives; a late one never beyond its last day."""
    until = world.now + policy.valid
    return until if case.late is None else min(until, lates.ends_at(case.late))


def _to_guardians(guia: Guia, generation: int, person: Person, world: World) -> tuple[Delivery, ...]:
    """Return the notices, without the code, to each guardian who is told that a new one was made."""
    policy = provisos.of_guia(world.operator, guia)
    ways = (telling.guardian_way(policy, each, world.carried) for each in person.told)
    return tuple(sending.message(guia, generation, each, Purpose.WARD_CODE, world) for each in ways if each)
