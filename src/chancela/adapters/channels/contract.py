"""What every carrier promises: it takes a letter and returns the carrier's id for it, or says how it failed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from uuid import UUID

    from chancela.domain.delivery import Channel
    from chancela.domain.message import Message


@dataclass(frozen=True, slots=True)
class Letter:
    """A message on its way; `id` is the delivery's, the same at every attempt, so that a repetition shows."""

    id: UUID
    operator: str
    sender: str
    card_number: str
    masked: str
    message: Message
    address: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a carrier can do: its channels, how many letters it takes at once, and how long one may last (seconds).

    `delivers` says that taking a letter is delivering it; otherwise only a receipt would tell.
    """

    channels: frozenset[Channel]
    at_once: int
    patience_s: float
    delivers: bool = False


class ChannelFailure(Exception):  # noqa: N818 - the one word that every storey uses for it
    """A carrier did not take a letter; `reason` is kept, so it never holds an address or a word of the text."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent


class Carrier(Protocol):
    """One way of sending."""

    @property
    def name(self) -> str:
        """The folder's name."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        ...

    async def send(self, letter: Letter) -> str:
        """Hand a letter over and return the carrier's id for it, or raise ChannelFailure."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
