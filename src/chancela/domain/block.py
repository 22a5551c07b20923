"""Contingency numbers: handed to a provider before they are needed, in blocks, so that care has a number offline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from chancela.domain import offline
from chancela.domain.refusal import Refusal
from chancela.domain.token import SLIP

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from chancela.domain.trail import Event

LEADS: Final = "9"  # an ordinary number begins with its year
DIGITS: Final = 13
MOST_NUMBERS: Final = 99  # of a block: its places have two digits
MOST_BLOCKS: Final = 999_999  # of an operator: they have six
CHECKS: Final = 10**4
TOLD_BEFORE: Final = timedelta(hours=2)  # how long ago the visit may have begun of which somebody rings
LONGEST_NOTE: Final = 200


@dataclass(frozen=True, slots=True)
class Told:
    """What a provider said who rang for one number: the call's protocol, and of whom and what it was."""

    protocol: str
    card_number: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Numbers of one provider, each for one visit; `no` counts an operator's blocks from 1.

    One who rang has a block of a single number, with what was `told`; a desk's computer (`machine`) has blocks of its
    own, so that two computers never use one number. A block that was ended (a lost list) takes
    nothing that happened from then on; what happened before is still brought in.
    """

    operator: str
    id: UUID
    no: int
    provider: str
    numbers: tuple[str, ...]
    issued_at: datetime
    issued_by: str
    valid_until: date
    ended_at: datetime | None = None
    ended_by: str | None = None
    why: str = ""
    told: Told | None = None
    machine: UUID | None = None


@dataclass(frozen=True, slots=True)
class BlockStep:
    """One change of a block with the event that tells it."""

    block: Block
    event: Event


def numbers(provider: str, no: int, size: int, lot: Callable[[bytes], bytes]) -> tuple[str, ...]:
    """Return the numbers of a block: 9, its six digits, a place from 1 (two), and four that only our keys give.

    `lot` gives bytes that look like chance (`Vault.lot`): whoever has one number, or none, can invent no other.
    """
    if not 1 <= size <= MOST_NUMBERS or not 1 <= no <= MOST_BLOCKS:
        raise ValueError("a block has 1 to 99 numbers, and an operator at most 999,999 blocks")
    return tuple(_number(provider, no, place, lot) for place in range(1, size + 1))


def _number(provider: str, no: int, place: int, lot: Callable[[bytes], bytes]) -> str:
    drawn = int.from_bytes(lot(f"block|{provider}|{no}|{place}".encode())[:8], "big") % CHECKS
    return f"{LEADS}{no:06d}{place:02d}{drawn:04d}"


def bare(text: str) -> str | None:
    """Return the 13 digits of a number as it was typed, with spaces, dots or hyphens; None for what is none of ours."""
    found = "".join(each for each in text if each not in " .-\u00a0")
    fits = len(found) == DIGITS and found.isascii() and found.isdigit() and found.startswith(LEADS)
    return found if fits else None


def number_of(number: str) -> int:
    """Return to which block the 13 digits of a number belong, if to any."""
    return int(number[1:7])


def grouped(number: str) -> str:
    """Return a number as it is printed and read aloud: «9000 012 05 4821»."""
    return f"{number[:4]} {number[4:7]} {number[7:9]} {number[9:]}"


def open_to(block: Block, now: datetime) -> bool:
    """Tell whether numbers of a block may still be taken."""
    return block.ended_at is None and offline.day(now) <= block.valid_until


def free(blocks: Iterable[Block], used: Collection[str], now: datetime) -> tuple[str, ...]:
    """Return the numbers that are left to a provider, the oldest first; one that was told by telephone is in use.

    Those of a desk's computer are left to it alone.
    """
    common = (each for each in blocks if open_to(each, now) and each.told is None and each.machine is None)
    own = sorted(common, key=lambda each: each.no)
    return tuple(number for each in own for number in each.numbers if number not in used)


def holds(block: Block | None, provider: str, number: str) -> bool:
    """Tell whether a number is one of this block and of this provider: an invented one is of none."""
    return block is not None and block.provider == provider and number in block.numbers


def of_computers(blocks: Iterable[Block], day: date) -> int:
    """Return how many blocks a provider's computers were handed on a day (Brasília)."""
    return sum(each.machine is not None and offline.day(each.issued_at) == day for each in blocks)


def refused(block: Block, taken_at: datetime, now: datetime) -> Refusal | None:
    """Tell why a block's numbers do not stand for a visit at this time."""
    if block.ended_at is not None and taken_at >= block.ended_at:
        return Refusal.BLOCK_REFUSED
    since = block.issued_at - (TOLD_BEFORE if block.told is not None else SLIP)
    within = since <= taken_at <= now + SLIP and offline.day(taken_at) <= block.valid_until
    return None if within else Refusal.TAKEN_AT_WRONG


def claims(block: Block) -> dict[str, str | int | list[str]]:
    """Return what a signed block states: who may use which numbers, and until which day."""
    return {
        "iss": f"urn:chancela:operator:{block.operator}",
        "sub": block.provider,
        "jti": str(block.id),
        "iat": int(block.issued_at.astimezone(UTC).timestamp()),
        "block": block.no,
        "numbers": list(block.numbers),
        "valid_until": f"{block.valid_until:%Y-%m-%d}",
    }
