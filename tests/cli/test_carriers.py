"""Carriers at the command line: added with their secrets sealed, listed, switched, and tried for real."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import re
import socket
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import psycopg
import pytest
import uvicorn

from chancela.adapters.keys.key_file import KeyFile
from chancela.adapters.keys.strongbox import Strongbox
from chancela.adapters.postgres.subscriptions import Subscriptions
from chancela.api import app as api
from chancela.bootstrap.app import App
from tests import aggregators, counterpart, relays
from tests.aggregators import SID, TOKEN, Twilio
from tests.message_centre import MessageCentre, message_centre
from tests.push_service import PushService
from tests.relays import RelayServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from chancela.adapters.channels.contract import Call
    from chancela.bootstrap.settings import Settings
    from tests.cli.conftest import Said

ANA = "+5541900005949"
TWILIO = ("--kind", "sms_twilio", "--set", f"account_sid={SID}", "--set", "sender=+5541900000001")
OURS = ("--operator", "999001", "--name", "principal")
PRIVATE = ("--set", "allow_private=yes")


def asked(settings: Settings, sql: str, *values: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(settings.database_url or "") as connection:
        return connection.execute(sql.encode(), values).fetchall()


def secrets_of(settings: Settings, name: str = "principal") -> dict[str, str]:
    ((sealed,),) = asked(settings, "SELECT c.secrets FROM chancela.carrier c WHERE c.name = %s", name)
    return Strongbox(KeyFile(settings.key_file)).open("999001", name, sealed)


def added(here: Callable[..., Said], *words: str, secret: str = f"auth_token={TOKEN}") -> Said:
    return here("carrier", "add", *OURS, *TWILIO, "--secret", secret, *words)


# ---- adding


def test_a_carrier_is_added_listed_and_switched(here: Callable[..., Said], settings: Settings):
    made = added(here, "--weight", "70", "--cost", "0,08", "--daily-cap", "500.00")
    assert (made.status, made.err) == (0, "")
    assert "http://127.0.0.1:8000/v1/receipts/999001-principal" in made.out
    listed = here("carrier", "list", "--operator", "999001").out.splitlines()
    assert listed[1].split()[:10] == ["principal", "sms_twilio", "sms", "70", "0.08", "500.00", "-", "0", "0", "0"]
    assert TOKEN not in made.out + "".join(listed)
    assert asked(settings, "SELECT o.carried FROM chancela.operator o WHERE o.ans = '999001'") == [(["sms"],)]
    assert here("carrier", "disable", *OURS).out == "principal is disabled.\n"
    assert "disabled" in here("carrier", "list", "--operator", "999001").out
    assert asked(settings, "SELECT o.carried FROM chancela.operator o WHERE o.ans = '999001'") == [([],)]
    assert here("carrier", "enable", *OURS).out == "principal is enabled.\n"
    kinds = asked(settings, "SELECT t.kind, t.actor, t.data FROM chancela.trail t ORDER BY t.seq")
    assert [(kind, json.loads(data)["enabled"]) for kind, _, data in kinds] == [
        ("operator:carrier:changed", True),
        ("operator:carrier:changed", False),
        ("operator:carrier:changed", True),
    ]
    assert all(actor.startswith("cli") for _, actor, _ in kinds)


def test_a_switch_that_changes_nothing_is_no_event(here: Callable[..., Said], settings: Settings):
    added(here)
    assert here("carrier", "enable", *OURS).status == 0
    assert len(asked(settings, "SELECT t.seq FROM chancela.trail t")) == 1


def test_a_secret_stands_in_no_table_no_output_and_no_trail(here: Callable[..., Said], settings: Settings):
    said = added(here)
    kept = asked(settings, "SELECT c::text FROM chancela.carrier c UNION SELECT t::text FROM chancela.trail t")
    assert TOKEN not in said.out + said.err + str(kept)
    assert secrets_of(settings) == {"auth_token": TOKEN}


def test_a_secret_comes_from_a_file_the_input_or_a_question(
    here: Callable[..., Said], settings: Settings, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "token").write_text("from-a-file\n")
    assert added(here, secret=f"auth_token=@{tmp_path / 'token'}").status == 0
    assert secrets_of(settings) == {"auth_token": "from-a-file"}
    for secret, given in (("auth_token=@-", "from-the-input\n"), ("auth_token", "asked-for\nnot this\n")):
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        assert added(here, "--replace", secret=secret).status == 0
        assert secrets_of(settings) == {"auth_token": given.splitlines()[0]}


def test_a_change_keeps_what_is_not_given(here: Callable[..., Said], settings: Settings):
    added(here, "--weight", "70", "--cost", "0.08", "--daily-cap", "500")
    words = ("--kind", "sms_twilio", "--replace", "--cost", "0.075", "--set", "sender=+5541900000002")
    assert here("carrier", "add", *OURS, *words).status == 0
    ((found, weight, cost, cap),) = asked(
        settings, "SELECT c.settings, c.weight, c.cost_millis, c.daily_cap_millis FROM chancela.carrier c"
    )
    assert found == {"account_sid": SID, "sender": "+5541900000002"}
    assert (weight, cost, cap) == (70, 75, 500_000)
    assert secrets_of(settings) == {"auth_token": TOKEN}
    assert "0.075" in here("carrier", "list", "--operator", "999001").out


def test_a_push_carrier_makes_its_own_key_and_shows_the_public_half(here: Callable[..., Said], settings: Settings):
    words = ("--operator", "999001", "--kind", "push", "--name", "app", "--set", "subject=ti@example.com")
    made = here("carrier", "add", *words)
    assert made.status == 0, made.err
    key = re.search(r"application server key +([A-Za-z0-9_-]{87})\n", made.out)
    assert key
    assert "receipts address" not in made.out
    assert "BEGIN PRIVATE KEY" in secrets_of(settings, "app")["private_key"]
    again = here("carrier", "add", *words, "--replace")
    assert key[1] in again.out


WRONG = {
    "no such operator": ("--operator 123456 --name x", "There is no operator 123456: see `chancela operator list`."),
    "no such kind": ("--kind pigeon", "There is no kind 'pigeon'; there are email, "),
    "no plain name": ("--name Principal", "'Principal' cannot be a carrier's name"),
    "a taken name": ("--name inbox", "inbox and none are taken"),
    "another channel": ("--channel voice", "Say with --channel what sms_twilio shall carry: sms."),
    "an unknown setting": ("--set colour=red", "sms_twilio has no setting colour; it has account_sid, base_url, "),
    "an unknown secret": ("--secret password=x", "sms_twilio has no setting password"),
    "a secret shown": ("--set auth_token=x", "auth_token is secret: give it with --secret"),
    "a setting without value": ("--set sender", "--set takes NAME=VALUE, and 'sender' has no value."),
    "a wrong setting": ("--set account_sid=1", "The carrier principal cannot work so: account_sid: must be AC"),
    "no weight": ("--weight 0", "A weight is between 1 and 1000; to send nothing, disable the carrier."),
    "no amount": ("--cost 1.000,50", "--cost is an amount in reais, as 0.08 or 0,08 or 500; '1.000,50' is none."),
    "a missing file": ("--secret auth_token=@/nowhere/token", "/nowhere/token: No such file or directory."),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_added_is_refused_in_one_sentence(here: Callable[..., Said], settings: Settings, what: str):
    words, sentence = WRONG[what]
    said = added(here, *words.split())
    assert said.status == 1
    assert sentence in said.err
    assert len(said.err.splitlines()) == 1
    assert asked(settings, "SELECT c.name FROM chancela.carrier c") == []
    assert asked(settings, "SELECT t.seq FROM chancela.trail t") == []


def test_what_is_missing_is_named_with_its_meaning(here: Callable[..., Said]):
    said = here("carrier", "add", *OURS, "--kind", "sms_zenvia", "--set", "sender=aurora")
    assert (said.status, len(said.err.splitlines())) == (1, 1)
    assert "sms_zenvia needs --secret api_token=… (API token (X-API-TOKEN)); --secret callback_secret=…" in said.err


def test_a_name_is_given_once(here: Callable[..., Said]):
    added(here)
    again = added(here)
    assert (again.status, again.err) == (
        1,
        "chancela: There is a carrier principal of 999001 already: change it with --replace.\n",
    )


def test_a_carrier_that_is_not_there_is_told_with_those_that_are(here: Callable[..., Said]):
    nobody = here("carrier", "disable", *OURS)
    assert nobody.err == (
        "chancela: The operator 999001 has no carrier principal; add one with `chancela carrier add`.\n"
    )
    added(here)
    other = here("carrier", "test", "--operator", "999001", "--name", "reserva", "--to", ANA)
    assert other.err == "chancela: The operator 999001 has no carrier reserva; there are principal.\n"
    assert here("carrier", "list", "--operator", "123456").status == 1


def test_the_kinds_say_what_they_ask(cli: Callable[..., Said]):
    every = cli("carrier", "kinds")
    assert every.status == 0
    assert {"sms_smpp", "sms_twilio", "whatsapp", "voice", "push", "email", "other"} <= set(every.out.split())
    one = cli("carrier", "kinds", "sms_twilio")
    assert re.search(r"--secret auth_token +needed +Account key", one.out)
    assert re.search(r"--set base_url +https://api.twilio.com", one.out)
    assert cli("carrier", "kinds", "pigeon").status == 1


# ---- trying


@pytest.fixture
async def reached(settings: Settings) -> AsyncIterator[Settings]:
    """The settings of an installation whose edge is served, under the address that companies are told."""
    bound = socket.create_server(("127.0.0.1", 0))
    found = replace(settings, public_url=f"http://127.0.0.1:{bound.getsockname()[1]}")
    async with App(found) as app:
        config = uvicorn.Config(api.create(app), http="httptools", ws="none", lifespan="off", log_config=None)
        server = uvicorn.Server(config)
        server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign]  # the signals are pytest's
        task = asyncio.create_task(server.serve(sockets=[bound]))
        while not server.started:
            await asyncio.sleep(0.01)
        yield found
        server.should_exit = True
        await task


@pytest.fixture
def there(cli: Callable[..., Said], reached: Settings) -> Callable[..., Any]:
    """Run a command for that installation, in a thread of its own."""

    async def run(*words: object) -> Said:
        given = {"CHANCELA_DATABASE_URL": reached.database_url or "", "CHANCELA_PUBLIC_URL": reached.public_url}
        return await asyncio.to_thread(lambda: cli(*words, "--data", reached.data, **given))

    return run


async def post(call: Call) -> httpx.Response:
    async with httpx.AsyncClient(timeout=20) as http:
        headers = {**call.headers, "content-type": "application/x-www-form-urlencoded"}
        return await http.post(call.url, content=call.body, headers=headers)


async def first_taken(company: Twilio) -> str:
    while not company.taken:
        await asyncio.sleep(0.02)
    return next(iter(company.taken))


async def twilio_added(there: Callable[..., Any], url: str, token: str = TOKEN) -> None:
    words = (*OURS, *TWILIO, "--set", f"base_url={url}", "--secret", f"auth_token={token}")
    made = await there("carrier", "add", *words)
    assert made.status == 0, made.err


async def test_a_test_message_is_sent_and_its_receipt_shown(there: Callable[..., Any]):
    company = Twilio()
    async with aggregators.listening(company) as server:
        await twilio_added(there, server.url)
        trying = asyncio.create_task(there("carrier", "test", *OURS, "--to", "(41) 90000-5949"))
        sid = await first_taken(company)
        for status in ("sent", "delivered"):
            assert (await post(company.callback(sid, MessageStatus=status))).status_code == 204
            await asyncio.sleep(0.5)
        said = await trying
    assert (said.status, said.err) == (0, "")
    assert said.out.splitlines() == [f"taken      {sid}; waiting for its receipt", "handed over", "delivered"]
    text = company.taken[sid]["Body"][0]
    assert company.taken[sid]["To"] == [ANA]
    assert text == "Teste de envio da operadora Aurora Saude. Nao e preciso fazer nada."
    assert not re.search(r"[0-9]", text)


async def test_a_failed_receipt_is_shown_with_its_reason(there: Callable[..., Any]):
    company = Twilio()
    async with aggregators.listening(company) as server:
        await twilio_added(there, server.url)
        trying = asyncio.create_task(there("carrier", "test", *OURS, "--to", ANA))
        sid = await first_taken(company)
        await post(company.callback(sid, MessageStatus="undelivered", ErrorCode="30003"))
        said = await trying
    assert said.status == 1
    assert said.out.splitlines()[-1] == "failed     twilio 30003 unreachable"


async def test_without_a_receipt_it_says_so_in_both_languages(there: Callable[..., Any]):
    async with aggregators.listening(Twilio()) as server:
        await twilio_added(there, server.url)
        said = await there("carrier", "test", *OURS, "--to", ANA, "--wait", "0.5")
    assert said.status == 1
    assert "No receipt came within 0.5 s." in said.out
    assert "Nenhum recibo chegou em 0.5 s." in said.out


async def test_a_refusal_says_what_to_look_at(there: Callable[..., Any]):
    async with aggregators.listening(Twilio(refused={ANA: (400, 21211)})) as server:
        await twilio_added(there, server.url, "wrong")
        ours = await there("carrier", "test", *OURS, "--to", ANA)
        await there("carrier", "add", *OURS, "--kind", "sms_twilio", "--replace", "--secret", f"auth_token={TOKEN}")
        address = await there("carrier", "test", *OURS, "--to", ANA)
    away = await there("carrier", "test", *OURS, "--to", ANA)
    assert ours.out == "refused    twilio 20003 not authenticated: check the settings and secrets\n"
    assert address.out == "refused    twilio 21211 invalid number: check the address\n"
    assert away.out.startswith("refused    twilio")
    assert away.out.endswith(": try again later\n")
    assert {ours.status, address.status, away.status} == {1}


SMPP = ("--kind", "sms_smpp", "--set", "host=127.0.0.1", "--set", "tls=off", "--set", "system_id=chancela")


async def smpp_added(there: Callable[..., Any], centre: MessageCentre) -> None:
    words = (*OURS, *SMPP, "--set", f"port={centre.port}", "--set", "source=27182", "--secret", "password=segredo1")
    made = await there("carrier", "add", *words)
    assert made.status == 0, made.err
    assert "receipts address" not in made.out


async def test_a_receipt_comes_on_the_connection_itself(there: Callable[..., Any]):
    async with message_centre(receipt_after_s=0.2) as centre:
        await smpp_added(there, centre)
        said = await there("carrier", "test", *OURS, "--to", ANA)
    assert said.out.splitlines()[-1] == "delivered", said.out + said.err
    assert said.status == 0
    assert [each.to for each in centre.taken] == [ANA.removeprefix("+")]


async def test_what_else_is_heard_on_the_connection_is_not_lost(
    there: Callable[..., Any], settings: Settings, aurora: Any
):
    async with message_centre(receipt_after_s=0.4) as centre:
        await smpp_added(there, centre)
        centre.reply("5541900001111", "NAO")
        receipt = b"id:77 sub:001 dlvrd:001 submit date:2611200900 done date:2611200901 stat:DELIVRD err:000 text:x"
        centre.deliver("5541900001111", receipt, esm_class=0x04)
        said = await there("carrier", "test", *OURS, "--to", ANA)
    assert said.status == 0
    rows = asked(settings, "SELECT r.carrier_id, r.state FROM chancela.early_receipt r ORDER BY r.carrier_id DESC")
    assert ("77", "delivered") in rows


async def test_a_carrier_without_receipts_says_where_to_look(there: Callable[..., Any]):
    async with relays.listening(RelayServer()) as server:
        words = ("--operator", "999001", "--kind", "email", "--name", "correio", "--set", "host=127.0.0.1")
        more = ("--set", f"port={server.port}", "--set", "tls=off", "--set", "sender=codigo@example.com")
        made = await there("carrier", "add", *words, *more, "--secret", "receipts_secret=segredo-inventado-1234")
        assert made.status == 0, made.err
        wrong = await there("carrier", "test", "--operator", "999001", "--name", "correio", "--to", ANA)
        said = await there("carrier", "test", "--operator", "999001", "--name", "correio", "--to", "ana@example.com")
    assert wrong.err == "chancela: correio sends e-mail: give a whole address with --to.\n"
    assert said.status == 0
    assert said.out.splitlines()[0].endswith("; it tells no receipts: look at the phone or mailbox")


async def test_a_call_of_a_test_reads_six_zeros_and_is_delivered(there: Callable[..., Any], reached: Settings):
    company = Twilio()
    words = ("--operator", "999001", "--name", "voz", "--kind", "voice", "--set", f"account_sid={SID}")
    async with aggregators.listening(company) as server:
        more = ("--set", "sender=+554120000001", "--set", f"base_url={server.url}", "--secret", f"auth_token={TOKEN}")
        assert (await there("carrier", "add", *words, *more)).status == 0
        landline = "+554132221234"
        trying = asyncio.create_task(there("carrier", "test", *words[:4], "--to", landline))
        sid = await first_taken(company)
        url = company.taken[sid]["Url"][0]
        spoken = await post(aggregators.signed(url, {"CallSid": sid, "CallStatus": "in-progress", "To": landline}))
        again = re.search(r'action="([^"]+)"', spoken.text)
        assert again
        await post(aggregators.signed(again[1].replace("&amp;", "&"), {"CallSid": sid, "CallStatus": "in-progress"}))
        said = await trying
    assert spoken.text.count(">zero<") == 12
    assert said.out.splitlines()[-1] == "delivered", said.out
    assert reached.public_url in url


async def test_a_disabled_carrier_is_not_tried(there: Callable[..., Any]):
    async with aggregators.listening(Twilio()) as server:
        await twilio_added(there, server.url)
        await there("carrier", "disable", *OURS)
        said = await there("carrier", "test", *OURS, "--to", ANA)
        assert server.asked == []
    assert (said.status, len(said.err.splitlines())) == (1, 1)
    assert "is disabled" in said.err


async def test_a_push_goes_to_the_browsers_of_a_card(
    there: Callable[..., Any], reached: Settings, app: App, aurora: Any
):
    words = ("--operator", "999001", "--name", "app")
    made = await there("carrier", "add", *words, "--kind", "push", "--set", "subject=ti@example.com", *PRIVATE)
    card = aurora.first.card_number
    nobody = await there("carrier", "test", *words, "--to", card)
    assert nobody.err == (
        f"chancela: Nobody with the card {card} takes pushes: --to is the card number of someone who does.\n"
    )
    key = re.search(r"application server key +(\S+)", made.out)
    assert key
    service = PushService(key[1])
    async with counterpart.listening(service) as port:
        service.origin = f"http://127.0.0.1:{port}"
        person = await app.reads.person(aurora.desk, card)
        assert person is not None
        subscription = service.browser("phone").subscription
        await Subscriptions(app.pool).enrol(aurora.ans, person.beneficiary.id, subscription)
        said = await there("carrier", "test", *words, "--to", card)
    assert said.status == 0, said.out + said.err
    (note,) = service.waiting.values()
    assert (note["title"], "Teste de envio" in note["body"]) == ("Teste de envio", True)
