"""From the commit to the carrier: how soon a worker hands a message over, and how many it can in all."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final

import msgspec
import psycopg

from bench import serving, stage as stages
from bench.carriers import drained, rss_mb
from bench.job import Deed, quantile
from bench.stage import FailedError
from chancela.bootstrap import carrier_desk
from chancela.bootstrap.app import App
from chancela.domain.delivery import Channel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from uuid import UUID

    from bench.plan import Plan
    from bench.serving import Server
    from bench.stage import Stage

CONNECTIONS: Final = 32
AT_ONCE: Final = 64
WINDOW: Final = "128"


class HandOver(msgspec.Struct, frozen=True):
    """Messages at a steady rate: how long after they were planned, just before the commit, the carrier had them."""

    rate_per_s: int
    p50_ms: float
    p99_ms: float
    handed_over: int


class Throughput(msgspec.Struct, frozen=True):
    """A heap of messages that waited for one worker: how many a second it handed over by this protocol."""

    protocol: str
    messages: int
    per_second: float
    rss_mb: float


class Delivery(msgspec.Struct, frozen=True):
    """Both measurements."""

    hand_over: list[HandOver]
    throughput: list[Throughput]


def measure(stage: Stage, server: Server, plan: Plan, say: Callable[[str], None]) -> Delivery:
    """Measure against a message centre and a relay on this machine, which answer as real ones do."""
    with _counterparts() as (smpp, smtp):
        asyncio.run(_carriers(stage, smpp, smtp))
        soon = [_hand_over(stage, server, rate, plan.seconds, say) for rate in plan.delivery_rates]
        heaps = [_throughput(stage, server, channel, plan.heap, say) for channel in (Channel.SMS, Channel.EMAIL)]
        asyncio.run(_without_carriers(stage))
    return Delivery(soon, heaps)


@contextlib.contextmanager
def _counterparts() -> Iterator[tuple[int, int]]:
    """Run the other ends until the end of the block; give their ports."""
    command = [sys.executable, "-m", "bench.counterparts"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        if process.stdin is None or process.stdout is None:
            raise FailedError("the counterparts have no pipes")
        ports = process.stdout.readline().split()
        if len(ports) != 2:
            raise FailedError("the counterparts do not start")
        yield int(ports[0]), int(ports[1])
        process.stdin.close()


async def _carriers(stage: Stage, smpp: int, smtp: int) -> None:
    """Give the operator its carriers, as its people would."""
    centre = {"host": "127.0.0.1", "port": str(smpp), "system_id": "chancela", "source": "28000", "window": WINDOW}
    relay = {"host": "127.0.0.1", "port": str(smtp), "tls": "off", "sender": "chancela@example.com"}
    async with App(stage.settings) as app:
        sms = carrier_desk.Wish(
            stages.ANS, "centre", "sms_smpp", None, {**centre, "tls": "off"}, {"password": "segredo1"}
        )
        mail = carrier_desk.Wish(stages.ANS, "relay", "email", None, relay, {"receipts_secret": "inventado-para-medir"})
        for wish in (sms, mail):
            await carrier_desk.add(app, wish, "bench")


async def _without_carriers(stage: Stage) -> None:
    async with App(stage.settings) as app:
        for name in ("centre", "relay"):
            await carrier_desk.switch(app, stages.ANS, name, enabled=False, actor="bench")


def _hand_over(stage: Stage, server: Server, rate: int, seconds: int, say: Callable[[str], None]) -> HandOver:
    say(f"handing over at {rate} messages a second")
    with serving.working(stage, 0):
        warm, guias = stage.take(rate), stage.take(rate * seconds)
        server.ask(Deed.ISSUE, warm, CONNECTIONS, rate=rate)  # the worker binds and plans its statements
        server.ask(Deed.ISSUE, guias, CONNECTIONS, rate=rate)
        drained(stage.url)
        waits = _waits_ms(stage, guias)
    return HandOver(rate, quantile(waits, 0.5), quantile(waits, 0.99), len(waits))


def _throughput(stage: Stage, server: Server, channel: Channel, count: int, say: Callable[[str], None]) -> Throughput:
    say(f"handing over {count:,} messages that wait, by {channel}")
    guias = stage.take(count)
    server.ask(Deed.ISSUE, guias, AT_ONCE, channel=channel)
    with serving.working(stage, 0) as worker:
        drained(stage.url)
        memory = rss_mb(worker)
        time.sleep(0.1)
    with psycopg.connect(stage.url) as connection:
        asked = (
            "SELECT count(*), extract(epoch FROM max(handed_over_at) - min(handed_over_at)) "
            "FROM chancela.delivery WHERE guia_id = ANY(%s) AND handed_over_at IS NOT NULL"
        )
        row = connection.execute(asked, (guias,)).fetchone()
    if row is None or row[0] != count:
        raise FailedError(f"{count} messages waited, {row[0] if row else 0} were handed over")
    protocol = {Channel.SMS: "smpp", Channel.EMAIL: "smtp"}[channel]
    return Throughput(protocol, count, round(count / float(row[1]), 1), memory)


def _waits_ms(stage: Stage, guias: Sequence[UUID]) -> list[float]:
    with psycopg.connect(stage.url) as connection:
        asked = (
            "SELECT extract(epoch FROM handed_over_at - planned_at) * 1000 "
            "FROM chancela.delivery WHERE guia_id = ANY(%s) AND handed_over_at IS NOT NULL"
        )
        found = [float(row[0]) for row in connection.execute(asked, (list(guias),))]
    if len(found) != len(guias):
        raise FailedError(f"{len(guias)} messages were planned, {len(found)} were handed over")
    return [round(each, 3) for each in found]
