"""An invented person: nobody of this name, number or address is meant, and no telephone of theirs was ever allotted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from chancela.domain.people import Relation, Standing


class Invented(NamedTuple):
    """A beneficiary with one contact of each kind at most; telephones are E.164, `+55 DD 9 000x-xxxx`.

    `guardian_cards` are guardians beside the holder; the helper receives the codes as well.
    """

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
    uses_no_mobile: bool = False
    protected: bool = False
    named_guardian_card: str | None = None
    guardian_cards: tuple[str, ...] = ()
    helper_card: str | None = None


def person_id(ans: str, card_number: str) -> str:
    """Return the id of an invented person, the same everywhere and in the order of card numbers (UUIDv7, RFC 9562)."""
    return f"01{ans}-0000-7000-8000-{card_number:0>12}"


def contact_id(person: str, kind: int) -> str:
    """Return the id of a person's contact of a kind, which is 1, 2 or 3."""
    return f"{person[:9]}000{kind}{person[13:]}"


def tie_id(person: str) -> str:
    """Return the id of the tie by which a person is helped."""
    return f"{person[:9]}0009{person[13:]}"


def cpf(number: int) -> str:
    """Return a CPF with right check digits (modulo 11) from the nine digits before them."""
    first = second = 0
    for place, digit in enumerate(map(int, f"{number:09d}")):
        first += digit * (10 - place)
        second += digit * (11 - place)
    first = _check(first)
    return f"{number:09d}{first}{_check(second + 2 * first)}"


def _check(total: int) -> int:
    rest = total % 11
    return 0 if rest < 2 else 11 - rest  # noqa: PLR2004 - the rule's own number


def mobile(area: str, number: int) -> str:
    """Return a mobile of the block 9 000x-xxxx, which no carrier was ever given."""
    return f"+55{area}9{number:08d}"


def landline(area: str, number: int) -> str:
    """Return a landline that begins with 3000."""
    return f"+55{area}3000{number:04d}"
