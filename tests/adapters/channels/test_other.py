"""Any other gateway takes a letter by one URL; which URLs may be is a list, and nothing of a letter is ever logged."""

import asyncio
import contextlib
import json
import logging
import uuid
from dataclasses import replace

import pytest
from apprise.manager_plugins import NotificationManager

from chancela.adapters.channels.contract import ChannelFailure, Letter, Setup, SetupError
from chancela.adapters.channels.other import gateways
from chancela.adapters.channels.other.carrier import OtherCarrier
from chancela.adapters.channels.other.kind import KIND
from chancela.domain.delivery import Channel
from chancela.domain.message import Message
from tests import counterpart
from tests.counterpart import Answer, Asked

TEXT = "Codigo 482913 da guia 1, vale ate 20/11 09:00.\n@aurora.example #482913"


class Gateway:
    """A gateway of somebody's own: it takes JSON at an address, and keeps what it took."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.answer = answer or Answer(200, b"{}")
        self.asked: list[Asked] = []

    async def __call__(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        return self.answer


def setup(url: str, channel: Channel = Channel.SMS) -> Setup:
    return Setup("999001", "gateway", channel, {}, {"url": url} if url else {})


def letter(address: str | None = "+5541900005949", subject: str | None = None) -> Letter:
    return Letter(
        uuid.uuid4(), "999001", "Aurora", "001", "masked", Message(Channel.SMS, subject, TEXT, code="482913"), address
    )


async def failure(gateway: Gateway, what: Letter | None = None, answer_s: float = 5.0) -> ChannelFailure:
    async with counterpart.listening(gateway) as port:
        sending = OtherCarrier(setup(f"json://chancela:pass-invented@127.0.0.1:{port}/send/{{to}}"), answer_s)
        with pytest.raises(ChannelFailure) as caught:
            await sending.send(what or letter())
    return caught.value


@pytest.mark.parametrize(
    ("where", "address", "path"),
    [
        ("/send/{to}", "+5541900005949", "/send/5541900005949"),
        ("/send/{plus_to}", "+5541900005949", "/send/+5541900005949"),
        ("/send/{to}", "ana+x@example.com", "/send/ana+x@example.com"),
    ],
)
async def test_a_letter_goes_to_its_recipient_word_by_word(where: str, address: str, path: str):
    gateway, written = Gateway(), letter(address, "Código do atendimento")
    async with counterpart.listening(gateway) as port:
        sending = OtherCarrier(setup(f"json://127.0.0.1:{port}{where}"))
        assert await sending.send(written) == str(written.id)
        await sending.close()
    (asked,) = gateway.asked
    said = json.loads(asked.body)
    assert asked.path == path
    assert (said["title"], said["message"]) == ("Código do atendimento", TEXT)


async def test_many_at_once_each_reach_their_own():
    gateway = Gateway()
    async with counterpart.listening(gateway) as port:
        sending = OtherCarrier(setup(f"json://127.0.0.1:{port}/{{to}}"))
        await asyncio.gather(*[sending.send(letter(f"+55419000059{n}")) for n in range(10, 18)])
    assert sorted(each.path for each in gateway.asked) == [f"/55419000059{n}" for n in range(10, 18)]


async def test_a_gateway_that_leads_elsewhere_is_not_followed():
    elsewhere = Gateway()
    async with counterpart.listening(elsewhere) as port:
        told = await failure(Gateway(Answer(307, headers={"location": f"http://127.0.0.1:{port}/"})))
    assert (told.reason, elsewhere.asked) == ("gateway refused", [])


@pytest.mark.parametrize(
    "answer",
    [
        Answer(400),
        Answer(401),
        Answer(429),
        Answer(500),
        Answer(reset=True),
        Answer(raw=b"garbage\r\n\r\n"),
        Answer(301),
    ],
)
async def test_every_no_passes_as_nothing_more_is_known(answer: Answer):
    told = await failure(Gateway(answer))
    assert (told.permanent, told.ours, told.reason) == (False, False, "gateway refused")


async def test_a_gateway_that_is_slow_does_not_hold_the_courier():
    told = await failure(Gateway(Answer(200, after_s=2)), answer_s=0.2)
    assert (told.permanent, told.reason) == (False, "gateway: no answer in time")


@pytest.mark.parametrize(
    "address", [None, "", "5541900005949", "../x@example.com", "a/b@example.com", "a@b", "a?x@b.co"]
)
async def test_without_an_address_nothing_is_asked(address: str | None):
    gateway = Gateway()
    told = await failure(gateway, letter(address))
    assert (told.permanent, told.reason, gateway.asked) == (True, "no address", [])


@pytest.mark.parametrize("answer", [Answer(200, b"{}"), Answer(500, b"5541900005949"), Answer(reset=True)])
async def test_nothing_of_a_letter_or_of_the_url_is_logged_at_any_level(answer: Answer, caplog, capfd, monkeypatch):
    caplog.set_level(1)
    gateway = Gateway(answer)
    async with counterpart.listening(gateway) as port:
        sending = OtherCarrier(setup(f"json://chancela:pass-invented@127.0.0.1:{port}/send/{{to}}?+x-key=key-invented"))
        for name in ("apprise", "urllib3"):  # as somebody's settings for logs may do
            monkeypatch.setattr(logging.getLogger(name), "level", 1)
        with pytest.raises(ChannelFailure) if answer.status != 200 or answer.reset else contextlib.nullcontext():
            await sending.send(letter())
    out, err = capfd.readouterr()
    shown = f"{caplog.text}{out}{err}{sending!r}"
    assert gateway.asked
    assert not any(each in shown for each in ("5949", "482913", "pass-invented", "key-invented", "/send/"))
    assert not any(each.name.startswith(("apprise", "urllib3")) for each in caplog.records)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "twilio",
        "twilio://AC:token@from/",
        "file:///tmp/{to}",
        "dbus://{to}",
        "gnome://{to}",
        "glib://{to}",
        "macosx://{to}",
        "windows://{to}",
        "syslog://{to}",
        "rsyslog://127.0.0.1/{to}",
        "blink1://{to}",
        "irc://127.0.0.1/{to}",
        "tgram://1:x/{to}",
        "discord://1/{to}",
        "http://gateway.example/{to}",
        "json://gateway.example/{to}",
        "json://127.0.0.1.example.com/{to}",
        "json://169.254.169.254/{to}",
        "json://[::1/{to}",
        "mailto://user:pw@mail.example?to={to}",
        "jsons://gateway.example/{to}?verify=no",
        "jsons://gateway.example/{to}?x=1&Redirect=yes",
        "jsons://gateway.example/{to}?retry=5",
        "jsons://gateway.example/{to} jsons://other.example/{to}",
        "jsons://gateway.example/{to}\njsons://other.example/{to}",
        "twilio://{to}",
        "infobip://{to}",
    ],
)
def test_what_is_no_gateway_over_tls_is_refused(url: str):
    with pytest.raises(SetupError, match="url") as told:
        KIND.build(setup(url))
    assert "gateway.example" not in str(told.value)


@pytest.mark.parametrize(
    "url",
    [
        "jsons://user:pw@gateway.example/{to}",
        "JSONS://gateway.example/{plus_to}",
        "xmls://gateway.example/{to}",
        "mailtos://user:pw@mail.example?to={to}",
        "clickatell://token/{to}",
        "form://localhost/{to}",
        "json://[::1]/{to}",
    ],
)
def test_what_is_a_gateway_over_tls_or_on_this_machine_may_be(url: str):
    assert KIND.build(setup(url)).name == "gateway"


def test_each_gateway_of_the_list_is_one_that_the_library_knows():
    KIND.build(setup("jsons://gateway.example/{to}"))
    assert set(NotificationManager().schemas()) >= gateways.OVER_TLS | gateways.IN_CLEAR


@pytest.mark.parametrize("channel", sorted(KIND.channels))
def test_it_carries_the_channel_that_the_operator_says_and_promises_nothing(channel: Channel):
    can = KIND.build(setup("jsons://gateway.example/{to}", channel)).capabilities
    assert (can.channels, can.receipts, can.replies, can.delivers) == (frozenset({channel}), False, False, False)


def test_the_app_is_not_for_it():
    assert Channel.APP not in KIND.channels


def test_the_url_is_not_shown():
    sending = KIND.build(setup("jsons://user:pass-invented@gateway.example/{to}"))
    assert "pass-invented" not in repr(replace(sending))
