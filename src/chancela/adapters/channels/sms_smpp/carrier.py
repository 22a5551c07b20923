"""SMS over SMPP 3.4: letters in a window over a kept bind; what the centre tells is acknowledged once it is kept."""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from aiosmpplib.protocol import SubmitSm
from aiosmpplib.state import NPI, TON, PhoneNumber, SmppCommand as Command, SmppCommandStatus as Status

from chancela.adapters.channels.contract import Capabilities, ChannelFailure
from chancela.adapters.channels.sms_smpp import account, pdus, receipts, statuses
from chancela.adapters.channels.sms_smpp.line import Line, reason
from chancela.adapters.channels.sms_smpp.session import FAULTS
from chancela.adapters.channels.sms_smpp.teller import Teller
from chancela.domain.delivery import Channel

if TYPE_CHECKING:
    from chancela.adapters.channels.contract import Letter, Setup
    from chancela.adapters.channels.sms_smpp.account import Account
    from chancela.adapters.channels.sms_smpp.session import Heard

FINAL_RECEIPT: Final = 0b00000001  # registered_delivery, 5.2.17: one receipt, whatever became of it
E164: Final = re.compile(r"\+[1-9][0-9]{7,14}")
HEARD: Final = 1000  # what is heard and not yet told; more than that waits in the connection
GRACE_S: Final = 3.0
MARGIN_S: Final = 5.0


@dataclass(slots=True)
class SmppCarrier:
    """Binds when it is first needed and stays bound; `trust` says whose certificates are believed.

    `waits_s` are the shortest and the longest wait before it binds again.
    """

    setup: Setup
    trust: ssl.SSLContext | None = field(default=None, repr=False)
    waits_s: tuple[float, float] = (1.0, 60.0)
    account: Account = field(init=False)
    _inbox: asyncio.Queue[Heard] = field(init=False, repr=False)
    _lines: tuple[Line, ...] = field(init=False, repr=False)
    _teller: Teller = field(init=False, repr=False)
    _window: asyncio.Semaphore = field(init=False, repr=False)
    _free_at: float = 0.0

    def __post_init__(self) -> None:
        """Read the settings, which raises SetupError where one cannot be; nothing is opened yet."""
        self.account = account.account(self.setup)
        trust = (self.trust or ssl.create_default_context()) if self.account.tls else None
        apart = (Command.BIND_TRANSMITTER, Command.BIND_RECEIVER)
        modes = apart if self.account.separate else (Command.BIND_TRANSCEIVER,)
        self._inbox = asyncio.Queue(HEARD)
        self._lines = tuple(Line(self.name, self.account, mode, trust, self._inbox, *self.waits_s) for mode in modes)
        self._teller = Teller(self.name, self.setup.tell, self._inbox)
        self._window = asyncio.Semaphore(self.account.window)

    @property
    def name(self) -> str:
        """The name that the operator gave it."""
        return self.setup.name

    @property
    def capabilities(self) -> Capabilities:
        """SMS, as many at once as the window takes; receipts come, and answers unless the sender is a name."""
        at_once, per_second = self.account.window, self.account.per_second
        patience_s = 2 * self.account.answer_s + MARGIN_S + (at_once / per_second if per_second else 0)
        return Capabilities(frozenset({Channel.SMS}), at_once, patience_s, receipts=True, replies=self.account.replies)

    async def send(self, letter: Letter) -> str:
        """Hand a letter over and return the centre's id for it, written as its receipts will be read."""
        message = self._written(letter)
        async with self._window:
            self._start()
            await self._turn()
            session = await self._lines[0].bound()
            try:
                answer = await session.submit(message, letter.id)
            except FAULTS as fault:
                raise ChannelFailure(reason(fault), permanent=False) from None
        if answer.status == Status.ESME_ROK and answer.command == Command.SUBMIT_SM_RESP:
            return receipts.answered_id(pdus.message_id(answer.body), self.account) or str(letter.id)
        if answer.status == Status.ESME_RINVBNDSTS:  # the centre forgot us: only a new bind helps
            await session.end()
        raise statuses.failure(answer.status or Status.ESME_RUNKNOWNERR)

    async def attend(self) -> None:
        """Stay bound, also while nothing is sent, until cancelled; the bind itself is kept until it is closed."""
        await asyncio.gather(*[asyncio.shield(task) for task in self._start()])

    async def close(self) -> None:
        """Tell what was heard, unbind, and let go of connections."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE_S):
                await self._inbox.join()
        for line in self._lines:
            await line.close()
        await self._teller.close()

    def _start(self) -> list[asyncio.Task[None]]:
        return [self._teller.start(), *[line.start() for line in self._lines]]

    def _written(self, letter: Letter) -> SubmitSm:
        """Return the message in the centre's alphabet, or in UCS-2 where that lacks a character."""
        address = letter.address or ""
        if not E164.fullmatch(address):
            raise ChannelFailure("no address", permanent=True)
        message = SubmitSm(
            short_message=letter.message.text,
            source=PhoneNumber(self.account.source, self.account.ton, self.account.npi),
            destination=PhoneNumber(address[1:], TON.INTERNATIONAL, NPI.ISDN),
            registered_delivery=FINAL_RECEIPT,
        )
        message.set_encoding_info(self.account.alphabet, None)
        return message

    async def _turn(self) -> None:
        """Wait for one's turn, so that no more go out in a second than the centre allows."""
        if not self.account.per_second:
            return
        now = asyncio.get_running_loop().time()
        turn_at = max(now, self._free_at)
        self._free_at = turn_at + 1 / self.account.per_second
        await asyncio.sleep(turn_at - now)
