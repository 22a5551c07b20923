"""What Prometheus sees of the house: what waits, at a bounded cost, and nothing where the database is away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

from chancela.adapters.postgres import gauges as counted
from chancela.api import gauges
from chancela.bootstrap import hearing
from chancela.domain.report import ReportWay
from chancela.usecases.report_token import ReportToken
from tests import visits
from tests.api.test_refusals import change

if TYPE_CHECKING:
    import httpx
    import pytest

    from chancela.bootstrap.app import App
    from chancela.bootstrap.settings import Settings
    from tests.cast import Tenant

ALARM = "INSERT INTO chancela.alarm (operator, kind, subject, sent, validated) VALUES (%s, 'provider', '1', 9, 0)"


async def seen(http: httpx.AsyncClient, name: str, *labels: str) -> dict[tuple[str, ...], float]:
    """The samples of one metric, by the values of these labels."""
    text = (await http.get("/metrics")).text
    families = {each.name: each for each in text_string_to_metric_families(text)}
    found = families[name].samples if name in families else []
    return {tuple(each.labels[label] for label in labels): each.value for each in found}


async def test_what_waits_is_told_by_operator(
    app: App, settings: Settings, http: httpx.AsyncClient, aurora: Tenant, cambui: Tenant
):
    case = await visits.issued(app, aurora)
    await app.do(ReportToken(aurora.system, case.guia.id, ReportWay.SMS))
    change(settings, ALARM, cambui.ans)
    queued = await seen(http, "chancela_deliveries_waiting", "operator", "channel")
    assert {key: value for key, value in queued.items() if value} == {
        (aurora.ans, "app"): 1,
        (aurora.ans, "sms"): 1,
        (aurora.ans, "email"): 1,
    }
    reports = await seen(http, "chancela_reports_open", "operator")
    assert (reports[aurora.ans,], reports[cambui.ans,]) == (1, 0)
    assert await seen(http, "chancela_alarms", "operator", "kind") == {(cambui.ans, "provider"): 1}


async def test_the_database_is_asked_at_most_every_ten_seconds(
    app: App, http: httpx.AsyncClient, aurora: Tenant, monkeypatch: pytest.MonkeyPatch
):
    assert gauges.KEPT_S >= 10
    assert (await seen(http, "chancela_deliveries_waiting", "operator", "channel"))[aurora.ans, "sms"] == 0
    await visits.issued(app, aurora)
    assert (await seen(http, "chancela_deliveries_waiting", "operator", "channel"))[aurora.ans, "sms"] == 0
    monkeypatch.setattr(gauges, "KEPT_S", 0.0)
    assert (await seen(http, "chancela_deliveries_waiting", "operator", "channel"))[aurora.ans, "sms"] == 1


async def test_no_more_is_counted_than_is_told(app: App, aurora: Tenant, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(counted, "MOST", 2)
    for _ in range(3):
        await visits.issued(app, aurora)
    assert (await counted.waiting(app.pool, aurora.ans)).queued["sms"] == 2


async def test_while_the_database_is_away_the_processs_own_counts_remain(app: App, http: httpx.AsyncClient):
    await http.get("/healthz")
    await app.pool.close()
    assert await seen(http, "chancela_deliveries_waiting", "operator", "channel") == {}
    assert ("live",) in await seen(http, "chancela_call_seconds", "operation")


async def test_what_carriers_told_is_counted_by_its_meaning(http: httpx.AsyncClient):
    before = hearing.COUNTS["calls_refused"]
    await http.post("/v1/receipts/999001-nobody")
    assert (await seen(http, "chancela_heard", "what"))["calls_refused",] == before + 1
