"""What the desk shows of going on without a code: the reasons to choose from, and how one that was chosen stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from chancela.domain import absence as absences, guia as guias
from chancela.domain.absence import Absence, AbsenceNeed
from chancela.domain.guia import Status
from chancela.domain.policy_proviso import of_guia
from chancela.portals.design import absence_words as words
from chancela.portals.design.words import Said

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from chancela.domain.absence import AbsenceRule
    from chancela.domain.case import Case
    from chancela.domain.people import Operator

KEYS: Final = "1234567890fjx"  # one for each reason; the letters are those that the page does not use otherwise
GOES_ON: Final = frozenset({Status.AWAITING_TOKEN, Status.LATE_PENDING, Status.UNDER_ANALYSIS})


@dataclass(frozen=True, slots=True)
class Choice:
    """One reason: what it asks for now, what may follow later, and its key."""

    slug: str
    word: str | Promise
    key: str
    note: bool
    second: bool
    later: tuple[str | Promise, ...]

    @property
    def asks(self) -> bool:
        """Tell whether something is to be written before."""
        return self.note or self.second


@dataclass(frozen=True, slots=True)
class Screen:
    """The page of reasons; `analysed` is false while only what is urgent may go on, `calls` asks for a number."""

    choices: tuple[Choice, ...]
    analysed: bool
    calls: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """An absence as the guia's page and its paper tell it."""

    it: Absence
    reason: str | Promise
    tiss: str | Promise
    review: Said
    owes: tuple[str | Promise, ...]
    missed: tuple[str | Promise, ...]
    signature: bool
    document: bool
    call: bool


def goes_on(case: Case) -> bool:
    """Tell whether there is a reason to give."""
    return guias.status(case.guia, timezone.localdate()) in GOES_ON


def screen(operator: Operator, case: Case) -> Screen:
    """Lay out the reasons that the policy offers for a guia as it stands."""
    rules, guia = of_guia(operator, case.guia).absences, case.guia
    waits = guias.status(guia, timezone.localdate()) is Status.UNDER_ANALYSIS
    fit = [each for each in rules if not waits or absences.never_waits(each.reason, guia)]
    choices = tuple(_choice(each, case, key) for each, key in zip(fit, KEYS, strict=False))
    return Screen(choices, not waits, any(AbsenceNeed.CALL_CENTRE in each.needs for each in fit))


def _choice(rule: AbsenceRule, case: Case, key: str) -> Choice:
    now = () if absences.never_waits(rule.reason, case.guia) else absences.at_once(rule.needs)
    later = tuple(words.NEED[each] for each in rule.needs if each not in absences.AT_ONCE)
    word = words.REASON[rule.reason]
    return Choice(rule.reason.value, word, key, AbsenceNeed.NOTE in now, AbsenceNeed.SECOND_PERSON in now, later)


def owing(absence: Absence | None) -> Said | None:
    """Return how a guia that still owes something stands in the queue."""
    if absence is None or not absence.owes:
        return None
    needs = ", ".join(str(words.NEED_SHORT[each]) for each in absence.owes)
    return Said("wait", _("SEM CÓDIGO, FALTA %(needs)s") % {"needs": needs.upper()}, "document")


def shown(absence: Absence | None) -> Shown | None:
    """Return an absence in words, where there is one."""
    if absence is None:
        return None
    return Shown(
        absence,
        words.REASON[absence.reason],
        words.TISS[absence.tiss],
        words.REVIEW[absence.review],
        tuple(words.NEED[each] for each in absence.owes),
        tuple(words.NEED[each] for each in absence.missed),
        absences.awaits(absence, AbsenceNeed.SIGNATURE),
        absences.awaits(absence, AbsenceNeed.DOCUMENT),
        absences.awaits(absence, AbsenceNeed.CALL_CENTRE),
    )
