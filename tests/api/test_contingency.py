"""Contingency numbers over HTTP: a signed list, and visits brought in, each with its own outcome."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from chancela.adapters.keys import signing
from chancela.adapters.keys.signing import SignatureError
from chancela.bootstrap import contingency
from tests.api.caller import Caller, code_of, slug

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from tests.cast import Tenant


async def taken(caller: Caller, tenant: Tenant) -> dict[str, Any]:
    answer = await caller.post("/v1/blocks", {"provider": tenant.provider})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def record(tenant: Tenant, number: str, **more: Any) -> dict[str, Any]:
    return {
        "number": number,
        "provider": tenant.provider,
        "taken_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "card_number": tenant.first.card_number,
        "kind": "odonto",
        "procedures": [{"table": "22", "code": "81000030"}],
        **more,
    }


async def bring(caller: Caller, *records: dict[str, Any], key: str | None = None) -> Any:
    return await caller.post("/v1/reconciliations", {"records": list(records)}, key=key)


async def test_a_list_of_numbers_is_signed_and_verified_by_the_public_keys_alone(
    app: App, clinic: Caller, aurora: Tenant
):
    block = await taken(clinic, aurora)
    keys = (await clinic.get("/.well-known/jwks.json")).json()
    claims = signing.verify(block["jws"], keys, contingency.TYP)
    assert (claims["numbers"], claims["sub"]) == (block["numbers"], aurora.provider)
    assert (claims["iss"], claims["valid_until"]) == (f"urn:chancela:operator:{aurora.ans}", block["valid_until"])
    head, body, seal = block["jws"].split(".")
    for forged in (f"{head}.{body[:-4]}AAAA.{seal}", f"{head}.{body}.{seal[:-4]}AAAA"):
        with pytest.raises(SignatureError):
            signing.verify(forged, keys, contingency.TYP)
    with pytest.raises(SignatureError):
        signing.verify(block["jws"], keys, "chancela-receipt+jwt")
    assert slug(await clinic.post("/v1/blocks", {"provider": aurora.provider})) == "numeros-de-sobra"
    assert slug(await clinic.post("/v1/blocks", {"provider": aurora.other_provider})) == "prestador-desconhecido"


async def test_a_list_of_visits_has_an_outcome_for_each(app: App, clinic: Caller, aurora: Tenant):
    numbers = (await taken(clinic, aurora))["numbers"]
    guia_id = (await clinic.enter(aurora)).json()["id"]
    await clinic.post(f"/v1/guias/{guia_id}/token")
    code = await code_of(app, aurora, guia_id)
    answer = await bring(
        clinic,
        record(aurora, numbers[0], guia_id=guia_id, code=code),
        record(aurora, numbers[1], reason="no_phone"),
        record(aurora, numbers[2], card_number="404"),
        record(aurora, "9999999010000"),
    )
    assert answer.status_code == 200, answer.text
    by_code, without, unknown, invented = answer.json()["items"]
    assert (by_code["result"], by_code["guia"]["id"]) == ("validated", guia_id)
    assert by_code["guia"]["validation"]["taken_at"] <= by_code["guia"]["validation"]["at"]
    assert (without["result"], without["guia"]["number"]) == ("without_token", numbers[1])
    assert without["guia"]["absence"]["finer_reason"] == "no_phone"
    assert (unknown["result"], unknown["guia"]) == ("refused", None)
    assert unknown["problem"]["type"].endswith(":carteira-invalida")
    assert invented["problem"]["type"].endswith(":numero-recusado")
    (corrected,) = (await bring(clinic, record(aurora, numbers[2]))).json()["items"]
    assert corrected["result"] == "without_token"
    claims = (await clinic.get(f"/v1/guias/{guia_id}/receipt")).json()
    assert "taken_at" in signing.verify(claims["jws"], app.keys.jwks(), "chancela-receipt+jwt")


async def test_the_same_list_again_gets_the_same_answer_with_its_key_and_without(clinic: Caller, aurora: Tenant):
    numbers = (await taken(clinic, aurora))["numbers"]
    records = [record(aurora, each) for each in numbers[:3]]
    first, again = [await bring(clinic, *records, key="lote-1") for _ in range(2)]
    assert first.content == again.content
    assert [each["result"] for each in first.json()["items"]] == ["without_token"] * 3
    assert (await bring(clinic, *records)).json() == first.json()
    assert slug(await bring(clinic, *records[:2], key="lote-1")) == "chave-reutilizada"
    other = {**records[0], "urgent": True}
    (used,) = (await bring(clinic, other)).json()["items"]
    assert used["problem"]["type"].endswith(":numero-ja-usado")
    assert used["differences"] == [{"what": "urgent", "was": "false", "now": "true"}]
