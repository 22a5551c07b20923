"""E-mail over SMTP: a few connections that are kept, and each answer of the server told as passing or permanent."""

from __future__ import annotations

import contextlib
import re
import ssl
import time
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import TYPE_CHECKING, Final

import aiosmtplib

from chancela.adapters.channels.contract import Capabilities, ChannelFailure
from chancela.adapters.channels.email import mail, receipts
from chancela.domain.delivery import Channel

if TYPE_CHECKING:
    from chancela.adapters.channels.contract import Call, Heard, Letter
    from chancela.adapters.channels.email.relay import Relay

AT_ONCE: Final = 8
PATIENCE_S: Final = 60.0
COMMAND_S: Final = 20.0
IDLE_S: Final = 20.0  # relays hang up after some minutes; one asks again long before that
FAULTS: Final = (aiosmtplib.SMTPException, OSError, ValueError)
ANSWERS: Final = (aiosmtplib.SMTPResponseException, aiosmtplib.SMTPRecipientsRefused)
OF_THE_LETTER: Final = (aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError)
NEVER: Final = 5
OF_OUR_STANDING: Final = frozenset({530, 534, 535, 538})  # RFC 4954: we are not let in; the letter is not at fault
_ENHANCED: Final = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")  # RFC 3463


@dataclass(slots=True)
class EmailCarrier:
    """Hands letters to a relay; `trust` says whose certificates are believed, by default the system's authorities.

    `confirms` asks for a report of each delivery, not of failures alone; `answers` says that people's mail is passed on
    to us. Without a `receipts_secret` nobody is heard.
    """

    relay: Relay
    sender: str
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)
    name: str = "email"
    confirms: bool = False
    answers: bool = False
    receipts_secret: str = field(default="", repr=False)
    _idle: list[tuple[float, aiosmtplib.SMTP]] = field(default_factory=list)

    @property
    def capabilities(self) -> Capabilities:
        """E-mail, a few at once; the relay's yes is not yet the person's inbox, and few networks report what is."""
        return Capabilities(
            frozenset({Channel.EMAIL}), AT_ONCE, PATIENCE_S, receipts=self.confirms, replies=self.answers
        )

    async def send(self, letter: Letter) -> str:
        """Hand a letter over and return its Message-ID; 5xx to the letter itself is permanent, all else passes."""
        try:
            raw = bytes(mail.compose(letter, self.sender))
        except ValueError:
            raise ChannelFailure("no address", permanent=True) from None
        try:
            client = await self._connected()
        except FAULTS as fault:
            raise ChannelFailure(_reason(fault), permanent=False) from None
        mail_options, rcpt_options = self._wishes(client, letter)
        try:
            await client.sendmail(
                parseaddr(self.sender)[1],
                [letter.address or ""],
                raw,
                mail_options=mail_options,
                rcpt_options=rcpt_options,
            )
        except FAULTS as fault:
            self._keep(client, whole=isinstance(fault, ANSWERS))
            raise ChannelFailure(_reason(fault), permanent=_permanent(fault)) from None
        except BaseException:  # cancelled in the middle of a conversation
            client.close()
            raise
        self._keep(client, whole=True)
        return mail.message_id(letter, self.sender)

    def hear(self, call: Call) -> Heard:
        """Return what a returned mail or an answer tells, as whoever gets our mail passes it on (message/rfc822)."""
        return receipts.heard(call, self.receipts_secret, mail.domain(self.sender))

    async def close(self) -> None:
        """Say goodbye on every idle connection."""
        idle, self._idle = self._idle, []
        for _, client in idle:
            with contextlib.suppress(*FAULTS):
                await client.quit(timeout=2)
            client.close()

    async def _connected(self) -> aiosmtplib.SMTP:
        """Return a connection that works: one that was used a moment ago, one that still answers, or a new one."""
        while self._idle:
            since, client = self._idle.pop()
            if client.is_connected and (time.monotonic() - since < IDLE_S or await _answers(client)):
                return client
            client.close()
        client = aiosmtplib.SMTP(
            hostname=self.relay.host,
            port=self.relay.port,
            username=self.relay.user,
            password=self.relay.password,
            use_tls=self.relay.implicit_tls,
            start_tls=self.relay.starttls,
            tls_context=self.trust,
            local_hostname=mail.domain(self.sender),
            timeout=COMMAND_S,
        )
        await client.connect()
        try:
            with contextlib.suppress(aiosmtplib.SMTPHeloError):  # it speaks the SMTP of before the extensions
                if client.is_ehlo_or_helo_needed:
                    await client.ehlo()
        except BaseException:
            client.close()
            raise
        return client

    def _wishes(self, client: aiosmtplib.SMTP, letter: Letter) -> tuple[list[str], list[str]]:
        """Return what a relay that reports (RFC 3461) is asked for, with MAIL and with RCPT.

        The report names the letter by our own id, and returns its headers alone: no code lies in a mailbox of bounces.
        """
        if not client.supports_extension("dsn"):
            return [], []
        notify = "SUCCESS,FAILURE" if self.confirms else "FAILURE"
        return [f"ENVID={letter.id}", "RET=HDRS"], [f"NOTIFY={notify}"]

    def _keep(self, client: aiosmtplib.SMTP, *, whole: bool) -> None:
        """Keep a connection whose conversation ended as it should; any other one is of no more use."""
        if whole and client.is_connected:
            self._idle.append((time.monotonic(), client))
        else:
            client.close()


async def _answers(client: aiosmtplib.SMTP) -> bool:
    try:
        await client.noop(timeout=5)
    except FAULTS:
        return False
    return True


def _answer(fault: Exception) -> aiosmtplib.SMTPResponseException | None:
    """Return the server's answer within a fault, or None where there was none."""
    if isinstance(fault, aiosmtplib.SMTPRecipientsRefused):
        return fault.recipients[0] if fault.recipients else None
    return fault if isinstance(fault, aiosmtplib.SMTPResponseException) else None


def _permanent(fault: Exception) -> bool:
    """Tell whether this letter will never be taken: 5xx (RFC 5321, 4.2.1), unless it is we who are not let in."""
    answer = _answer(fault)
    if answer is None:
        return isinstance(fault, aiosmtplib.SMTPNotSupported | ValueError)
    return isinstance(answer, OF_THE_LETTER) and answer.code // 100 == NEVER and answer.code not in OF_OUR_STANDING


def _reason(fault: Exception) -> str:
    """Say what happened without the server's own words, as they may repeat the address."""
    if answer := _answer(fault):
        detail = _ENHANCED.search(answer.message)
        return f"smtp {answer.code}{f' {detail[0]}' if detail else ''}"
    if isinstance(fault, aiosmtplib.SMTPNotSupported | ValueError):
        return "smtp: not supported"
    if isinstance(fault, ssl.SSLError):
        return "smtp: no trusted connection"
    return "smtp: no answer in time" if isinstance(fault, TimeoutError) else "smtp: no connection"
