"""An invented person: nobody of this name, number or address is meant, and no telephone of theirs was ever allotted."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from chancela.domain.people import Relation, Standing

PEOPLE = uuid.UUID("6f5e0c34-3a52-5f4b-9a6e-2a5a0f0c7d11")
CPF_WEIGHTS = range(10, 1, -1)


class Invented(NamedTuple):
    """A beneficiary with one contact of each kind at most; telephones are E.164, `+55 DD 9 000x-xxxx`."""

    card_number: str
    name: str
    relation: Relation
    holder_card: str | None
    birth_date: date
    cpf: str
    plan: str
    standing: Standing
    joined_date: date
    ended_date: date | None
    card_valid_until: date
    covers_dental: bool
    covers_medical: bool
    has_app: bool
    mobile: str | None
    landline: str | None
    email: str | None


def person_id(ans: str, card_number: str) -> uuid.UUID:
    """Return the id of an invented person, the same in every installation."""
    return uuid.uuid5(PEOPLE, f"{ans}|{card_number}")


def cpf(number: int) -> str:
    """Return a CPF with right check digits (modulo 11) from the nine digits before them."""
    digits = [int(each) for each in f"{number:09d}"]
    first = _check(sum(digit * weight for digit, weight in zip(digits, CPF_WEIGHTS, strict=True)))
    second = _check(sum(digit * (weight + 1) for digit, weight in zip(digits, CPF_WEIGHTS, strict=True)) + 2 * first)
    return f"{number:09d}{first}{second}"


def _check(total: int) -> int:
    rest = total % 11
    return 0 if rest < 2 else 11 - rest  # noqa: PLR2004 - the rule's own number


def mobile(area: str, number: int) -> str:
    """Return a mobile of the block 9 000x-xxxx, which no carrier was ever given."""
    return f"+55{area}9{number:08d}"


def landline(area: str, number: int) -> str:
    """Return a landline that begins with 3000."""
    return f"+55{area}3000{number:04d}"
