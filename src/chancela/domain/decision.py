"""An auditor's answers: one to each procedure that waited, in writing, under a protocol number."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from chancela.domain import guia as guias, policy as policies
from chancela.domain.guia import Attendance, Guia, ItemState, Procedure, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chancela.domain.attachment import Attachment
    from chancela.domain.policy import Policy

LONGEST_TEXT: Final = 600
FEWEST_LETTERS: Final = 10
USUAL: Final = {  # TISS table 38; what the core system's answer says where it says no more
    ItemState.DENIED: Reason("1426", "Não autorizado pela auditoria."),
    ItemState.AWAITING_DOCUMENT: Reason("3047", "Envie a imagem ou o laudo deste procedimento."),
}
DENIALS: Final = (  # TISS table 38, those that an auditor may choose from
    Reason("1426", "Não autorizado pela auditoria"),
    Reason("3145", "Procedimento não autorizado por motivo técnico"),
    Reason("3287", "Procedimento não coberto pelo plano"),
    Reason("3171", "Beneficiário em carência para o procedimento"),
    Reason("3289", "Procedimento já autorizado"),
    Reason("1432", "Dente ou região inválidos para o procedimento"),
    Reason("1431", "Face inválida para o procedimento"),
    Reason("1217", "Especialidade não cadastrada para o prestador"),
)
ANSWERS: Final = frozenset({ItemState.AUTHORISED, ItemState.DENIED})


@dataclass(frozen=True, slots=True)
class Ruling:
    """One answer to one procedure, as it was given; `provider` is whose guia it is."""

    guia_id: UUID
    item: int
    provider: str
    state: ItemState
    reason: Reason | None
    protocol: str
    decided_at: datetime
    decided_by: str


def denial(code: str) -> str:
    """Return what a denial's code says, in Portuguese; the usual one for a code that nobody may choose."""
    return next((each.text for each in DENIALS if each.code == code), DENIALS[0].text)


def reason(state: ItemState, code: str, text: str) -> tuple[Reason, ...]:
    """Return why a procedure is denied, or what it waits for; nothing for what is authorised."""
    usual = USUAL.get(state)
    if usual is None:
        return ()
    chosen = code if state is ItemState.DENIED and code in {each.code for each in DENIALS} else usual.code
    return (Reason(chosen, " ".join(text.split())[:LONGEST_TEXT] or usual.text),)


def mark(guia: Guia, attachments: Iterable[Attachment]) -> str:
    """Return a short mark of what an auditor has before them: it is another one once an answer or document came."""
    standing = [(each.item, each.authorisation.value, each.reasons) for each in guia.procedures]
    drawn = (guia.authorisation.value, standing, sorted(str(each.id) for each in attachments))
    return hashlib.sha256(repr(drawn).encode()).hexdigest()[:16]


def moved(guia: Guia, procedures: tuple[Procedure, ...], policy: Policy) -> Guia:
    """Return the guia with its procedures as they are answered now; it may come to await its code, or not any more."""
    states = [each.authorisation for each in procedures]
    attendance = guia.attendance
    if attendance in {Attendance.NONE, Attendance.AWAITING_TOKEN}:
        attendance = Attendance.AWAITING_TOKEN if policies.needs_code(policy, states) else Attendance.NONE
    return replace(guia, procedures=procedures, authorisation=guias.authorisation_of(states), attendance=attendance)


def rulings(before: Guia, after: Guia, protocol: str, at: datetime, by: str) -> tuple[Ruling, ...]:
    """Return the answers that made one guia of the other."""
    pairs = zip(before.procedures, after.procedures, strict=True)
    return tuple(
        Ruling(after.id, now.item, after.provider, now.authorisation, next(iter(now.reasons), None), protocol, at, by)
        for was, now in pairs
        if was != now
    )


def seal(ruling: Ruling) -> str:
    """Return the SHA-256 of an answer's words under its protocol, in hex: the trail holds it in their place."""
    reason = ruling.reason or Reason("", "")
    return hashlib.sha256(f"{ruling.protocol}|{ruling.item}|{reason.code}|{reason.text}".encode()).hexdigest()


def answers(rulings: Iterable[Ruling]) -> bool:
    """Tell whether there is something to tell the person: a document is asked of the provider alone."""
    return any(each.state in ANSWERS for each in rulings)


def denials(guia: Guia, rulings: Iterable[Ruling]) -> tuple[tuple[Procedure, Ruling | None], ...]:
    """Return the denied procedures, each with the auditor's word on it, None where the rules alone denied it."""
    said = sorted((each for each in rulings if each.state is ItemState.DENIED), key=lambda each: each.decided_at)
    last = {each.item: each for each in said}
    denied = (each for each in guia.procedures if each.authorisation is ItemState.DENIED)
    return tuple((each, last.get(each.item)) for each in denied)
