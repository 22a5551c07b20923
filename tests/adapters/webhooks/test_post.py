"""Posting to addresses that others chose: never to a network of ours, whatever a name leads to and whenever."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import ssl
import time
from base64 import b64decode
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from chancela.adapters.webhooks import post, signing
from chancela.adapters.webhooks.post import Post, Taken
from tests import counterpart, relays
from tests.aggregators import Told, listening
from tests.counterpart import Answer, Asked
from tests.receiving import receiving, verified

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

SECRET = bytes(range(32))
EVENT = UUID("01990000-0000-7000-8000-000000000001")
REFUSED = Taken("address refused")


def headers(body: bytes = b"{}") -> dict[str, str]:
    return signing.headers(SECRET, EVENT, int(time.time()), body)


@contextlib.asynccontextmanager
async def posting(here: bool = True, **more: object) -> AsyncIterator[Post]:
    made = Post(here=here, **more)  # type: ignore[arg-type]
    yield made
    await made.close()


def leading(*turns: list[str]):
    """A name that leads elsewhere each time that one asks."""
    left = list(turns)

    async def resolve(host: str, port: int) -> list[str]:
        del host, port
        return left.pop(0)

    return resolve


async def test_a_message_goes_out_signed_and_a_yes_is_a_yes():
    body = b'{"type":"x","timestamp":"y","data":{}}'
    async with receiving() as receiver, posting() as client:
        assert await client.send(receiver.url + "?a=b", headers(body), body) == Taken()
        (asked,) = receiver.asked
    assert verified(signing.shown(SECRET), asked)["type"] == "x"
    assert (asked.method, asked.path) == ("POST", "/hook?a=b")
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["webhook-id"] == "msg_01990000000070008000000000000001"


def test_the_signature_is_that_of_the_specification():
    """The example of the specification's own libraries (standardwebhooks, test of signing)."""
    secret = b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    signed = b"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330." + body
    assert hmac.new(secret, signed, hashlib.sha256).digest() == b64decode(
        "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )
    made = signing.headers(secret, EVENT, 1614265330, body)
    ours = b"%s.1614265330.%s" % (signing.named(EVENT).encode(), body)
    version, _, digest = made["webhook-signature"].partition(",")
    assert (version, b64decode(digest)) == ("v1", hmac.new(secret, ours, hashlib.sha256).digest())


@pytest.mark.parametrize("status", [200, 202, 204, 299])
async def test_every_2xx_is_a_yes(status: int):
    async with receiving(Told(status)) as receiver, posting() as client:
        assert (await client.send(receiver.url, headers(), b"{}")).failure is None


@pytest.mark.parametrize(
    ("told", "taken"),
    [
        (Told(410), Taken("status 410", gone=True)),
        (Told(404), Taken("status 404")),
        (Told(503), Taken("status 503")),
        (Told(fault="silence"), Taken("no answer in time")),
        (Told(fault="reset"), Taken("no connection")),
        (Told(200, fault="flood"), Taken()),
    ],
)
async def test_everything_else_is_a_no_with_its_reason(told: Told, taken: Taken):
    async with receiving(told) as receiver, posting(answer_s=0.5) as client:
        assert await client.send(receiver.url, headers(), b"{}") == taken


async def test_a_redirect_is_not_followed():
    async with receiving() as secret_place:
        away = Told(307, headers={"Location": secret_place.url})
        async with receiving(away) as receiver, posting() as client:
            assert await client.send(receiver.url, headers(), b"{}") == Taken("status 307")
        assert secret_place.asked == []


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://core.example/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://10.0.0.1/",
            "https://169.254.169.254/",
        ),
        *("https://[fd00:ec2::254]/", "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://0.0.0.0/"),
        *("https://localhost:8443/", "https://u:p@core.example/", "nothing at all"),
    ],
)
async def test_an_address_of_ours_is_never_connected_to(url: str):
    async with posting(here=False, resolve=leading(["127.0.0.1"])) as client:
        assert await client.send(url, headers(), b"{}") == REFUSED


async def test_where_a_trial_on_this_machine_is_let_no_other_address_is():
    async with posting(resolve=leading(["10.0.0.1"], ["127.0.0.1"])) as client:
        for url in ("http://127.0.0.2:9000/", "https://127.0.0.1.nip.example/", "https://core.example:9000/"):
            assert await client.send(url, headers(), b"{}") == REFUSED


async def test_a_name_that_leads_to_us_only_when_it_is_connected_to_is_refused_then():
    """DNS rebinding: public when the webhook is opened, ours when a message goes out."""
    async with posting(
        here=False, resolve=leading(["1.1.1.1"], ["192.168.0.1"], ["1.1.1.1", "127.0.0.1"], [])
    ) as client:
        place, address = await client.found("https://core.example/hook")
        assert (place.host, address) == ("core.example", "1.1.1.1")
        for _ in range(3):
            assert await client.send("https://core.example/hook", headers(), b"{}") == REFUSED


@pytest.mark.parametrize("fault", [OSError(), UnicodeError("label too long")])
async def test_a_name_that_nobody_has_is_unknown(fault: Exception):
    async def resolve(host: str, port: int) -> list[str]:
        raise fault

    async with posting(here=False, resolve=resolve) as client:
        assert await client.send("https://core.example/", headers(), b"{}") == Taken("name unknown")


async def test_an_address_that_is_a_number_is_judged_without_asking_for_its_name():
    async with posting(here=False) as client:
        with pytest.raises(post.UnreachableError):
            await client.found("https://192.168.0.1/")
        assert (await client.found("https://1.1.1.1:8443/"))[1] == "1.1.1.1"


# over TLS it is the name's certificate that counts, at the address that was judged


@contextlib.asynccontextmanager
async def over_tls(folder: Path, asked: list[Asked]) -> AsyncIterator[tuple[int, ssl.SSLContext]]:
    """A system with a certificate for here.example; the port where it listens, and the context that trusts it."""
    tls, trust = relays.certificate(folder)

    async def answering(one: Asked) -> Answer:
        asked.append(one)
        return Answer(204)

    async with counterpart.listening(answering, tls) as port:
        yield port, trust


async def test_the_certificate_is_asked_for_by_the_name_at_the_judged_address(tmp_path: Path):
    asked: list[Asked] = []
    async with over_tls(tmp_path, asked) as (port, trust):
        more = {"judge": lambda _: True, "trust": trust}
        async with posting(here=False, resolve=leading(["127.0.0.1"], ["127.0.0.1"]), **more) as client:
            assert await client.send(f"https://here.example:{port}/hook", headers(), b"{}") == Taken()
            assert await client.send(f"https://other.example:{port}/", headers(), b"{}") == Taken("certificate refused")
    (one,) = asked
    assert one.headers["host"] == f"here.example:{port}"


async def test_whom_nobody_vouches_for_is_told_nothing(tmp_path: Path):
    asked: list[Asked] = []
    more = {"resolve": leading(["127.0.0.1"]), "judge": lambda _: True}
    async with over_tls(tmp_path, asked) as (port, _), posting(here=False, **more) as client:
        assert await client.send(f"https://here.example:{port}/", headers(), b"{}") == Taken("certificate refused")
    assert asked == []


async def test_no_connection_is_used_twice():
    async with listening(lambda _: Told(204)) as server, posting() as client:
        for _ in range(3):
            await client.send(f"{server.url}/hook", headers(), b"{}")
    assert server.connections == 3
