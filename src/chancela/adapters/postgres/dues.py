"""What is due: a delivery whose attempt was just recorded, with all that its message needs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from chancela.adapters.postgres import changes, doors, rows
from chancela.domain.delivery import Channel, Purpose
from chancela.domain.message import Language
from chancela.domain.token import Secret, Token

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from chancela.domain.change import ContactChange
    from chancela.domain.contact import Contact
    from chancela.domain.family import Circle
    from chancela.domain.guia import Guia
    from chancela.domain.sign_in import SignIn


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery, the carrier that makes this attempt, and what its message needs as it stands at `now`.

    It is about a guia, or about a sign-in or a new contact of the person with the card. `token` and `secret` are the
    guia's live code, which may be a later one than the delivery's generation. `slot` is the place of its pick,
    `subscriptions` are there for the app alone. `reader` is whose contact or app it is where that is not the person's
    own; `circle` is the person's, where somebody else reads or the person is hidden from somebody; `visit_date` is
    there where the code is a late one.
    """

    id: UUID
    planned_at: datetime
    generation: int
    channel: Channel
    masked: str
    attempt: int
    card_number: str
    guia: Guia | None
    sign_in: SignIn | None
    token: Token | None
    secret: Secret | None
    contact: Contact | None
    now: datetime
    carrier: str
    purpose: Purpose
    language: Language
    subscriptions: tuple[tuple[str, str, str], ...] = field(default=(), repr=False)
    slot: int = 0
    change: ContactChange | None = None
    reader: UUID | None = None
    circle: Circle | None = None
    visit_date: date | None = None


def guarded(rows: Sequence[tuple[Any, ...]]) -> frozenset[UUID]:
    """Return the people of the claim around whom one looks once more before a message goes."""
    return frozenset(row[70] for row in rows if row[72])


def now(row: tuple[Any, ...]) -> datetime:
    """Return the database's time as a row of the claim has it."""
    moment: datetime = row[39]
    return moment


def due(operator: str, row: tuple[Any, ...], around: Mapping[UUID, Circle]) -> Due:
    """Read a row of the claim, with the circles of those who are guarded."""
    return Due(
        id=row[18],
        planned_at=row[19],
        generation=row[20],
        channel=Channel(row[21]),
        masked=row[22],
        attempt=row[23],
        card_number=row[45],
        guia=None if row[0] is None else replace(rows.guia(operator, row), plan=row[73]),
        sign_in=None if row[46] is None else doors.sign_in(row[46:57]),
        token=None if row[24] is None else Token(row[0], row[24], row[25], row[26], row[27]),
        secret=None if row[24] is None else Secret(row[28], row[29], row[30]),
        contact=None if row[31] is None else rows.contact(row[31:]),
        now=now(row),
        carrier=row[40],
        purpose=Purpose(row[41]),
        language=Language(row[42]),
        subscriptions=tuple((each[0], each[1], each[2]) for each in row[43] or ()),
        slot=row[44] - 1,
        change=None if row[57] is None else changes.change(row[57:70]),
        reader=row[71],
        circle=around.get(row[70]) if row[72] else None,
        visit_date=row[74],
    )
