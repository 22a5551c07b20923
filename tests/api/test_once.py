"""security.md 11: the same key gives the same answer, with another body it is refused, an unfinished one says so."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests import visits
from tests.api.caller import Caller, code_of, new_guia, slug
from tests.api.conftest import NewCaller

if TYPE_CHECKING:
    import httpx

    from chancela.bootstrap.app import App
    from tests.cast import Tenant


def same(first: httpx.Response, second: httpx.Response) -> bool:
    """Whether two answers are one in status, headers and body."""
    return (first.status_code, first.headers, first.content) == (second.status_code, second.headers, second.content)


async def test_a_repeated_entry_is_one_guia(clinic: Caller, aurora: Tenant):
    first = await clinic.enter(aurora, key="k-1")
    second = await clinic.enter(aurora, key="k-1")
    assert first.status_code == 201
    assert same(first, second)
    assert len((await clinic.get("/v1/guias")).json()["items"]) == 1


async def test_a_repeated_request_for_a_code_sends_once(clinic: Caller, aurora: Tenant):
    guia_id = (await clinic.enter(aurora)).json()["id"]
    first = await clinic.post(f"/v1/guias/{guia_id}/token", {"channel": "sms"}, key="k-2")
    second = await clinic.post(f"/v1/guias/{guia_id}/token", {"channel": "sms"}, key="k-2")
    assert same(first, second)
    assert len((await clinic.get(f"/v1/guias/{guia_id}")).json()["token"]["deliveries"]) == 1


async def test_a_repeated_wrong_code_spends_one_try(app: App, clinic: Caller, aurora: Tenant):
    guia_id = (await clinic.enter(aurora)).json()["id"]
    await clinic.post(f"/v1/guias/{guia_id}/token")
    wrong = {"code": visits.wrong(await code_of(app, aurora, guia_id))}
    first = await clinic.post(f"/v1/guias/{guia_id}/validation", wrong, key="k-3")
    second = await clinic.post(f"/v1/guias/{guia_id}/validation", wrong, key="k-3")
    assert slug(first) == "codigo-recusado"
    assert same(first, second)
    assert (await clinic.get(f"/v1/guias/{guia_id}")).json()["token"]["attempts_left"] == 4


async def test_a_key_belongs_to_its_body_and_its_route(clinic: Caller, aurora: Tenant):
    guia_id = (await clinic.enter(aurora, key="k-4")).json()["id"]
    other_body = await clinic.enter(aurora, key="k-4", notes="other")
    assert (other_body.status_code, slug(other_body)) == (422, "chave-reutilizada")
    other_route = await clinic.post(f"/v1/guias/{guia_id}/token", {}, key="k-4")
    assert (other_route.status_code, slug(other_route)) == (422, "chave-reutilizada")


async def test_two_at_once_are_done_once(clinic: Caller, aurora: Tenant):
    answers = await asyncio.gather(*(clinic.enter(aurora, key="k-5") for _ in range(8)))
    statuses = [each.status_code for each in answers]
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    running = [each for each in answers if each.status_code == 409]
    assert {(slug(each), each.headers["retry-after"]) for each in running} <= {("em-andamento", "1")}
    assert len({each.json()["id"] for each in answers if each.status_code == 201}) == 1
    assert (await clinic.enter(aurora, key="k-5")).status_code == 201
    assert len((await clinic.get("/v1/guias")).json()["items"]) == 1


async def test_two_servers_do_a_keyed_request_once(clinic: Caller, twin: Caller, aurora: Tenant):
    for turn in range(10):
        answers = await asyncio.gather(*(each.enter(aurora, key=f"t-{turn}") for each in (clinic, twin) * 2))
        assert {each.status_code for each in answers} <= {201, 409}
        assert len({each.json()["id"] for each in answers if each.status_code == 201}) == 1
    assert len((await clinic.get("/v1/guias")).json()["items"]) == 10


async def test_two_servers_give_a_providers_number_once(clinic: Caller, twin: Caller, aurora: Tenant):
    for turn in range(10):
        pair = (each.enter(aurora, provider_number=f"T-{turn}") for each in (clinic, twin))
        answers = sorted(await asyncio.gather(*pair), key=lambda each: each.status_code)
        assert [each.status_code for each in answers] == [201, 409], [each.text for each in answers]
        assert slug(answers[1]) == "guia-ja-apresentada"


async def test_keys_of_two_clients_do_not_meet(clinic: Caller, core_system: Caller, aurora: Tenant):
    first = await clinic.enter(aurora, key="k-6")
    second = await core_system.enter(aurora, key="k-6")
    assert first.json()["id"] != second.json()["id"]


async def test_keys_of_two_operators_do_not_meet(new_caller: NewCaller, clinic: Caller, aurora: Tenant, cambui: Tenant):
    neighbour = await new_caller(cambui, cambui.provider)
    assert (await clinic.enter(aurora, key="k-7")).status_code == 201
    assert (await neighbour.enter(cambui, key="k-7")).status_code == 201


async def test_what_is_malformed_takes_no_key(clinic: Caller, aurora: Tenant):
    malformed = await clinic.post("/v1/guias", {"kind": "odonto"}, key="k-8")
    assert slug(malformed) == "campos-invalidos"
    assert (await clinic.enter(aurora, key="k-8")).status_code == 201


@pytest.mark.parametrize("key", [b"", b" ", b"a b", b"a" * 256, "é".encode(), b"\x7f", b"a\tb"])
async def test_a_key_is_1_to_255_visible_characters(clinic: Caller, aurora: Tenant, key: bytes):
    headers = {b"Authorization": f"Bearer {clinic.token}".encode(), b"Idempotency-Key": key}
    refused = await clinic.http.post("/v1/guias", json=new_guia(aurora), headers=headers)
    assert (refused.status_code, slug(refused)) == (400, "chave-invalida")
    assert (await clinic.get("/v1/guias")).json()["items"] == []


async def test_the_longest_key_is_taken(clinic: Caller, aurora: Tenant):
    assert (await clinic.enter(aurora, key="!" * 254 + "~")).status_code == 201
