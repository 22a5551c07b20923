"""Review absences: an auditor accepts a guia that went on without a code, or refuses it in writing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chancela.domain import absence as absences, permissions
from chancela.domain.absence import AbsenceReview
from chancela.domain.case import Case, Step
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind
from chancela.usecases import deciding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from chancela.domain.absence import Absence
    from chancela.domain.attachment import Attachment
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class ReviewAbsence:
    """Say of a guia without a code that it is accepted, or refused with `text`.

    `seen` is the mark of the absence as it was shown to whoever decides (`absence.mark`), empty where nothing was.
    """

    actor: Actor
    guia_id: UUID
    accept: bool
    text: str = ""
    seen: str = ""


async def review_absence(commands: Sequence[ReviewAbsence], world: World) -> list[Case | Refused]:
    """Apply each review, or refuse: unknown, not allowed, nothing that waits, changed since it was shown.

    Whoever refuses says why in ten letters at least (RN 623/2024: denials in writing).
    """
    outcomes, steps = await deciding.as_shown(commands, world, _decide)
    await world.cases.save(steps)
    return outcomes


def _decide(command: ReviewAbsence, case: Case | None, attached: Iterable[Attachment], world: World) -> Step | Refused:
    if case is None or not permissions.may(command.actor, Permission.READ_GUIA, case.guia):
        return Refused(Refusal.NOT_FOUND)
    if not permissions.may(command.actor, Permission.REVIEW_ABSENCE, case.guia):
        return Refused(Refusal.FORBIDDEN)
    absence = case.absence
    if absence is None or absence.review is not AbsenceReview.WAITING:
        return Refused(Refusal.NOTHING_TO_REVIEW)
    if command.seen and command.seen != absences.mark(absence, attached):
        return Refused(Refusal.GUIA_CHANGED)
    seen = "".join(each for each in command.text if each.isprintable() or each.isspace())  # no database takes NUL
    text = " ".join(seen.split())[: absences.LONGEST_REVIEW]
    if not command.accept and sum(each.isalpha() for each in text) < absences.FEWEST_LETTERS:
        return Refused(Refusal.REASON_NEEDED)
    return _reviewed(case, absence, command, text, world)


def _reviewed(case: Case, absence: Absence, command: ReviewAbsence, text: str, world: World) -> Step:
    """Whatever was still owed is asked for no more."""
    new = replace(
        absence,
        review=AbsenceReview.ACCEPTED if command.accept else AbsenceReview.REFUSED,
        review_text=text or None,
        reviewed_at=world.now,
        reviewed_by=command.actor.name,
        owes=(),
        owes_until=None,
        missed=(*absence.missed, *absence.owes),
    )
    data = {"review": new.review.value, "protocol": new.protocol}
    words = {"words": absences.seal(new)} if text else {}
    event = Event(EventKind.ABSENCE_REVIEWED, case.guia.id, command.actor.name, {**data, **words})
    return Step(case, replace(case, absence=new), event, absence=new)
