"""Who asks that a system be told of what, for whose guias, and who ends it."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.webhook import Webhook, WebhookKind
from chancela.usecases.end_webhook import EndWebhook
from chancela.usecases.open_webhook import OpenWebhook
from tests.usecases.scene import ANS, CLIENT, DESK, NEIGHBOUR, PROVIDER, SYSTEM, Scene, reason

URL = "https://core.example/hook"
VALIDATED, FAILED = WebhookKind.GUIA_VALIDATED, WebhookKind.DELIVERY_FAILED
BOUND = Actor(ANS, ActorKind.CLIENT, "clinica", provider=PROVIDER)
NEIGHBOURS = Actor(ANS, ActorKind.CLIENT, "vizinha", provider=NEIGHBOUR)
ADMINISTRATOR = Actor(ANS, ActorKind.ADMINISTRATOR, "administradora")


@pytest.fixture
def scene() -> Scene:
    return Scene()


def opened(scene: Scene, by: Actor = CLIENT, provider: str | None = None, **more: Any) -> Any:
    asked = OpenWebhook(by, URL, (FAILED, VALIDATED), provider, public=True)
    return scene.do(replace(asked, **more))


def end(scene: Scene, webhook_id: UUID, by: Actor = CLIENT) -> Any:
    return scene.do(EndWebhook(by, webhook_id))


def test_the_operators_own_system_is_told_of_all_guias(scene: Scene):
    hook = opened(scene)
    assert isinstance(hook, Webhook)
    assert (hook.url, hook.kinds, hook.provider, hook.created_by) == (URL, (VALIDATED, FAILED), None, "nucleo")
    assert scene.memory.shelf.webhooks == {hook.id: hook}
    assert scene.trail[-1] == "operator:webhook:changed"


def test_it_may_ask_for_those_of_one_provider(scene: Scene):
    assert opened(scene, provider=PROVIDER).provider == PROVIDER
    assert reason(opened(scene, provider="99999")) == Refusal.PROVIDER_UNKNOWN


def test_a_providers_system_is_told_of_its_own_guias_alone(scene: Scene):
    assert [opened(scene, BOUND, each).provider for each in (None, PROVIDER)] == [PROVIDER] * 2
    for other in (NEIGHBOUR, "99999"):
        assert opened(scene, BOUND, other) == Refused(Refusal.NOT_FOUND)


def test_nobody_at_a_desk_opens_any(scene: Scene):
    assert opened(scene, DESK) == Refused(Refusal.NOT_FOUND)


def test_an_address_that_is_not_public_is_refused(scene: Scene):
    assert opened(scene, public=False) == Refused(Refusal.WEBHOOK_REFUSED)
    assert scene.memory.shelf.webhooks == {}


def test_there_are_ten_of_the_operator_and_ten_of_each_provider(scene: Scene):
    asked = OpenWebhook(CLIENT, URL, (VALIDATED,), None, public=True)
    outcomes = scene.do_all(*[asked] * 11)
    assert [isinstance(each, Webhook) for each in outcomes] == [True] * 10 + [False]
    assert reason(opened(scene)) == Refusal.TOO_MANY_WEBHOOKS
    assert isinstance(opened(scene, BOUND), Webhook)
    end(scene, outcomes[0].id)
    assert isinstance(opened(scene), Webhook)


@pytest.mark.parametrize("by", [CLIENT, ADMINISTRATOR, SYSTEM])
def test_one_that_ended_is_told_no_more(scene: Scene, by: Actor):
    hook = opened(scene)
    ended = end(scene, hook.id, by)
    assert (ended.ended_at, ended.ended_by) == (scene.memory.now, by.name)
    assert scene.memory.shelf.webhooks[hook.id] == ended
    assert '"what":"ended"' in scene.memory.shelf.trail[-1].data
    assert end(scene, hook.id, by) == Refused(Refusal.NOT_FOUND)


def test_nobody_ends_anothers(scene: Scene):
    whole, own = opened(scene), opened(scene, BOUND)
    assert [end(scene, each.id, NEIGHBOURS) for each in (whole, own)] == [Refused(Refusal.NOT_FOUND)] * 2
    assert end(scene, whole.id, BOUND) == Refused(Refusal.NOT_FOUND)
    assert isinstance(end(scene, own.id, BOUND), Webhook)


def test_in_one_set_it_ends_once(scene: Scene):
    hook = opened(scene)
    first, second = scene.do_all(EndWebhook(CLIENT, hook.id), EndWebhook(ADMINISTRATOR, hook.id))
    assert isinstance(first, Webhook)
    assert second == Refused(Refusal.NOT_FOUND)
