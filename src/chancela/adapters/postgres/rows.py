"""From rows to facts: each function names the columns it reads, in their order."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from chancela.domain.analysis import CatalogueEntry, PastProcedure
from chancela.domain.contact import Contact, ContactKind, ContactState
from chancela.domain.delivery import Channel
from chancela.domain.guia import Attendance, Authorisation, Guia, Kind, Procedure
from chancela.domain.message import Language
from chancela.domain.people import Beneficiary, Provider, Relation, Standing

Row = tuple[Any, ...]

_PROCEDURES: Final = msgspec.json.Decoder(tuple[Procedure, ...])


def guia(operator: str, row: Row) -> Guia:
    """Read a guia whose procedures come as JSON text."""
    return Guia(
        operator=operator,
        id=row[0],
        number=row[1],
        kind=Kind(row[2]),
        beneficiary_id=row[3],
        card_number=row[4],
        provider=row[5],
        created_at=row[6],
        valid_until=row[7],
        procedures=_PROCEDURES.decode(row[8]),
        authorisation=Authorisation(row[9]),
        attendance=Attendance(row[10]),
        provider_number=row[11],
        requester=row[12],
        notes=row[13],
        cancelled_why=row[14],
        generation=row[15],
        wrong_tries=row[16],
        last_end=row[17],
    )


def beneficiary(row: Row) -> Beneficiary:
    """Read a beneficiary."""
    return Beneficiary(
        id=row[0],
        card_number=row[1],
        name=row[2],
        relation=Relation(row[3]),
        holder_id=row[4],
        birth_date=row[5],
        cpf=row[6],
        plan=row[7],
        standing=Standing(row[8]),
        joined_date=row[9],
        ended_date=row[10],
        card_valid_until=row[11],
        covers_dental=row[12],
        covers_medical=row[13],
        has_app=row[14],
        preferred_channel=Channel(row[15]) if row[15] else None,
        uses_no_mobile=row[16],
        language=Language(row[17]),
        private=row[18],
        protected=row[19],
        named_guardian_id=row[20],
    )


def contact(row: Row) -> Contact:
    """Read a contact."""
    return Contact(row[0], row[1], ContactKind(row[2]), row[3], ContactState(row[4]), row[5], row[6], row[7])


def provider(row: Row) -> Provider:
    """Read a provider."""
    return Provider(row[0], row[1], frozenset(row[2]), frozenset(row[3]), frozenset(row[4]), row[5])


def entry(row: Row) -> CatalogueEntry:
    """Read a procedure of the catalogue."""
    return CatalogueEntry(row[0], row[1], row[2])


def past(row: Row) -> PastProcedure:
    """Read a procedure authorised before (the first column is the person)."""
    return PastProcedure(row[1], row[2], row[3], row[4])
