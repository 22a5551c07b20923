"""Return printed guias: the signed sheet comes back as a picture, is known by its slip, and the guia goes on by it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import (
    absence as absences,
    attachment as attachments,
    outage as outages,
    permissions,
    policy_proviso as provisos,
    printed,
    receipt,
)
from chancela.domain.absence import AbsenceNeed, AbsenceReason, Given
from chancela.domain.attachment import Attachment, MediaType
from chancela.domain.case import Case, Step
from chancela.domain.guia import Attendance
from chancela.domain.offline import BRAZIL
from chancela.domain.permissions import Actor, Permission
from chancela.domain.printed import Claims, Recognised, Slip
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind
from chancela.usecases import absenting, outaging, series_steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import Vault, World


@dataclass(frozen=True, slots=True)
class ReturnPrinted:
    """Take what was kept under a hash as the signed sheet of a guia, known by what its QR says or by its number.

    `shown` are claims whose signature was found to be ours, or the number as it was typed. Where the guia has no
    reason yet, one is given with it; without `visit_date` the visit was on the day of the printing. `sessions` are
    those that were signed of a series, at most as many as it has left.
    """

    actor: Actor
    guia_id: UUID
    digest: str
    media_type: MediaType
    size: int
    pages: int
    shown: Claims | str
    reason: AbsenceReason | None = None
    detail: str | None = None
    second_person: str | None = None
    visit_date: date | None = None
    sessions: int = 1


async def return_printed(commands: Sequence[ReturnPrinted], world: World) -> list[Case | Refused]:
    """Keep each sheet and let its guia go on; refuse a slip that is not of this guia, was altered, used or is over.

    The same picture of the same sheet twice is there once.
    """
    named = {command.guia_id for command in commands}
    cases, slips = await world.cases.load(named), dict(await world.slips.of(named))
    files = dict(await world.attachments.of(named))
    outcomes: list[Case | Refused] = []
    steps: list[Step] = []
    for command in commands:
        key = command.guia_id
        done = await _decide(command, cases.get(key), slips.get(key, ()), files.get(key, ()), world)
        if not isinstance(done, tuple):
            outcomes.append(done)
            continue
        steps += done
        last = done[-1]
        cases[key], files[key] = last.after, (*files.get(key, ()), *last.attached)
        slips[key] = tuple(last.slips[0] if each.id == last.slips[0].id else each for each in slips[key])
        outcomes.append(last.after)
    await world.cases.save(steps)
    return outcomes


async def _decide(
    command: ReturnPrinted, case: Case | None, slips: tuple[Slip, ...], files: tuple[Attachment, ...], world: World
) -> tuple[Step, ...] | Case | Refused:
    if case is None or not permissions.may(command.actor, Permission.READ_GUIA, case.guia):
        return Refused(Refusal.NOT_FOUND)
    if not permissions.may(command.actor, Permission.PRINT_SLIP, case.guia):
        return Refused(Refusal.FORBIDDEN)
    slip = _shown(command, case, slips, world)
    if slip is None:
        return Refused(Refusal.SLIP_REFUSED)
    if slip.attachment_id in {each.id for each in files if each.digest == command.digest}:
        return case
    if why := _why_not(command, case, slip, files, world):
        return Refused(why)
    steps = await _gone_on(command, case, slip, world)
    return steps if isinstance(steps, Refused) else _signed(command, case, slip, steps, world)


def _why_not(
    command: ReturnPrinted, case: Case, slip: Slip, files: tuple[Attachment, ...], world: World
) -> Refusal | None:
    if printed.over(slip, world.today):
        return Refusal.SLIP_OVER
    if why := printed.unreturnable(case, world.today):
        return why
    if not printed.possible(slip, _visit(command, slip), world.today):
        return Refusal.VISIT_DATE_WRONG
    return Refusal.TOO_MANY_FILES if len(files) >= attachments.MOST_FILES else None


def _shown(command: ReturnPrinted, case: Case, slips: tuple[Slip, ...], world: World) -> Slip | None:
    """Return the slip that was shown, if it is one of this guia."""
    if isinstance(command.shown, Claims):
        return printed.by_claims(case.guia, slips, command.shown)
    numbers = [(each, number(each, case.guia.operator, world.vault)) for each in slips]
    return printed.by_number(numbers, command.shown)


def number(slip: Slip, operator: str, vault: Vault) -> str:
    """Return the ten characters beneath the QR of a slip, which only our keys give."""
    return receipt.short_code(vault.lot(operator, printed.context(slip.id)))


def _visit(command: ReturnPrinted, slip: Slip) -> date:
    return command.visit_date or printed.day(slip.printed_at)


async def _gone_on(command: ReturnPrinted, case: Case, slip: Slip, world: World) -> tuple[Step, ...] | Refused:
    """Return the steps by which the guia goes on without a code, none where it went on before.

    Of a series they are as many sessions as were signed, each under a protocol of its own.
    """
    if case.guia.attendance is Attendance.WITHOUT_TOKEN:
        return ()
    if command.reason is None:
        return Refused(Refusal.ABSENCE_UNKNOWN)
    given = await _given(command, command.reason, case, slip, world)
    count = max(1, min(command.sessions, case.guia.sessions - len(case.sessions)))
    steps: tuple[Step, ...] = ()
    for protocol in await world.cases.protocols(count):
        step = absenting.recorded(case, given, protocol, command.actor.name, world)
        if isinstance(step, Refused):
            return step
        steps = (*steps, *series_steps.with_end(_without_debt(step), world))
        case = steps[-1].after
    return steps


async def _given(command: ReturnPrinted, reason: AbsenceReason, case: Case, slip: Slip, world: World) -> Given:
    """Return what is said with the sheet: of its visit it knows a day, and the hour only of the printing."""
    visit, at = _visit(command, slip), slip.printed_at
    if visit != printed.day(at):
        at = datetime.combine(visit, time(12), BRAZIL)
    given = Given(reason, command.detail, None, command.second_person, at)
    rule = absences.rule(provisos.of_guia(world.operator, case.guia).absences, reason.value)
    if rule is None or rule.tiss != absences.OF_SYSTEMS:
        return given
    channels = outages.channels_of(reason, case.deliveries)
    found = await world.outages.covering(at, channels, machine=outaging.machine(command.actor))
    return replace(given, outage_id=found.id) if found else given


def _without_debt(step: Step) -> Step:
    """Return a step whose session, where it is one of a series, owes no signature: it stands on the sheet."""
    if not step.sessions:
        return step
    (session,) = step.sessions
    signed = replace(session, owes=tuple(each for each in session.owes if each is not AbsenceNeed.SIGNATURE))
    kept = replace(step.after, sessions=(*step.after.sessions[:-1], signed))
    return replace(step, after=kept, sessions=(signed,))


def _signed(command: ReturnPrinted, case: Case, slip: Slip, steps: tuple[Step, ...], world: World) -> tuple[Step, ...]:
    """Return all steps: those before, the one by which an owed signature came, and the one that keeps the sheet."""
    case = steps[-1].after if steps else case
    if case.absence is not None and absences.awaits(case.absence, AbsenceNeed.SIGNATURE):
        new = absences.supplied(case.absence, AbsenceNeed.SIGNATURE)
        steps = (*steps, absenting.supplied(case, new, AbsenceNeed.SIGNATURE, command.actor.name))
        case = steps[-1].after
    return (*steps, _kept(command, case, slip, world))


def _kept(command: ReturnPrinted, case: Case, slip: Slip, world: World) -> Step:
    """Return the step that keeps the sheet and uses its slip up."""
    sheet = Attachment(
        id=world.chance.id(),
        guia_id=case.guia.id,
        item=None,
        digest=command.digest,
        media_type=command.media_type,
        size=command.size,
        pages=command.pages,
        added_by=command.actor.name,
        added_at=world.now,
    )
    how = Recognised.QR if isinstance(command.shown, Claims) else Recognised.NUMBER
    used = replace(
        slip,
        returned_at=world.now,
        returned_by=command.actor.name,
        attachment_id=sheet.id,
        recognised=how,
        visit_date=_visit(command, slip),
    )
    data = {
        "slip": str(slip.id),
        "attachment": str(sheet.id),
        "sha256": sheet.digest,
        "recognised": how.value,
        "visit": _visit(command, slip).isoformat(),
        "changed": printed.changed(slip, case.guia),
    }
    event = Event(EventKind.SLIP_RETURNED, case.guia.id, command.actor.name, data)
    return Step(case, case, event, attached=(sheet,), slips=(used,))
