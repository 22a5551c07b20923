"""SMS by an aggregator's HTTP API: one request a letter, and the company's calls with receipts and replies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from chancela.adapters.channels.contract import Capabilities
from chancela.adapters.channels.twilio import wire
from chancela.domain.delivery import Channel

if TYPE_CHECKING:
    import httpx

    from chancela.adapters.channels.contract import Call, Heard, Letter, Setup
    from chancela.adapters.channels.sms_http.company import Company

AT_ONCE: Final = 32
GRACE_S: Final = 5.0  # between our own patience and that of whoever sends


@dataclass(slots=True)
class SmsHttpCarrier:
    """Hands letters to one company; `answer_s` is how long an answer is waited for.

    Without a public address of ours (`Setup.receipts_url`) nothing is heard: hand-over is then the last that is known.
    """

    setup: Setup
    company: Company
    answer_s: float = wire.ANSWER_S
    _client: httpx.AsyncClient = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Make the client, which opens nothing yet."""
        self._client = wire.client(AT_ONCE)

    @property
    def name(self) -> str:
        """The name that the operator gave it."""
        return self.setup.name

    @property
    def capabilities(self) -> Capabilities:
        """SMS, many at once, with receipts and replies where the company can reach us."""
        heard = bool(self.setup.receipts_url)
        return Capabilities(frozenset({Channel.SMS}), AT_ONCE, self.answer_s + GRACE_S, receipts=heard, replies=heard)

    async def send(self, letter: Letter) -> str:
        """Hand a letter over and return the company's id for it, or raise ChannelFailure."""
        answer = await wire.post(self._client, self.company.request(letter), self.company.name, self.answer_s)
        return self.company.taken(answer)

    def hear(self, call: Call) -> Heard:
        """Return what a call of the company tells."""
        return self.company.told(call)

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()
