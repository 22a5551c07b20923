"""What was answered is kept, whatever crashes: servers die under load (kill -9), and every promise still holds."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import psycopg

from chancela.adapters.postgres import clients
from tests import visits
from tests.api.caller import Caller, code_of, new_guia, slug
from tests.promises import ledger, mixing

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from tests.cast import Tenant
    from tests.promises.servers import Members

KILLS = 20
SERVERS = 3
CUSTOMERS = 3
BREATH_S = 0.02
LEAST_S, MOST_S = 0.05, 0.5
WRONG_EVERY = 4
ENTERED, ASKED, GIVEN = "/v1/guias", "/v1/guias/{}/token", "/v1/guias/{}/validation"


@dataclass
class Attendance:
    """One person's way through: what was sent with which key, and the one answer that was heard."""

    app: App
    caller: Caller
    tenant: Tenant
    name: str
    heard: list[tuple[str, str, Any, httpx.Response]] = field(default_factory=list)
    unanswered: int = 0
    guia_id: str = ""

    async def attend(self, *, stumble: bool) -> None:
        """Enter a guia, ask for its code and give it; where one stumbles, a wrong one first."""
        self.guia_id = (await self._said(ENTERED, new_guia(self.tenant), 201)).json()["id"]
        await self._said(ASKED, {"channel": "sms"}, 202)
        code = await code_of(self.app, self.tenant, self.guia_id)
        if stumble:
            await self._said(GIVEN, {"code": visits.wrong(code)}, 422)
        await self._said(GIVEN, {"code": code}, 200)

    async def _said(self, path: str, body: Any, wanted: int) -> httpx.Response:
        """Send until there is an answer, always with the same key, as a client of the contract would."""
        path, key = path.format(self.guia_id), f"{self.name}.{len(self.heard)}"
        while True:
            try:
                answer = await self.caller.post(path, body, key=key)
            except httpx.TransportError:
                self.unanswered += 1
                await asyncio.sleep(BREATH_S)
                continue
            if (
                answer.status_code == 409 and slug(answer) == "em-andamento"
            ):  # a server that was killed has not let go of the key yet
                await asyncio.sleep(BREATH_S)
                continue
            assert answer.status_code == wanted, answer.text
            self.heard.append((path, key, body, answer))
            return answer


async def customer(number: int, stop: asyncio.Event, app: App, caller: Caller, tenant: Tenant) -> list[Attendance]:
    """Attend one after the other, until told to stop; the last one is brought to its end."""
    done: list[Attendance] = []
    while not stop.is_set():
        done.append(Attendance(app, caller, tenant, f"{number}.{len(done)}"))
        await done[-1].attend(stumble=len(done) % WRONG_EVERY == 0)
        await asyncio.sleep(BREATH_S)
    return done


async def killer(members: Members, chance: random.Random) -> None:
    """Kill a server at a random moment, again and again, whenever at least two are at work."""
    for _ in range(KILLS):
        await members.at_work(2)
        await asyncio.sleep(chance.uniform(LEAST_S, MOST_S))
        await members.kill(chance)


async def test_what_was_answered_is_kept_and_done_once_though_servers_are_killed(
    app: App, aurora: Tenant, members: Members, database_url: str
):
    mixing.lift_the_limits(database_url)
    credentials = await clients.create(app.pool, aurora.ans, "test", aurora.provider)
    stop = asyncio.Event()
    async with members, httpx.AsyncClient(base_url=members.url, timeout=20) as http:
        await members.start(SERVERS)
        caller = await Caller.admitted(http, credentials)
        work = [asyncio.create_task(customer(each, stop, app, caller, aurora)) for each in range(CUSTOMERS)]
        await killer(members, random.Random())
        stop.set()
        done = [each for attended in await asyncio.gather(*work) for each in attended]
        await kept_and_done_once(app, done)
        assert sum(each.unanswered for each in done) > 0, "no server died with something in its hands"
        await answered_the_same(caller, done)
    assert await ledger.contradictions(app.settings) == []


async def kept_and_done_once(app: App, done: list[Attendance]) -> None:
    """Whatever a client heard is in the tables, and each deed was done once, however often it was sent."""
    with psycopg.connect(app.settings.database_url or "") as connection:
        kept = dict(connection.execute("SELECT guia_id::text, code FROM chancela.validation").fetchall())
        guias = {row[0] for row in connection.execute("SELECT id::text FROM chancela.guia")}
        trail = connection.execute("SELECT subject::text, array_agg(kind) FROM chancela.trail GROUP BY subject")
        events = {row[0]: Counter(row[1]) for row in trail}
    proven = {each.guia_id: each.heard[-1][3].json()["validation"]["validation_code"] for each in done}
    assert proven == kept
    assert guias == set(proven)
    for each in done:
        told = events[each.guia_id]
        assert told.pop("guia:token:refused", 0) == len(each.heard) - 3
        assert told == {"guia:guia:registered": 1, "guia:token:issued": 1, "guia:attendance:validated": 1}


async def answered_the_same(caller: Caller, done: list[Attendance]) -> None:
    """The same keys give the same bytes from the servers left: all that once had no answer, and some others."""
    for each in [each for each in done if each.unanswered] + done[-5:]:
        for path, key, body, answer in each.heard:
            again = await caller.post(path, body, key=key)
            assert (again.status_code, again.content) == (answer.status_code, answer.content)
