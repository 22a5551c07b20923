"""A series over HTTP: a code for the first session, the day's code for the next, a reason for another, and its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.api.caller import Caller, code_of, slug

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from tests.cast import Tenant

THERAPY = "50000160"
STANDS = {"disputed": False, "denied": False}


async def begun(clinic: Caller, tenant: Tenant, sessions: int = 4) -> str:
    asked = [{"table": "22", "code": THERAPY, "quantity": sessions}]
    told = (await clinic.enter(tenant, kind="sp_sadt", procedures=asked)).json()
    assert told["sessions"] == {"of": sessions, "done": []}
    return str(told["id"])


async def attended(app: App, clinic: Caller, tenant: Tenant, guia_id: str) -> Any:
    await clinic.post(f"/v1/guias/{guia_id}/token")
    code = await code_of(app, tenant, guia_id)
    return await clinic.post(f"/v1/guias/{guia_id}/validation", {"code": code})


async def test_sessions_are_told_one_by_one_until_the_guia_is_validated(app: App, clinic: Caller, aurora: Tenant):
    guia_id = await begun(clinic, aurora, 3)
    first = await attended(app, clinic, aurora, guia_id)
    assert (first.status_code, first.json()["status"], first.json()["validation"]) == (200, "awaiting_token", None)
    (told,) = first.json()["sessions"]["done"]
    by = told.pop("by")
    assert by and told.pop("at").endswith("-03:00")
    assert told == {"place": 1, "method": "token", "window": "fresh", "upon": None, "absence": None, **STANDS}

    why = {"place": 2, "absence": {"reason": "no_signal", "detail": "Subsolo sem sinal"}}
    second = (await clinic.post(f"/v1/guias/{guia_id}/sessions", why)).json()["sessions"]["done"][1]
    assert second["method"] is None
    assert (second["absence"]["reason"], second["absence"]["finer_reason"]) == ("03", "no_signal")
    assert len(second["absence"]["protocol"]) == 20

    done = await clinic.post(f"/v1/guias/{guia_id}/sessions", {"place": 3})
    assert (done.status_code, done.json()["status"]) == (200, "validated")
    assert done.json()["sessions"]["done"][2]["upon"] == 1
    assert done.json()["validation"]["method"] == "token"
    assert (await clinic.get(f"/v1/guias/{guia_id}")).json() == done.json()
    assert (await clinic.get(f"/v1/guias/{guia_id}/receipt")).status_code == 200


async def test_a_session_is_the_one_that_was_named_and_its_key_does_it_once(app: App, clinic: Caller, aurora: Tenant):
    guia_id = await begun(clinic, aurora)
    path = f"/v1/guias/{guia_id}/sessions"
    assert slug(await clinic.post(path, {"place": 1})) == "sessao-pede-codigo"
    await attended(app, clinic, aurora, guia_id)
    told = await clinic.post(path, {"place": 2}, key="second")
    assert (await clinic.post(path, {"place": 2}, key="second")).json() == told.json()
    assert slug(await clinic.post(path, {"place": 2})) == "guia-mudou"
    assert slug(await clinic.post(path, {"place": 2, "absence": {"reason": "07"}})) == "guia-mudou"
    assert len((await clinic.get(f"/v1/guias/{guia_id}")).json()["sessions"]["done"]) == 2


async def test_beyond_what_the_code_of_the_day_confirms_another_one_or_a_reason_is_asked_for(
    app: App, clinic: Caller, aurora: Tenant
):
    guia_id = await begun(clinic, aurora, 9)
    path = f"/v1/guias/{guia_id}/sessions"
    await attended(app, clinic, aurora, guia_id)
    for place in (2, 3):
        assert (await clinic.post(path, {"place": place})).status_code == 200
    refused = await clinic.post(path, {"place": 4})
    assert (refused.status_code, slug(refused)) == (409, "codigo-do-dia-esgotado")
    assert (await clinic.post(path, {"place": 4, "absence": {"reason": "no_signal"}})).status_code == 200
    assert slug(await clinic.post(path, {"place": 5})) == "codigo-do-dia-esgotado"


async def test_a_series_is_closed_and_not_cancelled_once_it_has_begun(app: App, clinic: Caller, aurora: Tenant):
    guia_id = await begun(clinic, aurora)
    end = f"/v1/guias/{guia_id}/series-end"
    assert slug(await clinic.post(end, {"why": "x"})) == "serie-sem-sessao"
    await attended(app, clinic, aurora, guia_id)
    assert slug(await clinic.post(f"/v1/guias/{guia_id}/cancellation", {"why": "x"})) == "serie-em-curso"
    done = await clinic.post(end, {"why": "Discharged early"})
    assert (done.status_code, done.json()["status"]) == (200, "validated")
    assert slug(await clinic.post(end, {"why": "again"})) == "guia-ja-validada"


async def test_a_guia_that_is_no_series_has_none(clinic: Caller, aurora: Tenant):
    told = (await clinic.enter(aurora)).json()
    assert told["sessions"] is None
    assert slug(await clinic.post(f"/v1/guias/{told['id']}/sessions", {"place": 1})) == "guia-sem-sessoes"
    assert slug(await clinic.post(f"/v1/guias/{told['id']}/series-end", {"why": "x"})) == "guia-sem-sessoes"


@pytest.mark.parametrize("body", [{}, {"place": 0}, {"place": 100}, {"place": "1"}, {"place": 1, "code": "1"}])
async def test_what_is_no_session_is_no_wish(clinic: Caller, aurora: Tenant, body: dict[str, Any]):
    guia_id = await begun(clinic, aurora)
    assert (await clinic.post(f"/v1/guias/{guia_id}/sessions", body)).status_code in {400, 422}
