"""Validate tokens: spend the try, compare the code, and let a guia become validated at most once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from chancela.domain import guia as guias, permissions, report, tally, token as tokens
from chancela.domain.case import Case, Step
from chancela.domain.guia import Attendance
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.token import Method, Token, TokenEnd, Validation
from chancela.domain.trail import Event, EventKind
from chancela.usecases.issue_token import STATUS_REFUSALS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from chancela.domain.tally import Day, Fleet
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class ValidateToken:
    """Give a code for a guia, as it was typed."""

    actor: Actor
    guia_id: UUID
    code: str = field(repr=False)


async def validate_token(commands: Sequence[ValidateToken], world: World) -> list[Case | Refused]:
    """Judge each entry; wrong, superseded and expired codes have one answer, malformed ones spend nothing."""
    cases = await world.cases.load({command.guia_id for command in commands})
    days = await world.tallies.days({case.guia.provider for case in cases.values()})
    fleet = await world.tallies.fleet()
    outcomes: list[Case | Refused] = []
    steps: list[Step] = []
    for command in commands:
        case = cases.get(command.guia_id)
        decided = _decide(command, case, days, fleet, world)
        if isinstance(decided, Refused):
            outcomes.append(decided)
            continue
        step, outcome = decided
        steps.append(step)
        outcomes.append(outcome)
        cases[command.guia_id] = step.after
        if step.wrong:
            provider = step.after.guia.provider
            days[provider] = tally.after_wrong(days[provider], world.now)
    await world.cases.save(steps)
    return outcomes


Decided = tuple[Step, Case | Refused] | Refused


def _decide(command: ValidateToken, case: Case | None, days: dict[str, Day], fleet: Fleet, world: World) -> Decided:
    if case is None or not permissions.may(command.actor, Permission.VALIDATE_TOKEN, case.guia):
        return Refused(Refusal.NOT_FOUND)
    guia, policy = case.guia, world.operator.policy
    if refused := STATUS_REFUSALS.get(guias.status(guia, world.today)):
        return Refused(refused)
    code = tokens.digits(command.code)
    if code is None:
        return Refused(Refusal.CODE_MALFORMED)
    if guia.wrong_tries >= policy.tries_per_guia or guia.last_end == TokenEnd.LOCKED:
        return Refused(Refusal.CODE_LOCKED, attempts_left=0)
    if refusal := tally.judge_entry(policy, days[guia.provider], fleet, command.actor, world.now):
        return refusal
    if case.token is None or case.secret is None:
        return _lifeless(case, world)
    if not tokens.alive(case.token, world.now):
        return _expired(case, case.token, command, world)
    if world.vault.matches(guia.operator, case.secret, tokens.context(guia, case.token.generation), code):
        return _validated(case, case.token, command, world)
    return _wrong(case, case.token, command, world)


def _lifeless(case: Case, world: World) -> Refused:
    """Answer where no code lives: an expired one is refused like a wrong one; nothing is judged or spent."""
    if report.stops(case.report):
        return Refused(Refusal.CODE_REPORTED)
    if case.guia.last_end == TokenEnd.EXPIRED:
        return Refused(Refusal.CODE_REFUSED, tokens.attempts_left(world.operator.policy, case.guia, None))
    return Refused(Refusal.NO_LIVE_CODE)


def _expired(case: Case, token: Token, command: ValidateToken, world: World) -> tuple[Step, Refused]:
    gone = tokens.ended(token, TokenEnd.EXPIRED, world.now)
    after = replace(case, guia=replace(case.guia, last_end=TokenEnd.EXPIRED.value), token=gone, secret=None, climb=None)
    event = Event(EventKind.TOKEN_EXPIRED, case.guia.id, command.actor.name, {"generation": token.generation})
    left = tokens.attempts_left(world.operator.policy, case.guia, None)
    return Step(case, after, event, closed=(gone,)), Refused(Refusal.CODE_REFUSED, left)


def _validated(case: Case, token: Token, command: ValidateToken, world: World) -> tuple[Step, Case]:
    guia, policy = case.guia, world.operator.policy
    window = tokens.window(token, policy, world.now)
    code = world.vault.validation_code(guia.operator, guia.id, token.generation)
    validation = Validation(guia.id, world.now, window, Method.TOKEN, code, token.generation, command.actor.name)
    used = tokens.ended(token, TokenEnd.USED, world.now)
    held = replace(guia, attendance=Attendance.VALIDATED, last_end=TokenEnd.USED.value)
    after = replace(case, guia=held, token=used, secret=None, validation=validation, climb=None)
    data = {"generation": token.generation, "window": window.value, "validation_code": code}
    event = Event(EventKind.GUIA_VALIDATED, guia.id, command.actor.name, data)
    return Step(case, after, event, closed=(used,), judged=True), after


def _wrong(case: Case, token: Token, command: ValidateToken, world: World) -> tuple[Step, Refused]:
    policy = world.operator.policy
    guia = replace(case.guia, wrong_tries=case.guia.wrong_tries + 1)
    spent = replace(token, wrong_tries=token.wrong_tries + 1)
    left = tokens.attempts_left(policy, guia, spent)
    data = {"generation": token.generation, "attempts_left": left}
    if left:
        after = replace(case, guia=guia, token=spent)
        event = Event(EventKind.TOKEN_REFUSED, guia.id, command.actor.name, data)
        return Step(case, after, event, judged=True, wrong=True), Refused(Refusal.CODE_REFUSED, left)
    gone = tokens.ended(spent, TokenEnd.LOCKED, world.now)
    after = replace(case, guia=replace(guia, last_end=TokenEnd.LOCKED.value), token=gone, secret=None, climb=None)
    event = Event(EventKind.TOKEN_LOCKED, guia.id, command.actor.name, data)
    return Step(case, after, event, closed=(gone,), judged=True, wrong=True), Refused(Refusal.CODE_REFUSED, left)
