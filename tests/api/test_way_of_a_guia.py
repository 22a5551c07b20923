"""The whole way over HTTP: a guia is entered, its code asked for and given, and anyone can check the proof."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from joserfc import jws
from joserfc.jwk import KeySet

from tests.api.caller import Caller, code_of, slug

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from tests.cast import Tenant

GUIA = {
    "id", "number", "provider_number", "kind", "card_number", "provider", "created_at", "authorisation", "status",
    "procedures", "token", "validation", "absence", "urgent", "late", "sessions", "dispute",
}  # fmt: skip


async def test_a_guia_becomes_validated(app: App, clinic: Caller, aurora: Tenant):
    entered = await clinic.enter(aurora, provider_number="A-17")
    guia = entered.json()
    assert entered.status_code == 201
    assert entered.headers["location"] == f"/v1/guias/{guia['id']}"
    assert set(guia) == GUIA
    assert (guia["status"], guia["authorisation"], guia["token"]) == ("awaiting_token", "authorised", None)
    assert guia["created_at"].endswith("-03:00")

    issued = await clinic.post(f"/v1/guias/{guia['id']}/token", {})
    token = issued.json()["token"]
    assert issued.status_code == 202
    assert (token["generation"], token["attempts_left"]) == (1, 5)
    assert {each["state"] for each in token["deliveries"]} == {"queued"}
    assert {each["channel"] for each in token["deliveries"]} == {"app", "sms", "email"}
    assert datetime.fromisoformat(token["expires_at"]).utcoffset() == timedelta(hours=-3)

    code = await code_of(app, aurora, guia["id"])
    assert code not in issued.text
    validated = await clinic.post(f"/v1/guias/{guia['id']}/validation", {"code": f"{code[:3]} {code[3:]}"})
    assert validated.status_code == 200
    assert validated.json()["status"] == "validated"
    assert set(validated.json()["validation"]) == {"at", "window", "method", "validation_code"}
    assert (await clinic.get(f"/v1/guias/{guia['id']}")).json() == validated.json()


async def test_a_receipt_is_verified_with_the_public_keys_alone(app: App, clinic: Caller, aurora: Tenant):
    guia_id = (await clinic.enter(aurora)).json()["id"]
    assert slug(await clinic.get(f"/v1/guias/{guia_id}/receipt")) == "nao-encontrado"
    await clinic.post(f"/v1/guias/{guia_id}/token")
    await clinic.post(f"/v1/guias/{guia_id}/validation", {"code": await code_of(app, aurora, guia_id)})

    receipt = (await clinic.get(f"/v1/guias/{guia_id}/receipt")).json()
    keys = (await clinic.http.get("/.well-known/jwks.json")).json()
    found = jws.deserialize_compact(receipt["jws"], KeySet.import_key_set(keys), algorithms=["Ed25519"])
    claims = json.loads(found.payload)
    assert claims["jti"] == guia_id
    assert claims["validation_code"] == receipt["validation_code"]
    assert len(receipt["validation_code"]) <= 10


async def test_the_list_is_paged_and_filtered(clinic: Caller, aurora: Tenant):
    ids = [(await clinic.enter(aurora, provider_number=f"L-{n}")).json()["id"] for n in range(5)]
    first = (await clinic.get("/v1/guias?limit=3")).json()
    second = (await clinic.get("/v1/guias", params={"limit": 3, "cursor": first["next_cursor"]})).json()
    assert [each["id"] for each in first["items"] + second["items"]] == ids[::-1]
    assert second["next_cursor"] is None

    def found(**asked: str) -> dict[str, str]:
        return asked

    card = aurora.first.card_number
    empty = (await clinic.get("/v1/guias?status=&card_number=&provider=&from=&cursor=&limit=")).json()
    assert len(empty["items"]) == 5
    assert len((await clinic.get("/v1/guias", params=found(status="awaiting_token"))).json()["items"]) == 5
    assert (await clinic.get("/v1/guias", params=found(status="validated"))).json()["items"] == []
    assert len((await clinic.get("/v1/guias", params=found(card_number=card))).json()["items"]) == 5
    assert (await clinic.get("/v1/guias", params={"from": "2999-01-01"})).json()["items"] == []
    since = {"from": "2020-01-01T00:00:00-03:00"}
    assert len((await clinic.get("/v1/guias", params=since)).json()["items"]) == 5


async def test_a_guia_can_be_cancelled_once(clinic: Caller, aurora: Tenant):
    guia_id = (await clinic.enter(aurora)).json()["id"]
    gone = await clinic.post(f"/v1/guias/{guia_id}/cancellation", {"why": "Entered twice"})
    assert (gone.status_code, gone.json()["status"]) == (200, "cancelled")
    again = await clinic.post(f"/v1/guias/{guia_id}/cancellation", {"why": "Entered twice"})
    assert (again.status_code, slug(again)) == (409, "guia-cancelada")


async def test_a_person_is_shown_masked(clinic: Caller, aurora: Tenant):
    person = aurora.first
    found = await clinic.get(f"/v1/beneficiaries/{person.card_number}")
    shown = found.json()
    assert found.status_code == 200
    assert shown["eligible"] is True
    assert shown["relation"] == "holder"
    assert shown["name"] != person.name
    assert {each["channel"] for each in shown["channels"]} == {"app", "sms", "whatsapp", "voice", "email"}
    assert sum(each["default"] for each in shown["channels"]) == 1
    for address in (person.mobile, person.email, person.name, person.name.split()[-1]):
        assert address not in found.text


async def test_the_operators_own_system_reviews_what_waits(core_system: Caller, clinic: Caller, aurora: Tenant):
    root_canal = [{"table": "22", "code": "85200166", "tooth": "26"}]
    guia = (await clinic.enter(aurora, procedures=root_canal)).json()
    assert guia["authorisation"] == "awaiting_document"
    path, decided = f"/v1/guias/{guia['id']}/review", {"decisions": [{"item": 1, "authorisation": "authorised"}]}
    refused = await clinic.post(path, decided)
    assert (refused.status_code, slug(refused)) == (403, "escopo-insuficiente")
    reviewed = await core_system.post(path, decided)
    assert (reviewed.status_code, reviewed.json()["authorisation"]) == (200, "authorised")
    again = await core_system.post(path, decided)
    assert (again.status_code, slug(again)) == (409, "nada-a-revisar")
