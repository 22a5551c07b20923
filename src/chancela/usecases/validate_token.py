"""Validate tokens: spend the try, compare the code, and let a guia become validated at most once.

An entry that is not the live code may be what somebody's device computed without a signal, or a code on paper.
Of a series each code confirms one session, and the last one validates the guia.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import TYPE_CHECKING

from chancela.domain import (
    late as lates,
    permissions,
    policy_proviso as provisos,
    report,
    tally,
    token as tokens,
)
from chancela.domain.case import Case, Step
from chancela.domain.guia import Attendance
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.token import Method, Token, TokenEnd, Validation, Window
from chancela.domain.trail import Event, EventKind
from chancela.usecases import carried, series_steps
from chancela.usecases.carried import Carried, Found
from chancela.usecases.issue_token import unready

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
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
    """Judge each entry; wrong, superseded and expired codes have one answer, malformed ones spend nothing.

    What people carry is looked at only for entries that are not the live code: right ones ask for nothing more.
    """
    cases = await world.cases.load({command.guia_id for command in commands})
    days = await world.tallies.days({case.guia.provider for case in cases.values()})
    desk = Desk(cases, days, await world.tallies.fleet(), world)
    right = [desk.right(command) for command in commands]
    others = [command for command, given in zip(commands, right, strict=True) if not given]
    desk.carried = await carried.look([case for each in others if (case := desk.compared(each))], world)
    outcomes = [desk.judge(command, right=given) for command, given in zip(commands, right, strict=True)]
    await desk.carried.save(world)
    await world.cases.save(desk.steps)
    return outcomes


@dataclass(slots=True)
class Desk:
    """One set at work: each entry is judged by what those before it left.

    `taken` says of a guia when its code was given, where that was not now: it is then judged as it stood at that time.
    """

    cases: dict[UUID, Case]
    days: dict[str, Day]
    fleet: Fleet
    world: World
    carried: Carried = field(default_factory=Carried)
    taken: Mapping[UUID, datetime] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    def right(self, command: ValidateToken) -> bool:
        """Tell whether an entry is the code that lives as the set begins."""
        case, code = self.cases.get(command.guia_id), tokens.digits(command.code)
        if code is None or case is None or not permissions.may(command.actor, Permission.VALIDATE_TOKEN, case.guia):
            return False
        if case.secret is None or not tokens.lived(case.token, self._at(case)):
            return False
        guia, bound = case.guia, tokens.context(case.guia, case.guia.generation)
        return self.world.vault.matches(guia.operator, case.secret, bound, code)

    def compared(self, command: ValidateToken) -> Case | None:
        """Return the case of an entry that may be compared with what people carry."""
        admitted = self._admitted(command)
        return None if isinstance(admitted, Refused) else admitted[0]

    def judge(self, command: ValidateToken, *, right: bool) -> Case | Refused:
        """Take the steps that an entry causes, and return its answer."""
        admitted = self._admitted(command)
        if isinstance(admitted, Refused):
            return admitted
        case, code = admitted
        if case.secret is not None and not tokens.alive(case.token, self._at(case)):
            case = self._take(_expired(case, command, self.world))
        if found := self._found(case, code, right=right):
            self.carried.use(found, case.guia, self.world)
            taken = self.taken.get(case.guia.id)
            if case.guia.sessions > 1:
                return self._take_all(series_steps.by_code(case, found, command.actor.name, taken, self.world))
            return self._take(_validated(case, command, found, taken, self.world))
        if case.secret is None and not self.carried.compares(case):
            return _lifeless(case, self.world)
        step, refused = _wrong(case, command, self.world)
        self._take(step)
        return refused

    def _found(self, case: Case, code: str, *, right: bool) -> Found | None:
        """Return what an entry is: the live code or, where it is not, what its people carry."""
        if right and case.secret is not None and case.token is not None:
            policy = provisos.of_guia(self.world.operator, case.guia)
            window = Window.LATE if case.late else tokens.window(case.token, policy, self._at(case))
            return Found(Method.TOKEN, window, {})
        return self.carried.match(case, code, self.world)

    def _at(self, case: Case) -> datetime:
        return self.taken.get(case.guia.id, self.world.now)

    def _take_all(self, steps: Sequence[Step]) -> Case:
        for each in steps[:-1]:
            self._take(each)
        return self._take(steps[-1])

    def _take(self, step: Step) -> Case:
        provider = step.after.guia.provider
        if step.wrong:
            self.days[provider] = tally.after_wrong(self.days[provider], self.world.now)
        self.cases[step.after.guia.id] = step.after
        self.steps.append(step)
        return step.after

    def _admitted(self, command: ValidateToken) -> tuple[Case, str] | Refused:
        """Return the case and the six digits of an entry that may be judged now, or why it may not."""
        case, world = self.cases.get(command.guia_id), self.world
        if case is None or not permissions.may(command.actor, Permission.VALIDATE_TOKEN, case.guia):
            return Refused(Refusal.NOT_FOUND)
        guia, policy = case.guia, provisos.of_guia(world.operator, case.guia)
        if refused := unready(case, world, self.taken.get(guia.id)):
            return Refused(refused)
        if series_steps.done(case):
            return Refused(Refusal.SESSIONS_DONE)
        code = tokens.digits(command.code)
        if code is None:
            return Refused(Refusal.CODE_MALFORMED)
        if guia.wrong_tries >= policy.tries_per_guia or guia.last_end == TokenEnd.LOCKED:
            return Refused(Refusal.CODE_LOCKED, attempts_left=0)
        refusal = tally.judge_entry(policy, self.days[guia.provider], self.fleet, command.actor, world.now)
        return refusal or (case, code)


def _lifeless(case: Case, world: World) -> Refused:
    """Answer where no code lives: an expired one is refused like a wrong one; nothing is judged or spent."""
    if report.stops(case.report):
        return Refused(Refusal.CODE_REPORTED)
    if case.late is not None and not lates.expired(case):
        return Refused(Refusal.LATE_CODE_NEEDED)
    if case.guia.last_end == TokenEnd.EXPIRED:
        policy = provisos.of_guia(world.operator, case.guia)
        return Refused(Refusal.CODE_REFUSED, tokens.attempts_left(policy, case.guia, None))
    return Refused(Refusal.NO_LIVE_CODE)


def _expired(case: Case, command: ValidateToken, world: World) -> Step:
    closed = _closed(case.token, TokenEnd.EXPIRED, world)
    guia = replace(case.guia, last_end=TokenEnd.EXPIRED.value)
    event = Event(EventKind.TOKEN_EXPIRED, guia.id, command.actor.name, {"generation": guia.generation})
    return Step(case, replace(case, guia=guia, token=closed[0], secret=None, climb=None), event, closed=closed)


def _validated(case: Case, command: ValidateToken, found: Found, taken: datetime | None, world: World) -> Step:
    """Validate by what was found; a live code that stood beside it ends, so that it is never given again."""
    guia = case.guia
    end = TokenEnd.USED if found.method is Method.TOKEN else TokenEnd.SUPERSEDED
    closed = _closed(case.token, end, world) if case.secret is not None else ()
    code = world.vault.validation_code(guia.operator, guia.id, guia.generation)
    by = command.actor.name
    proof = Validation(guia.id, world.now, found.window, found.method, code, guia.generation, by, taken_at=taken)
    held = replace(guia, attendance=Attendance.VALIDATED, last_end=end.value if closed else guia.last_end)
    token = closed[0] if closed else case.token
    if case.late is not None:
        proof = replace(proof, visit_date=case.late.visit_date)
    after = replace(case, guia=held, token=token, secret=None, validation=proof, climb=None, late=None)
    data = {"generation": guia.generation, "window": found.window.value, "validation_code": code}
    then = {"taken_at": taken.astimezone(UTC).isoformat(timespec="seconds")} if taken else {}
    late = {"visit_date": f"{proof.visit_date}"} if proof.visit_date else {}
    event = Event(EventKind.GUIA_VALIDATED, guia.id, by, {**data, **found.data, **then, **late})
    return Step(case, after, event, closed=closed, judged=True)


def _wrong(case: Case, command: ValidateToken, world: World) -> tuple[Step, Refused]:
    """Spend a try of the guia, and of its live code where there is one; the last one locks."""
    guia = replace(case.guia, wrong_tries=case.guia.wrong_tries + 1)
    live = case.token if case.secret is not None else None
    spent = replace(live, wrong_tries=live.wrong_tries + 1) if live else None
    left = tokens.attempts_left(provisos.of_guia(world.operator, guia), guia, spent)
    data = {"generation": guia.generation, "attempts_left": left}
    kind = EventKind.TOKEN_REFUSED if left else EventKind.TOKEN_LOCKED
    event = Event(kind, guia.id, command.actor.name, data)
    closed = _closed(None if left else spent, TokenEnd.LOCKED, world)
    after = replace(case, guia=guia, token=spent or case.token)
    if not left:
        locked = replace(guia, last_end=TokenEnd.LOCKED.value)
        after = replace(after, guia=locked, token=closed[0] if closed else case.token, secret=None, climb=None)
    return Step(case, after, event, closed=closed, judged=True, wrong=True), Refused(Refusal.CODE_REFUSED, left)


def _closed(token: Token | None, end: TokenEnd, world: World) -> tuple[Token, ...]:
    return (tokens.ended(token, end, world.now),) if token is not None else ()
