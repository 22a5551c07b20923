"""The system notices that it was away, and which channel is, from its own beats; no clock waits in these tests."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from chancela.adapters.postgres import wall as walls, world as worlds
from chancela.adapters.postgres.loading import Look
from chancela.bootstrap import outage_pulse
from chancela.bootstrap.outage_pulse import Pulse
from chancela.bootstrap.verify import verify
from chancela.domain.absence import AbsenceReason, Given
from chancela.domain.carrier import Breaker, BreakerState, Health
from chancela.domain.delivery import Channel
from chancela.domain.outage import OutageKind
from chancela.domain.outage_pulse import MACHINES, PAGES, WORKER, Answering
from chancela.domain.permissions import ActorKind
from chancela.usecases import absenting
from chancela.usecases.declare_outage import DeclareOutage
from chancela.usecases.end_outage import EndOutage
from chancela.worker import outage_fleet
from chancela.worker.chores import Chores
from chancela.worker.pace import Pace
from chancela.worker.porter import Porter, Purse, Slots
from tests import visits
from tests.worker.carriers import TestedCarrier

if TYPE_CHECKING:
    from collections.abc import Callable

    from chancela.bootstrap.app import App
    from tests.cast import Cast, Tenant

WELL, ILL = Answering(works=True, seen=True), Answering(works=False, seen=False)
FRESH = Answering(works=True, seen=False)


@dataclass
class Clock:
    """Seconds that a test moves, with the beats that grow old by them."""

    ask: Callable[..., Any]
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now

    def later(self, minutes: float, *beats: str) -> None:
        """Let time pass; what beats meanwhile, by other processes, is as young as before."""
        self.now += minutes * 60
        self.ask(
            "UPDATE chancela.pulse SET at = at - make_interval(secs => %s) WHERE NOT beat = ANY(%s)",
            minutes * 60,
            list(beats),
        )
        self.ask(
            "UPDATE chancela.outage SET started_at = started_at - make_interval(secs => %s),"
            " ended_at = ended_at - make_interval(secs => %s)",
            minutes * 60,
            minutes * 60,
        )


@dataclass
class House:
    """The processes of an installation: each is born with a look of its own."""

    app: App
    clock: Clock
    channels: dict[Channel, Answering] | None = field(default_factory=dict)

    def worker(self) -> Pulse:
        return Pulse(self.app, {WORKER}, channels=lambda _: self.channels, clock=self.clock)

    def pages(self, answers: Any = outage_pulse.alive) -> Pulse:
        return Pulse(self.app, {PAGES}, answers, clock=self.clock)

    def both(self) -> Pulse:
        return Pulse(self.app, {PAGES, MACHINES}, clock=self.clock)

    def machines(self) -> Pulse:
        return Pulse(self.app, {MACHINES}, clock=self.clock)


@pytest.fixture
def clock(ask: Callable[..., Any]) -> Clock:
    return Clock(ask)


@pytest.fixture
def home(app: App, clock: Clock) -> House:
    return House(app, clock)


@pytest.fixture
def outages(ask: Callable[..., Any], house: Cast) -> Callable[..., list[tuple[Any, ...]]]:
    """What Aurora's outages are: what, channel, minutes, and whether each runs."""

    def read() -> list[tuple[Any, ...]]:
        found = ask(
            "SELECT what, channel, ended_at IS NULL AS runs,"
            " round(extract(epoch FROM COALESCE(ended_at, clock_timestamp()) - started_at) / 60)::int AS minutes"
            " FROM chancela.outage WHERE operator = %s AND part_of IS NULL ORDER BY started_at, what, channel",
            house.aurora.ans,
        )
        return [(each["what"], each["channel"], each["minutes"], each["runs"]) for each in found]

    return read


def manager(tenant: Tenant) -> Any:
    return replace(tenant.auditor, kind=ActorKind.MANAGER, name="gerente")


async def test_a_house_that_beats_for_the_first_time_was_not_away(home: House, outages):
    for each in (home.worker(), home.pages()):
        assert await each.beat()
    assert outages() == []


async def test_a_worker_that_was_stopped_and_started_again_was_away(home: House, outages, house: Cast, ask):
    await home.worker().beat()
    home.clock.later(61)
    await home.worker().beat()
    assert outages() == [("database", None, 61, False)]
    await home.worker().beat()
    assert len(outages()) == 1
    kinds = ask("SELECT DISTINCT operator FROM chancela.outage")
    assert {each["operator"] for each in kinds} == {each.ans for each in house.all}


async def test_a_whole_house_that_was_away_is_told_once(home: House, outages):
    for each in (home.worker(), home.pages()):
        await each.beat()
    home.clock.later(30)
    for each in (home.pages(), home.worker()):
        await each.beat()
    assert outages() == [("database", None, 30, False)]


async def test_a_database_that_was_away_from_processes_that_lived_is_noticed(home: House, outages):
    worker, pages = home.worker(), home.pages()
    for each in (worker, pages, worker, pages):
        await each.beat()
    home.clock.later(8)
    for each in (worker, pages):
        await each.beat()
    assert outages() == [("database", None, 8, False)]


async def test_a_short_absence_is_none(home: House, outages):
    await home.worker().beat()
    home.clock.later(4.9)
    await home.worker().beat()
    assert outages() == []


async def test_while_the_worker_is_silent_nothing_is_sent(home: House, outages):
    pages = home.pages()
    await home.worker().beat()
    await pages.beat()
    home.clock.later(6, PAGES)
    await pages.beat()
    assert outages() == [("carrier", None, 6, True)]
    home.clock.later(3, PAGES)
    await pages.beat()
    assert outages() == [("carrier", None, 9, True)]
    await home.worker().beat()
    assert outages() == [("carrier", None, 9, False)]


async def test_pages_that_do_not_answer_are_away_until_they_do(home: House, outages):
    async def never() -> bool:
        return False

    worker = home.worker()
    await home.pages().beat()
    assert not await home.pages(never).beat()
    await worker.beat()
    home.clock.later(7, WORKER)
    assert not await home.pages(never).beat()
    await worker.beat()
    assert outages() == [("portal", None, 7, True)]
    await home.pages().beat()
    await worker.beat()
    assert outages() == [("portal", None, 7, False)]


async def test_one_server_of_several_that_is_away_is_no_outage(home: House, outages):
    """Two machines serve pages: one falls silent for an hour and comes back, while the other answers."""
    worker, stays, falls = home.worker(), home.pages(), home.pages()
    for each in (worker, stays, falls):
        await each.beat()
    for _ in range(6):
        home.clock.later(4)
        for each in (stays, worker):
            await each.beat()
    assert outages() == []
    for each in (falls, home.pages(), worker):
        await each.beat()
    assert outages() == []


async def test_where_all_servers_are_away_the_first_to_come_back_ends_it(home: House, outages):
    worker, servers = home.worker(), [home.pages(), home.pages()]
    for each in (worker, *servers):
        await each.beat()
    home.clock.later(7, WORKER)
    await worker.beat()
    assert outages() == [("portal", None, 7, True)]
    await servers[0].beat()
    assert outages() == [("portal", None, 7, False)]
    for each in (servers[1], worker):
        await each.beat()
    assert len(outages()) == 1


async def test_a_house_that_answers_machines_alone_knows_that_it_was_away(home: House, outages):
    worker, machines = home.worker(), home.machines()
    for each in (worker, machines):
        await each.beat()
    home.clock.later(7, WORKER)
    await worker.beat()
    assert outages() == [("portal", None, 7, True)]
    await machines.beat()
    assert outages() == [("portal", None, 7, False)]
    home.clock.later(9, MACHINES)
    await machines.beat()
    assert outages()[1:] == [("carrier", None, 9, True)]


async def test_machines_that_are_answered_say_that_not_everything_is_away(home: House, outages):
    worker, machines = home.worker(), home.machines()
    for each in (worker, machines, home.pages()):
        await each.beat()
    home.clock.later(8, MACHINES)
    for each in (machines, worker):
        await each.beat()
    assert sorted(outages()) == [("carrier", None, 8, False), ("portal", None, 8, True)]


async def test_machines_that_nobody_answers_are_away_until_somebody_does(home: House, outages):
    for each in (home.worker(), home.pages(), home.machines()):
        await each.beat()
    for minutes, told in ((4.5, []), (2.5, [("machines", None, 7, True)])):
        home.clock.later(minutes, WORKER, PAGES)
        for each in (home.worker(), home.pages()):
            await each.beat()
        assert outages() == told
    for each in (home.machines(), home.worker(), home.pages()):
        await each.beat()
    assert outages() == [("machines", None, 7, False)]


async def test_one_process_of_both_edges_that_was_away_is_told_as_the_portal(home: House, outages):
    worker = home.worker()
    for each in (worker, home.both()):
        await each.beat()
    home.clock.later(7, WORKER)
    await worker.beat()
    assert outages() == [("portal", None, 7, True)]
    for each in (home.both(), worker):
        await each.beat()
    assert outages() == [("portal", None, 7, False)]


async def test_edges_that_come_back_one_after_the_other_were_away_together(home: House, outages):
    for each in (home.worker(), home.pages(), home.machines()):
        await each.beat()
    home.clock.later(60)
    for each in (home.pages(), home.worker()):
        await each.beat()
    home.clock.later(1, WORKER, PAGES)
    for each in (home.pages(), home.worker(), home.machines()):
        await each.beat()
    assert outages() == [("database", None, 60, False)]


async def test_an_installation_that_never_answered_machines_knows_of_none(home: House, outages):
    for _ in range(2):
        for each in (home.worker(), home.pages()):
            await each.beat()
        home.clock.later(60, WORKER, PAGES)
    assert outages() == []


async def test_an_edge_that_was_taken_away_for_good_is_told_once(home: House, outages, house: Cast, ask):
    for each in (home.worker(), home.both()):
        await each.beat()
    home.clock.later(6, WORKER, PAGES)
    await home.pages().beat()
    (running,) = ask("SELECT id FROM chancela.outage WHERE operator = %s", house.aurora.ans)
    await home.app.do(EndOutage(manager(house.aurora), running["id"]))
    for _ in range(2):
        home.clock.later(600, WORKER, PAGES)
        for each in (home.pages(), home.worker()):
            await each.beat()
    assert outages() == [("machines", None, 6, False)]


@pytest.mark.parametrize("minutes", [-600, 600])
async def test_a_clock_that_is_set_is_no_outage(home: House, outages, ask, minutes):
    """The database's clock jumps: every beat looks that much older, or lies in the future, and nobody slept."""
    worker = home.worker()
    await worker.beat()
    home.clock.now += 20
    await worker.beat()
    home.clock.now += 20
    ask("UPDATE chancela.pulse SET at = at - make_interval(mins => %s)", minutes)
    await worker.beat()
    assert outages() == []


async def test_a_channel_whose_carriers_all_rest_is_away_until_one_takes_a_letter(home: House, outages):
    worker = home.worker()
    home.channels = {Channel.SMS: WELL, Channel.EMAIL: WELL}
    await worker.beat()
    home.channels[Channel.SMS] = ILL
    home.clock.later(6, WORKER, "email")
    await worker.beat()
    assert outages() == [("carrier", "sms", 6, True)]
    again = home.worker()
    for shown, runs in ((None, True), ({Channel.SMS: FRESH}, True), ({Channel.SMS: WELL}, False)):
        home.channels = shown
        await again.beat()
        assert [each[3] for each in outages()] == [runs]


async def test_a_channel_that_never_worked_is_away_since_it_was_first_seen(home: House, outages):
    home.channels = {Channel.VOICE: ILL}
    await home.worker().beat()
    home.clock.later(4, WORKER)
    await home.worker().beat()
    assert outages() == []
    home.clock.later(2, WORKER)
    await home.worker().beat()
    assert outages() == [("carrier", "voice", 6, True)]
    home.channels = {}
    await home.worker().beat()
    assert outages() == [("carrier", "voice", 6, False)]


async def test_channels_that_nobody_used_while_the_worker_was_away_are_not_told_apart(home: House, outages):
    home.channels = {Channel.SMS: WELL}
    await home.worker().beat()
    home.channels = {Channel.SMS: ILL}
    home.clock.later(9)
    await home.worker().beat()
    assert outages() == [("database", None, 9, False)]


async def test_what_people_declared_the_system_does_not_end(home: House, outages, house: Cast, ask):
    (now,) = ask("SELECT now() - interval '10 minutes' AS at")
    for what, channel in ((OutageKind.CARRIER, None), (OutageKind.CARRIER, Channel.SMS)):
        await home.app.do(DeclareOutage(manager(house.aurora), what, now["at"], channel))
    home.channels = {Channel.SMS: WELL}
    await home.worker().beat()
    assert [each[3] for each in outages()] == [True, True]


async def test_what_people_declared_ends_where_nobody_confirms_it(home: House, outages, house: Cast, ask):
    (now,) = ask("SELECT now() AS at")
    outage = await home.app.do(DeclareOutage(manager(house.aurora), OutageKind.PORTAL, now["at"]))
    moved = "UPDATE chancela.outage SET started_at = started_at - %s, confirm_by = confirm_by - %s"
    ask(moved, timedelta(hours=25), timedelta(hours=25))
    home.app.outages.forget(house.aurora.ans)
    assert await home.app.outages.of(house.aurora.ans) == ()
    seen = await home.app.outages.one(house.aurora.ans, outage.id)
    assert seen.ended_at == outage.confirm_by - timedelta(hours=25), "told before it is written"
    await Chores(home.app).lapse_outages()
    assert outages() == [("portal", None, 24 * 60, False)]
    assert ask("SELECT kind FROM chancela.trail WHERE kind = 'operator:outage:lapsed'")
    assert (await verify(home.app.settings)).whole


async def test_where_the_database_is_away_nothing_beats(home: House, ask):
    await home.worker().beat()
    before = ask("SELECT * FROM chancela.pulse ORDER BY operator")
    await home.app.pool.close()
    assert not await home.worker().beat()
    assert ask("SELECT * FROM chancela.pulse ORDER BY operator") == before


async def test_what_cannot_be_noticed_does_not_beat_and_is_noticed_later(home: House, outages, ask):
    await home.worker().beat()
    home.clock.later(9)
    ask("ALTER TABLE chancela.outage ADD CONSTRAINT nothing_goes CHECK (false) NOT VALID")
    assert await home.worker().beat()
    assert outages() == []
    ask("ALTER TABLE chancela.outage DROP CONSTRAINT nothing_goes")
    assert await home.worker().beat()
    assert outages() == [("database", None, 9, False)]


async def test_a_worker_at_work_beats(at_work, ask):
    async with at_work(TestedCarrier()):
        async with asyncio.timeout(10):
            while not ask("SELECT * FROM chancela.pulse WHERE beat = 'worker'"):
                await asyncio.sleep(0.02)


async def test_pages_answer_where_they_are_served_and_nowhere_else():
    async def healthy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readline()
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n" if asked.startswith(b"GET /healthz ") else b"HTTP/1.1 404 No\r\n\r\n")
        await writer.drain()
        writer.close()

    async def ill(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"HTTP/1.1 503 Service Unavailable\r\n\r\n")
        await writer.drain()
        writer.close()

    for serve, answers in ((healthy, True), (ill, False)):
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        assert await outage_pulse.answered("127.0.0.1", port) is answers
        server.close()
        await server.wait_closed()
    assert not await outage_pulse.answered("127.0.0.1", port)


async def test_time_goes_on_by_a_clock_that_nobody_sets():
    before = outage_pulse.clock()
    assert timedelta(seconds=outage_pulse.clock() - before) < timedelta(seconds=5)


def test_carriers_at_rest_are_not_at_work_and_one_that_took_a_letter_was_seen():
    porters = [_porter(BreakerState.OPEN), _porter(BreakerState.TRYING)]
    assert outage_fleet.answering(porters) == ILL
    assert outage_fleet.answering([*porters, _porter(BreakerState.CLOSED)]) == FRESH
    assert outage_fleet.answering([_porter(BreakerState.CLOSED, attempts=2.0, errors=1.0)]) == WELL


def _porter(state: BreakerState, **told: float) -> Any:
    return Porter(TestedCarrier(), Slots(1), Purse(), Pace(), breaker=Breaker(state), health=Health(**told))


async def test_the_worker_attaches_what_was_away_to_what_was_recorded_in_its_time(app, house: Cast, ask):
    tenant, minute = house.aurora, timedelta(minutes=1)
    case = await visits.entered(app, tenant)
    (now,) = ask("SELECT now() AS at")
    async with walls.behind(app.pool, tenant.ans) as connection:
        world = worlds.world(connection, await app.reads.operator(tenant.ans), now["at"], app.means, Look.CASES)
        held = (await world.cases.load([case.guia.id]))[case.guia.id]
        (protocol,) = await world.cases.protocols(1)
        given = Given(AbsenceReason.SYSTEM_DOWN, taken_at=now["at"] - 5 * minute)
        await world.cases.save([absenting.recorded(held, given, protocol, "recepcao", world)])
    outage = await app.do(DeclareOutage(manager(tenant), OutageKind.PORTAL, now["at"] - 10 * minute))
    await Chores(app).attach_outages()
    found = await app.guia(tenant.desk, case.guia.id)
    assert found.absence.outage_id == outage.id
    assert (await verify(app.settings)).whole
