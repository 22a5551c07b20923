"""How a series is shown, on every page alike: which session comes next, and each that took place with how it did."""

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from chancela.domain.absence import AbsenceReason
from chancela.domain.case import Case
from chancela.domain.guia import Attendance
from chancela.domain.series import Session
from chancela.domain.token import Method, Window
from chancela.portals.design.words import Said

HOW = {
    Method.TOKEN: {
        Window.FRESH: Said("good", gettext_lazy("código na hora"), "check"),
        Window.VALID: Said("good", gettext_lazy("código no prazo"), "check"),
        Window.LATE: Said("good", gettext_lazy("código tardio"), "clock"),
    },
    Method.OFFLINE: dict.fromkeys(Window, Said("good", gettext_lazy("código sem sinal"), "check")),
    Method.PAPER: dict.fromkeys(Window, Said("good", gettext_lazy("código de papel"), "document")),
}
WITHOUT = {
    AbsenceReason.NO_PHONE: gettext_lazy("sem código: não tem celular"),
    AbsenceReason.PHONE_NOT_HERE: gettext_lazy("sem código: o celular não estava com a pessoa"),
    AbsenceReason.NOT_DELIVERED: gettext_lazy("sem código: não chegou"),
    AbsenceReason.NO_SIGNAL: gettext_lazy("sem código: sem sinal"),
    AbsenceReason.SYSTEM_DOWN: gettext_lazy("sem código: sistema fora do ar"),
    AbsenceReason.CANNOT_USE: gettext_lazy("sem código: a pessoa não conseguiu usar"),
    AbsenceReason.WITH_ANOTHER_ADULT: gettext_lazy("sem código: menor com outro adulto"),
    AbsenceReason.URGENT: gettext_lazy("sem código: urgência"),
    AbsenceReason.INPATIENT: gettext_lazy("sem código: internação"),
    AbsenceReason.HOME_COLLECTION: gettext_lazy("sem código: coleta em casa"),
    AbsenceReason.THIRD_PARTY_MATERIAL: gettext_lazy("sem código: material enviado por terceiros"),
    AbsenceReason.REFUSED: gettext_lazy("sem código: a pessoa não quis dar"),
    AbsenceReason.AFTER_EXIT: gettext_lazy("sem código: a pessoa já tinha ido embora"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One session that took place; `by` is the account that recorded it, `told` what was written of it."""

    place: int
    at: dt.datetime
    by: str
    how: str | Promise
    tone: str
    icon: str
    protocol: str | None
    told: str | None


@dataclass(frozen=True, slots=True)
class Series:
    """A series as pages show it: `next` is the session that comes, None where none does any more.

    `closed_why` says why it ended before its last session.
    """

    of: int
    lines: tuple[Line, ...]
    next: int | None
    closed_why: str | None

    @property
    def done(self) -> int:
        """How many sessions took place."""
        return len(self.lines)

    @property
    def last(self) -> Line | None:
        """The session that took place last."""
        return self.lines[-1] if self.lines else None

    @property
    def title(self) -> str:
        """What stands above: the session in hand, or how many there were."""
        if self.next is not None:
            return _("Sessão %(n)s de %(of)s") % {"n": self.next, "of": self.of}
        return _("Sessões: %(n)s de %(of)s") % {"n": self.done, "of": self.of}


def shown(case: Case) -> Series | None:
    """The series of a guia, or None where it is none."""
    if case.guia.sessions == 1:
        return None
    lines = tuple(_line(each) for each in case.sessions)
    ends = len(lines) >= case.guia.sessions or case.guia.attendance is not Attendance.AWAITING_TOKEN
    why = next((each.closed_why for each in case.sessions if each.closed_why), None)
    return Series(case.guia.sessions, lines, None if ends else len(lines) + 1, why)


def _line(session: Session) -> Line:
    how = _how(session)
    place, at = session.place, session.taken_at or session.at
    return Line(place, at, session.by, how.word, how.tone, how.icon, session.protocol, session.detail)


def _how(session: Session) -> Said:
    if session.method is None or session.window is None:
        return Said("wait", WITHOUT[session.reason] if session.reason else "", "document")
    if session.upon is not None:
        return Said("good", _("código do dia, da sessão %(n)s") % {"n": session.upon}, "check")
    return HOW[session.method][session.window]
