"""WhatsApp over Meta's Cloud API: one request a letter, and webhooks that say what became of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import httpx
import msgspec

from chancela.adapters.channels.contract import Capabilities, ChannelFailure
from chancela.adapters.channels.whatsapp import account, faults, receipts, template
from chancela.domain.delivery import Channel

if TYPE_CHECKING:
    from chancela.adapters.channels.contract import Call, Heard, Letter, Setup

AT_ONCE: Final = 16
PATIENCE_S: Final = 15.0
ANSWER_S: Final = 10.0
CONNECT_S: Final = 5.0
ANSWER_BYTES: Final = 64 * 1024


class _Taken(msgspec.Struct):
    id: str


class _Answer(msgspec.Struct):
    messages: tuple[_Taken, ...]


_ANSWER: Final = msgspec.json.Decoder(_Answer)


@dataclass(slots=True)
class WhatsAppCarrier:
    """Sends codes by an operator's number; `answer_s` is how long Meta may take for one, in seconds."""

    setup: Setup
    answer_s: float = ANSWER_S
    _account: account.Account = field(init=False)
    _client: httpx.AsyncClient = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._account = account.account(self.setup)
        self._client = httpx.AsyncClient(
            headers={"authorization": f"Bearer {self._account.access_token}", "accept-encoding": "identity"},
            timeout=httpx.Timeout(self.answer_s, connect=min(CONNECT_S, self.answer_s)),
            limits=httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE),
            follow_redirects=False,
            trust_env=False,
        )

    @property
    def name(self) -> str:
        """The name that the operator gave it."""
        return self.setup.name

    @property
    def capabilities(self) -> Capabilities:
        """Codes alone; receipts come by webhook, and so do answers."""
        return Capabilities(frozenset({Channel.WHATSAPP}), AT_ONCE, PATIENCE_S, receipts=True, replies=True)

    async def send(self, letter: Letter) -> str:
        """Hand a code over and return Meta's id of the message; a silence after the request may be a yes and passes."""
        asked = template.request(letter, self._account)
        try:
            async with asyncio.timeout(self.answer_s):
                return await self._ask(asked)
        except (TimeoutError, httpx.TimeoutException):
            raise ChannelFailure("whatsapp: no answer in time", permanent=False) from None
        except (httpx.HTTPError, OSError):
            raise ChannelFailure("whatsapp: no connection", permanent=False) from None

    def hear(self, call: Call) -> Heard:
        """Return what a webhook tells (Meta: Webhooks, messages), or confirm its address."""
        return receipts.heard(call, self._account)

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()

    async def _ask(self, asked: dict[str, object]) -> str:
        async with self._client.stream("POST", self._account.messages, json=asked) as answer:
            body = await _whole(answer)
            if not answer.is_success:
                raise faults.failure(answer.status_code, body, answer.headers.get("retry-after"))
        try:
            return _ANSWER.decode(body).messages[0].id
        except (msgspec.DecodeError, RecursionError, IndexError):
            raise ChannelFailure("whatsapp: garbage answer", permanent=False) from None


async def _whole(answer: httpx.Response) -> bytes:
    """Return the body as it came; one that is longer than any answer of Meta's is not read to its end."""
    body = bytearray()
    async for chunk in answer.aiter_raw():
        body += chunk
        if len(body) > ANSWER_BYTES:
            raise ChannelFailure("whatsapp: garbage answer", permanent=False)
    return bytes(body)
