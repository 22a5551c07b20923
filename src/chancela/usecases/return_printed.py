"""Return printed guias: the signed sheet comes back as a picture, is known by its slip, and the guia goes on by it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import absence as absences, attachment as attachments, permissions, printed, receipt
from chancela.domain.absence import AbsenceNeed, AbsenceReason, Given
from chancela.domain.attachment import Attachment, MediaType
from chancela.domain.case import Case, Step
from chancela.domain.guia import Attendance
from chancela.domain.offline import BRAZIL
from chancela.domain.permissions import Actor, Permission
from chancela.domain.printed import Claims, Recognised, Slip
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind
from chancela.usecases import absenting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import Vault, World


@dataclass(frozen=True, slots=True)
class ReturnPrinted:
    """Take what was kept under a hash as the signed sheet of a guia, known by what its QR says or by its number.

    `shown` are claims whose signature was found to be ours, or the number as it was typed. Where the guia has no
    reason yet, one is given with it; without `visit_date` the visit was on the day of the printing.
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


async def return_printed(commands: Sequence[ReturnPrinted], world: World) -> list[Case | Refused]:
    """Keep each sheet and let its guia go on; refuse a slip that is not of this guia, was altered, used or is over.

    The same picture of the same sheet twice is there once.
    """
    named = {command.guia_id for command in commands}
    cases, slips = await world.cases.load(named), dict(await world.slips.of(named))
    files = dict(await world.attachments.of(named))
    protocols = iter(await world.cases.protocols(len(commands)))
    outcomes: list[Case | Refused] = []
    steps: list[Step] = []
    for command, protocol in zip(commands, protocols, strict=True):
        key = command.guia_id
        done = _decide(command, cases.get(key), slips.get(key, ()), files.get(key, ()), protocol, world)
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


def _decide(
    command: ReturnPrinted,
    case: Case | None,
    slips: tuple[Slip, ...],
    files: tuple[Attachment, ...],
    protocol: str,
    world: World,
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
    if printed.over(slip, world.today):
        return Refused(Refusal.SLIP_OVER)
    if why := printed.unreturnable(case, world.today):
        return Refused(why)
    if not printed.possible(slip, _visit(command, slip), world.today):
        return Refused(Refusal.VISIT_DATE_WRONG)
    if len(files) >= attachments.MOST_FILES:
        return Refused(Refusal.TOO_MANY_FILES)
    gone_on = _gone_on(command, case, slip, protocol, world)
    return gone_on if isinstance(gone_on, Refused) else (*gone_on, _kept(command, case, slip, gone_on, world))


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


def _gone_on(command: ReturnPrinted, case: Case, slip: Slip, protocol: str, world: World) -> tuple[Step, ...] | Refused:
    """Return the step by which the guia goes on without a code, none where it went on before."""
    if case.guia.attendance is Attendance.WITHOUT_TOKEN:
        return ()
    if command.reason is None:
        return Refused(Refusal.ABSENCE_UNKNOWN)
    visit = _visit(command, slip)
    taken_at = slip.printed_at
    if visit != printed.day(slip.printed_at):
        taken_at = datetime.combine(visit, time(12), BRAZIL)  # the sheet knows of a day, not of an hour
    given = Given(command.reason, command.detail, None, command.second_person, taken_at)
    step = absenting.recorded(case, given, protocol, command.actor.name, world)
    return step if isinstance(step, Refused) else (step,)


def _kept(command: ReturnPrinted, case: Case, slip: Slip, before: tuple[Step, ...], world: World) -> Step:
    """Return the step that keeps the sheet; a signature that was owed is no longer."""
    case = before[-1].after if before else case
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
    supplied = absences.supplied(case.absence, AbsenceNeed.SIGNATURE) if case.absence else None
    data = {
        "slip": str(slip.id),
        "attachment": str(sheet.id),
        "sha256": sheet.digest,
        "recognised": how.value,
        "visit": _visit(command, slip).isoformat(),
        "changed": printed.changed(slip, case.guia),
    }
    event = Event(EventKind.SLIP_RETURNED, case.guia.id, command.actor.name, data)
    after = replace(case, absence=supplied)
    return Step(case, after, event, attached=(sheet,), slips=(used,), absence=supplied)
