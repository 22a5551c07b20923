"""Promises 5 and 6 where everything goes wrong at once: workers die, carriers answer late, wrongly, twice or never."""

from __future__ import annotations

import asyncio
import contextlib
import random
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg.rows import dict_row

from chancela.adapters.postgres import housekeeping
from chancela.bootstrap import carrier_desk, verify
from chancela.bootstrap.app import App
from chancela.bootstrap.carrier_desk import Wish
from chancela.domain.delivery import RANK, DeliveryState
from chancela.domain.ladder import Standing, standing
from tests import aggregators, relays, visits
from tests.promises.unruly import Unruly
from tests.relays import RelayServer
from tests.worker import processes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

    from chancela.bootstrap.settings import Settings
    from tests.cast import Tenant

CODES, KILLS = 160, 12
PACE = {"lease_s": 2.0, "poll_s": 0.1, "attempts": 6, "first_wait_s": 0.1, "longest_wait_s": 0.5, "first_rest_s": 0.2}
SHORT = """
UPDATE chancela.operator SET settings = jsonb_set(settings, '{policy,ladder}',
    '[{"channels": ["sms"], "wait_s": 2}, {"channels": ["email"], "wait_s": 1}]')
"""


def rows(url: str) -> dict[str, dict[str, Any]]:
    with psycopg.connect(url, row_factory=dict_row) as connection:
        return {str(row["id"]): row for row in connection.execute("SELECT * FROM chancela.delivery").fetchall()}


@dataclass
class Watch:
    """Looks at the states again and again, and remembers each step back."""

    url: str
    seen: dict[str, DeliveryState] = field(default_factory=dict)
    back: list[str] = field(default_factory=list)

    async def run(self) -> None:
        while True:
            self.look()
            await asyncio.sleep(0.05)

    def look(self) -> None:
        for key, row in rows(self.url).items():
            state = DeliveryState(row["state"])
            if key in self.seen and RANK[state] < RANK[self.seen[key]]:
                self.back.append(f"{key} from {self.seen[key]} to {state}")
            self.seen[key] = state


@contextlib.asynccontextmanager
async def two_unruly_companies_and_a_relay(app: App, tenant: Tenant) -> AsyncIterator[tuple[Unruly, ...]]:
    """Both carry the operator's SMS, the relay its e-mail."""
    async with contextlib.AsyncExitStack() as stack:
        relay = await stack.enter_async_context(relays.listening(RelayServer()))
        secret = {"receipts_secret": "an-invented-secret"}
        mail = {"host": "127.0.0.1", "port": str(relay.port), "tls": "off", "sender": "chancela@example.com"}
        await carrier_desk.add(app, Wish(tenant.ans, "relay", "email", None, mail, secret), "test")
        companies = []
        for place, name in enumerate(("first", "second")):
            wish = Wish(tenant.ans, name, "sms_twilio", None, {}, {"auth_token": aggregators.TOKEN}, cost_millis=90)
            account = {"account_sid": aggregators.SID, "sender": "+5541900000001"}
            calls: list[Unruly] = []
            company = await stack.enter_async_context(aggregators.listening(lambda asked, calls=calls: calls[0](asked)))
            wish = replace(wish, settings={**account, "base_url": company.url})
            kept = await carrier_desk.add(app, wish, "test")
            calls.append(Unruly(app, kept.entry, random.Random(place)))
            companies.append(calls[0])
        yield tuple(companies)


async def issue(app: App, tenant: Tenant) -> list[UUID]:
    """Issue codes as a busy desk would."""
    guias = []
    for _ in range(CODES):
        guias.append((await visits.issued(app, tenant)).guia.id)
        await asyncio.sleep(0.05)
    return guias


async def killed(brood: processes.Brood) -> int:
    """Kill worker after worker, the next one at work already; return the last, which lives."""
    worker = await asyncio.to_thread(brood.start)
    for _ in range(KILLS):
        await asyncio.sleep(0.3)
        heir = await asyncio.to_thread(brood.start)
        await asyncio.to_thread(brood.kill, worker)
        worker = heir
    return worker


async def still(url: str) -> None:
    """Wait until no message waits and no ladder goes on."""
    async with asyncio.timeout(200):
        while True:
            with psycopg.connect(url) as connection:
                (waits,) = connection.execute(
                    "SELECT EXISTS (SELECT FROM chancela.delivery WHERE state IN ('queued', 'sending'))"
                    " OR EXISTS (SELECT FROM chancela.live_token WHERE climb_at IS NOT NULL)"
                ).fetchone()
            if not waits:
                return
            await asyncio.sleep(0.1)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_whatever_goes_wrong_each_code_arrives_or_another_way_is_offered(
    settings: Settings, database_url: str, bem_te_vi: Tenant
):
    visits.unhinder(database_url)
    with psycopg.connect(database_url) as connection:
        connection.execute(SHORT)
    lone, watch = replace(settings, demo=False), Watch(database_url)
    async with App(lone) as app, two_unruly_companies_and_a_relay(app, bem_te_vi) as companies:
        watching = asyncio.create_task(watch.run())
        with processes.Brood(lone, **PACE) as brood:
            issuing = asyncio.create_task(issue(app, bem_te_vi))
            last = await killed(brood)
            guias = await issuing
            await still(database_url)
            for each in companies:
                await each.done()
            await still(database_url)
            await asyncio.to_thread(brood.end, last)
        watching.cancel()
        watch.look()
        cases = [await app.guia(bem_te_vi.desk, each) for each in guias]
        later = await housekeeping.now(app.pool) + timedelta(hours=1)
    assert watch.back == [], "a state moved back"
    ended(database_url, companies)
    assert {standing(each.deliveries, each.climb, later) for each in cases} == {
        Standing.ARRIVED,
        Standing.USE_ANOTHER_WAY,
    }
    assert (await verify.verify(lone)).whole


def ended(url: str, companies: tuple[Unruly, ...]) -> None:
    """What the companies know of each message is what we know of it."""
    found = rows(url)
    sms = {key: row for key, row in found.items() if row["channel"] == "sms"}
    assert len(sms) == CODES
    tried = sum((each.tried for each in companies), companies[0].tried.__class__())
    arrived = companies[0].arrived | companies[1].arrived
    assert all(count <= sms[key]["attempts"] for key, count in tried.items()), "an attempt was not recorded before"
    assert {key for key, row in sms.items() if row["state"] == "delivered"} == arrived
    assert {row["state"] for row in found.values()} <= {"handed_over", "failed", "delivered"}
    told = companies[0].told + companies[1].told
    assert {"sent", "delivered", "undelivered"} <= told.keys(), "the companies told too little to prove anything"
    for name in ("first", "second"):
        mine = [row for row in sms.values() if row["carrier"] == name and row["handed_over_at"]]
        with psycopg.connect(url) as connection:
            asked = "SELECT sum(sent), sum(spent_millis) FROM chancela.carrier_day WHERE carrier = %s"
            assert connection.execute(asked, (name,)).fetchone() == (len(mine), 90 * len(mine))
