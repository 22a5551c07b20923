"""The tree hash of RFC 9162 section 2.1, kept as a frontier so that a checkpoint costs only what is new."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Frontier:
    """The roots of the perfect subtrees of the first `size` leaves, widest first (at most log2(size) + 1 of them)."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()


def leaf(data: bytes) -> bytes:
    """Return the hash of a leaf (RFC 9162: 0x00 before the entry)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node (RFC 9162: 0x01 before the two)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def grow(frontier: Frontier, leaves: Iterable[bytes]) -> Frontier:
    """Return the frontier after more leaves (each already the entry's bytes)."""
    size, peaks = frontier.size, list(frontier.peaks)
    for data in leaves:
        carried, below = leaf(data), size
        while below & 1:
            carried = node(peaks.pop(), carried)
            below >>= 1
        peaks.append(carried)
        size += 1
    return Frontier(size, tuple(peaks))


def root(frontier: Frontier) -> bytes:
    """Return the Merkle tree hash of all leaves; of none it is the hash of nothing."""
    if not frontier.peaks:
        return hashlib.sha256().digest()
    *left, top = frontier.peaks
    for peak in reversed(left):
        top = node(peak, top)
    return top
