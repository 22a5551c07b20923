"""A phone call asks what to say: the live code of its own delivery, and only where the call is proven to be ours."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import httpx
import pytest

from chancela.bootstrap import trials
from chancela.domain.delivery import Channel, DeliveryState
from chancela.usecases.cancel_guia import CancelGuia
from tests import visits
from tests.api.caller import code_of, slug
from tests.api.test_receipts import Call, add, call, sent, state, twilio
from tests.api.test_refusals import AT_ONCE, change

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from chancela.bootstrap.settings import Settings
    from chancela.domain.case import Case
    from tests.cast import Tenant

DIGITS = ("zero", "um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove")
ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
GONE = "não vale mais"


@pytest.fixture
async def ringing(app: App, settings: Settings, aurora: Tenant) -> Case:
    """A guia whose code is being told by phone."""
    await add(app, aurora, "voice")
    return await sent(app, settings, aurora, Channel.VOICE, "voice")


def picked_up(tenant: Tenant, delivery: UUID | str, query: str = "", **form: str) -> Call:
    """What the carrier asks when somebody has picked up."""
    path = f"/v1/voice/{tenant.ans}-voice/{delivery}{query}"
    return twilio(path, **{"CallSid": "CA1", "CallStatus": "in-progress", "To": "+554120000001", **form})


def said(answer: httpx.Response, words: tuple[str, ...] = DIGITS) -> str:
    """The digits that are said, one after the other."""
    spoken = re.findall(r"<Say[^>]*>([^<]*)</Say>", answer.text)
    return "".join(str(words.index(each)) for each in spoken if each in words)


async def test_the_code_is_read_to_whoever_picks_up(app: App, http: httpx.AsyncClient, aurora: Tenant, ringing: Case):
    code = await code_of(app, aurora, str(ringing.guia.id))
    answer = await call(http, picked_up(aurora, ringing.deliveries[0].id))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml")
    assert answer.headers["cache-control"] == "no-store"
    assert said(answer) == code * 2
    assert code not in answer.text
    assert await state(app, aurora, ringing) is DeliveryState.HANDED_OVER
    again = await call(http, picked_up(aurora, ringing.deliveries[0].id, "?turn=1", Digits="1"))
    assert said(again) == code * 2
    assert await state(app, aurora, ringing) is DeliveryState.DELIVERED


async def test_a_person_is_spoken_to_in_their_language(
    app: App, settings: Settings, http: httpx.AsyncClient, aurora: Tenant, ringing: Case
):
    change(settings, "UPDATE chancela.beneficiary SET language = 'en' WHERE id = %s", ringing.guia.beneficiary_id)
    answer = await call(http, picked_up(aurora, ringing.deliveries[0].id))
    assert said(answer, ENGLISH) == await code_of(app, aurora, str(ringing.guia.id)) * 2


async def test_key_nine_says_that_nobody_asked_for_it(app: App, http: httpx.AsyncClient, aurora: Tenant, ringing: Case):
    answer = await call(http, picked_up(aurora, ringing.deliveries[0].id, "?turn=1", Digits="9"))
    assert "avisada" in answer.text
    found = await app.guia(aurora.client, ringing.guia.id)
    assert found is not None
    assert found.report is not None
    assert found.report.way == "voice"
    gone = await call(http, picked_up(aurora, ringing.deliveries[0].id))
    assert GONE in gone.text


ENDED = {
    "superseded": "UPDATE chancela.delivery SET generation = 0",
    "past its time": "UPDATE chancela.live_token SET issued_at = now() - interval '3 days', expires_at = now()",
    "of a message by another channel": "UPDATE chancela.delivery SET channel = 'sms'",
    "of a notice": "UPDATE chancela.delivery SET purpose = 'contact_typed'",
    "of a call that failed": "UPDATE chancela.delivery SET state = 'failed'",
    "too old": "UPDATE chancela.delivery SET planned_at = planned_at - interval '41 days'",
}


@pytest.mark.parametrize("why", ENDED)
async def test_no_code_is_read_that_is(
    app: App, settings: Settings, http: httpx.AsyncClient, aurora: Tenant, ringing: Case, why: str
):
    if why == "too old":
        change(settings, "SELECT chancela.ensure_partitions(now() - interval '41 days')")
    change(settings, ENDED[why])
    answer = await call(http, picked_up(aurora, ringing.deliveries[0].id))
    assert (answer.status_code, said(answer)) == (200, "")
    assert GONE in answer.text
    assert answer.headers["cache-control"] == "no-store"


async def test_a_call_before_its_turn_to_be_sent_reads_nothing(
    app: App, settings: Settings, http: httpx.AsyncClient, aurora: Tenant, ringing: Case
):
    queued = await visits.issued(app, aurora, await visits.entered(app, aurora), Channel.VOICE)
    assert GONE in (await call(http, picked_up(aurora, queued.deliveries[0].id))).text


async def test_a_cancelled_guias_code_is_not_read(app: App, http: httpx.AsyncClient, aurora: Tenant, ringing: Case):
    await app.do(CancelGuia(aurora.client, ringing.guia.id, "x"))
    assert GONE in (await call(http, picked_up(aurora, ringing.deliveries[0].id))).text


async def test_a_destroyed_key_reads_nothing(app: App, http: httpx.AsyncClient, aurora: Tenant, ringing: Case):
    await call(http, picked_up(aurora, ringing.deliveries[0].id))
    app.keys.destroy_expired(ringing.guia.created_at + timedelta(days=9))
    assert GONE in (await call(http, picked_up(aurora, ringing.deliveries[0].id))).text


async def test_a_stranger_hears_nothing_of_any_delivery(
    app: App, settings: Settings, http: httpx.AsyncClient, aurora: Tenant, cambui: Tenant, ringing: Case
):
    known, unknown = ringing.deliveries[0].id, uuid4()
    await add(app, cambui, "voice")
    where, body, headers = picked_up(aurora, known)
    forgeries: list[Call] = [
        (where, body, {**headers, "X-Twilio-Signature": "x"}),
        (where, body, {"Content-Type": headers["Content-Type"]}),
        (where.replace(str(known), str(unknown)), body, headers),
        (where.replace("-voice/", "-nobody/"), body, headers),
        (f"{where}?language=en", body, headers),
        (where, body + b"&Digits=1", headers),
        ("/v1/voice/999001-sms-twilio/x", body, headers),
    ]
    answers = [await call(http, each) for each in forgeries]
    assert {(each.status_code, each.text) for each in answers} == {(404, answers[0].text)}
    assert slug(answers[0]) == "nao-encontrado"
    theirs = await call(http, picked_up(cambui, known))
    assert (theirs.status_code, said(theirs)) == (200, "")
    assert await state(app, aurora, ringing) is DeliveryState.HANDED_OVER


async def test_a_call_of_no_delivery_is_nonsense(http: httpx.AsyncClient, aurora: Tenant, ringing: Case):
    refused = await call(http, picked_up(aurora, "nobody"))
    assert (refused.status_code, slug(refused)) == (400, "aviso-invalido")


async def test_receipts_of_a_call_are_not_asked_for_words(
    app: App, http: httpx.AsyncClient, aurora: Tenant, ringing: Case
):
    await add(app, aurora, "sms_twilio")
    where = f"/v1/voice/{aurora.ans}-sms-twilio/{ringing.deliveries[0].id}"
    assert (await call(http, twilio(where, CallSid="CA1"))).status_code == 404


async def test_a_test_call_reads_six_zeros(app: App, http: httpx.AsyncClient, aurora: Tenant, ringing: Case):
    answer = await call(http, picked_up(aurora, trials.new_id(app.keys, aurora.ans)))
    assert said(answer) == "0" * 12
    assert aurora.house.name in answer.text


async def test_after_a_second_code_only_the_second_is_read(
    app: App, settings: Settings, http: httpx.AsyncClient, bem_te_vi: Tenant
):
    change(settings, AT_ONCE)
    await add(app, bem_te_vi, "voice")
    first = await sent(app, settings, bem_te_vi, Channel.VOICE, "voice")
    second: Any = await visits.issued(app, bem_te_vi, first, Channel.VOICE)
    change(settings, "UPDATE chancela.delivery SET state = 'sending', carrier = 'voice' WHERE state = 'queued'")
    live = await code_of(app, bem_te_vi, str(first.guia.id))
    assert GONE in (await call(http, picked_up(bem_te_vi, first.deliveries[0].id))).text
    newest = next(each for each in second.deliveries if each.generation == 2)
    assert said(await call(http, picked_up(bem_te_vi, newest.id))) == live * 2
