"""Webhooks over the fakes and PostgreSQL; and there the outbox: written with its step, held by one worker at a time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from chancela.adapters.postgres.outbox import Outbox, Pick, Settled
from chancela.adapters.postgres.webhooks import Outcome, WebhookEvents
from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.guia import Kind, RequestedProcedure
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.domain.report import ReportWay
from chancela.domain.webhook import Webhook, WebhookKind
from chancela.usecases.decide_dispute import DecideDispute
from chancela.usecases.end_webhook import EndWebhook
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.open_webhook import OpenWebhook
from chancela.usecases.register_guia import RegisterGuia, register_guia
from chancela.usecases.report_token import ReportToken
from chancela.usecases.validate_token import ValidateToken
from tests.adapters.postgres.stages import PostgresStage, Stage
from tests.usecases.scene import ANS, AUDITOR, CARD, CLIENT, DESK, NEIGHBOUR, OK, PROVIDER, SYSTEM, Scene

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

    from chancela.domain.case import Case

URL = "https://core.example/hook"
CODE = "482913"
ALL = tuple(WebhookKind)
BOUND = Actor(ANS, ActorKind.CLIENT, "clinica", provider=PROVIDER)
NEIGHBOURS = Actor(ANS, ActorKind.CLIENT, "vizinha", provider=NEIGHBOUR)


@pytest.fixture
async def house(empty_database_url: str) -> AsyncIterator[PostgresStage]:
    """An operator in PostgreSQL whose codes fall all the same."""
    opened = PostgresStage(Scene(replace(LATEST_CODE_WINS, cool_down_s=0)), empty_database_url)
    opened.means.chance.next_codes += [CODE] * 20  # type: ignore[attr-defined]
    await opened.open()
    yield opened
    await opened.close()


async def opened(stage: Stage, *kinds: WebhookKind, by: Actor = CLIENT) -> Webhook:
    (hook,) = await stage.do(OpenWebhook(by, URL, kinds or ALL, None, public=True))
    return hook


async def awaiting(stage: Stage) -> Case:
    (case,) = await stage.do(RegisterGuia(DESK, Kind.ODONTO, CARD, PROVIDER, (RequestedProcedure("22", OK),)))
    return case


async def validated(stage: Stage) -> Case:
    case = await awaiting(stage)
    await stage.do(IssueToken(DESK, case.guia.id))
    (case,) = await stage.do(ValidateToken(DESK, case.guia.id, CODE))
    return case


async def claimed(house: PostgresStage, each: int = 9, lease_s: float = 60, limit: int = 99, **busy: int) -> Any:
    return await WebhookEvents(house.pool).claim(ANS, each, busy, limit, lease_s)  # type: ignore[arg-type]


def kinds(found: Any) -> list[str]:
    return sorted(each.kind.value for each in found)


# the port, on both stages


async def test_what_was_opened_is_there_until_it_ends(stage: Stage):
    first, second = await opened(stage), await opened(stage, WebhookKind.GUIA_VALIDATED, by=BOUND)
    async with stage.world() as world:
        assert await world.webhooks.all() == (first, second)
    (ended,) = await stage.do(EndWebhook(BOUND, second.id))
    assert ended.ended_by == "clinica"
    async with stage.world() as world:
        assert await world.webhooks.all() == (first,)
    assert [each.kind for each in await stage.trail()] == ["operator:webhook:changed"] * 3


# the outbox


async def test_each_step_is_told_in_its_own_transaction_to_whoever_asked(house: PostgresStage):
    hook = await opened(house)
    case = await validated(house)
    await house.do(ReportToken(SYSTEM, case.guia.id, ReportWay.SMS))
    await house.do(DecideDispute(AUDITOR, case.guia.id, True, "A visita aconteceu mesmo."))
    found = await claimed(house)
    assert kinds(found) == [
        *("attendance.dispute_decided", "attendance.disputed", "guia.awaiting_token", "guia.validated")
    ]
    assert {(each.webhook_id, each.guia_id, each.url, each.attempt) for each in found} == {
        (hook.id, case.guia.id, URL, 1)
    }
    assert len({each.id for each in found}) == 4


async def test_each_is_told_of_what_it_asked_for_and_a_provider_of_its_own_guias(house: PostgresStage):
    whole = await opened(house, WebhookKind.GUIA_VALIDATED)
    own = await opened(house, by=BOUND)
    await opened(house, by=NEIGHBOURS)
    await validated(house)
    found = [(each.webhook_id, each.kind.value) for each in await claimed(house)]
    assert sorted(found, key=str) == sorted(
        [(whole.id, "guia.validated"), (own.id, "guia.validated"), (own.id, "guia.awaiting_token")], key=str
    )


async def test_who_asked_for_nothing_of_the_kind_pays_nothing_for_it(house: PostgresStage):
    await validated(house)
    await opened(house, WebhookKind.ATTENDANCE_DISPUTED)
    await validated(house)
    assert await claimed(house) == []


async def test_what_is_rolled_back_is_told_to_nobody(house: PostgresStage):
    await opened(house)
    asked = RegisterGuia(DESK, Kind.ODONTO, CARD, PROVIDER, (RequestedProcedure("22", OK),))
    with pytest.raises(ZeroDivisionError):
        await _broken_off(house, asked)
    assert await claimed(house) == []


async def _broken_off(house: PostgresStage, asked: RegisterGuia) -> None:
    async with house.world(RegisterGuia) as world:
        await register_guia([asked], world)
        raise ZeroDivisionError


async def test_a_message_that_no_carrier_could_bring_is_told(house: PostgresStage):
    hook = await opened(house, WebhookKind.DELIVERY_FAILED)
    case = await awaiting(house)
    await house.do(IssueToken(DESK, case.guia.id, Channel.EMAIL))
    outbox = Outbox(house.pool)
    (due,) = await outbox.claim(ANS, Channel.EMAIL, [Pick("x")], 9, timedelta(minutes=1))
    lost = Settled(due.id, due.planned_at, 1, DeliveryState.FAILED, failure="nobody there", carrier="x")
    await outbox.settle(ANS, [lost])
    await outbox.settle(ANS, [lost])
    (found,) = await claimed(house)
    assert (found.kind, found.webhook_id, found.guia_id) == (WebhookKind.DELIVERY_FAILED, hook.id, case.guia.id)


async def test_what_nobody_can_carry_any_more_is_told_too(house: PostgresStage):
    await opened(house, WebhookKind.DELIVERY_FAILED, by=NEIGHBOURS)
    await opened(house, WebhookKind.DELIVERY_FAILED, by=BOUND)
    case = await awaiting(house)
    await house.do(IssueToken(DESK, case.guia.id, Channel.EMAIL))
    await Outbox(house.pool).give_up(ANS, Channel.EMAIL, "cap reached", 0.0, 9)
    assert [each.guia_id for each in await claimed(house)] == [case.guia.id]


# one worker each


async def test_a_message_is_held_by_one_until_its_lease_is_over(house: PostgresStage):
    await opened(house, WebhookKind.GUIA_AWAITING_TOKEN)
    await awaiting(house)
    first, second = await asyncio.gather(claimed(house, lease_s=30), claimed(house, lease_s=30))
    (taken,) = [*first, *second]
    await house.execute("UPDATE chancela.webhook_event SET due_at = due_at - interval '30 s'")
    (again,) = await claimed(house)
    assert (again.id, again.attempt) == (taken.id, 2)


async def test_one_that_is_slow_takes_no_more_than_its_room(house: PostgresStage):
    slow, quick = await opened(house, WebhookKind.GUIA_AWAITING_TOKEN), await opened(house, by=BOUND)
    for _ in range(4):
        await awaiting(house)
    found = await claimed(house, 3, **{str(slow.id): 2})
    assert sorted(each.webhook_id for each in found) == sorted([slow.id, quick.id, quick.id, quick.id])
    assert await claimed(house, 3, **{str(slow.id): 3, str(quick.id): 4}) == []


async def test_whoever_holds_the_fewest_comes_first_then_whoever_had_a_turn_longest_ago(house: PostgresStage):
    hooks = [await opened(house, WebhookKind.GUIA_AWAITING_TOKEN) for _ in range(3)]
    for _ in range(3):
        await awaiting(house)
    one, two, three = (each.id for each in hooks)
    turn = "UPDATE chancela.webhook SET {} = '2026-01-0{}' WHERE id = '{}'"
    for column, day, hook in (("delivered_at", 3, one), ("failed_at", 2, two), ("delivered_at", 1, two)):
        await house.execute(turn.format(column, day, hook))

    async def turns(limit: int, **busy: int) -> list[UUID]:
        return [each.webhook_id for each in await claimed(house, 1, limit=limit, **busy)]

    assert await turns(1) == [three]  # it had none yet
    assert await turns(1, **{str(three): 1}) == [two]
    assert sorted(await turns(2, **{str(two): 1})) == sorted([one, three])
    found = await claimed(house, 3, limit=2, **{str(one): 1, str(two): 2})
    assert sorted(each.webhook_id for each in found) == sorted([three, one])


def outcome(found: Any, state: str, **more: Any) -> Outcome:
    return Outcome(found.id, found.webhook_id, found.attempt, state, **more)


async def test_what_was_taken_and_what_failed_is_shown_and_kept(house: PostgresStage):
    hook = await opened(house, WebhookKind.GUIA_AWAITING_TOKEN)
    store = WebhookEvents(house.pool)
    for _ in range(3):
        await awaiting(house)
    taken, late, lost = await claimed(house)
    await store.settle(
        ANS,
        [
            outcome(taken, "delivered"),
            outcome(late, "waiting", wait_s=0, failure="status 503", body="{}"),
            outcome(lost, "failed", failure="status 503"),
        ],
    )
    (shown,) = await store.listed(ANS)
    assert (shown.webhook, shown.failure, shown.waiting) == (hook, "status 503", 1)
    assert shown.delivered_at == shown.failed_at is not None
    (again,) = await claimed(house)
    assert (again.id, again.attempt, again.body) == (late.id, 2, "{}")
    assert await store.due(ANS) == (0, 0)
    await store.settle(ANS, [outcome(late, "delivered")])  # an attempt whose lease was over
    assert (await store.listed(ANS))[0].waiting == 1


async def test_what_is_long_over_is_forgotten(house: PostgresStage):
    await opened(house, WebhookKind.GUIA_AWAITING_TOKEN)
    store = WebhookEvents(house.pool)
    for _ in range(3):
        await awaiting(house)
    taken, lost, _ = await claimed(house)
    await store.settle(ANS, [outcome(taken, "delivered"), outcome(lost, "failed", failure="x")])
    await house.execute(
        "UPDATE chancela.webhook_event SET settled_at = settled_at - interval '4 days' WHERE state <> 'waiting'"
    )
    await store.forget(ANS)
    with psycopg.connect(house.url) as connection:
        left = connection.execute("SELECT state FROM chancela.webhook_event ORDER BY state").fetchall()
    assert left == [("failed",), ("waiting",)]


async def test_one_that_ends_is_told_nothing_more_and_nothing_that_waited(house: PostgresStage):
    hook: Webhook = await opened(house)
    await awaiting(house)
    await house.do(EndWebhook(CLIENT, hook.id))
    await awaiting(house)
    store = WebhookEvents(house.pool)
    assert await claimed(house) == []
    assert await store.listed(ANS) == ()
    assert [each.webhook.id for each in await store.listed(ANS, ended=True)] == [hook.id]


async def test_ten_at_once_are_ten(house: PostgresStage):
    for _ in range(9):
        await opened(house)
    asked = OpenWebhook(CLIENT, URL, ALL, None, public=True)
    outcomes = await asyncio.gather(house.do(asked), house.do(asked))
    assert sorted(isinstance(each[0], Webhook) for each in outcomes) == [False, True]


def ids(found: Any) -> list[UUID]:
    return [each.webhook.id for each in found]


async def test_a_provider_is_shown_its_own_alone(house: PostgresStage):
    whole, own = await opened(house), await opened(house, by=BOUND)
    store = WebhookEvents(house.pool)
    assert ids(await store.listed(ANS)) == [whole.id, own.id]
    assert ids(await store.listed(ANS, PROVIDER)) == [own.id]
    assert await store.listed("999001") == ()
