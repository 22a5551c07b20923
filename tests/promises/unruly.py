"""Companies that misbehave on purpose: they answer wrongly or never, and call back twice, early and in disorder."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from chancela.bootstrap import carriers, hearing
from tests.aggregators import Told, Twilio

if TYPE_CHECKING:
    from chancela.adapters.postgres.carriers import CarrierEntry
    from chancela.bootstrap.app import App
    from tests.aggregators import Asked

NOT_TAKEN = (
    Told(500, b"oops"),
    Told(503, b"", {"Retry-After": "1"}),
    Told(429, b'{"code": 20429}', {"Retry-After": "1"}),
    Told(301, b"", {"Location": "http://127.0.0.1:9/elsewhere"}),
    Told(200, b"<html>welcome to our new site</html>"),
    Told(201, b'{"sid": 5}'),
    Told(fault="reset"),
)
TAKEN_BUT_NOT_SAID = (Told(201, b'{"sid": "SM', fault="cut"), Told(fault="reset"), Told(500, b"oops"))
ENDS = (
    ("sent", "delivered"),
    ("sent", "delivered"),
    ("sent", "undelivered"),
    ("undelivered", "delivered"),
    ("sent",),
    (),
)


@dataclass
class Unruly:
    """Twilio's protocol, three times of five broken; what was asked and told is remembered by our delivery's id."""

    app: App
    entry: CarrierEntry
    luck: random.Random
    silences: int = 2
    twilio: Twilio = field(default_factory=Twilio)
    tried: Counter[str] = field(default_factory=Counter)
    arrived: set[str] = field(default_factory=set)
    told: Counter[str] = field(default_factory=Counter)
    _calls: set[asyncio.Task[None]] = field(default_factory=set)

    def __call__(self, asked: Asked) -> Told:
        (url,) = asked.form["StatusCallback"]
        self.tried[_delivery(url)] += 1
        chance = self.luck.random()
        if chance < 0.4:
            if self.silences and self.luck.random() < 0.1:
                self.silences -= 1
                return Told(fault="silence")
            return self.luck.choice(NOT_TAKEN)
        before = set(self.twilio.taken)
        answer = self.twilio(asked)
        for sid in self.twilio.taken.keys() - before:
            self._call_back(sid)
        return answer if chance < 0.85 else self.luck.choice(TAKEN_BUT_NOT_SAID)

    def _call_back(self, sid: str) -> None:
        """Say how it ended, in any order, some of it twice, from before the answer on to a second after it."""
        said = list(self.luck.choice(ENDS))
        said += [self.luck.choice(said)] if said else []
        self.luck.shuffle(said)
        for status in said:
            task = asyncio.create_task(self._told(sid, status, self.luck.choice((0.0, 0.0, 0.2, 1.0))))
            self._calls.add(task)
            task.add_done_callback(self._calls.discard)

    async def _told(self, sid: str, status: str, after_s: float) -> None:
        await asyncio.sleep(after_s)
        call = self.twilio.callback(sid, MessageStatus=status, ErrorCode="30003")
        carrier = carriers.bound(self.app, self.entry)
        heard = carrier.hear(call)  # type: ignore[attr-defined] # it is one that listens
        await carrier.close()
        await hearing.hear(self.app, self.entry.operator, self.entry.name, heard.news)
        self.told[status] += 1
        if status == "delivered":
            self.arrived.add(_delivery(call.url))

    async def done(self) -> None:
        """Wait until everything was told."""
        while self._calls:
            await asyncio.gather(*self._calls)


def _delivery(url: str) -> str:
    return parse_qs(urlsplit(url).query)["delivery"][0]
