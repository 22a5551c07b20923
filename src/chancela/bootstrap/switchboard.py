"""The switchboard: carriers that call us by HTTP are found here by name, bound once, and never for long."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from chancela.adapters.channels.contract import ForgedCallError, Heard, Spoken
from chancela.adapters.keys.vault import KeyVault
from chancela.adapters.postgres import spoken
from chancela.adapters.postgres.carriers import Carriers
from chancela.bootstrap import carriers, trials
from chancela.bootstrap.hearing import Ear
from chancela.domain import token as tokens
from chancela.domain.message import Language

if TYPE_CHECKING:
    from chancela.adapters.channels.contract import Call, Speaking
    from chancela.adapters.postgres.carriers import CarrierEntry
    from chancela.bootstrap.app import App

NAMED: Final = re.compile(r"([0-9]{6})-([a-z][a-z0-9-]{0,30})")
LOOK_AGAIN_S: Final = 5.0
MOST_KNOWN: Final = 4096
AT_ONCE: Final = 64  # calls of this process whose caller is not known yet; more are asked to come again
TRIAL_NUMBER: Final = "0000"


@dataclass(slots=True)
class _Line:
    entry: CarrierEntry | None
    looked_at: float
    carrier: Any = None  # what it can do is asked of it
    ear: Ear | None = None


@dataclass(slots=True)
class Switchboard:
    """The carriers of every operator as this process last saw them: a change is noticed within five seconds.

    `turns` are for those who answer calls: each call is heard in one.
    """

    app: App
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _lines: dict[tuple[str, str], _Line] = field(default_factory=dict)

    async def hear(self, named: str, call: Call) -> Heard:
        """Take a call to `<ANS register>-<carrier>` and return its answer, once all that it told is written.

        Unknown, disabled, unable to be called, forged: all are ForgedCallError. Nonsense that is signed: BadCallError.
        """
        line = await self._line(named)
        if line.ear is None or not hasattr(line.carrier, "hear"):
            raise ForgedCallError
        heard: Heard = line.carrier.hear(call)
        await line.ear.hear(heard.news)
        return heard

    async def speak(self, named: str, call: Call) -> Heard:
        """Answer a call that asks what it shall say; a code is opened for the one delivery that it is proven to be."""
        line = await self._line(named)
        if line.ear is None or not hasattr(line.carrier, "speak"):
            raise ForgedCallError
        speaking: Speaking = line.carrier
        delivery_id = speaking.asked(call)
        heard = speaking.speak(call, await self._spoken(line.ear.operator, delivery_id))
        await line.ear.hear(heard.news)
        return heard

    async def _spoken(self, operator: str, delivery_id: UUID) -> Spoken | None:
        if trials.proven(self.app.keys, operator, delivery_id):
            known = await self.app.reads.operator(operator)
            return Spoken(trials.CODE, known.name if known else operator, TRIAL_NUMBER, Language.PORTUGUESE)
        found = await spoken.live(self.app.pool, operator, delivery_id)
        if found is None:
            return None
        context = tokens.context(found.guia, found.generation)
        code = KeyVault(self.app.keys).reveal(operator, found.secret, context)
        return None if code is None else Spoken(code, found.sender, found.guia.number, found.language, found.visit_date)

    async def _line(self, named: str) -> _Line:
        """Return the line of a carrier; what is no name is looked for in vain, like an unknown one."""
        match = NAMED.fullmatch(named)
        key = (match[1], match[2]) if match else ("", "")
        known = self._lines.get(key)
        if known is not None and time.monotonic() - known.looked_at < LOOK_AGAIN_S:
            return known
        entry = await Carriers(self.app.pool).find(*key)
        if entry is not None and not entry.enabled:
            entry = None
        if known is not None and known.entry == entry:
            known.looked_at = time.monotonic()
            return known
        line = self._bound(entry)
        self._remember(key, line)
        if known is not None and known.carrier is not None:
            await known.carrier.close()
        return line

    def _bound(self, entry: CarrierEntry | None) -> _Line:
        line = _Line(entry, time.monotonic())
        if entry is not None:
            try:
                line.carrier = carriers.bound(self.app, entry)
            except carriers.UnboundError:
                return line
            line.ear = Ear(self.app, entry.operator, entry.name)
        return line

    def _remember(self, key: tuple[str, str], line: _Line) -> None:
        """Keep a line; where strangers asked for too many names, those that are nobody's are forgotten."""
        if len(self._lines) >= MOST_KNOWN:
            self._lines = {each: kept for each, kept in self._lines.items() if kept.entry is not None}
        self._lines[key] = line
