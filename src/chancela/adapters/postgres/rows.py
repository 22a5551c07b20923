"""From rows to facts: each function names the columns it reads, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from chancela.domain.analysis import CatalogueEntry, PastProcedure
from chancela.domain.case import Case
from chancela.domain.contact import Contact, ContactKind, ContactState
from chancela.domain.delivery import Channel, Delivery, DeliveryState
from chancela.domain.guia import Attendance, Authorisation, Guia, Kind, Procedure
from chancela.domain.people import Beneficiary, Provider, Relation, Standing
from chancela.domain.tally import Day, Fleet
from chancela.domain.token import Method, Secret, Token, TokenEnd, Validation, Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Row = tuple[Any, ...]

_PROCEDURES: Final = msgspec.json.Decoder(tuple[Procedure, ...])
_ENCODER: Final = msgspec.json.Encoder()


def procedures_text(procedures: Iterable[Procedure]) -> str:
    """Return procedures as the JSON that the guia keeps."""
    return _ENCODER.encode(tuple(procedures)).decode()


def guia(operator: str, row: Sequence[Any]) -> Guia:
    """Read a guia from the first 18 columns of `load`."""
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


def case(operator: str, row: Sequence[Any]) -> Case:
    """Read a case, without its deliveries, from the columns of `load`."""
    token, secret = (None, None) if row[18] is None else _live(row)
    validation = None if row[25] is None else _validation(row)
    return Case(guia(operator, row), token, secret, (), validation)


def _live(row: Sequence[Any]) -> tuple[Token, Secret | None]:
    secret = None if row[22] is None else Secret(row[22], row[23], row[24])
    return Token(row[0], row[18], row[19], row[20], row[21]), secret


def _validation(row: Sequence[Any]) -> Validation:
    return Validation(row[0], row[25], Window(row[26]), Method(row[27]), row[28], row[29], row[30], row[31])


def ended_token(row: Row) -> Token:
    """Read a token of the history."""
    return Token(row[0], row[1], row[2], row[3], row[4], row[5], TokenEnd(row[6]))


def delivery(row: Row) -> Delivery:
    """Read a delivery."""
    return Delivery(
        id=row[0],
        guia_id=row[1],
        beneficiary_id=row[2],
        generation=row[3],
        channel=Channel(row[4]),
        to=row[5],
        planned_at=row[6],
        changed_at=row[7],
        contact_id=row[8],
        state=DeliveryState(row[9]),
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


def day(row: Row) -> Day:
    """Read a provider's counts (the first column is the provider)."""
    return Day(row[1], row[2], row[3], row[4])


def fleet(row: Row) -> Fleet:
    """Read the fleet's counts."""
    return Fleet(*(int(each) for each in row))
