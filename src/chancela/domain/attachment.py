"""Documents of a guia: what a provider sends so that an auditor can decide, kept outside the database under a hash."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

from chancela.domain.guia import Authorisation, Guia, ItemState, Procedure
from chancela.domain.refusal import Refusal

if TYPE_CHECKING:
    from datetime import date

MOST_FILES: Final = 20  # of one guia
MOST_BYTES: Final = 10 * 1024 * 1024  # of one file as it is sent
MOST_PAGES: Final = 20
MOST_A_DAY: Final = 500  # of one account: nobody photographs more, and nobody fills a disk with less
WAITING: Final = frozenset({ItemState.UNDER_AUDIT, ItemState.AWAITING_DOCUMENT})


class MediaType(StrEnum):
    """What is kept: pictures encoded anew, and documents of which each page is such a picture."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Attachment:
    """One document of a guia, of one of its items or of the whole; `digest` is the SHA-256 of what is kept, in hex."""

    id: UUID
    guia_id: UUID
    item: int | None
    digest: str
    media_type: MediaType
    size: int
    pages: int
    added_by: str
    added_at: datetime


def refused(guia: Guia, item: int | None, count: int, today: date, *, owed: bool = False) -> Refusal | None:
    """Tell why a guia takes no document more, for one of its items or for itself; `count` are those it has.

    `owed` says that a guia which went on without a code owes one, of the whole guia: it may come after its validity.
    """
    if guia.authorisation is Authorisation.CANCELLED:
        return Refusal.GUIA_CANCELLED
    if owed and item is None:
        return Refusal.TOO_MANY_FILES if count >= MOST_FILES else None
    waiting = [each.item for each in guia.procedures if each.authorisation in WAITING]
    if not waiting or item not in {None, *waiting}:
        return Refusal.NOTHING_TO_REVIEW
    if guia.valid_until < today:
        return Refusal.GUIA_EXPIRED
    return Refusal.TOO_MANY_FILES if count >= MOST_FILES else None


def delivered(guia: Guia, item: int | None) -> tuple[Procedure, ...]:
    """Return the procedures once a document came: those that awaited it go to the auditor."""
    return tuple(_delivered(each) if item in {None, each.item} else each for each in guia.procedures)


def _delivered(procedure: Procedure) -> Procedure:
    if procedure.authorisation is not ItemState.AWAITING_DOCUMENT:
        return procedure
    return replace(procedure, authorisation=ItemState.UNDER_AUDIT, reasons=())
