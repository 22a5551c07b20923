"""What a centre delivered is told in sets, and acknowledged only once it is kept: else the centre sends it again."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aiosmpplib.state import SmppCommandStatus as Status

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from chancela.adapters.channels.contract import News
    from chancela.adapters.channels.sms_smpp.session import Heard

AT_ONCE: Final = 200
LOG: Final = logging.getLogger(__name__)


@dataclass(slots=True)
class Teller:
    """Without anyone to tell, everything stays with the centre."""

    name: str
    tell: Callable[[Sequence[News]], Awaitable[None]] | None
    inbox: asyncio.Queue[Heard]
    _telling: asyncio.Task[None] | None = None

    def start(self) -> asyncio.Task[None]:
        """Begin to tell, unless that has begun."""
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._run())
        return self._telling

    async def close(self) -> None:
        """Stop, also in the middle: what is not acknowledged comes again."""
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.gather(self._telling, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            heard = [await self.inbox.get()]
            while len(heard) < AT_ONCE and not self.inbox.empty():
                heard.append(self.inbox.get_nowait())
            await self._tell(heard)
            for _ in heard:
                self.inbox.task_done()

    async def _tell(self, heard: Sequence[Heard]) -> None:
        """Tell a set and answer for each; a set that is refused is told one by one, so that none spoils another's."""
        kept = await self._kept([each.news for each in heard])
        if not kept and len(heard) > 1:
            await asyncio.gather(*[self._tell([each]) for each in heard])
            return
        for each in heard:
            each.answer(Status.ESME_ROK if kept else Status.ESME_RX_T_APPN)

    async def _kept(self, news: Sequence[News]) -> bool:
        if self.tell is None:
            return False
        try:
            await self.tell(news)
        except Exception as fault:  # noqa: BLE001 - whatever goes wrong there, the centre has it still
            LOG.warning("what %s told is not kept yet: %s", self.name, type(fault).__name__)
            return False
        return True
