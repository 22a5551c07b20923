"""Going on without a code over HTTP: recorded once, supplied later, listed, and refused where it may not be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.api.caller import Caller, code_of, slug

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from chancela.bootstrap.settings import Settings
    from tests.cast import Tenant

OWED = """
UPDATE chancela.operator SET settings = jsonb_set(settings, '{policy}', COALESCE(settings -> 'policy', '{}')
    || '{"absences": [{"reason": "no_phone", "tiss": "07", "needs": ["call_centre", "signature"], "leads": "reviewed"},
                      {"reason": "refused", "tiss": "04", "needs": ["note"], "leads": "reviewed"},
                      {"reason": "system_down", "tiss": "03", "needs": [], "leads": "sampled"}]}') WHERE ans = %s
"""


async def absent(clinic: Caller, guia_id: str, reason: str = "07", **more: Any) -> Any:
    keys = {"headers": more.pop("headers")} if "headers" in more else {}
    return await clinic.post(f"/v1/guias/{guia_id}/absence", {"reason": reason, **more}, **keys)


async def test_a_guia_goes_on_without_a_code(app: App, clinic: Caller, aurora: Tenant):
    guia_id = (await clinic.enter(aurora)).json()["id"]
    await clinic.post(f"/v1/guias/{guia_id}/token")
    code = await code_of(app, aurora, guia_id)
    answer = await absent(clinic, guia_id, "no_signal", detail="Subsolo sem sinal")
    guia = answer.json()
    assert (answer.status_code, guia["status"], guia["validation"]) == (200, "without_token", None)
    told = guia["absence"]
    assert (told["reason"], told["finer_reason"], told["detail"]) == ("03", "no_signal", "Subsolo sem sinal")
    assert len(told["protocol"]) == 20
    assert told["protocol"].startswith(aurora.ans)
    assert (told["owes"], told["owes_until"], told["missed"]) == ([], None, [])
    assert (await clinic.get(f"/v1/guias/{guia_id}")).json() == guia
    assert (await absent(clinic, guia_id, "03")).json() == guia
    assert slug(await absent(clinic, guia_id, "07")) == "guia-sem-codigo"
    assert slug(await clinic.post(f"/v1/guias/{guia_id}/validation", {"code": code})) == "guia-sem-codigo"
    listed = (await clinic.get("/v1/guias", params={"status": "without_token"})).json()["items"]
    assert [each["id"] for each in listed] == [guia_id]


async def test_the_same_key_gives_the_same_answer(clinic: Caller, aurora: Tenant):
    guia_id = (await clinic.enter(aurora)).json()["id"]
    key = {"Idempotency-Key": "sem-celular-1"}
    first, again = [await absent(clinic, guia_id, headers=key) for _ in range(2)]
    assert first.content == again.content
    assert slug(await absent(clinic, guia_id, "04", headers=key)) == "chave-reutilizada"


async def test_what_is_owed_is_told_and_the_number_comes_later(clinic: Caller, aurora: Tenant, settings: Settings):
    with psycopg.connect(settings.database_url or "", autocommit=True) as owner:
        owner.execute(OWED, (aurora.ans,))
    guia_id = (await clinic.enter(aurora)).json()["id"]
    assert slug(await absent(clinic, guia_id, "02")) == "motivo-desconhecido"
    assert slug(await absent(clinic, guia_id, "04")) == "falta-para-o-motivo"
    assert slug(await absent(clinic, guia_id, call_protocol="123")) == "protocolo-nao-confere"
    told = (await absent(clinic, guia_id)).json()["absence"]
    assert told["owes"] == ["call_centre", "signature"]
    assert told["owes_until"] is not None
    assert told["review"] == "waiting"
    number = f"{aurora.ans}20260101000001"
    asked = f"/v1/guias/{guia_id}/absence/call"
    supplied = await clinic.post(asked, {"call_protocol": f"{number[:6]} {number[6:]}"})
    assert supplied.json()["absence"]["owes"] == ["signature"]
    assert supplied.json()["absence"]["call_protocol"] == number
    assert slug(await clinic.post(asked, {"call_protocol": number[:-1] + "2"})) == "nada-falta"


@pytest.mark.parametrize(
    "body",
    [
        *({}, {"reason": ""}, {"reason": 7}, {"reason": "07", "detail": "x" * 501}, {"reason": "07\n"}),
        *({"reason": "07", "more": 1}, {"reason": "07", "second_person": "x" * 71}, {"reason": "SIM"}),
    ],
)
async def test_malformed_reasons_are_refused(clinic: Caller, aurora: Tenant, body: dict[str, Any]):
    guia_id = (await clinic.enter(aurora)).json()["id"]
    answer = await clinic.post(f"/v1/guias/{guia_id}/absence", body)
    assert (answer.status_code, slug(answer)) == (422, "campos-invalidos")
