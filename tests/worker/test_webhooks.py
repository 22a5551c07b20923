"""Other systems are told, signed and at least once: whatever fails, whoever is slow, and if the worker is killed."""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from chancela.api import shapes
from chancela.bootstrap import webhooks as house
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.report import ReportWay
from chancela.domain.webhook import Webhook, WebhookKind
from chancela.usecases.open_webhook import OpenWebhook
from chancela.usecases.report_token import ReportToken
from chancela.worker import main
from chancela.worker.chores import Chores
from chancela.worker.meters import Meter
from tests import visits
from tests.aggregators import Told
from tests.receiving import receiving
from tests.worker import processes
from tests.worker.conftest import QUICK
from tests.worker.test_meters import samples

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from chancela.bootstrap.app import App
    from chancela.bootstrap.settings import Settings
    from tests.cast import Tenant

NOW = "UPDATE chancela.webhook_event SET due_at = now() WHERE state = 'waiting'"
STATES = "SELECT state, attempts, failure FROM chancela.webhook_event ORDER BY at, id"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A demo in which systems on this machine may be told."""
    return replace(settings, demo=True, demo_local_webhooks=True)


@pytest.fixture
def at_work(app: App) -> Callable[..., contextlib.AbstractAsyncContextManager[None]]:
    """A worker that carries no code and tells other systems."""

    @contextlib.asynccontextmanager
    async def work(meter: Meter | None = None) -> AsyncIterator[None]:
        stop, ready = asyncio.Event(), asyncio.Event()
        more: dict[str, Any] = {"when_ready": ready.set, "source": _nobody, "shape": shapes.encoded, "meter": meter}
        working = asyncio.create_task(main.deliver(app, QUICK, stop, measures=meter is not None, **more))
        await ready.wait()
        try:
            yield
        finally:
            stop.set()
            await working

    return work


async def _nobody(*_: object) -> list[Any]:
    return []


async def opened(app: App, tenant: Tenant, url: str, *kinds: WebhookKind, provider: str | None = None) -> Webhook:
    core = Actor(tenant.ans, ActorKind.CLIENT, "nucleo")
    hook = await app.do(OpenWebhook(core, url, kinds or tuple(WebhookKind), provider, public=True))
    assert isinstance(hook, Webhook), hook
    return hook


async def test_a_system_is_told_within_a_moment_signed_and_in_the_shape_of_the_contract(app, aurora, at_work, until):
    async with receiving() as receiver, at_work():
        hook = await opened(app, aurora, receiver.url)
        case = await visits.issued(app, aurora)
        code = visits.code(app, case)
        done = await visits.validated(app, aurora, case)
        await app.do(ReportToken(aurora.system, case.guia.id, ReportWay.SMS))
        await until(lambda: len(receiver.asked) == 3)
        told = receiver.believed(house.shown(app, aurora.ans, hook.id))
    assert {each["type"] for each in told} == {"guia.awaiting_token", "guia.validated", "attendance.disputed"}
    last = await app.guia(aurora.desk, done.guia.id)
    operator = await app.reads.operator(aurora.ans)
    shape = json.loads(shapes.encoded(last, operator))
    disputed = next(each for each in told if each["type"] == "attendance.disputed")
    assert disputed["data"] == {"guia": shape}
    assert shape["status"] == "disputed"
    assert not any(code in each.body.decode() for each in receiver.asked)
    assert len({each.headers["webhook-id"] for each in receiver.asked}) == 3


async def test_what_fails_is_sent_again_under_the_same_id_with_the_same_words(app, aurora, at_work, until, ask):
    meter = Meter()
    async with receiving(Told(503), Told(500)) as receiver, at_work(meter):
        hook = await opened(app, aurora, receiver.url, WebhookKind.GUIA_AWAITING_TOKEN)
        case = await visits.entered(app, aurora)
        await until(lambda: states(ask) == [("waiting", 1, "status 503")])
        await visits.issued(app, aurora, case)  # what became of it meanwhile is not told in its place
        ask(NOW)
        await until(lambda: states(ask) == [("waiting", 2, "status 500")])
        ask(NOW)
        await until(lambda: states(ask) == [("delivered", 3, None)])
        receiver.believed(house.shown(app, aurora.ans, hook.id))
        assert samples(meter)["chancela_webhook_attempts_total", aurora.ans, "waiting"] == 2
    assert len({(each.headers["webhook-id"], each.body) for each in receiver.asked}) == 1


def states(ask: Callable[..., list[dict[str, Any]]]) -> list[tuple[Any, ...]]:
    return [tuple(each.values()) for each in ask(STATES)]


async def test_one_that_never_answers_holds_nobody_up(app, aurora, at_work, until):
    async with receiving(*[Told(fault="silence")] * 50) as slow, receiving() as quick, at_work():
        await opened(app, aurora, slow.url, WebhookKind.GUIA_AWAITING_TOKEN)
        await opened(app, aurora, quick.url, WebhookKind.GUIA_AWAITING_TOKEN)
        for _ in range(12):
            await visits.entered(app, aurora)
        await until(lambda: len(quick.asked) == 12)
        assert len(slow.asked) == 4
        app.post.answer_s = 0.1


async def test_however_many_never_answer_one_that_does_is_told_all_the_same(app, aurora, at_work, until):
    async with receiving(*[Told(fault="silence")] * 99) as slow, receiving() as quick:
        case = await visits.entered(app, aurora)
        for nth in range(16):  # four attempts to each are all that one operator has
            provider = case.guia.provider if nth % 2 else None
            await opened(app, aurora, f"{slow.url}?{nth}", WebhookKind.GUIA_AWAITING_TOKEN, provider=provider)
        await opened(app, aurora, quick.url, WebhookKind.GUIA_AWAITING_TOKEN)
        for _ in range(4):
            await visits.entered(app, aurora)
        app.post.answer_s = 600  # nobody is done waiting for the others meanwhile
        async with at_work():
            await until(lambda: len({each.headers["webhook-id"] for each in quick.asked}) == 4)


async def test_one_that_is_gone_is_told_no_more(app, aurora, at_work, until, ask):
    async with receiving(Told(410)) as receiver, at_work():
        await opened(app, aurora, receiver.url, WebhookKind.GUIA_AWAITING_TOKEN)
        await visits.entered(app, aurora)
        await until(lambda: [each["ended_by"] for each in ask("SELECT ended_by FROM chancela.webhook")] == ["worker"])
        await visits.entered(app, aurora)
        await asyncio.sleep(0.3)
    assert len(receiver.asked) == 1
    assert ask("SELECT told FROM chancela.operator WHERE ans = %s", aurora.ans) == [{"told": []}]
    changed = ask("SELECT data FROM chancela.trail WHERE kind = 'operator:webhook:changed' ORDER BY seq")
    assert [json.loads(each["data"])["what"] for each in changed] == ["opened", "ended"]
    assert json.loads(changed[0]["data"])["host"] == "127.0.0.1"


async def test_an_address_that_came_to_be_one_of_ours_is_not_connected_to(app, aurora, at_work, until, ask):
    async with receiving() as receiver, at_work():
        await opened(app, aurora, receiver.url.replace("http://127.0.0.1", "https://localhost"))
        await visits.entered(app, aurora)
        await until(lambda: states(ask) == [("waiting", 1, "address refused")])
    assert receiver.server.connections == 0


async def test_killed_in_the_middle_it_is_sent_again_by_another(app, aurora, settings, until, ask):
    pace = "poll_s=0.1"
    async with receiving(Told(fault="silence")) as receiver:
        hook = await opened(app, aurora, receiver.url, WebhookKind.GUIA_AWAITING_TOKEN)
        await visits.entered(app, aurora)
        with processes.crew(settings, pace=pace) as workers:
            first = workers.start()
            await until(lambda: len(receiver.asked) == 1, seconds=60)
            workers.kill(first)
            ask(NOW)  # its lease is over
            workers.start()
            await until(lambda: states(ask) == [("delivered", 2, None)], seconds=60)
        told = receiver.believed(house.shown(app, aurora.ans, hook.id))
    assert len(told) == 2
    assert len({each.headers["webhook-id"] for each in receiver.asked}) == 1


async def test_what_is_long_over_is_swept(app, aurora, at_work, until, ask):
    async with receiving() as receiver, at_work():
        await opened(app, aurora, receiver.url, WebhookKind.GUIA_AWAITING_TOKEN)
        await visits.entered(app, aurora)
        await until(lambda: states(ask) == [("delivered", 1, None)])
    ask("UPDATE chancela.webhook_event SET settled_at = settled_at - interval '4 days'")
    await Chores(app).forget_webhook_events()
    assert states(ask) == []
