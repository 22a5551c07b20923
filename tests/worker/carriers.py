"""A carrier that does as it is told, and remembers what it was given."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from chancela.adapters.channels.contract import Capabilities, ChannelFailure, Letter
from chancela.adapters.postgres.carriers import CarrierEntry
from chancela.domain.delivery import Channel
from tests.cast import Tenant

PASSING = ChannelFailure("smtp 451", permanent=False)
PERMANENT = ChannelFailure("smtp 550", permanent=True)
OURS = ChannelFailure("twilio 20003 not let in", permanent=False, ours=True)


@dataclass
class TestedCarrier:
    """`answers` are given one after the other, the last for ever: a carrier's id, or a fault to raise."""

    __test__ = False

    answers: list[str | Exception] = field(default_factory=lambda: ["taken"])
    channels: frozenset[Channel] = frozenset(Channel)
    at_once: int = 16
    patience_s: float = 5.0
    delivers: bool = True
    delay_s: float = 0.0
    name: str = "tested"
    receipts: bool = False
    replies: bool = False
    given: list[Letter] = field(default_factory=list)
    finished: int = 0
    most_at_once: int = 0
    closed: bool = False
    torn: int = 0  # letters that it had in its hands as it was closed
    when_given: Callable[[Letter], None] | None = None

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            self.channels, self.at_once, self.patience_s, self.delivers, receipts=self.receipts, replies=self.replies
        )

    async def send(self, letter: Letter) -> str:
        self.given.append(letter)
        self.most_at_once = max(self.most_at_once, len(self.given) - self.finished)
        if self.when_given:
            self.when_given(letter)
        try:
            if self.delay_s:
                await asyncio.sleep(self.delay_s)
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if isinstance(answer, Exception):
                raise answer
            return answer
        finally:
            self.finished += 1

    async def close(self) -> None:
        self.closed, self.torn = True, len(self.given) - self.finished


@dataclass
class ListeningCarrier(TestedCarrier):
    """One that also keeps a connection on which it hears; it breaks as often as `breaks` says."""

    breaks: int = 0
    attended: int = 0
    listening: bool = False

    async def attend(self) -> None:
        self.attended += 1
        if self.attended <= self.breaks:
            raise ConnectionError("gone")
        self.listening = True
        try:
            await asyncio.sleep(3600)
        finally:
            self.listening = False


def own(tenant: Tenant, carrier: TestedCarrier, channel: Channel = Channel.SMS, **terms: Any) -> Any:
    """A carrier as the operator's own, with weight, cost and cap."""
    return CarrierEntry(tenant.ans, carrier.name, "other", channel, {}, b"", **terms), carrier
