"""The demo phones as a carrier: a letter that is taken lies in the person's inbox at once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chancela.adapters.channels.contract import Capabilities
from chancela.domain.delivery import Channel

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from chancela.adapters.channels.contract import Letter

AT_ONCE: Final = 1024
PATIENCE_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class InboxCarrier:
    """Keeps letters where the demo phone finds them; `delay_s` makes it as slow as a real carrier may be."""

    keep: Callable[[Letter], Awaitable[None]]
    channels: frozenset[Channel] = frozenset(Channel)
    delay_s: float = 0.0
    name: str = "inbox"

    @property
    def capabilities(self) -> Capabilities:
        """Every channel, many at once, and what is taken is delivered."""
        return Capabilities(self.channels, AT_ONCE, PATIENCE_S + self.delay_s, delivers=True)

    async def send(self, letter: Letter) -> str:
        """Put the letter into the inbox; the same letter twice lies there once."""
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        await self.keep(letter)
        return str(letter.id)

    async def close(self) -> None:
        """Nothing is held open."""
