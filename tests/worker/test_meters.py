"""The meter tells Prometheus what was attempted, what came of it, what waits, and how carriers stand."""

import asyncio
import contextlib
import socket
import urllib.request
from dataclasses import replace

import pytest

from chancela.adapters.postgres.lookout import Queue
from chancela.domain.carrier import CarrierStanding
from chancela.domain.delivery import Channel
from chancela.worker import main
from chancela.worker.meters import Meter, Serving, Stand
from tests import running, visits
from tests.worker.carriers import PASSING, PERMANENT, TestedCarrier, own


def samples(meter: Meter) -> dict[tuple[str, ...], float]:
    """Each sample by its name and the values of its labels, without the instants of counters' birth."""
    return {
        (each.name, *each.labels.values()): each.value
        for family in meter.families()
        for each in family.samples
        if not each.name.endswith("_created")
    }


def told(port: int | None) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
        return answer.read().decode()


async def test_attempts_and_their_results_are_counted_by_carrier(app, cambui, at_work, deliveries, until):
    meter = Meter()
    await visits.issued(app, cambui)
    async with at_work(own(cambui, TestedCarrier([PASSING, "taken"], name="one")), meter=meter):
        await until(lambda: deliveries()[0][0] == "delivered")
        await visits.issued(app, cambui)
        await until(lambda: [row[0] for row in deliveries()] == ["delivered"] * 2)
    found, by = samples(meter), (cambui.ans, "sms", "one")
    assert found["chancela_attempts_total", *by] == 3
    assert found["chancela_attempt_results_total", *by, "put_off"] == 1
    assert found["chancela_attempt_results_total", *by, "delivered"] == 2
    assert found["chancela_hand_over_seconds_count", "sms"] == 2
    assert 0 < found["chancela_hand_over_seconds_sum", "sms"] < 20


async def test_ladders_that_climbed_are_counted(app, bem_te_vi, at_work, until, ask):
    meter = Meter()
    async with at_work(TestedCarrier([PERMANENT]), meter=meter):
        await visits.issued(app, bem_te_vi)
        await until(lambda: ask("SELECT 1 FROM chancela.live_token WHERE climb_at IS NULL") != [])
    assert samples(meter)["chancela_ladders_climbed_total", bem_te_vi.ans] >= 1


def test_the_time_until_a_hand_over_falls_into_its_bucket():
    meter = Meter()
    for seconds in (0.02, 0.2, 0.3, 4000):
        meter.taken(Channel.SMS, seconds)
    found = samples(meter)
    assert [
        found["chancela_hand_over_seconds_bucket", "sms", each] for each in ("0.05", "0.25", "0.5", "900.0", "+Inf")
    ] == [
        1,
        2,
        3,
        3,
        4,
    ]


def test_queues_and_carriers_are_shown_as_they_were_last_seen():
    meter = Meter(
        queues={"999001": [Queue(Channel.SMS, 7, 12.5)]}, stands=[Stand("999001", "one", CarrierStanding.OPEN, 0.25)]
    )
    found = samples(meter)
    assert found["chancela_queue_depth", "999001", "sms"] == 7
    assert found["chancela_queue_age_seconds", "999001", "sms"] == 12.5
    assert found["chancela_carrier_share", "999001", "one"] == 0.25
    states = {each.value: found["chancela_carrier_state", "999001", "one", each.value] for each in CarrierStanding}
    assert states == {"closed": 0, "open": 1, "trying": 0, "slow": 0, "capped": 0}


def test_it_is_served_to_this_machine_alone():
    meter = Meter()
    meter.attempts["999001", "sms", "one"] += 1
    with Serving(meter, 0) as serving:
        text = told(serving.port)
    assert 'chancela_attempts_total{carrier="one",channel="sms",operator="999001"} 1.0' in text
    assert "process_resident_memory_bytes" in text
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", serving.port), 1)


async def test_a_worker_shows_what_waits_and_how_its_carriers_stand(app, bem_te_vi, settings, until, ask):
    port = running.free_port()
    await visits.issued(app, bem_te_vi)
    ask("UPDATE chancela.delivery SET due_at = now() + interval '1 day' WHERE channel = 'sms'")
    stop, found = asyncio.Event(), ""
    working = asyncio.create_task(main.run(replace(settings, worker_metrics_port=port), stop=stop))
    while 'state="closed"} 1.0' not in found:
        await asyncio.sleep(0.1)
        with contextlib.suppress(OSError):
            found = await asyncio.to_thread(told, port)
    stop.set()
    await working
    assert f'chancela_carrier_share{{carrier="inbox",operator="{bem_te_vi.ans}"}} 1.0' in found


def test_a_port_that_is_taken_is_told_and_nothing_else_happens(caplog):
    with Serving(Meter(), 0) as first, Serving(Meter(), first.port) as second:
        assert second.port is None
    assert f"no metrics on port {first.port}" in caplog.text


def test_without_a_port_nothing_is_served():
    with Serving(Meter(), None) as serving:
        assert serving.port is None
