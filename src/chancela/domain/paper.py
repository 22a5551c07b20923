"""Reserve codes on paper: a sheet of single-use codes, given in order, for whoever has no phone or no signal."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final
from uuid import UUID

from chancela.domain.permissions import Actor, ActorKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from chancela.domain.delivery import Delivery
    from chancela.domain.offline import Device
    from chancela.domain.trail import Event

MOST: Final = 20  # codes on a sheet
AHEAD: Final = 3  # of the unused ones, how many are taken: one may be skipped by mistake, and few can be guessed


@dataclass(frozen=True, slots=True)
class PaperCode:
    """A place of a person's sheet (from 1), without its digits; `guia_id` is what it was used for."""

    sheet_id: UUID
    place: int
    beneficiary_id: UUID
    printed_at: datetime
    digest: bytes | None = field(repr=False)
    ended_at: datetime | None = None
    guia_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PocketStep:
    """One change of what a person carries, devices or codes on paper, with the events that tell it.

    `planned` are notices to the person.
    """

    events: tuple[Event, ...]
    devices: tuple[Device, ...] = ()
    codes: tuple[PaperCode, ...] = ()
    planned: tuple[Delivery, ...] = ()


def bearer(actor: Actor) -> UUID | None:
    """Return the person who carries what the actor asks for: oneself, signed in; None for whoever else acts."""
    return actor.person if actor.kind is ActorKind.BENEFICIARY and actor.visit is None else None


def context(ans: str, person: UUID, sheet: UUID, place: int) -> bytes:
    """Return to what a code on paper is bound."""
    return f"paper|{ans}|{person}|{sheet}|{place}".encode()


def drawn(count: int, draw: Callable[[], str]) -> tuple[str, ...]:
    """Return so many different codes, each drawn from all 10^6."""
    found: dict[str, None] = {}
    while len(found) < count:
        found[draw()] = None
    return tuple(found)


def next_ones(codes: Iterable[PaperCode]) -> tuple[PaperCode, ...]:
    """Return the codes that are taken now: the next three unused ones, in order."""
    unused = sorted((each for each in codes if each.ended_at is None), key=lambda each: each.place)
    return tuple(unused[:AHEAD])


def ended(code: PaperCode, now: datetime, guia_id: UUID | None = None) -> PaperCode:
    """Return the code as history, used for a guia or thrown away; its digest is forgotten."""
    return replace(code, ended_at=now, guia_id=guia_id, digest=None)


def without(codes: Sequence[PaperCode], used: PaperCode) -> tuple[PaperCode, ...]:
    """Return the codes of a sheet but one."""
    return tuple(each for each in codes if (each.sheet_id, each.place) != (used.sheet_id, used.place))
