"""What reconciling does to one record: its guia, the code as it was given then, or else the reason without one."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, cast

from chancela.domain import (
    absence as absences,
    guia as guias,
    offline,
    outage as outages,
    policy_proviso as provisos,
    reconcile,
)
from chancela.domain.absence import AbsenceLead, AbsenceReason, AbsenceReview, Given
from chancela.domain.guia import Attendance, Status
from chancela.domain.reconcile import Differs, Result
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases import absenting, carried, outaging, series_steps
from chancela.usecases.issue_token import STATUS_REFUSALS
from chancela.usecases.validate_token import Desk, ValidateToken

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from uuid import UUID

    from chancela.domain.block import Block
    from chancela.domain.case import Case, Step
    from chancela.domain.outage import Outage
    from chancela.domain.permissions import Actor
    from chancela.domain.policy_version import Rules
    from chancela.domain.reconcile import Difference, Said
    from chancela.domain.tally import Day, Fleet
    from chancela.domain.token import Token
    from chancela.ports import World

STILL_OPEN: Final = frozenset({Status.AWAITING_TOKEN, Status.LATE_PENDING, Status.UNDER_ANALYSIS, Status.DENIED})
LATER: Final = frozenset({Refusal.TOO_MANY_WRONG, Refusal.SECOND_FACTOR_NEEDED})  # the same record may come again
BLANK: Final = "0" * 20  # a protocol for a trial, of which nothing is kept


@dataclass(slots=True)
class Entry:
    """One record at work: `taken` is when the visit was, `then` the same world under the rules of that day.

    `case` is its guia, `born` the step that registered it, `steps` what the record causes besides; `doubted` says that
    a code was given that did not confirm the visit, so that an auditor looks at it; `without` that there is none.
    """

    actor: Actor
    number: str
    block: Block
    said: Said
    code: str | None = field(repr=False)
    taken: datetime
    then: World
    case: Case | None = None
    born: Step | None = None
    steps: list[Step] = field(default_factory=list)
    refused: Refused | None = None
    differences: tuple[Difference, ...] = ()
    doubted: bool = False
    without: bool = False

    @property
    def result(self) -> Result:
        """Return what became of the record."""
        if self.refused is not None or self.case is None:
            return Result.REFUSED
        return Result.WITHOUT_TOKEN if self.without else Result.VALIDATED

    def refuse(self, refused: Refused | Refusal, *differences: Difference) -> None:
        """Let the record wait to be corrected: nothing that it asked for is done."""
        self.refused = refused if isinstance(refused, Refused) else Refused(refused)
        self.differences = (*self.differences, *differences)
        if self.born is not None:
            self.case = self.born = None


def world_then(world: World, rules: Rules) -> World:
    """Return the same transaction under the rules of another day."""
    then = copy.copy(world)
    then.operator = replace(world.operator, policy=rules.policy, provisos=rules.provisos)
    return then


def stood(entry: Entry, case: Case) -> None:
    """Take the guia that stood before, or refuse the record: it came later, ended meanwhile, or is of another card."""
    entry.case = case
    status = guias.status(case.guia, offline.day(entry.taken))
    if offline.day(entry.taken) < offline.day(case.guia.created_at):
        entry.refuse(Refusal.TAKEN_AT_WRONG)
    elif status not in STILL_OPEN:
        entry.refuse(STATUS_REFUSALS[status], reconcile.meanwhile(status, entry.said))
    elif entry.said.card_number != case.guia.card_number:
        differs = reconcile.Difference(Differs.CARD, entry.said.card_number, case.guia.card_number)
        entry.refuse(Refusal.CARD_UNKNOWN, differs)
    elif case.guia.attendance is Attendance.NONE:
        entry.case = _awaiting(case)
        entry.differences = (*entry.differences, *reconcile.not_authorised(case))


def born(entry: Entry, step: Step) -> None:
    """Take a new guia: care was given already, so that it awaits its code whatever its analysis says."""
    data = {**step.event.data, "block": entry.block.no, "taken_at": reconcile.instant(entry.taken)}
    entry.case = _awaiting(step.after)
    entry.born = replace(step, after=entry.case, event=replace(step.event, data=data))
    entry.differences = (*entry.differences, *reconcile.not_authorised(entry.case))


def _awaiting(case: Case) -> Case:
    return replace(case, guia=replace(case.guia, attendance=Attendance.AWAITING_TOKEN))


def given(entry: Entry, known: Sequence[Outage]) -> Given | Refused:
    """Return the reason for a visit that no code confirms: that the system was down, where none is said."""
    case, said = _case(entry), entry.said
    policy = provisos.of_guia(entry.then.operator, case.guia)
    asked = [said.reason] if said.reason else [AbsenceReason.SYSTEM_DOWN.value, absences.OF_SYSTEMS]
    rule = next((found for each in asked if (found := absences.rule(policy.absences, each))), None)
    if rule is None:
        return Refused(Refusal.ABSENCE_UNKNOWN)
    proof = _proof(entry, rule.reason, known) if rule.tiss == absences.OF_SYSTEMS else None
    detail = (said.detail or "")[: absences.LONGEST_DETAIL] or None
    return Given(rule.reason, detail, taken_at=entry.taken, outage_id=proof)


def _proof(entry: Entry, reason: AbsenceReason, known: Sequence[Outage]) -> UUID | None:
    channels, machine = outages.channels_of(reason, _case(entry).deliveries), outaging.machine(entry.actor)
    covering = [each for each in known if outages.covers(each, entry.taken)]
    best = outages.best(each for each in covering if outages.proves(each, channels, machine=machine))
    return best.id if best else None


def tried(entry: Entry, given: Given) -> None:
    """Refuse the record whose reason lacks what cannot follow, before any code of it is judged."""
    trial = absenting.recorded(_case(entry), given, BLANK, entry.actor.name, entry.then)
    if isinstance(trial, Refused):
        entry.refuse(trial)


def without_code(entry: Entry, given: Given, protocol: str) -> None:
    """Let the guia go on without a code; where one was given that did not confirm it, an auditor looks at it."""
    recorded = absenting.recorded(_case(entry), given, protocol, entry.actor.name, entry.then)
    step = cast("Step", recorded)  # it was tried before
    step = _looked_at(step) if entry.doubted else step
    steps = series_steps.with_end(step, entry.then)
    entry.case, entry.without = steps[-1].after, True
    entry.steps.extend(steps)


def _case(entry: Entry) -> Case:
    """Return the guia of a record that is not refused: it has one."""
    return cast("Case", entry.case)


def _looked_at(step: Step) -> Step:
    """Return the step with its absence, or that of a session of a series, to be looked at by an auditor."""
    reviewed: dict[str, Any] = {"lead": AbsenceLead.REVIEWED, "review": AbsenceReview.WAITING}
    event = replace(step.event, data={**step.event.data, "lead": AbsenceLead.REVIEWED.value})
    if step.absence is not None:
        new = replace(step.absence, **reviewed)
        return replace(step, after=replace(step.after, absence=new), event=event, absence=new)
    session = replace(step.sessions[-1], **reviewed)
    after = replace(step.after, sessions=(*step.after.sessions[:-1], session))
    return replace(step, after=after, event=event, sessions=(session,))


@dataclass(slots=True)
class Codes:
    """The codes of a set of records: each is judged as it was when it was given, by the limits of today."""

    world: World
    days: dict[str, Day]
    fleet: Fleet
    desks: list[Desk] = field(default_factory=list)

    async def judge(self, entries: Collection[Entry]) -> None:
        """Judge what has a code; those under the same rules are looked up together."""
        worlds: dict[int, list[Entry]] = {}
        for each in entries:
            worlds.setdefault(id(each.then), []).append(each)
        for some in worlds.values():
            await self._judge(some)

    async def _judge(self, entries: Sequence[Entry]) -> None:
        cases = {_case(each).guia.id: _case(each) for each in entries}
        taken = {_case(each).guia.id: each.taken for each in entries}
        then = entries[0].then
        desk = Desk(cases, self.days, self.fleet, then, taken=taken)
        self.desks.append(desk)
        typed = [(each, ValidateToken(each.actor, _case(each).guia.id, each.code or "")) for each in entries]
        right = [desk.right(command) for _, command in typed]
        wrong = [command for (_, command), known in zip(typed, right, strict=True) if not known]
        compared = [case for each in wrong if (case := desk.compared(each))]
        desk.carried = await carried.look(compared, then, taken)
        for (entry, command), known in zip(typed, right, strict=True):
            self._one(desk, entry, command, right=known)

    def _one(self, desk: Desk, entry: Entry, command: ValidateToken, *, right: bool) -> None:
        before: Token | None = desk.cases[command.guia_id].token
        done = len(desk.steps)
        outcome = desk.judge(command, right=right)
        entry.steps.extend(desk.steps[done:])
        entry.case = desk.cases[command.guia_id]
        if not isinstance(outcome, Refused):
            return
        if outcome.reason in LATER:
            entry.refuse(outcome)
            return
        entry.doubted = True
        differs = reconcile.code_differs(outcome.reason, before, entry.taken)
        entry.differences = (*entry.differences, differs)

    async def save(self) -> None:
        """Write which codes on paper were used."""
        for each in self.desks:
            await each.carried.save(self.world)
