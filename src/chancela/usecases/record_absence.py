"""Record absences: care goes on without a code, with the reason; what is urgent waits for nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from chancela.domain import (
    absence as absences,
    guia as guias,
    outage as outages,
    permissions,
    policy_proviso as provisos,
)
from chancela.domain.absence import AbsenceReason, AbsenceRule, Given
from chancela.domain.case import Case, Step
from chancela.domain.guia import Attendance, Status
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases import absenting, outaging, series_steps
from chancela.usecases.issue_token import STATUS_REFUSALS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class RecordAbsence:
    """Go on without a code: `reason` is one of ours by its slug, or a value of TISS table 74.

    `detail` is a note of at most 500 characters, `call_protocol` the call centre's number as it was typed,
    `second_person` the name of somebody who was there. Of a series it is the next session that has no code: `session`
    is its place, where whoever asks was shown one.
    """

    actor: Actor
    guia_id: UUID
    reason: AbsenceReason | str
    detail: str | None = None
    call_protocol: str | None = None
    second_person: str | None = None
    session: int | None = None


async def record_absence(commands: Sequence[RecordAbsence], world: World) -> list[Case | Refused]:
    """Record each reason, or refuse: unknown, cancelled, denied, expired, validated, disputed, or under analysis.

    The same reason again is answered as the first time. No document, signature or number of the call centre is waited
    for: what the reason needs of them is owed. A note or a second person that it needs is refused where it lacks.
    """
    desk = _Desk(await world.cases.load({command.guia_id for command in commands}), world)
    read = [await desk.read(command) for command in commands]
    protocols = iter(await world.cases.protocols(sum(isinstance(each, Given) for each in read)))
    outcomes = [desk.judge(command, each, protocols) for command, each in zip(commands, read, strict=True)]
    await world.cases.save(desk.steps)
    return outcomes


@dataclass(slots=True)
class _Desk:
    """One set at work: each reason is judged by what those before it left."""

    cases: dict[UUID, Case]
    world: World
    steps: list[Step] = field(default_factory=list)

    async def read(self, command: RecordAbsence) -> Given | Case | Refused:
        """Return what is said, with the outage that proves it; or the answer where nothing is to be recorded."""
        case, world = self.cases.get(command.guia_id), self.world
        if case is None or not permissions.may(command.actor, Permission.RECORD_ABSENCE, case.guia):
            return Refused(Refusal.NOT_FOUND)
        rule = absences.rule(provisos.of_guia(world.operator, case.guia).absences, str(command.reason))
        if answer := _settled(command, case, rule, world):
            return answer
        if rule is None:
            return Refused(Refusal.ABSENCE_UNKNOWN)
        given = _given(command, case, rule, world)
        if isinstance(given, Given) and rule.tiss == absences.OF_SYSTEMS:
            channels = outages.channels_of(rule.reason, case.deliveries)
            found = await world.outages.covering(world.now, channels, machine=outaging.machine(command.actor))
            given = replace(given, outage_id=found.id) if found else given
        if isinstance(given, Refused):
            return given
        judged = absenting.judged(case, given, world)
        return judged if isinstance(judged, Refused) else given

    def judge(self, command: RecordAbsence, read: Given | Case | Refused, protocols: Iterator[str]) -> Case | Refused:
        """Record a reason under the next protocol number, unless one before it in the set ended the guia."""
        if not isinstance(read, Given):
            return read
        case, world = self.cases[command.guia_id], self.world
        rule = absences.rule(provisos.of_guia(world.operator, case.guia).absences, read.reason.value)
        if answer := _settled(command, case, rule, world):
            return answer
        step = absenting.recorded(case, read, next(protocols), command.actor.name, world)
        if isinstance(step, Refused):
            return step
        steps = series_steps.with_end(step, world)
        self.steps.extend(steps)
        self.cases[command.guia_id] = steps[-1].after
        return steps[-1].after


def _settled(command: RecordAbsence, case: Case, rule: AbsenceRule | None, world: World) -> Case | Refused | None:
    """Return the answer where the guia is past a reason or not yet there; None where it may go on without a code."""
    before = case.absence
    if case.guia.attendance is Attendance.WITHOUT_TOKEN and before and command.reason in {before.reason, before.tiss}:
        return case
    status = guias.status(case.guia, world.today)
    hurries = rule is not None and absences.never_waits(rule.reason, case.guia)
    if command.session is not None and command.session != len(case.sessions) + 1 and status not in STATUS_REFUSALS:
        return Refused(Refusal.GUIA_CHANGED)
    if status is Status.LATE_PENDING or (status is Status.UNDER_ANALYSIS and hurries):
        return None
    refused = STATUS_REFUSALS.get(status)
    return Refused(refused) if refused else None


def _given(command: RecordAbsence, case: Case, rule: AbsenceRule, world: World) -> Given | Refused:
    """Return what was typed, in order; a number that is none is told, but never where care cannot wait."""
    typed = (command.call_protocol or "").strip()
    number = absences.call_number(typed, world.operator.ans, world.today)
    if typed and number is None and not absences.never_waits(rule.reason, case.guia):
        return Refused(Refusal.PROTOCOL_WRONG)
    detail = (command.detail or "").strip()[: absences.LONGEST_DETAIL] or None
    second = " ".join((command.second_person or "").split())[: absences.LONGEST_NAME] or None
    return Given(rule.reason, detail, number, second)
