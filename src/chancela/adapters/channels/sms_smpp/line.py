"""A bind that is kept: connected, found again when it is lost, after waits that grow and are never quite the same."""

from __future__ import annotations

import asyncio
import logging
import random
import ssl
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from chancela.adapters.channels.contract import ChannelFailure
from chancela.adapters.channels.sms_smpp import session, statuses
from chancela.adapters.channels.sms_smpp.session import FAULTS, Heard, RefusedError, Session

if TYPE_CHECKING:
    from aiosmpplib.state import SmppCommand

    from chancela.adapters.channels.sms_smpp.account import Account

LOG: Final = logging.getLogger(__name__)
NOT_BOUND: Final = "smpp: not bound"


@dataclass(slots=True)
class Line:
    """`first_s` and `longest_s` bound the waits between attempts (seconds), which double until a bind has stood."""

    name: str
    account: Account
    mode: SmppCommand
    trust: ssl.SSLContext | None
    inbox: asyncio.Queue[Heard]
    first_s: float
    longest_s: float
    _session: Session | None = None
    _failure: ChannelFailure | None = None
    _settled: asyncio.Event = field(default_factory=asyncio.Event)
    _keeping: asyncio.Task[None] | None = None
    _closing: bool = False

    def start(self) -> asyncio.Task[None]:
        """Begin to keep the bind, unless that has begun."""
        if self._keeping is None or self._keeping.done():
            self._closing = False
            self._keeping = asyncio.create_task(self._keep())
        return self._keeping

    async def bound(self) -> Session:
        """Return the bound session, or why there is none: a bind under way is waited for, a known fault is not."""
        if self._session is None:
            try:
                async with asyncio.timeout(self.account.answer_s):
                    await self._settled.wait()
            except TimeoutError:
                raise ChannelFailure(NOT_BOUND, permanent=False) from None
        if self._session is not None:
            return self._session
        known = self._failure or ChannelFailure(NOT_BOUND, permanent=False)
        raise ChannelFailure(known.reason, permanent=False, ours=known.ours)

    async def close(self) -> None:
        """Unbind and let go."""
        self._closing = True
        if self._session is not None:
            await self._session.unbind()
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)

    async def _keep(self) -> None:
        wait_s = self.first_s
        while not self._closing:
            stood_s = await self._stand()
            wait_s = self.first_s if stood_s > wait_s else wait_s
            await asyncio.sleep(wait_s * random.uniform(0.5, 1.0))  # noqa: S311 - spreads load, no secret
            wait_s = min(self.longest_s, wait_s * 2)

    async def _stand(self) -> float:
        """Bind, and listen for as long as it lasts; return how many seconds that was."""
        try:
            bound = await session.opened(self.account, self.mode, self.trust, self.inbox)
        except RefusedError as refusal:
            self._fail(statuses.failure(refusal.status, "smpp bind"))
            return 0.0
        except FAULTS as fault:
            self._fail(ChannelFailure(reason(fault), permanent=False))
            return 0.0
        since = time.monotonic()
        LOG.info("%s is bound", self.name)
        try:
            self._session = bound
            self._settled.set()
            await bound.listen()
        except FAULTS as fault:
            LOG.info("%s is bound no more: %s", self.name, reason(fault))
        finally:
            self._session = None
            self._settled.clear()
            await bound.end()
        return time.monotonic() - since

    def _fail(self, failure: ChannelFailure) -> None:
        LOG.warning("%s is not bound: %s", self.name, failure.reason)
        self._failure = failure
        self._settled.set()


def reason(fault: Exception) -> str:
    """Say what happened to a connection, in words that repeat nothing of what went over it."""
    if isinstance(fault, ssl.SSLError):
        return "smpp: no trusted connection"
    if isinstance(fault, TimeoutError):
        return "smpp: no answer in time"
    if isinstance(fault, ValueError):
        return "smpp: garbled"
    if isinstance(fault, ConnectionRefusedError) or not isinstance(fault, ConnectionError | EOFError):
        return "smpp: no connection"
    return "smpp: connection lost"
