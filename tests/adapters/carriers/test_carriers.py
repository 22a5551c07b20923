"""The register of carriers keeps what it is told, with its event in the trail, behind one operator's wall."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
import pytest

from chancela.adapters.postgres.carriers import Arrival, CarrierDay, CarrierEntry, Carriers
from chancela.bootstrap import verify
from chancela.domain import trail
from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.trail import Event, EventKind
from tests import visits

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from chancela.bootstrap.settings import Settings
    from tests.cast import Tenant

SUBJECT = UUID("5a1f7f5e-0000-5000-8000-000000000001")


@pytest.fixture
def carriers(app: App) -> Carriers:
    return Carriers(app.pool)


def entry(operator: str, name: str = "principal", **changed: Any) -> CarrierEntry:
    given = {"account_sid": "AC0"}
    return replace(CarrierEntry(operator, name, "sms_twilio", Channel.SMS, given, b"sealed"), **changed)


def event(name: str = "principal") -> Event:
    data = {"name": name, "kind": "sms_twilio", "channel": "sms", "enabled": True}
    return Event(EventKind.CARRIER_CHANGED, SUBJECT, "cli ana", data)


def asked(settings: Settings, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(settings.database_url or "", autocommit=True) as connection:
        done = connection.execute(sql.encode(), values)
        return done.fetchall() if done.description else []


async def test_a_carrier_is_kept_as_it_was_given(app: App, carriers: Carriers, aurora: Tenant):
    given = entry(aurora.ans, weight=7, cost_millis=80, daily_cap_millis=500_000)
    kept = await carriers.put(given, event(), app.head_mac)
    assert replace(kept, created_at=None, changed_at=None) == given
    assert await carriers.find(aurora.ans, "principal") == kept
    assert await carriers.all(aurora.ans) == (kept,)


async def test_a_change_keeps_its_birth_and_moves_its_change(app: App, carriers: Carriers, aurora: Tenant):
    first = await carriers.put(entry(aurora.ans), event(), app.head_mac)
    later = await carriers.put(entry(aurora.ans, weight=9, enabled=False), event(), app.head_mac)
    assert (later.created_at, later.weight, later.enabled) == (first.created_at, 9, False)
    assert later.changed_at is not None
    assert first.changed_at is not None
    assert later.changed_at > first.changed_at


async def test_an_operator_carries_what_its_enabled_carriers_do(app: App, carriers: Carriers, aurora: Tenant):
    await carriers.put(entry(aurora.ans), event(), app.head_mac)
    await carriers.put(entry(aurora.ans, "reserva"), event("reserva"), app.head_mac)
    await carriers.put(entry(aurora.ans, "voz", channel=Channel.VOICE, enabled=False), event("voz"), app.head_mac)
    assert (await app.reads.operator(aurora.ans)).carried == {Channel.SMS}
    await carriers.put(entry(aurora.ans, enabled=False), event(), app.head_mac)
    assert (await app.reads.operator(aurora.ans)).carried == {Channel.SMS}
    await carriers.put(entry(aurora.ans, "reserva", enabled=False), event("reserva"), app.head_mac)
    assert (await app.reads.operator(aurora.ans)).carried == frozenset()


async def test_each_change_stands_in_a_whole_trail(app: App, settings: Settings, carriers: Carriers, aurora: Tenant):
    await carriers.put(entry(aurora.ans), event(), app.head_mac)
    await visits.entered(app, aurora)
    await carriers.put(entry(aurora.ans, enabled=False), event(), app.head_mac)
    rows = asked(
        settings,
        "SELECT t.kind, t.subject, t.actor, t.data FROM chancela.trail t WHERE t.operator = %s ORDER BY t.seq",
        aurora.ans,
    )
    assert [row[0] for row in rows] == [
        "operator:carrier:changed",
        "guia:guia:registered",
        "operator:carrier:changed",
    ]
    assert (rows[0][1], rows[0][2], json.loads(rows[0][3])) == (SUBJECT, "cli ana", dict(event().data))
    assert trail.canonical(event().data) == rows[0][3]
    report = await verify.verify(settings)
    assert report.whole, report.findings


async def test_a_carrier_that_the_database_refuses_leaves_no_event(
    app: App, settings: Settings, carriers: Carriers, aurora: Tenant
):
    for wrong in (entry(aurora.ans, "Not Plain"), entry(aurora.ans, weight=0), entry(aurora.ans, daily_cap_millis=0)):
        with pytest.raises(psycopg.errors.CheckViolation):
            await carriers.put(wrong, event(), app.head_mac)
    assert asked(settings, "SELECT t.seq FROM chancela.trail t") == []
    assert (await app.reads.operator(aurora.ans)).carried == frozenset()


async def test_no_operator_sees_anothers_carriers(app: App, carriers: Carriers, aurora: Tenant, cambui: Tenant):
    await carriers.put(entry(aurora.ans), event(), app.head_mac)
    assert await carriers.all(cambui.ans) == ()
    assert await carriers.find(cambui.ans, "principal") is None


async def test_a_secret_is_in_no_word_about_a_carrier(app: App, carriers: Carriers, aurora: Tenant):
    kept = await carriers.put(entry(aurora.ans, secrets=b"never shown"), event(), app.head_mac)
    assert "never shown" not in repr(kept)


async def test_a_change_forgets_what_the_workers_held_against_it(
    app: App, settings: Settings, carriers: Carriers, aurora: Tenant
):
    await carriers.put(entry(aurora.ans), event(), app.head_mac)
    for name in ("principal", "reserva"):
        asked(
            settings,
            "INSERT INTO chancela.carrier_state (operator, carrier, state, reason)"
            " VALUES (%s, %s, 'open', 'twilio 20003')",
            aurora.ans,
            name,
        )
    assert {name: each.state for name, each in (await carriers.states(aurora.ans)).items()} == {
        "principal": "open",
        "reserva": "open",
    }
    await carriers.put(entry(aurora.ans), event(), app.head_mac)
    assert set(await carriers.states(aurora.ans)) == {"reserva"}


async def test_a_days_counts_are_told_by_carrier(settings: Settings, carriers: Carriers, aurora: Tenant):
    today = datetime.now(UTC).date()
    sql = (
        "INSERT INTO chancela.carrier_day (operator, carrier, day, sent, delivered, failed, spent_millis) "
        "VALUES (%s, 'principal', %s, 5, 3, 1, 400)"
    )
    asked(settings, sql, aurora.ans, today)
    asked(settings, sql, aurora.ans, today - timedelta(days=1))
    assert await carriers.days(aurora.ans, today) == {"principal": CarrierDay(5, 3, 1, 400)}


async def test_arrival_is_measured_from_planned_to_delivered(
    app: App, settings: Settings, carriers: Carriers, aurora: Tenant
):
    since = datetime.now(UTC) - timedelta(hours=1)
    await visits.issued(app, aurora)
    asked(
        settings,
        "UPDATE chancela.delivery SET state = 'delivered', carrier = 'principal', "
        "changed_at = planned_at + CASE channel WHEN 'sms' THEN interval '9 seconds' ELSE interval '1 second' END",
    )
    found = await carriers.arrival(aurora.ans, since)
    assert found == {"principal": Arrival(3, 1.0, pytest.approx(8.2))}
    assert await carriers.arrival(aurora.ans, datetime.now(UTC) + timedelta(seconds=1)) == {}


async def test_notices_and_messages_under_way_do_not_count_as_arrivals(
    app: App, settings: Settings, carriers: Carriers, aurora: Tenant
):
    await visits.issued(app, aurora)
    asked(
        settings,
        "UPDATE chancela.delivery SET carrier = 'principal', purpose = CASE channel WHEN 'sms' THEN 'contact_typed' "
        "ELSE purpose END, state = CASE channel WHEN 'email' THEN 'handed_over' ELSE 'delivered' END",
    )
    found = await carriers.arrival(aurora.ans, datetime.now(UTC) - timedelta(hours=1))
    assert found["principal"].delivered == 1


async def test_alarms_sound_until_they_end(settings: Settings, carriers: Carriers, aurora: Tenant):
    sql = (
        "INSERT INTO chancela.alarm (operator, kind, subject, sent, validated, ended_at) "
        "VALUES (%s, 'provider', %s, 90, 1, %s)"
    )
    asked(settings, sql, aurora.ans, "10001", None)
    asked(settings, sql, aurora.ans, "10002", datetime.now(UTC))
    (alarm,) = await carriers.alarms(aurora.ans)
    assert (alarm.kind, alarm.subject, alarm.sent, alarm.validated) == ("provider", "10001", 90, 1)


async def test_a_receipt_of_no_delivery_is_kept_once_and_found_by_its_id(carriers: Carriers, aurora: Tenant):
    for _ in range(2):
        await carriers.keep_receipt(aurora.ans, "principal", "SM1", DeliveryState.HANDED_OVER, None)
    await carriers.keep_receipt(aurora.ans, "principal", "SM1", DeliveryState.FAILED, "twilio 30003 unreachable")
    await carriers.keep_receipt(aurora.ans, "reserva", "SM1", DeliveryState.DELIVERED, None)
    found = await carriers.heard(aurora.ans, "principal", ["SM1", "other"])
    assert [(each.state.value, each.failure) for each in found] == [
        ("handed_over", None),
        ("failed", "twilio 30003 unreachable"),
    ]
