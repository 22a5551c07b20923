"""Where pushes go: a person's subscriptions, and whether they have the app at all."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from chancela.adapters.channels.contract import Subscription
from chancela.adapters.postgres.subscriptions import Subscribed, Subscriptions

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from tests.cast import Tenant

PHONE = Subscription("https://push.example.com/phone", "p256", "auth")
LAPTOP = Subscription("https://push.example.com/laptop", "p257", "auti")


@pytest.fixture
def subscriptions(app: App) -> Subscriptions:
    return Subscriptions(app.pool)


async def person(app: App, tenant: Tenant, card: str) -> tuple[UUID, bool]:
    found = await app.reads.person(tenant.desk, card)
    assert found is not None
    return found.beneficiary.id, found.beneficiary.has_app


@pytest.fixture
async def nobody(app: App, aurora: Tenant) -> UUID:
    """The id of someone without the app."""
    found, has_app = await person(app, aurora, aurora.unreached.card_number)
    assert not has_app
    return found


async def test_who_subscribes_has_the_app(app: App, subscriptions: Subscriptions, aurora: Tenant, nobody: UUID):
    assert await subscriptions.enrol(aurora.ans, nobody, PHONE)
    assert await subscriptions.enrol(aurora.ans, nobody, LAPTOP)
    found = await subscriptions.of(aurora.ans, [nobody, uuid4()])
    assert found == {nobody: (Subscribed(*_fields(LAPTOP)), Subscribed(*_fields(PHONE)))}
    assert await person(app, aurora, aurora.unreached.card_number) == (nobody, True)


async def test_the_last_subscription_takes_the_app_with_it(
    app: App, subscriptions: Subscriptions, aurora: Tenant, nobody: UUID
):
    await subscriptions.enrol(aurora.ans, nobody, PHONE)
    await subscriptions.enrol(aurora.ans, nobody, LAPTOP)
    assert await subscriptions.forget(aurora.ans, PHONE.endpoint)
    assert await person(app, aurora, aurora.unreached.card_number) == (nobody, True)
    assert await subscriptions.forget(aurora.ans, LAPTOP.endpoint)
    assert await person(app, aurora, aurora.unreached.card_number) == (nobody, False)
    assert not await subscriptions.forget(aurora.ans, LAPTOP.endpoint)


async def test_a_browser_that_changes_hands_is_the_former_persons_no_longer(
    app: App, subscriptions: Subscriptions, aurora: Tenant, nobody: UUID
):
    first, _ = await person(app, aurora, aurora.first.card_number)
    await subscriptions.enrol(aurora.ans, nobody, PHONE)
    await subscriptions.enrol(aurora.ans, first, PHONE)
    assert set(await subscriptions.of(aurora.ans, [nobody, first])) == {first}
    assert await person(app, aurora, aurora.unreached.card_number) == (nobody, False)
    assert await person(app, aurora, aurora.first.card_number) == (first, True)


async def test_a_stranger_and_another_operators_person_cannot_subscribe(
    subscriptions: Subscriptions, aurora: Tenant, cambui: Tenant, nobody: UUID
):
    assert not await subscriptions.enrol(aurora.ans, uuid4(), PHONE)
    assert not await subscriptions.enrol(cambui.ans, nobody, PHONE)
    assert await subscriptions.of(cambui.ans, [nobody]) == {}


async def test_new_keys_of_a_known_browser_replace_the_old(subscriptions: Subscriptions, aurora: Tenant, nobody: UUID):
    await subscriptions.enrol(aurora.ans, nobody, PHONE)
    await subscriptions.enrol(aurora.ans, nobody, Subscription(PHONE.endpoint, "new", "keys"))
    assert await subscriptions.of(aurora.ans, [nobody]) == {nobody: (Subscribed(PHONE.endpoint, "new", "keys"),)}


def _fields(subscription: Subscription) -> tuple[str, str, str]:
    return subscription.endpoint, subscription.p256dh, subscription.auth
