"""Carriers call us: what is truly theirs moves deliveries, and every stranger is told the same, whatever there is."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import uuid4

import psycopg
import pytest

from chancela.api import receipts
from chancela.bootstrap import carrier_desk, switchboard
from chancela.bootstrap.carrier_desk import Wish
from chancela.domain.delivery import Channel, DeliveryState
from tests import visits
from tests.api.caller import slug
from tests.api.test_refusals import change

if TYPE_CHECKING:
    import httpx

    from chancela.bootstrap.app import App
    from chancela.bootstrap.settings import Settings
    from chancela.domain.case import Case
    from tests.cast import Tenant

TOKEN = "chave-inventada-da-twilio"
SECRET = "segredo-inventado-1234"
FORM = "application/x-www-form-urlencoded"
MAIL = "message/rfc822"
PUBLIC = "http://127.0.0.1:8000"  # as the settings of these tests have it; the client speaks to another host
SETUPS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "sms_twilio": ({"account_sid": f"AC{'0' * 32}", "sender": "+5541900000001"}, {"auth_token": TOKEN}),
    "sms_zenvia": ({"sender": "aurora"}, {"api_token": "x", "callback_secret": SECRET}),
    "sms_infobip": ({"sender": "aurora"}, {"api_key": "x", "callback_secret": SECRET}),
    "sms_smpp": ({"host": "127.0.0.1", "system_id": "x", "source": "29000"}, {"password": "x"}),
    "whatsapp": (
        {"phone_number_id": "100200300", "template": "codigo"},
        {"access_token": "x", "app_secret": SECRET, "verify_token": SECRET},
    ),
    "email": ({"host": "127.0.0.1", "sender": "codigo@example.com"}, {"receipts_secret": SECRET}),
    "voice": ({"account_sid": f"AC{'0' * 32}", "sender": "+554120000001"}, {"auth_token": TOKEN}),
}
Call = tuple[str, bytes, dict[str, str]]  # path with query, body, headers


async def add(app: App, tenant: Tenant, kind: str, name: str | None = None) -> str:
    """Add a carrier of this kind, named after it, and return its path."""
    settings, secrets = SETUPS[kind]
    wish = Wish(tenant.ans, name or kind.replace("_", "-"), kind, None, settings, secrets)
    return f"/v1/receipts/{(await carrier_desk.add(app, wish, 'test')).entry.operator}-{wish.name}"


async def sent(app: App, settings: Settings, tenant: Tenant, channel: Channel, carrier: str) -> Case:
    """A guia whose code went out by one channel; the carrier's id of the message is `M1`."""
    case = await visits.issued(app, tenant, await visits.entered(app, tenant), channel)
    values = (carrier, "M1", case.guia.id)
    change(
        settings,
        "UPDATE chancela.delivery SET state = 'handed_over', carrier = %s, carrier_id = %s WHERE guia_id = %s",
        *values,
    )
    return case


async def state(app: App, tenant: Tenant, case: Case) -> DeliveryState:
    found = await app.guia(tenant.client, case.guia.id)
    assert found is not None
    return found.deliveries[0].state


async def call(http: httpx.AsyncClient, told: Call, method: str = "POST") -> httpx.Response:
    return await http.request(method, told[0], content=told[1], headers=told[2])


# ---- what each company sends, as its protocol has it


def twilio(path: str, *, public: str = PUBLIC, token: str = TOKEN, **form: str) -> Call:
    signed = f"{public}{path}" + "".join(name + form[name] for name in sorted(form))
    signature = base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()
    return path, urlencode(form).encode(), {"Content-Type": FORM, "X-Twilio-Signature": signature}


def of_twilio(path: str, case: Case, word: str) -> Call:
    return twilio(f"{path}?delivery={case.deliveries[0].id}", MessageSid="M1", MessageStatus=word)


def of_zenvia(path: str, case: Case, word: str) -> Call:
    event = {"type": "MESSAGE_STATUS", "messageId": "M1", "messageStatus": {"code": word.upper()}}
    return path, json.dumps(event).encode(), {"Content-Type": "application/json", "X-Chancela-Secret": SECRET}


def of_infobip(path: str, case: Case, word: str) -> Call:
    result = {"messageId": "M1", "status": {"groupName": word.upper(), "name": "DELIVERED_TO_HANDSET"}}
    return f"{path}?secret={SECRET}", json.dumps({"results": [result]}).encode(), {"Content-Type": "application/json"}


def meta(path: str, value: dict[str, Any]) -> Call:
    inner = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": "100200300"}, **value}
    body = json.dumps({"entry": [{"changes": [{"field": "messages", "value": inner}]}]}).encode()
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return path, body, {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={signature}"}


def of_whatsapp(path: str, case: Case, word: str) -> Call:
    return meta(path, {"statuses": [{"id": "M1", "status": word, "timestamp": "1792500000"}]})


def of_email(path: str, case: Case, word: str, padding: int = 0) -> Call:
    body = (
        "From: postmaster@example.com\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; example.com\r\n"
        f"Original-Envelope-Id: {case.deliveries[0].id}\r\n\r\nFinal-Recipient: rfc822; a@example.com\r\n"
        f"Action: {word}\r\nStatus: 2.0.0\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n"
        f"{('x' * 70 + chr(10)) * (padding // 70)}--b--\r\n"
    )
    return path, body.encode(), {"Content-Type": MAIL, "Authorization": f"Bearer {SECRET}"}


THEIRS = {
    "sms_twilio": (of_twilio, Channel.SMS),
    "sms_zenvia": (of_zenvia, Channel.SMS),
    "sms_infobip": (of_infobip, Channel.SMS),
    "whatsapp": (of_whatsapp, Channel.WHATSAPP),
    "email": (of_email, Channel.EMAIL),
}


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at a carrier's entry each time it is called."""
    monkeypatch.setattr(switchboard, "LOOK_AGAIN_S", 0.0)


@pytest.mark.parametrize("kind", THEIRS)
async def test_a_carriers_own_call_moves_its_delivery(
    app: App, settings: Settings, http: httpx.AsyncClient, aurora: Tenant, kind: str
):
    said, channel = THEIRS[kind]
    path = await add(app, aurora, kind)
    case = await sent(app, settings, aurora, channel, kind.replace("_", "-"))
    for _ in range(2):  # a call that is repeated changes nothing more and is answered alike
        answer = await call(http, said(path, case, "delivered"))
        assert answer.status_code in {200, 204}, answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert ("content-length" in answer.headers) == (answer.status_code == 200)
        assert await state(app, aurora, case) is DeliveryState.DELIVERED


@pytest.mark.parametrize("kind", THEIRS)
async def test_a_call_that_was_changed_on_its_way_is_not_believed(
    app: App, settings: Settings, http: httpx.AsyncClient, aurora: Tenant, kind: str
):
    said, channel = THEIRS[kind]
    path = await add(app, aurora, kind)
    case = await sent(app, settings, aurora, channel, kind.replace("_", "-"))
    where, body, headers = said(path, case, "delivered")
    proofs = {name: value for name, value in headers.items() if name != "Content-Type"}
    forged = {name: value[:-5] + value[:-6:-1] for name, value in proofs.items()}  # its end turned round
    for told in (
        (where.replace(SECRET, SECRET[::-1]), body, {**headers, **forged}),
        (where.partition("?")[0], body, {"Content-Type": headers["Content-Type"]}),
    ):
        refused = await call(http, told)
        assert (refused.status_code, slug(refused)) == (404, "nao-encontrado")
    assert await state(app, aurora, case) is DeliveryState.HANDED_OVER


async def test_what_is_signed_is_our_public_address_whatever_the_caller_says(
    app: App, settings: Settings, http: httpx.AsyncClient, aurora: Tenant
):
    path = await add(app, aurora, "sms_twilio")
    case = await sent(app, settings, aurora, Channel.SMS, "sms-twilio")
    form = {"MessageSid": "M1", "MessageStatus": "delivered"}
    elsewhere = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    where, body, headers = twilio(path, public="https://evil.example", **form)
    assert (await call(http, (where, body, {**headers, **elsewhere}))).status_code == 404
    where, body, headers = twilio(path, **form)
    assert (await call(http, (where, body, {**headers, **elsewhere}))).status_code == 204
    assert await state(app, aurora, case) is DeliveryState.DELIVERED


async def test_another_operators_carrier_moves_nothing_of_ours(
    app: App, settings: Settings, http: httpx.AsyncClient, aurora: Tenant, cambui: Tenant, at_once: None
):
    path = await add(app, aurora, "sms_twilio")
    case = await sent(app, settings, aurora, Channel.SMS, "sms-twilio")
    there = path.replace(aurora.ans, cambui.ans)
    assert (await call(http, of_twilio(there, case, "delivered"))).status_code == 404
    await add(app, cambui, "sms_twilio")
    assert (await call(http, of_twilio(there, case, "delivered"))).status_code == 204
    assert await state(app, aurora, case) is DeliveryState.HANDED_OVER


STRANGERS = ("999001-nobody", "999999-principal", "999001-voice", "999001-sms-smpp", "999001", "x" * 200, "999001-Sms")


async def test_strangers_are_told_the_same_whatever_there_is(
    app: App, http: httpx.AsyncClient, aurora: Tenant, at_once: None
):
    for kind in ("sms_smpp", "voice", "sms_zenvia", "sms_twilio"):
        await add(app, aurora, kind)
    await carrier_desk.switch(app, aurora.ans, "sms-zenvia", enabled=False, actor="test")
    named = (*STRANGERS, "999001-sms-twilio", "999001-sms-zenvia")
    headers = {"Content-Type": "application/json", "X-Chancela-Secret": SECRET}
    answers, quickest = [], []
    for name in named:
        times = []
        for method in ("POST", "GET", "POST"):
            began = time.monotonic()
            answers.append(await call(http, (f"/v1/receipts/{name}", b"{}", headers), method))
            times.append(time.monotonic() - began)
        quickest.append(min(times))  # a busy machine may hold one of them up, hardly each
    assert {(each.status_code, each.text, each.headers["content-type"]) for each in answers} == {
        (404, answers[0].text, "application/problem+json")
    }
    assert slug(answers[0]) == "nao-encontrado"
    assert min(quickest) >= receipts.REFUSED_AFTER_S
    assert max(quickest) < 4 * receipts.REFUSED_AFTER_S


async def test_a_disabled_carrier_is_a_strangers_within_seconds_and_back_when_it_is_enabled(
    app: App, settings: Settings, http: httpx.AsyncClient, aurora: Tenant, at_once: None
):
    path = await add(app, aurora, "sms_twilio")
    case = await sent(app, settings, aurora, Channel.SMS, "sms-twilio")
    told = of_twilio(path, case, "delivered")
    await carrier_desk.switch(app, aurora.ans, "sms-twilio", enabled=False, actor="test")
    assert (await call(http, told)).status_code == 404
    await carrier_desk.switch(app, aurora.ans, "sms-twilio", enabled=True, actor="test")
    assert (await call(http, told)).status_code == 204


async def test_a_new_secret_counts_at_once_and_the_old_one_no_longer(
    app: App, http: httpx.AsyncClient, aurora: Tenant, at_once: None
):
    path = await add(app, aurora, "sms_twilio")
    form = {"MessageSid": "M1", "MessageStatus": "sent"}
    assert (await call(http, twilio(path, **form))).status_code == 204
    new = Wish(aurora.ans, "sms-twilio", "sms_twilio", secrets={"auth_token": "outra-chave"}, replaces=True)
    await carrier_desk.add(app, new, "test")
    assert (await call(http, twilio(path, **form))).status_code == 404
    assert (await call(http, twilio(path, token="outra-chave", **form))).status_code == 204


async def test_nonsense_that_is_signed_is_told_so(app: App, http: httpx.AsyncClient, aurora: Tenant):
    path = await add(app, aurora, "sms_twilio")
    refused = await call(http, twilio(path, Nothing="of use"))
    assert (refused.status_code, slug(refused)) == (400, "aviso-invalido")


async def test_whatsapp_confirms_the_address(app: App, http: httpx.AsyncClient, aurora: Tenant):
    path = await add(app, aurora, "whatsapp")
    asked = f"{path}?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token="
    confirmed = await http.get(f"{asked}{SECRET}")
    assert (confirmed.status_code, confirmed.text) == (200, "1158201444")
    assert confirmed.headers["content-type"].startswith("text/plain")
    refused = await http.get(f"{asked}wrong")
    assert (refused.status_code, slug(refused)) == (404, "nao-encontrado")


async def test_nao_by_sms_stops_the_guia(app: App, settings: Settings, http: httpx.AsyncClient, aurora: Tenant):
    path = await add(app, aurora, "sms_twilio")
    case = await sent(app, settings, aurora, Channel.SMS, "sms-twilio")
    mobile = aurora.first.mobile
    answer = await call(http, twilio(path, MessageSid="M2", From=mobile, To="+5541900000001", Body="NÃO"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/xml")
    assert mobile not in answer.text
    found = await app.guia(aurora.client, case.guia.id)
    assert found is not None
    assert found.report is not None


async def test_bodies_have_their_bounds(app: App, settings: Settings, http: httpx.AsyncClient, aurora: Tenant):
    path = await add(app, aurora, "email")
    case = await sent(app, settings, aurora, Channel.EMAIL, "email")
    large = of_email(path, case, "delivered", padding=300_000)
    assert len(large[1]) > 300_000
    assert (await call(http, large)).status_code == 204
    assert await state(app, aurora, case) is DeliveryState.DELIVERED
    for body, kind in ((b"x" * 65_537, "application/json"), (b"x" * 65_537, FORM), (b"x" * 1_048_577, MAIL)):
        for name in ("email", "nobody"):
            refused = await call(http, (f"/v1/receipts/999001-{name}", body, {"Content-Type": kind}))
            assert (refused.status_code, slug(refused)) == (413, "corpo-grande-demais")


async def test_while_the_database_is_away_the_carrier_is_asked_to_come_again(
    app: App, http: httpx.AsyncClient, aurora: Tenant
):
    path = await add(app, aurora, "sms_twilio")
    form = {"MessageSid": "M1", "MessageStatus": "sent"}
    assert (await call(http, twilio(path, **form))).status_code == 204
    await app.pool.close()
    away = await call(http, twilio(path, **form))
    assert (away.status_code, slug(away), away.headers["retry-after"]) == (503, "indisponivel", "5")


async def test_too_many_at_once_are_asked_to_come_again(
    app: App, http: httpx.AsyncClient, aurora: Tenant, monkeypatch: pytest.MonkeyPatch
):
    path = await add(app, aurora, "sms_twilio")
    form = {"MessageSid": "M1", "MessageStatus": "sent"}

    async def slow(*_: Any) -> Any:
        await asyncio.sleep(0.3)
        raise psycopg.OperationalError

    monkeypatch.setattr(switchboard.Switchboard, "_line", slow)
    answers = await asyncio.gather(*[call(http, twilio(path, **form)) for _ in range(switchboard.AT_ONCE + 20)])
    waits = [each.headers["retry-after"] for each in answers]
    assert {each.status_code for each in answers} == {503}
    assert (waits.count("1"), waits.count("5")) == (20, switchboard.AT_ONCE)


async def test_a_test_message_has_its_receipt_kept_apart(app: App, http: httpx.AsyncClient, aurora: Tenant):
    from chancela.adapters.postgres.carriers import Carriers
    from chancela.bootstrap import trials

    path = await add(app, aurora, "sms_twilio")
    trial = trials.new_id(app.keys, aurora.ans)
    told = twilio(f"{path}?delivery={trial}", MessageSid="SM9", MessageStatus="delivered")
    assert (await call(http, told)).status_code == 204
    (kept,) = await Carriers(app.pool).heard(aurora.ans, "sms-twilio", [str(trial)])
    assert kept.state is DeliveryState.DELIVERED


async def test_names_that_nobody_has_are_not_remembered_for_ever(
    app: App, http: httpx.AsyncClient, aurora: Tenant, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(switchboard, "MOST_KNOWN", 3)
    board = switchboard.Switchboard(app)
    await add(app, aurora, "sms_twilio")
    for name in ("999001-sms-twilio", *(f"999001-x{uuid4().hex[:8]}" for _ in range(9))):
        await board._line(name)
    assert len(board._lines) <= 3
    assert ("999001", "sms-twilio") in board._lines
