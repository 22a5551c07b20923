"""Visits that were written down on paper, as they are typed or pasted: one a line, with semicolons between."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from chancela.domain import block as blocks, token as tokens
from chancela.domain.guia import Guia, Kind, RequestedProcedure
from chancela.domain.reconcile import Said
from chancela.portals.design import absence_words
from chancela.portals.provider import words

MOST: Final = 200
LONGEST: Final = 100_000  # characters of a list
HIDDEN: Final = "••••••"  # in the place of a code that was typed before
BRAZIL: Final = ZoneInfo("America/Sao_Paulo")
COLUMNS: Final = 7
TABLE: Final = "22"
KINDS: Final = {
    "odonto": Kind.ODONTO,
    "gto": Kind.ODONTO,
    "consulta": Kind.CONSULTA,
    "sadt": Kind.SP_SADT,
    "sp/sadt": Kind.SP_SADT,
    "sp_sadt": Kind.SP_SADT,
    "exame": Kind.SP_SADT,
    "internacao": Kind.INTERNACAO,
    "internação": Kind.INTERNACAO,
}
REASONS: Final = {each.value: word for each, word in absence_words.REASON.items()}
NAMES: Final = {Kind.ODONTO: "odonto", Kind.CONSULTA: "consulta", Kind.SP_SADT: "sadt", Kind.INTERNACAO: "internacao"}
_ASKED: Final = re.compile(r"([0-9]{8})(?:/([0-9]{2}))?(?:/([OLMVDIPolmvdip]{1,5}))?(?:[xX]([1-9][0-9]?))?", re.ASCII)
_GUIA: Final = re.compile(r"guia(?: ?([0-9][0-9 ]*))?", re.ASCII)  # in the place of a kind: one that stood before
_WHEN: Final = ("%d/%m/%Y %H:%M", "%d/%m/%y %H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M")


@dataclass(frozen=True, slots=True)
class Line:
    """One visit as it was typed; `errors` say what to put right before it can be brought in.

    Where it is about a guia that stood before, `guia` is its number and `stood` that guia, once it is found.
    """

    place: int
    number: str
    when: str
    card: str
    kind: str
    procedures: str
    answer: str
    note: str
    taken_at: dt.datetime | None = None
    asked: tuple[RequestedProcedure, ...] = ()
    code: str | None = field(default=None, repr=False)
    errors: tuple[str, ...] = ()
    guia: str = ""
    stood: Guia | None = None

    @property
    def reason(self) -> str | None:
        """The reason that was typed in the place of a code."""
        return None if self.code is not None else (self.answer.lower() or None)

    @property
    def kind_word(self) -> str:
        """The kind as people say it; a guia that stood before, and what is no kind, as it was typed."""
        return str(words.KIND_SHORT[found]) if (found := KINDS.get(self.kind.casefold())) else self.kind

    @property
    def reason_word(self) -> str:
        """The reason as people say it, by its number where that was typed; what is no reason, as it was typed."""
        if self.answer in absence_words.TISS:
            return f"{self.answer} · {absence_words.TISS[self.answer]}"
        return str(REASONS.get(self.answer.lower(), self.answer))


def rows(text: str) -> list[str]:
    """The visits of a list as they stand there, without the names of columns above them: those have no digit."""
    found = [each for each in text.replace("\t", ";").splitlines() if each.strip()]
    return found if any(each.isdigit() for each in "".join(found[:1])) else found[1:]


def read(text: str, kept: dict[str, str]) -> list[Line]:
    """The lines of a list, at most 200; `kept` are codes that were typed before and are not shown, by number."""
    met: set[str] = set()
    found = []
    for place, row in enumerate(rows(text)[:MOST], 1):
        line = _line(place, row, kept)
        number = blocks.bare(line.number) or line.number
        if number in met:
            line = replace(line, errors=(*line.errors, _("Este número já está em outra linha.")))
        met.add(number)
        found.append(line)
    return found


def _line(place: int, row: str, kept: dict[str, str]) -> Line:
    cells = [each.strip().strip('"').strip()[:500] for each in row.split(";")]
    number, when, card, kind, procedures, answer, *rest = [*cells, *[""] * COLUMNS][: max(COLUMNS, len(cells))]
    typed = kept.get(blocks.bare(number) or "", "") if answer == HIDDEN else answer
    code = tokens.digits(typed)
    line = Line(place, number, when, card, kind, procedures, HIDDEN if code else answer, ", ".join(filter(None, rest)))
    taken_at, asked = _when(when), _asked(procedures)
    line = replace(line, taken_at=taken_at, asked=asked or (), code=code, guia=_guia(kind))
    return replace(line, errors=tuple(_errors(line)))


def _errors(line: Line) -> Iterable[str]:
    if blocks.bare(line.number) is None:
        yield _("Confira o número: são 13 algarismos, e o primeiro é 9.")
    if line.taken_at is None:
        yield _("Escreva dia e hora, por exemplo 21/11/2026 09:40.")
    if not line.card:
        yield _("Falta a carteirinha.")
    if line.guia and line.procedures:
        yield _("Deixe os procedimentos em branco: valem os da guia.")
    if not line.guia and line.kind.casefold() not in KINDS:
        yield _("Escreva o tipo: odonto, consulta, sadt ou internação; ou “guia” e o número, se a guia já existe.")
    if not line.guia and not line.asked:
        yield _("Escreva os procedimentos pelo código TUSS, por exemplo 81000030 ou 85100013/26/OM.")
    if line.answer == HIDDEN and line.code is None:
        yield _("Digite o código outra vez: ele não fica guardado.")


def kind(line: Line) -> Kind:
    """The kind of the guia of a line without errors."""
    return line.stood.kind if line.stood else KINDS[line.kind.casefold()]


def about(number: str) -> str:
    """What stands in the place of a kind where a guia stood before; its number as it was typed."""
    return f"guia {number}"


def _guia(text: str) -> str:
    found = _GUIA.fullmatch(" ".join(text.casefold().split()))
    return (found[1] or "").replace(" ", "") if found else ""


def _when(text: str) -> dt.datetime | None:
    plain = " ".join(text.replace(",", " ").split())
    for form in _WHEN:
        try:
            return dt.datetime.strptime(plain, form).replace(tzinfo=BRAZIL)
        except ValueError:
            continue
    return None


def _asked(text: str) -> tuple[RequestedProcedure, ...] | None:
    parts = [each for each in re.split(r"[\s,+]+", text) if each]
    found = [_ASKED.fullmatch(each) for each in parts]
    if not parts or not all(found):
        return None
    return tuple(
        RequestedProcedure(TABLE, one[1], int(one[4] or 1), one[2], None, one[3].upper() if one[3] else None)
        for one in found
        if one
    )


def joined(cells: Iterable[str]) -> str:
    """One line of what was typed field by field."""
    return "; ".join(" ".join(each.replace(";", ",").split()) for each in cells)


def written(lines: Iterable[Line]) -> str:
    """Lines as they are typed again; a code is not among them."""
    return "\n".join(map(_row, lines))


def _row(line: Line) -> str:
    cells = [line.number, line.when, line.card, line.kind, line.procedures, line.answer, line.note]
    while not cells[-1]:
        cells.pop()
    return "; ".join(cells)


def codes(lines: Iterable[Line]) -> dict[str, str]:
    """The codes of lines, by number, to be kept closed until they are brought in."""
    return {number: each.code for each in lines if each.code and (number := blocks.bare(each.number))}


def of_said(place: int, number: str, said: Said, guia: str = "") -> Line:
    """What was brought before and did not stand, as a line to be corrected; its code has to be typed again.

    `guia` is the number of the one that stood before, where it was about one.
    """
    when = said.taken_at.astimezone(BRAZIL)
    asked = "" if guia else " ".join(_typed(each) for each in said.procedures)
    answer = said.reason or ""
    return Line(
        place,
        blocks.grouped(number),
        f"{when:%d/%m/%Y %H:%M}",
        said.card_number,
        about(guia) if guia else NAMES[said.kind],
        asked,
        answer,
        said.detail or "",
    )


def _typed(asked: RequestedProcedure) -> str:
    where = "".join(f"/{each}" for each in (asked.tooth, asked.faces) if each)
    return f"{asked.code}{where}" + (f"x{asked.quantity}" if asked.quantity > 1 else "")
