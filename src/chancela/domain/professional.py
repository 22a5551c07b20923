"""Professionals of a provider: who attends there, by the entry in a council."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

LONGEST_NAME: Final = 120
LONGEST_NUMBER: Final = 15  # TISS 4.03.00, numeroConselhoProfissional
MOST: Final = 20  # specialties, phones or e-mails of one
LONGEST_SPECIALTY: Final = 60
NUMBER: Final = re.compile(r"[0-9A-Z][0-9A-Z./-]*", re.ASCII)
STATES: Final = frozenset(
    "AC AL AM AP BA CE DF ES GO MA MG MS MT PA PB PE PI PR RJ RN RO RR RS SC SE SP TO".split()  # noqa: SIM905
)


class Council(StrEnum):
    """Professional councils (TISS table 26)."""

    CRO = "CRO"
    CRM = "CRM"
    CRESS = "CRESS"
    COREN = "COREN"
    CRF = "CRF"
    CRFA = "CRFa"
    CREFITO = "CREFITO"
    CRN = "CRN"
    CRP = "CRP"
    OTHER = "outro"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry in a council: `number` in capitals without spaces, `uf` the state of two capitals."""

    council: Council
    number: str
    uf: str


@dataclass(frozen=True, slots=True)
class Professional:
    """Who attends at a provider; phones (E.164) and e-mails are of its side: no patient's code goes there."""

    id: UUID
    provider: str
    name: str
    entry: Entry
    specialties: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    active: bool = True


def entry(council: str, number: str, uf: str) -> Entry | None:
    """Return an entry in a council as it is kept, or None where it is none."""
    known = next((each for each in Council if each.value == council), None)
    plain, state = "".join(number.upper().split()), uf.strip().upper()
    fits = len(plain) <= LONGEST_NUMBER and NUMBER.fullmatch(plain) and state in STATES
    return Entry(known, plain, state) if known and fits else None


def written(found: Entry) -> str:
    """Return an entry as people write it, such as `CRO 12345/PR`."""
    return f"{found.council.value} {found.number}/{found.uf}"


def name(text: str) -> str | None:
    """Return a name with single spaces, or None where it is blank or longer than 120 characters."""
    plain = " ".join(text.split())
    return plain if 0 < len(plain) <= LONGEST_NAME else None


def specialties(texts: Iterable[str]) -> frozenset[str] | None:
    """Return specialties in small letters with single spaces; None for more than 20, or one over 60 characters."""
    found = frozenset(plain for each in texts if (plain := " ".join(each.lower().split())))
    return found if len(found) <= MOST and all(len(each) <= LONGEST_SPECIALTY for each in found) else None
