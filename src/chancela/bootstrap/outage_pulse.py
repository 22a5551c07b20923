"""The pulse of a process: it says that it lives, and notices what was silent, by the database's clock and its own."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import psycopg

from chancela.adapters.postgres.outage_pulses import Beats, Pulses
from chancela.domain import outage_pulse as pulses
from chancela.domain.outage import OutageKind
from chancela.domain.outage_pulse import Sighting
from chancela.domain.permissions import Actor, ActorKind
from chancela.usecases.end_outage import EndOutage
from chancela.usecases.notice_outage import NoticeOutage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping

    from chancela.adapters.postgres.outage_pulses import Heard
    from chancela.bootstrap.app import App
    from chancela.domain.delivery import Channel
    from chancela.domain.outage_pulse import Answering
    from chancela.domain.people import Operator

EVERY_S: Final = 20.0
AGAIN_S: Final = 1.0
PATIENCE_S: Final = 5.0
LOG: Final = logging.getLogger(__name__)


def clock() -> float:
    """Return seconds that nobody sets, and that go on while the machine sleeps where the system can tell them."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


async def alive() -> bool:
    """Tell that nothing more is to be proved than what the beat itself does: the loop runs, the database answers."""
    return True


async def answered(host: str, port: int) -> bool:
    """Tell whether this process, or one that shares its port, answers over HTTP at its own address."""
    asked = f"GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    try:
        async with asyncio.timeout(PATIENCE_S):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(asked.encode())
            line = await reader.readline()
            writer.close()
    except OSError:
        return False
    return line.split(b" ")[1:2] == [b"200"]


def no_channels(operator: str) -> None:
    """Return nothing: who serves people or machines knows nothing of carriers."""
    del operator


@dataclass(slots=True)
class Pulse:
    """Beats as each of its `own`, as does every process that does the same, on whatever machine.

    `answers` proves that the process really does its work, `channels` tells how carriers are found.

    What was silent is noticed before the beat that would hide it: a process that falls between notices it again.
    """

    app: App
    own: Collection[str]
    answers: Callable[[], Awaitable[bool]] = alive
    channels: Callable[[str], Mapping[Channel, Answering] | None] = no_channels
    clock: Callable[[], float] = clock
    _pulses: Pulses = field(init=False)
    _seen: dict[tuple[str, str], Sighting] = field(default_factory=dict)
    _looked_at: float | None = None

    def __post_init__(self) -> None:
        """Take the pool."""
        self._pulses = Pulses(self.app.pool)

    async def run(self) -> None:
        """Beat until cancelled; where that fails, try again in a moment."""
        while True:
            done = await self.beat()
            await asyncio.sleep(EVERY_S if done else AGAIN_S)

    async def beat(self) -> bool:
        """Look, notice, beat, for all operators; tell whether it was done."""
        try:
            if not await self.answers():
                LOG.warning("no sign of life: this process does not answer at its own address")
                return False
            operators = {each.ans: each for each in await self.app.reads.operators()}
            heard = await self._pulses.look(list(operators))
            passed = self._passed()
            await self._pulses.beat(
                {
                    ans: beats
                    for ans, found in heard.items()
                    if (beats := await self._look(operators[ans], found, passed))
                }
            )
        except Exception as fault:  # noqa: BLE001 - a pulse that ended for good would tell of an outage that is none
            LOG.warning("no sign of life: %s", type(fault).__name__)
            return False
        return True

    def _passed(self) -> timedelta:
        now = self.clock()
        before, self._looked_at = self._looked_at, now
        return timedelta(seconds=now - before) if before is not None else timedelta()

    async def _look(self, operator: Operator, heard: Heard, passed: timedelta) -> Beats | None:
        """Notice what was silent for an operator, end what is heard of again, and return what beats now.

        Where that fails nothing beats, so that it is noticed at the next look; that is no other operator's concern.
        """
        ages = self._ages(operator.ans, heard, passed)
        channels = self.channels(operator.ans)
        try:
            await self._notice(operator, heard, ages, channels or {})
            await self._end(heard, channels, _actor(operator.ans))
        except psycopg.Error as fault:
            LOG.warning("the pulse of %s is looked at again: %s", operator.name, type(fault).__name__)
            return None
        return _beats(self.own, heard, channels or {})

    async def _notice(
        self, operator: Operator, heard: Heard, ages: Mapping[str, timedelta], channels: Mapping[Channel, Answering]
    ) -> None:
        least = timedelta(minutes=operator.policy.outage_minutes)
        silent = pulses.silences(self.own, ages, heard.now, least)
        if not any(each.until for each in silent):  # else the carriers were silent because nobody asked them
            silent += pulses.mute(channels, ages, heard.now, least)
        running = {(each.what, each.channel) for each in heard.running}
        by = _actor(operator.ans)
        for each in silent:
            if each.until or (each.what, each.channel) not in running:
                await self.app.do(NoticeOutage(by, each.what, each.since, each.until, each.channel))

    def _ages(self, operator: str, heard: Heard, passed: timedelta) -> dict[str, timedelta]:
        for beat, at in heard.beats.items():
            key = (operator, beat)
            self._seen[key] = pulses.sighted(self._seen.get(key), passed, at, heard.now)
        return {beat: self._seen[(operator, beat)].age for beat in heard.beats}

    async def _end(self, heard: Heard, channels: Mapping[Channel, Answering] | None, by: Actor) -> None:
        """End what runs by the system's word and what is heard of again, or has no carriers any more."""
        parts = pulses.parts(self.own, heard.beats)
        own = {(what, None) for beat, what in parts.items() if beat in self.own}
        for each in heard.running:
            if each.confirm_by is not None:
                continue
            back = (each.what, each.channel) in own
            if each.channel is not None and channels is not None:
                back = each.channel not in channels or channels[each.channel].seen
            if back:
                await self.app.do(EndOutage(by, each.id))


def _actor(operator: str) -> Actor:
    return Actor(operator, ActorKind.SYSTEM, "worker")


def _beats(own: Collection[str], heard: Heard, channels: Mapping[Channel, Answering]) -> Beats:
    """Return what beats: a channel whose outage runs only once a carrier of it was seen to take a letter."""
    away = {each.channel for each in heard.running if each.what is OutageKind.CARRIER}
    well = [each for each, found in channels.items() if (found.seen if each in away else found.works)]
    return Beats([*own, *(each.value for each in well)], [each.value for each in channels if each not in well])
