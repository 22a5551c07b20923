"""How a series is shown, on every page alike: which session comes next, and each that took place with how it did."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from chancela.domain import denied_session
from chancela.domain.case import Case
from chancela.domain.guia import Attendance
from chancela.domain.report import ReportOutcome
from chancela.domain.series import Session
from chancela.domain.token import Method, Window
from chancela.portals.design import absence_words
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
NO_BREAK = "\u00a0"  # a word and its number stand on one line
DISOWNED = Said("wait", gettext_lazy("contestada"), "alert")
DENIED = Said("bad", gettext_lazy("não aconteceu: não se paga"), "stop")
HAPPENED = Said("good", gettext_lazy("contestada: aconteceu"), "check")


@dataclass(frozen=True, slots=True)
class Line:
    """One session that took place; `by` is the account that recorded it, `told` what was written of it.

    `said` is what its person said of it and what was decided, `ruling` that decision in writing.
    """

    place: int
    at: dt.datetime
    by: str
    how: str | Promise
    tone: str
    icon: str
    protocol: str | None
    told: str | None
    said: Said | None
    ruling: str | None


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
    def denied(self) -> str:
        """The sessions of which it was decided that they never were, as people say them; empty where there is none."""
        places = [each.place for each in self.lines if each.said is DENIED]
        return named(places) if places else ""

    @property
    def unpaid(self) -> str:
        """What is not to be paid of a guia that stands all the same; empty where nothing was denied."""
        return unpaid(each.place for each in self.lines if each.said is DENIED)

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
    lines = tuple(_line(case, each) for each in case.sessions)
    ends = len(lines) >= case.guia.sessions or case.guia.attendance is not Attendance.AWAITING_TOKEN
    why = next((each.closed_why for each in case.sessions if each.closed_why), None)
    return Series(case.guia.sessions, lines, None if ends else len(lines) + 1, why)


def named(places: Iterable[int]) -> str:
    """Sessions by their places, as people say them: «sessões 2 e 5»."""
    *first, last = [str(each) for each in places]
    told = _("%(some)s e %(last)s") % {"some": ", ".join(first), "last": last} if first else last
    return (ngettext("sessão %(n)s", "sessões %(n)s", len(first) + 1) % {"n": told}).replace(" ", NO_BREAK, 1)


def unpaid(places: Iterable[int]) -> str:
    """Denied sessions, as pages say them beside how their guia stands; empty where there is none."""
    denied = tuple(places)
    return _("não se paga: %(named)s") % {"named": named(denied)} if denied else ""


def _line(case: Case, session: Session) -> Line:
    how = _how(session)
    place, at = session.place, session.taken_at or session.at
    told, said = (session.protocol, session.detail), _said(case, session)
    return Line(place, at, session.by, how.word, how.tone, how.icon, *told, said, session.ruling)


def _said(case: Case, session: Session) -> Said | None:
    if denied_session.denied(case, session):
        return DENIED
    if denied_session.disowned(case, session):
        return DISOWNED
    return HAPPENED if session.outcome is ReportOutcome.MISTAKEN else None


def _how(session: Session) -> Said:
    if session.method is None or session.window is None:
        why = absence_words.REASON[session.reason] if session.reason else ""
        return Said("wait", _("sem código: %(why)s") % {"why": why}, "document")
    if session.upon is not None:
        return Said("good", _("código do dia, da sessão %(n)s") % {"n": session.upon}, "check")
    return HOW[session.method][session.window]
