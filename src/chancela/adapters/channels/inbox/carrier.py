"""The demo phones as a carrier: a letter that is taken lies in the person's inbox at once, or is lost on its way."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from chancela.adapters.channels.contract import Capabilities, CarrierReceipt
from chancela.domain.delivery import Channel, DeliveryState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from chancela.adapters.channels.contract import Letter, News

AT_ONCE: Final = 1024
PATIENCE_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class InboxCarrier:
    """Keeps letters where the demo phone finds them; `delay_s` makes it as slow as a real carrier may be.

    `keep` tells whether the phone got the letter. With `tell` that becomes a receipt, written before the letter counts
    as taken, and a lost letter ends as handed over; without it, what is taken is delivered. A phone may answer: its
    page tells that the same way.
    """

    keep: Callable[[Letter], Awaitable[bool]]
    channels: frozenset[Channel] = frozenset(Channel)
    delay_s: float = 0.0
    name: str = "inbox"
    tell: Callable[[str, Sequence[News]], Awaitable[None]] | None = field(default=None, repr=False)

    @property
    def capabilities(self) -> Capabilities:
        """Every channel, many at once."""
        tells = self.tell is not None
        patience_s = PATIENCE_S + self.delay_s
        return Capabilities(self.channels, AT_ONCE, patience_s, delivers=not tells, receipts=tells, replies=tells)

    async def send(self, letter: Letter) -> str:
        """Put the letter into the inbox; the same letter twice lies there once."""
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        carrier_id = str(letter.id)
        if await self.keep(letter) and self.tell is not None:
            receipt = CarrierReceipt(DeliveryState.DELIVERED, carrier_id, letter.id)
            await self.tell(letter.operator, (receipt,))
        return carrier_id

    async def close(self) -> None:
        """Nothing is held open."""
