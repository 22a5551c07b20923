"""security.md, input: every kind of bad input on every route is a 4xx problem, and nothing is half-written."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from chancela.api.app import OPERATIONS
from tests.api.caller import Caller, new_guia, slug

if TYPE_CHECKING:
    import httpx

    from chancela.bootstrap.settings import Settings
    from tests.cast import Tenant

UNKNOWN = "/v1/guias/01990000-0000-7000-8000-000000000000"
GOOD: dict[str, dict[str, Any]] = {
    f"{UNKNOWN}/token": {"channel": "sms"},
    f"{UNKNOWN}/validation": {"code": "123456"},
    f"{UNKNOWN}/cancellation": {"why": "x"},
    f"{UNKNOWN}/review": {"decisions": [{"item": 1, "authorisation": "authorised"}]},
    "/v1/guias": {
        "kind": "odonto",
        "card_number": "1",
        "provider": "10001",
        "procedures": [{"table": "22", "code": "1"}],
    },
}
TEXTS = {
    f"{UNKNOWN}/token": "phone",
    f"{UNKNOWN}/validation": "code",
    f"{UNKNOWN}/cancellation": "why",
    "/v1/guias": "notes",
}
DEEP = b"[" * 30_000
MALFORMED = {
    "nothing": b"",
    "no JSON": b"{",
    "two texts": b"{} {}",
    "bad UTF-8": b'{"code":"\xff"}',
    "an overlong form": b'{"code":"\xc0\x80"}',
    "an encoded surrogate": b'{"code":"\xed\xa0\x80"}',
    "a byte order mark": b'\xef\xbb\xbf{"code":"123456"}',
    "UTF-16": '{"code":"123456"}'.encode("utf-16"),
    "a comment": b'{"code":"123456"/**/}',
    "a trailing comma": b'{"code":"123456",}',
    "single quotes": b"{'code':'123456'}",
    "a raw line feed": b'{"code":"12\n456"}',
}
OTHER_SHAPES = [b"null", b"true", b"1", b'"text"', b"[]", b"[{}]", b"1e999", b"9" * 5_000, DEEP]


async def send(caller: Caller, path: str, body: bytes, content_type: str = "application/json") -> httpx.Response:
    return await caller.post(path, content=body, headers={"Content-Type": content_type})


@pytest.fixture
def untouched(settings: Settings, core_system: Caller) -> Any:
    """Whether the trail and the guias are as they were before."""

    def facts() -> tuple[Any, ...]:
        with psycopg.connect(settings.database_url or "") as connection:
            counts = "SELECT (SELECT count(*) FROM chancela.trail), (SELECT count(*) FROM chancela.guia)"
            return connection.execute(counts).fetchone() or ()

    before = facts()
    return lambda: facts() == before


@pytest.mark.parametrize("path", GOOD)
async def test_bodies_that_are_no_json(core_system: Caller, untouched: Any, path: str):
    for name, body in MALFORMED.items():
        if name == "nothing" and path.endswith("/token"):
            continue  # asks for nothing in particular
        refused = await send(core_system, path, body)
        assert refused.status_code in {400, 422}, name
        assert slug(refused) in {"corpo-malformado", "campos-invalidos"}, name
    assert untouched()


@pytest.mark.parametrize("path", GOOD)
async def test_bodies_of_another_shape(core_system: Caller, untouched: Any, path: str):
    for body in OTHER_SHAPES:
        refused = await send(core_system, path, body)
        assert refused.status_code in {400, 422}, body[:40]
        assert slug(refused) in {"corpo-malformado", "campos-invalidos"}, body[:40]
    assert untouched()


@pytest.mark.parametrize("path", GOOD)
async def test_fields_that_are_unknown_repeated_or_of_another_kind(core_system: Caller, untouched: Any, path: str):
    good = GOOD[path]
    unknown = await core_system.post(path, {**good, "extra": 1})
    assert (unknown.status_code, slug(unknown)) == (422, "campos-invalidos")
    name, value = next(iter(good.items()))
    text = json.dumps(good)[:-1] + f", {json.dumps(name)}: {json.dumps(value)}}}"
    repeated = await send(core_system, path, text.encode())
    assert (repeated.status_code, slug(repeated)) == (400, "corpo-malformado")
    for name in good:
        for value in (1, 1.5, True, {"a": 1}, [1], "x" * 60_000):
            refused = await core_system.post(path, {**good, name: value})
            assert (refused.status_code, slug(refused)) == (422, "campos-invalidos"), (name, value)
        for raw in (b"NaN", b"Infinity", b"-Infinity", b"1e999", b"9" * 5_000, DEEP, b'"\\ud800"', b'"\\udc00x"'):
            other = {key: each for key, each in good.items() if key != name}
            start = json.dumps(other)[:-1] + (", " if other else "") + json.dumps(name) + ": "
            refused = await send(core_system, path, start.encode() + raw + b"}")
            assert refused.status_code in {400, 422}, (name, raw[:20])
            slug(refused)
    assert untouched()


@pytest.mark.parametrize("path", TEXTS)
async def test_texts_that_no_database_takes(core_system: Caller, untouched: Any, path: str):
    for text in ("\x00", "a\x00b", "\x1b[2J", "a\x7f"):
        refused = await core_system.post(path, {**GOOD[path], TEXTS[path]: text})
        assert refused.status_code == 404 if path.endswith("/validation") else 422, repr(text)
        slug(refused)
    assert untouched()


async def test_what_people_write_is_taken(core_system: Caller, aurora: Tenant):
    notes = "Ação, coração 🦷\nsegunda linha\tfim \u202e <script>'\";--"
    guia = await core_system.enter(aurora, notes=notes, requester="Zoë d'Ávila", provider_number="ç-1")
    assert guia.status_code == 201
    assert guia.json()["provider_number"] == "ç-1"


async def test_the_field_that_is_wrong_is_named_and_nothing_of_it_is_told(core_system: Caller, aurora: Tenant):
    body = new_guia(aurora, procedures=[{"table": "22", "code": "81000030", "quantity": 482913}])
    refused = await core_system.post("/v1/guias", body)
    assert refused.json()["field"] == "procedures[0].quantity"
    hidden = await core_system.post(f"{UNKNOWN}/validation", {"code": 482913})
    unknown = await core_system.post(f"{UNKNOWN}/validation", {"482913": "x", "code": "1"})
    assert hidden.json()["field"] == "code"
    assert "482913" not in refused.text + hidden.text + unknown.text


@pytest.mark.parametrize("path", GOOD)
async def test_large_bodies(core_system: Caller, untouched: Any, path: str):
    body = json.dumps({**GOOD[path], "x": "x" * 70_000}).encode()
    declared = await send(core_system, path, body)
    assert (declared.status_code, slug(declared)) == (413, "corpo-grande-demais")

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 4_000):
            yield body[start : start + 4_000]

    headers = {"Content-Type": "application/json"}
    undeclared = await core_system.post(path, content=pieces(), headers=headers)
    assert (undeclared.status_code, slug(undeclared)) == (413, "corpo-grande-demais")
    assert untouched()


OTHER_TYPES = [
    "text/plain",
    "application/xml",
    "application/json; charset=latin-1",
    "application/jsonx",
    "",
    "a/b;;;",
    "multipart/form-data",
]
JSON_TYPES = [
    "application/json",
    "Application/JSON",
    "application/json; charset=utf-8",
    'application/json;charset="UTF-8"',
]


async def test_other_media_types(core_system: Caller, untouched: Any):
    for path, body in GOOD.items():
        for declared in OTHER_TYPES:
            refused = await send(core_system, path, json.dumps(body).encode(), declared)
            assert (refused.status_code, slug(refused)) == (415, "tipo-nao-suportado"), (path, declared)
    assert untouched()


async def test_json_in_utf_8_is_taken(core_system: Caller, aurora: Tenant):
    for declared in JSON_TYPES:
        entered = await send(core_system, "/v1/guias", json.dumps(new_guia(aurora)).encode(), declared)
        assert entered.status_code == 201, declared


async def test_compressed_bodies(core_system: Caller, untouched: Any, aurora: Tenant):
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    refused = await core_system.post("/v1/guias", content=b"\x1f\x8b", headers=headers)
    assert (refused.status_code, slug(refused)) == (415, "tipo-nao-suportado")
    assert untouched()


async def test_headers_that_stand_twice(core_system: Caller, aurora: Tenant):
    body = json.dumps(new_guia(aurora)).encode()
    plain = [("Authorization", f"Bearer {core_system.token}"), ("Content-Type", "application/json")]
    for name, value in (("Idempotency-Key", "a"), ("Idempotency-Key", "b"), plain[0], plain[1]):
        twice = [*plain, (name, value), *([("Idempotency-Key", "c")] if name == "Idempotency-Key" else [])]
        refused = await core_system.http.post("/v1/guias", content=body, headers=twice)
        assert (refused.status_code, slug(refused)) == (400, "parametros-invalidos")
        assert refused.json()["field"] == name.lower()


QUERIES = [
    ("status=open", "status"),
    ("status=VALIDATED", "status"),
    ("limit=0", "limit"),
    ("limit=101", "limit"),
    ("limit=-1", "limit"),
    ("limit=1.0", "limit"),
    ("limit=%D9%A3", "limit"),
    ("limit=1%0A", "limit"),
    ("limit=1_0", "limit"),
    ("limit=" + "9" * 5000, "limit"),
    ("cursor=x", "cursor"),
    ("cursor=01990000000070008000000000000000", "cursor"),
    ("from=yesterday", "from"),
    ("from=2026-02-30", "from"),
    ("from=2026-02-01T00:00:00", "from"),
    ("from=1700000000", "from"),
    ("from=%D9%A2026-01-01", "from"),
    ("card_number=%00", "card_number"),
    ("card_number=" + "1" * 21, "card_number"),
    ("provider=a%1Fb", "provider"),
    ("limit=1&limit=1", "limit"),
    ("unknown=1", None),
    ("=1", None),
    ("card_number=%FF", None),
    ("&".join(["x=1"] * 50), None),
]
ENDS_OF_TIME = [
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "2026-01-01T00:00:00Z",
    "0001-01-01",
    "9999-12-31",
]
NO_CARDS = [
    "%00",
    "%0A",
    "%FF%FE",
    "%ED%A0%80",
    "1" * 300,
    "..%2F..%2Fetc",
    "%2F",
    "a%2Fb",
    "1%00",
    "%F0%9F%A6%B7",
    "'--",
]
NO_ROUTES = [
    "/",
    "/v1",
    "/v1/",
    "/v2/guias",
    "/v1/guias/1/2/3",
    "/oauth",
    "/.well-known/x",
    "/v1/%00",
    "/v1/guias/a/b/token",
]


async def test_queries_are_read_strictly(core_system: Caller):
    for query, field in QUERIES:
        refused = await core_system.get(f"/v1/guias?{query}")
        assert (refused.status_code, slug(refused)) == (400, "parametros-invalidos"), query
        assert refused.json().get("field") == field, query


async def test_the_ends_of_time_are_taken(core_system: Caller):
    for instant in ENDS_OF_TIME:
        found = await core_system.get("/v1/guias", params={"from": instant})
        assert found.status_code == 200, instant


async def test_cards_and_routes_that_are_none(core_system: Caller):
    for path in (*(f"/v1/beneficiaries/{card}" for card in NO_CARDS), *NO_ROUTES):
        refused = await core_system.get(path)
        assert (refused.status_code, slug(refused)) == (404, "nao-encontrado"), path


async def test_other_methods(core_system: Caller):
    for path in {each.path for each in OPERATIONS}:
        here = {each.method for each in OPERATIONS if each.path == path}
        unknown = "01990000-0000-7000-8000-000000000000"
        named = dict.fromkeys(("guia_id", "delivery", "webhook_id", "outage_id"), unknown)
        there = path.format(card_number="1", carrier="999001-x", **named)
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - here:
            headers = {"Authorization": f"Bearer {core_system.token}"}
            refused = await core_system.http.request(method, there, headers=headers)
            assert (refused.status_code, slug(refused)) == (405, "metodo-nao-permitido"), (method, path)
            allowed = set(refused.headers["allow"].split(", "))
            assert here <= allowed, path
            assert method not in allowed, path


async def test_a_stranger_learns_nothing_from_bad_input(http: httpx.AsyncClient):
    for path in GOOD:
        refused = await http.post(path, content=b"{", headers={"Content-Type": "text/plain"})
        assert (refused.status_code, slug(refused)) == (401, "nao-autenticado"), path


async def test_decisions_name_an_item_once_and_say_why(core_system: Caller, untouched: Any):
    authorised = {"item": 1, "authorisation": "authorised"}
    for decisions in (
        [],
        [authorised, authorised],
        [{"item": 1, "authorisation": "denied"}],
        [{"item": 1, "authorisation": "denied", "text": ""}],
        [{"item": 1, "authorisation": "under_audit"}],
        [{**authorised, "text": "x"}],
        [{"item": 0, "authorisation": "authorised"}],
        [{"authorisation": "authorised"}],
        [{"item": 1}],
    ):
        refused = await core_system.post(f"{UNKNOWN}/review", {"decisions": decisions})
        assert (refused.status_code, slug(refused)) == (422, "campos-invalidos"), decisions
    assert untouched()
