"""What a person says about a code that they did not ask for: one report a guia, closed by someone of the operator."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chancela.domain.guia import Attendance

PAUSE = timedelta(days=7)
PAUSING = 2
DENIALS = frozenset(
    {
        *("nao", "n", "nao nao", "nao pedi", "eu nao pedi", "nao pedi nada", "nao pedi isso", "nao pedi codigo"),
        *("nao pedi este codigo", "nao pedi esse codigo", "nao pedi nenhum codigo", "nao fui eu", "nao sou eu"),
        *("nao solicitei", "nao reconheco", "nao autorizo", "cancelar", "parar", "sair"),
        *("no", "not me", "i did not request a code", "i didn t request a code", "stop"),
    }
)


class ReportWay(StrEnum):
    """How the person told it."""

    SMS = "sms"
    WHATSAPP = "whatsapp"
    EMAIL = "email"
    VOICE = "voice"
    PHONE = "phone"
    APP = "app"


class ReportOutcome(StrEnum):
    """How a report ended: the person was mistaken and codes go out again, or was right and the guia stays stopped.

    Of a disputed attendance: it happened, and stands again as it stood; or it did not, and is never paid.
    """

    MISTAKEN = "mistaken"
    UPHELD = "upheld"


@dataclass(frozen=True, slots=True)
class Side:
    """What a provider answered while these sessions were in question."""

    text: str
    at: datetime
    sessions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """«Não pedi este código» of one guia; `protocol` is the 20-digit number told to the person.

    One about an attendance that was recorded is a dispute (domain/dispute.py): `was` is how that stood before,
    `due_date` the last day to decide it, `side` what the provider says of it, `text` the decision in writing;
    `sessions` are the places of the sessions of a series that it is about, in order, none where it is about them all;
    `former` is what the provider said before more of them came into question, the first answer on top.
    """

    guia_id: UUID
    beneficiary_id: UUID
    provider: str
    way: ReportWay
    protocol: str
    generation: int
    opened_at: datetime
    outcome: ReportOutcome | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    was: Attendance | None = None
    due_date: date | None = None
    side: str | None = None
    side_at: datetime | None = None
    text: str | None = None
    sessions: tuple[int, ...] = ()
    former: tuple[Side, ...] = ()


def denies(text: str) -> bool:
    """Tell whether an answer means «não pedi»: its first line, however it is written."""
    first = text.strip().splitlines()[0] if text.strip() else ""
    bare = "".join(each for each in unicodedata.normalize("NFKD", first.lower()) if not unicodedata.combining(each))
    words = "".join(each if each.isascii() and each.isalnum() else " " for each in bare).split()
    return " ".join(words) in DENIALS


def reopens(report: Report, generation: int) -> bool:
    """Tell whether another word opens a report again: it was found a mistake, and a later code went out since."""
    return report.outcome is ReportOutcome.MISTAKEN and generation > report.generation


def stops(report: Report | None) -> bool:
    """Tell whether a report keeps codes of its guia from going out: until someone finds that it was a mistake."""
    return report is not None and report.outcome is not ReportOutcome.MISTAKEN


def protocol(ans: str, day: date, number: int) -> str:
    """Return a protocol number: ANS register, day and the day's count (RN 395/2016: 6 + 8 + 6 digits)."""
    return f"{ans}{day:%Y%m%d}{number:06d}"
